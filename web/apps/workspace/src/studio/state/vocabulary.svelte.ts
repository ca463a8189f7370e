import type { TriggerCount, Vocabulary, VocabularyField } from "@segue/protocol";
import { studio } from "../api";

export const DAYS = 28;

/** What conditions can speak of, and how often each trigger has fired. Fetched once; pages draw without it. */
class Words {
  now = $state.raw<Vocabulary | null>(null);
  fired = $state.raw<ReadonlyMap<string, TriggerCount> | null>(null);
  firedFailed = $state(false);
  readonly #fields = $derived(new Map((this.now?.fields ?? []).map((field) => [field.name, field])));

  async load(): Promise<void> {
    await Promise.all([this.#vocabulary(), this.loadFired()]);
  }

  async #vocabulary(): Promise<void> {
    try {
      this.now ??= await studio.vocabulary();
    } catch {
      // Names stand as they are in the text; the next page asks again.
    }
  }

  async loadFired(): Promise<void> {
    this.firedFailed = false;
    try {
      this.fired = new Map((await studio.triggers(DAYS)).triggers.map((count) => [count.name, count]));
    } catch {
      this.firedFailed = true;
    }
  }

  field(name: string): VocabularyField | undefined {
    return this.#fields.get(name);
  }

  /** The operators of a field; of all types where the field is unknown. */
  operators(name: string): readonly string[] {
    const field = this.field(name);
    const known = this.now?.operators ?? {};
    return (field && known[field.type]) ?? [...new Set(Object.values(known).flat())];
  }
}

export const vocabulary = new Words();
