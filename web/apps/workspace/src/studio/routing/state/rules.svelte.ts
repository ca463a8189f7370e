import type { Organisation, Routing, Tier } from "@segue/protocol";
import { sentence } from "../../api";
import { settings } from "./settings.svelte";

interface Draft { routing: Routing; tiers: Tier[] }

/** The rules as they are edited. */
class Rules {
  now = $state<Draft | null>(null);
  #base = $state.raw<Draft | null>(null);
  busy = $state(false);
  problem = $state("");

  readonly routingChanged = $derived(JSON.stringify(this.now?.routing) !== JSON.stringify(this.#base?.routing));
  readonly tiersChanged = $derived(JSON.stringify(this.now?.tiers) !== JSON.stringify(this.#base?.tiers));
  readonly changed = $derived(this.now !== null && (this.routingChanged || this.tiersChanged));

  /** What the server has; edits that are not saved stay. */
  take(organisation: Organisation | null): void {
    if (!organisation) return;
    const base = structuredClone({ routing: organisation.routing, tiers: organisation.tiers });
    const keep = this.changed;
    this.#base = base;
    if (!keep) this.now = structuredClone(base);
  }

  discard(): void {
    this.problem = "";
    this.now = structuredClone(this.#base);
  }

  /** Whether it was saved; where not, `problem` says why and nothing is lost. */
  async save(): Promise<boolean> {
    const draft = $state.snapshot(this.now);
    if (!draft) return false;
    this.busy = true;
    this.problem = "";
    try {
      await settings.save((next) => Object.assign(next, draft));
      this.now = null;
      this.take(settings.organisation);
      return true;
    } catch (error) {
      this.problem = sentence(error);
      return false;
    } finally {
      this.busy = false;
    }
  }
}

export const rules = new Rules();
