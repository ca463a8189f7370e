import type { Action } from "../actions";
import { s } from "../messages/studio";
import { mayTune } from "../state/people";
import { router } from "../state/route.svelte";
import { focusOn, screen } from "../state/screen.svelte";
import { go, here } from "./place";
import { dialogs } from "./state/dialog.svelte";
import { editor } from "./state/editor.svelte";
import { look } from "./state/look.svelte";
import { newRule } from "./policy/rule";
import { tester } from "./state/tester.svelte";
import { askRollBack } from "./trial/acts";
import { triggers } from "./state/triggers.svelte";

const words = (id: string) => s.keywords[id] ?? [];
const inPolicy = () => router.now.page === "studio" && here().page === "policy" && !!editor.policy && mayTune();
const narrow = () => matchMedia("(max-width: 1099px)").matches;

/** What can be done in the studio. */
export const studioActions = (): Action[] => [
  { id: "trial", label: s.actions.trial, group: "move", keywords: words("trial"), when: mayTune, perform: () => go({ page: "trial", version: null }) },
  { id: "backtest", label: s.actions.backtest, group: "move", keywords: words("backtest"), when: mayTune, perform: () => go({ page: "backtest", id: null, version: null }) },
  { id: "proposals", label: s.actions.proposals, group: "move", keywords: words("proposals"), when: mayTune, perform: () => go({ page: "proposals" }) },
  {
    id: "policy-save", label: s.actions.save, short: s.editor.save, group: "policy", keywords: words("save"), shortcut: "Mod+s",
    when: () => inPolicy() && editor.changed && editor.readable && !editor.writing && editor.notWritten === "", perform: () => dialogs.open({ kind: "save" }),
  },
  {
    id: "policy-cards", label: s.actions.cards, short: s.editor.cards, group: "policy", keywords: words("cards"), shortcut: "c",
    when: () => inPolicy() && look.view !== "cards", perform: () => look.show("cards"),
  },
  {
    id: "policy-text", label: s.actions.text, short: s.editor.text, group: "policy", keywords: words("text"), shortcut: "x",
    when: () => inPolicy() && look.view !== "text", perform: () => { look.show("text"); focusOn("policy"); },
  },
  {
    id: "policy-rule", label: s.actions.addRule, short: s.cards.addRule, group: "policy", keywords: words("addRule"), shortcut: "a",
    when: () => inPolicy() && editor.readable, perform: () => { look.show("cards"); newRule(); },
  },
  { id: "policy-undo", label: s.actions.undo, short: s.editor.undo, group: "policy", keywords: [], shortcut: "Mod+z", when: () => inPolicy() && editor.mayUndo, perform: () => void editor.undo() },
  { id: "policy-redo", label: s.actions.redo, short: s.editor.redo, group: "policy", keywords: [], shortcut: "Mod+y", when: () => inPolicy() && editor.mayRedo, perform: () => void editor.redo() },
  { id: "policy-template", label: s.actions.template, short: s.editor.template, group: "policy", keywords: ["preset", "example"], when: inPolicy, perform: () => dialogs.open({ kind: "template" }) },
  {
    id: "policy-try", label: s.actions.tryIt, group: "policy", keywords: words("tryIt"), shortcut: "t",
    when: inPolicy, perform: () => { tester.tab = "try"; screen.briefing = narrow(); focusOn("try"); },
  },
  {
    id: "policy-tests", label: s.actions.tests, short: s.test.run, group: "policy", keywords: ["check"], shortcut: "p",
    when: inPolicy, perform: () => { tester.tab = "tests"; screen.briefing = narrow(); void tester.run(); },
  },
  { id: "test-box", label: s.actions.box, short: s.test.show, group: "policy", keywords: [], shortcut: "b", when: () => inPolicy() && narrow(), perform: () => (screen.briefing = !screen.briefing) },
  {
    id: "policy-rollback", label: s.actions.rollback, short: s.trial.rollback, group: "policy", keywords: words("rollback"),
    when: () => router.now.page === "studio" && mayTune() && triggers.live !== null, perform: askRollBack,
  },
];
