/**
 * What the agent has sent and the server has not yet shown back.
 *
 * Each entry has a client id, so that a second delivery is the same delivery. Entries of one conversation go out in
 * order, one at a time; they survive a reload of the tab.
 */
export interface Entry {
  client_id: string;
  conversation: string;
  kind: "reply" | "note";
  text: string;
  at_ms: number;
  state: "pending" | "sent" | "failed";
  /** One sentence, where it failed. */
  problem?: string;
  /** Known once the server has taken it. */
  seq?: number;
}

/** What became of one delivery. `retry` is for no network and a server that cannot now; the rest is final. */
export type Delivery = { ok: true; seq: number } | { ok: false; retry: boolean; problem: string };

export interface OutboxOptions {
  deliver: (entry: Entry) => Promise<Delivery>;
  onChange: (entries: readonly Entry[]) => void;
  /** Where entries survive a reload; a browser passes `sessionStorage`. */
  storage?: Pick<Storage, "getItem" | "setItem">;
  id?: () => string;
  now?: () => number;
  /** Waits between attempts, in milliseconds; after the last the entry has failed. */
  waits_ms?: readonly number[];
}

const KEY = "segue.outbox";
const WAITS_MS = [500, 1_500, 4_000, 8_000, 15_000];

export class Outbox {
  #entries: Entry[] = [];
  readonly #busy = new Set<string>();
  readonly #seen = new Map<string, number>();

  constructor(private readonly options: OutboxOptions) {
    this.#entries = restore(options.storage);
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** Sends again what a reload interrupted. */
  resume(): void {
    this.#changed();
    for (const entry of this.#entries) if (entry.state === "pending") void this.#work(entry.conversation);
  }

  add(conversation: string, kind: Entry["kind"], text: string): Entry {
    const entry: Entry = {
      client_id: (this.options.id ?? (() => crypto.randomUUID()))(),
      conversation, kind, text, at_ms: (this.options.now ?? Date.now)(), state: "pending",
    };
    this.#entries = [...this.#entries, entry];
    this.#changed();
    void this.#work(conversation);
    return entry;
  }

  retry(client_id: string): void {
    const entry = this.#entries.find((e) => e.client_id === client_id);
    if (!entry || entry.state !== "failed") return;
    this.#set(client_id, { state: "pending", problem: undefined });
    void this.#work(entry.conversation);
  }

  discard(client_id: string): void {
    this.#entries = this.#entries.filter((e) => e.client_id !== client_id);
    this.#changed();
  }

  /** The server shows everything up to `seq`: what it took before needs no ghost any more. */
  seen(conversation: string, seq: number): void {
    this.#seen.set(conversation, Math.max(seq, this.#seen.get(conversation) ?? 0));
    const left = this.#entries.filter(
      (e) => e.conversation !== conversation || e.state !== "sent" || (e.seq ?? Infinity) > seq,
    );
    if (left.length === this.#entries.length) return;
    this.#entries = left;
    this.#changed();
  }

  clear(): void {
    this.#entries = [];
    this.#changed();
  }

  async #work(conversation: string): Promise<void> {
    if (this.#busy.has(conversation)) return;
    this.#busy.add(conversation);
    try {
      for (;;) {
        const entry = this.#entries.find((e) => e.conversation === conversation && e.state === "pending");
        if (!entry) return;
        await this.#deliver(entry);
      }
    } finally {
      this.#busy.delete(conversation);
    }
  }

  async #deliver(entry: Entry): Promise<void> {
    const waits_ms = this.options.waits_ms ?? WAITS_MS;
    for (let attempt = 0; ; attempt += 1) {
      const delivery = await this.options.deliver(entry).catch(
        (error: unknown): Delivery => ({ ok: false, retry: true, problem: String(error) }),
      );
      if (!this.#entries.some((e) => e.client_id === entry.client_id)) return;
      if (delivery.ok) {
        // The view may have come before the answer.
        if ((this.#seen.get(entry.conversation) ?? -1) >= delivery.seq) this.discard(entry.client_id);
        else this.#set(entry.client_id, { state: "sent", seq: delivery.seq });
        return;
      }
      const wait_ms = waits_ms[attempt];
      if (!delivery.retry || wait_ms === undefined) {
        this.#set(entry.client_id, { state: "failed", problem: delivery.problem });
        return;
      }
      await new Promise((resume) => setTimeout(resume, wait_ms));
      if (!this.#entries.some((e) => e.client_id === entry.client_id)) return;
    }
  }

  #set(client_id: string, change: Partial<Entry>): void {
    this.#entries = this.#entries.map((e) => (e.client_id === client_id ? { ...e, ...change } : e));
    this.#changed();
  }

  #changed(): void {
    try {
      this.options.storage?.setItem(KEY, JSON.stringify(this.#entries));
    } catch {
      // A full or forbidden storage costs the reload, not the message.
    }
    this.options.onChange(this.#entries);
  }
}

function restore(storage: OutboxOptions["storage"]): Entry[] {
  try {
    const held: unknown = JSON.parse(storage?.getItem(KEY) ?? "[]");
    // What the server had taken is in the next snapshot.
    return Array.isArray(held) ? (held as Entry[]).filter((e) => e.state !== "sent") : [];
  } catch {
    return [];
  }
}
