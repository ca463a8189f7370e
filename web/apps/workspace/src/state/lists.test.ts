import type { Me, Row } from "@segue/protocol";
import { describe, expect, it } from "vitest";
import { byUrgency, sections, stands } from "./lists";

const me = { id: "me", squads: [{ id: "sq", name: "Orders" }] } as Me;
const row = (conversation: string, more: Partial<Row> = {}): Row => ({
  conversation, seq: 1, state: "queued", epoch: 1, who: conversation, line: "", channel: "web", opened_at_ms: 0, updated_at_ms: 0,
  frustration: [], ...more,
});
const later = { from_ms: 20, until_ms: 30, asked_at_ms: 1, due: false };
const names = (rows: Row[]) => rows.map((r) => r.conversation);

describe("lists", () => {
  it("sorts by the promised time, then by the latest change, then by id", () => {
    const rows = [row("b"), row("a"), row("new", { updated_at_ms: 9 }), row("late", { sla_due_at_ms: 5 }), row("soon", { sla_due_at_ms: 7 })];
    expect(names(rows.sort(byUrgency))).toEqual(["late", "soon", "new", "a", "b"]);
  });

  it("knows who stands where", () => {
    const cases: [Partial<Row>, string[]][] = [
      [{ state: "human", agent: "me" }, ["mine", "open", "all"]],
      [{ state: "human", agent: "other", squad: "sq" }, ["squads", "open", "all"]],
      [{ state: "queued", squad: "sq" }, ["squads", "unassigned", "waiting", "open", "all"]],
      [{ state: "queued", squad: "else" }, ["unassigned", "waiting", "open", "all"]],
      [{ state: "ai", squad: "sq" }, ["open", "all"]],
      [{ state: "resolved", agent: "me" }, ["resolved", "all"]],
      [{ state: "callback", squad: "sq", callback: later }, ["squads", "callbacks", "open", "all"]],
      [{ state: "queued", squad: "x", callback: { ...later, due: true } }, ["unassigned", "waiting", "callbacks", "open", "all"]],
    ];
    for (const [more, expected] of cases) {
      const lists = (["mine", "squads", "unassigned", "waiting", "callbacks", "open", "resolved", "all"] as const).filter((l) => stands(row("c", more), l, me));
      expect(lists, JSON.stringify(more)).toEqual(expected);
    }
  });

  it("adds what waits in my squads under mine, but not what is offered to me already", () => {
    const rows = [row("mine", { state: "human", agent: "me" }), row("wait", { squad: "sq" }), row("offered", { squad: "sq", state: "offered" }), row("else", { squad: "x" })];
    expect(sections(rows, "mine", me, "", new Set(["offered"])).map((s) => names(s.rows))).toEqual([["mine"], ["wait"]]);
  });

  it("sorts callbacks by their time", () => {
    const rows = [row("b", { state: "callback", callback: later }), row("a", { state: "callback", callback: { ...later, from_ms: 10 } })];
    expect(names(sections(rows, "callbacks", me, "")[0]!.rows)).toEqual(["a", "b"]);
  });

  it("searches every word", () => {
    const rows = [row("1", { who: "Ines Carvalho", line: "frame size" }), row("2", { who: "Ines Prado", line: "pump" })];
    expect(names(sections(rows, "waiting", me, "ines FRAME")[0]!.rows)).toEqual(["1"]);
  });
});
