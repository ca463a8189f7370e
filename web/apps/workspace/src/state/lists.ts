import type { ListName, Me, Row, State } from "@segue/protocol";

/** Which rows stand in which list, and in which order. The server counts; this keeps the lists live between answers. */
const OVER = new Set<State>(["resolved", "abandoned", "ticketed"]);
const WAITING = new Set<State>(["requested", "queued", "offered"]);
const HELD = new Set<State>(["preparing", "human", "wrap_up"]);

export const isOver = (row: Row): boolean => OVER.has(row.state);
export const isWaiting = (row: Row): boolean => WAITING.has(row.state);
/** Nobody has it, and somebody could: a ticket and a callback may be taken before their time. */
export const isTakeable = (row: Row): boolean => isWaiting(row) || row.state === "ticketed" || row.state === "callback";
export const isMine = (row: Row, me: Me | null): boolean => !!me && row.agent === me.id && HELD.has(row.state);
export const inMySquads = (row: Row, me: Me | null): boolean =>
  !!me?.squads.some((squad) => squad.id === row.squad || squad.name === row.squad);

const TESTS: Record<ListName, (row: Row, me: Me | null) => boolean> = {
  mine: isMine,
  squads: (row, me) => !isOver(row) && row.state !== "ai" && inMySquads(row, me),
  unassigned: (row) => isWaiting(row) && !row.agent,
  waiting: isWaiting,
  callbacks: (row) => row.callback !== undefined && !isOver(row),
  open: (row) => !isOver(row),
  resolved: isOver,
  all: () => true,
};

export const stands = (row: Row, list: ListName, me: Me | null): boolean => TESTS[list](row, me);

const byTime = (a: Row, b: Row): number => (a.callback?.from_ms ?? Infinity) - (b.callback?.from_ms ?? Infinity) || byChange(a, b);

const byChange = (a: Row, b: Row): number =>
  b.updated_at_ms - a.updated_at_ms || (a.conversation < b.conversation ? -1 : Number(a.conversation > b.conversation));

export interface Section { key: string; title?: "squadsWaiting"; rows: Row[] }

/** The sections of a list as they stand from top to bottom; what is offered to me stands above them already. */
export function sections(
  rows: Iterable<Row>, list: ListName, me: Me | null, search: string, offered: ReadonlySet<string> = new Set(),
): Section[] {
  const all = [...rows];
  const match = matcher(search);
  const own = all.filter((row) => stands(row, list, me) && match(row));
  own.sort(list === "resolved" || list === "all" ? byChange : list === "callbacks" ? byTime : byUrgency);
  if (list !== "mine") return [{ key: list, rows: own }];
  const waiting = all.filter((row) => isWaiting(row) && !offered.has(row.conversation) && inMySquads(row, me) && match(row));
  waiting.sort(byUrgency);
  return [{ key: "mine", rows: own }, { key: "squadsWaiting", title: "squadsWaiting", rows: waiting }];
}

/** Those with a promised time first, the most urgent on top; then the latest change. Ties by id, so nothing jumps. */
export function byUrgency(a: Row, b: Row): number {
  if (a.sla_due_at_ms === b.sla_due_at_ms) return byChange(a, b);
  return (a.sla_due_at_ms ?? Infinity) - (b.sla_due_at_ms ?? Infinity);
}

function matcher(search: string): (row: Row) => boolean {
  const wanted = search.trim().toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return () => true;
  return (row) => {
    const text = [row.who, row.line, row.tier, row.squad, row.channel, row.conversation].join(" ").toLocaleLowerCase();
    return wanted.every((word) => text.includes(word));
  };
}
