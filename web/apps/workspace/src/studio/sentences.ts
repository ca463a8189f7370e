import type { Area, Condition, Override, Reason, Rule, Scalar, Vocabulary } from "@segue/protocol";
import { words } from "../format";
import { t } from "../messages";
import { s } from "../messages/studio";
import { decimal, percent } from "./numbers";
import { vocabulary } from "./state/vocabulary.svelte";

/** A condition that compares a field. */
export type Leaf = Extract<Condition, { field: string }>;
export type Group = "any" | "all" | "not";

const lists = new Map<string, Intl.ListFormat>();
function list(items: string[], type: "conjunction" | "disjunction"): string {
  let held = lists.get(type);
  if (!held) lists.set(type, (held = new Intl.ListFormat(t.lang, { type })));
  return held.format(items);
}

export const groupOf = (condition: Condition): Group | null =>
  "any" in condition ? "any" : "all" in condition ? "all" : "not" in condition ? "not" : null;

/** The operator and value of a comparison. */
export function comparison(leaf: Leaf): { operator: string; value: Scalar | string[] } {
  const [operator = "is", value = ""] = Object.entries(leaf).find(([key]) => key !== "field") ?? [];
  return { operator, value: value as Scalar | string[] };
}

export const fieldName = (name: string): string => s.words.fields[name] ?? words(name.replace(/\./g, " ")).toLocaleLowerCase();
export const signalName = (name: string): string => s.words.signals[name] ?? t.reasons[name as Reason] ?? words(name);
export const reasonName = (reason: string): string => t.reasons[reason as Reason] ?? words(reason);
export const squadName = (id: string): string => vocabulary.now?.squads.find((squad) => squad.id === id)?.name ?? id;
/** The name of what fired: a signal, or one of the policy's rules. */
export const triggerName = (name: string): string => (name.startsWith("rule:") ? name.slice(5) : signalName(name));

function valueWords(field: Vocabulary["fields"][number] | undefined, value: Scalar | string[]): string {
  if (Array.isArray(value)) return list(value.map(String), "disjunction");
  if (typeof value === "number") return field?.unit ? `${decimal(value)} ${field.unit}` : decimal(value);
  return String(value);
}

export function conditionWords(condition: Condition, inside = false): string {
  const group = groupOf(condition);
  if (group === "not") return s.words.not(conditionWords((condition as { not: Condition }).not, true));
  if (group) {
    const parts = (condition as Record<string, Condition[]>)[group]!;
    const joined = list(parts.map((part) => conditionWords(part, parts.length > 1)), group === "any" ? "disjunction" : "conjunction");
    return inside && parts.length > 1 ? s.words.group(joined) : joined;
  }
  const leaf = condition as Leaf;
  const { operator, value } = comparison(leaf);
  const field = fieldName(leaf.field);
  if (operator === "known") return value ? s.words.known(field) : s.words.unknown(field);
  if (typeof value === "boolean") return value === (operator === "is") ? s.words.is(field) : s.words.isNot(field);
  return s.words.leaf(field, s.words.operators[operator] ?? words(operator), valueWords(vocabulary.field(leaf.field), value));
}

/** "When the tier is enterprise and the amount is above 500". */
export function whenWords(of: { when?: Condition[]; if?: string }): string {
  const parts = (of.when ?? []).map((condition) => conditionWords(condition, true));
  if (of.if?.trim()) parts.push(s.words.expression(of.if.trim()));
  return parts.length === 0 ? s.words.always : s.words.when(list(parts, "conjunction"));
}

export const lasting = (seconds: number): string =>
  seconds % 3_600 === 0 ? s.words.hours(seconds / 3_600) : seconds % 60 === 0 ? s.words.minutes(seconds / 60) : s.words.seconds(seconds);

/** "hand off to Billing, because: By policy". */
export function thenWords(rule: Rule): string {
  const squad = rule.squad ? squadName(rule.squad) : null;
  const act = {
    hand_off: () => s.words.handOff(squad), propose: () => s.words.propose(squad),
    count: () => s.words.count(percent(rule.weight ?? 0)), hold: () => s.words.hold,
  }[rule.then]();
  const parts = [act];
  if (rule.then !== "hold") parts.push(s.words.because(reasonName(rule.reason ?? "policy")));
  if (rule.priority !== undefined) parts.push(s.words.first(rule.priority));
  if (rule.first_reply_s !== undefined) parts.push(s.words.replyIn(lasting(rule.first_reply_s)));
  return parts.join(", ");
}

export function areaWords(area: Area): { when: string; then: string } {
  const squad = area.squad ? squadName(area.squad) : null;
  const parts = [area.action === "hand_off" ? s.words.handOff(squad) : s.words.propose(squad), s.words.because(reasonName(area.reason))];
  if (area.proactive_after_s !== undefined) parts.push(s.words.after(lasting(area.proactive_after_s)));
  return { when: s.words.onPage(area.area), then: parts.join(", ") };
}

export function overrideWords(override: Override): string {
  const parts: string[] = [];
  if (override.propose_at !== undefined) parts.push(s.words.proposeAt(percent(override.propose_at)));
  if (override.hand_off_at !== undefined) parts.push(s.words.handOffAt(percent(override.hand_off_at)));
  if (override.answer_confidence_min !== undefined) parts.push(s.words.confidenceMin(percent(override.answer_confidence_min)));
  if (override.cool_down_turns !== undefined) parts.push(s.words.coolDown(override.cool_down_turns));
  for (const [signal, factor] of Object.entries(override.emphasis ?? {})) parts.push(s.words.emphasised(signalName(signal), decimal(factor)));
  return parts.length === 0 ? s.override.nothing : list(parts, "conjunction");
}
