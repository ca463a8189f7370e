import type { Item } from "@segue/protocol";

/** A message the customer sees as sent before the server has said so. */
export interface Pending {
  client_id: string;
  text: string;
  at_ms: number;
  state: "sending" | "waiting" | "failed";
}

/** The stream as shown: what the server has confirmed, by seq, then what is on its way. */
export interface Stream {
  seq: number;
  items: readonly Item[];
  pending: readonly Pending[];
}

export const EMPTY: Stream = { seq: 0, items: [], pending: [] };

/** A full picture from the server: everything confirmed is replaced, what is on its way stays. */
export function replace(stream: Stream, seq: number, items: readonly Item[]): Stream {
  return settle({ seq, items: ordered(items), pending: stream.pending });
}

/** News from the server: the same seq replaces, so that a repeated delivery changes nothing. */
export function merge(stream: Stream, seq: number, items: readonly Item[]): Stream {
  return settle({
    seq: Math.max(stream.seq, seq),
    items: items.length === 0 ? stream.items : ordered([...stream.items, ...items]),
    pending: stream.pending,
  });
}

/** Adds what the customer just wrote, or changes its state. */
export function expect(stream: Stream, pending: Pending): Stream {
  const others = stream.pending.filter((one) => one.client_id !== pending.client_id);
  const at = stream.pending.findIndex((one) => one.client_id === pending.client_id);
  return settle({ ...stream, pending: others.toSpliced(at < 0 ? others.length : at, 0, pending) });
}

export function forget(stream: Stream, clientId: string): Stream {
  return { ...stream, pending: stream.pending.filter((one) => one.client_id !== clientId) };
}

/** By seq, the last word on each seq, and on each client id, winning. */
function ordered(items: readonly Item[]): Item[] {
  const bySeq = new Map<number, Item>();
  const byClient = new Map<string, number>();
  for (const item of items) {
    if (item.kind === "message" && item.client_id) {
      const earlier = byClient.get(item.client_id);
      if (earlier !== undefined && earlier !== item.seq) bySeq.delete(earlier);
      byClient.set(item.client_id, item.seq);
    }
    bySeq.set(item.seq, item);
  }
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

/** Drops each expected message that the server has confirmed under the same client id. */
function settle(stream: Stream): Stream {
  const confirmed = new Set<string>();
  for (const item of stream.items) if (item.kind === "message" && item.client_id) confirmed.add(item.client_id);
  const pending = stream.pending.filter((one) => !confirmed.has(one.client_id));
  return pending.length === stream.pending.length ? stream : { ...stream, pending };
}
