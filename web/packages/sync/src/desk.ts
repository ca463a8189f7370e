import type { AgentStatus, Counts, Me, Offer, Row, View, WorkspaceFrame } from "@segue/protocol";

/**
 * What the workspace knows. Folded from frames; never edited in place, so that a view may compare by identity.
 */
export interface Desk {
  /** False until the first snapshot. */
  ready: boolean;
  me: Me | null;
  rows: ReadonlyMap<string, Row>;
  counts: Counts;
  /** Oldest first. */
  offers: readonly Offer[];
  agents: ReadonlyMap<string, AgentStatus>;
  /** The open conversation, whole. */
  view: View | null;
  /** Customers who type, with the local time of the last sign, in milliseconds. */
  typing: ReadonlyMap<string, number>;
}

export const EMPTY_COUNTS: Counts = { mine: 0, squads: 0, unassigned: 0, waiting: 0, open: 0 };

export const EMPTY_DESK: Desk = {
  ready: false, me: null, rows: new Map(), counts: EMPTY_COUNTS, offers: [], agents: new Map(), view: null,
  typing: new Map(),
};

/** Folds one frame. Frames may come late or twice: for a row and a view the larger `seq` wins. */
export function apply(desk: Desk, frame: WorkspaceFrame, now_ms: number): Desk {
  switch (frame.type) {
    case "welcome":
      return {
        ready: true, me: frame.me, counts: frame.counts, offers: inOrder(frame.offers),
        rows: new Map(frame.rows.map((row) => [row.conversation, row])),
        agents: new Map(frame.agents.map((agent) => [agent.id, agent])),
        // The server sends the open conversation again; until then the old one is better than nothing.
        view: desk.view, typing: new Map(),
      };
    case "row":
      return withRows(desk, [frame.row]);
    case "counts":
      return { ...desk, counts: frame.counts };
    case "view":
      return withView(desk, frame.view);
    case "offer":
      return {
        ...withRows(desk, [frame.offer.row]),
        offers: inOrder([...desk.offers.filter((o) => o.conversation !== frame.offer.conversation), frame.offer]),
      };
    case "offer_ended":
      return withoutOffer(desk, frame.conversation, frame.epoch);
    case "me":
      return { ...desk, me: frame.me };
    case "agent":
      return { ...desk, agents: new Map(desk.agents).set(frame.agent.id, frame.agent) };
    case "customer_typing":
      return { ...desk, typing: new Map(desk.typing).set(frame.conversation, now_ms) };
    default:
      return desk;
  }
}

/** Adds rows that were fetched or pushed; never goes back to a smaller `seq`, and changes nothing for nothing new. */
export function withRows(desk: Desk, rows: readonly Row[]): Desk {
  const news = rows.filter((row) => {
    const held = desk.rows.get(row.conversation);
    return !held || held.seq < row.seq || (held.seq === row.seq && JSON.stringify(held) !== JSON.stringify(row));
  });
  if (news.length === 0) return desk;
  const next = new Map(desk.rows);
  for (const row of news) next.set(row.conversation, row);
  return { ...desk, rows: next };
}

/** Takes a whole conversation, and its row with it. */
export function withView(desk: Desk, view: View): Desk {
  const held = desk.view;
  if (held && held.row.conversation === view.row.conversation && held.row.seq > view.row.seq) return desk;
  const typing = new Map(desk.typing);
  const last = view.package.transcript.at(-1);
  if (last?.role === "customer" && last.turn !== held?.package.transcript.at(-1)?.turn) {
    typing.delete(view.row.conversation);
  }
  return { ...withRows(desk, [view.row]), view, typing };
}

/** An offer is over where its epoch is not newer than the one that ended. */
export function withoutOffer(desk: Desk, conversation: string, epoch: number): Desk {
  const offers = desk.offers.filter((o) => o.conversation !== conversation || o.epoch > epoch);
  return offers.length === desk.offers.length ? desk : { ...desk, offers };
}

function inOrder(offers: readonly Offer[]): Offer[] {
  return [...offers].sort((a, b) => a.offered_at_ms - b.offered_at_ms || a.conversation.localeCompare(b.conversation));
}
