import type { ContextPackage, Mark, Turn, View } from "@segue/protocol";
import type { Entry } from "@segue/sync";
import { sameDay } from "../format";
import { t } from "../messages";

type Note = ContextPackage["notes"][number];

/** One thing in the stream, from top to bottom. */
export type Item =
  | { kind: "day"; key: string; at_ms: number }
  /** `head`: the first of this speaker's turns in a row, so that name and time are said. */
  | { kind: "turn"; key: string; turn: Turn; head: boolean }
  | { kind: "marks"; key: string; marks: Mark[] }
  | { kind: "note"; key: string; note: Note }
  | { kind: "entry"; key: string; entry: Entry };

/** Turns of one speaker this close together stand under one name. */
const TOGETHER_MS = 180_000;

/** Lays out turns, the marks between them, notes by their time, and what is still on its way. */
export function layOut(context: ContextPackage, marks: readonly Mark[], entries: readonly Entry[], me: string): Item[] {
  const turns = [...context.transcript].sort((a, b) => a.turn - b.turn);
  const asides = [
    ...marks.map((mark) => ({ at_ms: mark.at_ms, mark, note: undefined })),
    ...context.notes.map((note) => ({ at_ms: note.at_ms, mark: undefined, note })),
  ].sort((a, b) => a.at_ms - b.at_ms || (a.mark?.seq ?? 0) - (b.mark?.seq ?? 0));

  const items: Item[] = [];
  let last_ms = 0;
  const dayOf = (at_ms: number) => {
    if (last_ms === 0 || !sameDay(last_ms, at_ms)) items.push({ kind: "day", key: `day ${at_ms}`, at_ms });
    last_ms = at_ms;
  };
  const put = (aside: (typeof asides)[number]) => {
    const before = items.at(-1);
    if (aside.note) items.push({ kind: "note", key: `note ${aside.at_ms} ${items.length}`, note: aside.note });
    else if (before?.kind === "marks") before.marks.push(aside.mark);
    else items.push({ kind: "marks", key: `mark ${aside.mark.seq}`, marks: [aside.mark] });
  };
  /** A mark stands before turn `turn` where it came after an earlier one; a note where it was written before it. */
  const due = (aside: (typeof asides)[number], turn: Turn) =>
    aside.mark ? aside.mark.after_turn < turn.turn : aside.at_ms < turn.at_ms;

  let rest = asides;
  let before: Turn | undefined;
  for (const turn of turns) {
    const now = rest.filter((aside) => due(aside, turn));
    rest = rest.filter((aside) => !due(aside, turn));
    now.forEach(put);
    dayOf(turn.at_ms);
    const together =
      before !== undefined && items.at(-1)?.kind === "turn" && before.role === turn.role && before.agent === turn.agent &&
      turn.at_ms - before.at_ms < TOGETHER_MS && !turn.citations?.length;
    items.push({ kind: "turn", key: `turn ${turn.turn}`, turn, head: !together });
    before = turn;
  }
  rest.forEach(put);
  for (const entry of entries) {
    if (!arrived(entry, context, me)) items.push({ kind: "entry", key: entry.client_id, entry });
  }
  return items;
}

/** Decisions that were held back, as marks after their turn: nothing came of them, so the log has none. */
export function holds(view: View): Mark[] {
  const turns = new Map(view.package.transcript.map((turn) => [turn.turn, turn.at_ms]));
  return view.decisions.flatMap((decision) => {
    const at_ms = turns.get(decision.turn);
    if (decision.action !== "hold" || at_ms === undefined) return [];
    return [{ seq: -decision.turn, at_ms, after_turn: decision.turn, kind: "held" as const, text: t.conversation.held(decision.hold ?? "") }];
  });
}

/** The server shows this entry already, though its answer to us is still on the way. */
function arrived(entry: Entry, context: ContextPackage, me: string): boolean {
  if (entry.state === "failed") return false;
  const same = (by: string | undefined, text: string, at_ms: number) =>
    by === me && text === entry.text && at_ms >= entry.at_ms - 3_000;
  return entry.kind === "reply"
    ? context.transcript.some((turn) => turn.role === "agent" && same(turn.agent, turn.text, turn.at_ms))
    : context.notes.some((note) => same(note.agent, note.text, note.at_ms));
}
