import type { ContextPackage, Mark, Turn, View } from "@segue/protocol";
import type { Entry } from "@segue/sync";
import { describe, expect, it } from "vitest";
import { holds, type Item, layOut } from "./stream";

const NOON = new Date(2026, 1, 3, 12).getTime();
const turn = (n: number, role: Turn["role"] = "customer", more: Partial<Turn> = {}): Turn => ({ turn: n, role, at_ms: NOON + n * 60_000, text: `t${n}`, ...more });
const context = (transcript: Turn[], notes: ContextPackage["notes"] = []) => ({ transcript, notes }) as unknown as ContextPackage;
const mark = (seq: number, after_turn: number): Mark => ({ seq, at_ms: NOON + after_turn * 60_000 + seq, after_turn, kind: "queued", text: "" });
const entry = (more: Partial<Entry>): Entry => ({ client_id: "e", conversation: "c", kind: "reply", text: "hi", at_ms: NOON, state: "pending", ...more });
const show = (items: Item[]) => items.map((i) =>
  i.kind === "turn" ? `${i.turn.turn}${i.head ? "" : "+"}` : i.kind === "marks" ? `m${i.marks.map((m) => m.seq).join(",")}` : i.kind).join(" ");

describe("the stream", () => {
  it("puts marks after their turn and notes at their time", () => {
    const notes = [{ agent: "a", at_ms: NOON + 90_000, text: "n" }];
    expect(show(layOut(context([turn(1), turn(2, "assistant"), turn(3)], notes), [mark(8, 2), mark(9, 2), mark(10, 3)], [], "me"))).toBe("day 1 note 2 m8,9 3 m10");
  });
  it("joins turns of one speaker, unless something stands between", () => {
    expect(show(layOut(context([turn(1), turn(2), turn(3)]), [mark(5, 2)], [], "me"))).toBe("day 1 2+ m5 3");
  });
  it("keeps marks of turns that are not in the transcript any more", () => {
    expect(show(layOut(context([turn(7)]), [mark(1, 2), mark(2, 9)], [], "me"))).toBe("m1 day 7 m2");
  });
  it("marks what was held back, with its reason", () => {
    const decision = (n: number, action: "hold" | "answer", hold?: string) => ({ turn: n, action, hold, triggers: [], confidence: 0.5 });
    const view = { package: context([turn(1), turn(3)]), decisions: [decision(1, "answer"), decision(3, "hold", "trying a step"), decision(9, "hold")] } as unknown as View;
    expect(holds(view).map((m) => [m.after_turn, m.text])).toEqual([[3, "No handoff yet: trying a step"]]);
  });
  it("begins a new day", () => {
    expect(show(layOut(context([turn(1), turn(2, "customer", { at_ms: NOON + 86_400_000 })]), [], [], "me"))).toBe("day 1 day 2");
  });
  it("hides what the server shows already, never what failed", () => {
    const said = context([turn(1), turn(2, "agent", { agent: "me", text: "hi" })]);
    expect(show(layOut(said, [], [entry({})], "me"))).toBe("day 1 2");
    expect(show(layOut(said, [], [entry({ state: "failed" })], "me"))).toBe("day 1 2 entry");
    expect(show(layOut(said, [], [entry({ text: "other" })], "me"))).toBe("day 1 2 entry");
  });
});
