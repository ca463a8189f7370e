import { backoffMs } from "./backoff";
import { readJson, type Store } from "./storage";

/** Something the customer did that the server must hear of exactly once. */
export type Act =
  | { kind: "message"; text: string }
  | { kind: "human" }
  | { kind: "accept" }
  | { kind: "proposal"; accept: boolean }
  | { kind: "contact"; email: string }
  | { kind: "callback"; from_ms: number; number?: string; moves?: boolean }
  | { kind: "callback/cancel" }
  | { kind: "wait" }
  | { kind: "rating"; score: number; comment?: string };

export interface Entry { client_id: string; at_ms: number; act: Act }

/** `later`: try again with the same client id. `refused`: the server will never take it. */
export type Verdict = "done" | "later" | "refused";

export interface OutboxOptions {
  store: Store;
  /** Ends in a colon; every entry is one key, so that two tabs never overwrite each other. */
  prefix: string;
  deliver(entry: Entry): Promise<Verdict>;
  changed(entry: Entry, state: "sending" | "waiting" | "failed" | "done"): void;
  sleep?(ms: number): Promise<void>;
  random?(): number;
}

const LIMIT = 200;

/**
 * What waits to be delivered: kept in storage, delivered in order, one at a time, each under the client id it was
 * born with, so that a repeated delivery is the same delivery.
 */
export class Outbox {
  private running = false;
  private wake: (() => void) | undefined;
  private stopped = false;

  constructor(private readonly options: OutboxOptions) {}

  /** Oldest first. */
  entries(): Entry[] {
    const { store, prefix } = this.options;
    return store.keys()
      .filter((key) => key.startsWith(prefix))
      .map((key) => readJson<Entry>(store, key))
      .filter((entry): entry is Entry => entry !== undefined)
      .sort((a, b) => a.at_ms - b.at_ms || (a.client_id < b.client_id ? -1 : 1));
  }

  add(entry: Entry): void {
    const { store, prefix } = this.options;
    const last = this.entries().at(-1);
    const atMs = last && last.at_ms >= entry.at_ms ? last.at_ms + 1 : entry.at_ms;
    if (this.entries().length >= LIMIT) return this.options.changed(entry, "failed");
    store.set(prefix + entry.client_id, JSON.stringify({ ...entry, at_ms: atMs }));
    void this.flush();
  }

  remove(clientId: string): void {
    this.options.store.remove(this.options.prefix + clientId);
  }

  /** The network is back, or somebody pressed "try again": do not wait out the pause. */
  nudge(): void {
    this.wake?.();
    void this.flush();
  }

  stop(): void {
    this.stopped = true;
    this.wake?.();
  }

  async flush(): Promise<void> {
    if (this.running || this.stopped) return;
    this.running = true;
    let attempt = 0;
    for (let entry = this.entries()[0]; entry && !this.stopped; entry = this.entries()[0]) {
      this.options.changed(entry, "sending");
      const verdict = await this.options.deliver(entry).catch((): Verdict => "later");
      if (this.stopped) break;
      if (verdict === "later") {
        this.options.changed(entry, "waiting");
        await this.pause(backoffMs(attempt++, this.options.random));
        continue;
      }
      attempt = 0;
      this.remove(entry.client_id);
      this.options.changed(entry, verdict === "done" ? "done" : "failed");
    }
    this.running = false;
  }

  private pause(ms: number): Promise<void> {
    if (this.options.sleep) return this.options.sleep(ms);
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.wake = undefined;
        resolve();
      };
      // Never less than a quarter of a second, so that a refusing server is not hammered.
      const timer = setTimeout(done, ms + 250);
      this.wake = done;
    });
  }
}
