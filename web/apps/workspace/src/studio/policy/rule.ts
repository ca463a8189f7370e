import type { Condition, Override, Policy, Rule } from "@segue/protocol";
import { s } from "../../messages/studio";
import { screen } from "../../state/screen.svelte";
import { comparison, groupOf, type Leaf } from "../sentences";
import { editor } from "../state/editor.svelte";

/** The card of a rule that does not stand in the policy yet. */
export const NEW_RULE = "rule:";
export const NEW_OVERRIDE = "override:";

const focusForm = (card: string) => requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-form="${card}"] input`)?.focus());

export const newRule = (): void => {
  if (!editor.form(NEW_RULE)) editor.openForm(NEW_RULE, { name: "", when: [{ field: "", is: "" }], then: "propose", reason: "policy" } satisfies Rule);
  focusForm(NEW_RULE);
};

export const newOverride = (): void => {
  if (!editor.form(NEW_OVERRIDE)) editor.openForm(NEW_OVERRIDE, { name: "", when: [{ field: "", is: "" }] } satisfies Override);
  focusForm(NEW_OVERRIDE);
};

/** A name that no other has: "Big refunds copy 2". */
export function freeName(wanted: string, taken: readonly string[]): string {
  let name = wanted;
  for (let n = 2; taken.includes(name); n += 1) name = `${wanted} ${n}`;
  return name;
}

/** Whether every comparison has a field and a value, and every group something in it. */
export function complete(condition: Condition): boolean {
  const group = groupOf(condition);
  if (group === "not") return complete((condition as { not: Condition }).not);
  if (group) {
    const inside = (condition as Record<string, Condition[]>)[group]!;
    return inside.length > 0 && inside.every(complete);
  }
  const { operator, value } = comparison(condition as Leaf);
  const said = Array.isArray(value) ? value.length > 0 : typeof value === "number" ? Number.isFinite(value) : value !== "" || operator === "known";
  return (condition as Leaf).field !== "" && said;
}

/** Without what was left empty, so that the text stays short. */
export function tidy<T extends object>(form: T): T {
  const empty = (value: unknown): boolean =>
    value === undefined || value === null || value === "" ||
    (typeof value === "object" && Object.keys(value).length === 0);
  return Object.fromEntries(Object.entries(form).filter(([, value]) => !empty(value))) as T;
}

/** Puts a rule in the place of the one with the old name, or at the end. */
export function putRule(policy: Policy, old: string | null, rule: Rule): void {
  const rules = (policy.rule ??= []);
  const at = old === null ? -1 : rules.findIndex((r) => r.name === old);
  if (at < 0) rules.push(rule);
  else rules[at] = rule;
}

/** Changes one rule where it stands. */
export const changeRule = (name: string, edit: (rule: Rule) => void): boolean =>
  editor.change((policy) => {
    const rule = policy.rule?.find((r) => r.name === name);
    if (rule) edit(rule);
  });

export function duplicateRule(rule: Rule): void {
  editor.change((policy) => {
    const rules = (policy.rule ??= []);
    const copy = { ...structuredClone(rule), name: freeName(s.rule.copyOf(rule.name), rules.map((r) => r.name)) };
    rules.splice(rules.findIndex((r) => r.name === rule.name) + 1, 0, copy);
  });
}

export function moveRule(name: string, by: 1 | -1): void {
  editor.change((policy) => {
    const rules = policy.rule ?? [];
    const at = rules.findIndex((r) => r.name === name);
    const [rule] = rules.splice(at, 1);
    if (rule) rules.splice(Math.max(0, at + by), 0, rule);
  });
}

/** Says that something was deleted, with the way back. */
function told(name: string): void {
  screen.show(s.editor.deleted(name), false, { label: s.editor.undo, perform: () => void editor.undo() });
}

export function deleteRule(name: string): void {
  if (editor.change((policy) => { policy.rule = policy.rule?.filter((r) => r.name !== name); })) told(name);
}

export function deleteOverride(name: string): void {
  if (editor.change((policy) => { policy.override = policy.override?.filter((o) => o.name !== name); })) told(name);
}

export function deleteTest(name: string): void {
  if (editor.change((policy) => { policy.test = policy.test?.filter((test) => test.name !== name); })) told(name);
}
