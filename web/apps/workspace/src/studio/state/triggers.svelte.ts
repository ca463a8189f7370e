import type { Overview, Version } from "@segue/protocol";
import { sentence, studio } from "../api";

/** The versions: which is live, which is on trial, and who did what. */
class Triggers {
  overview = $state.raw<Overview | null>(null);
  problem = $state("");

  readonly live = $derived(this.overview?.live ?? null);
  readonly trial = $derived(this.overview?.trial ?? null);
  /** Newest first. */
  readonly versions = $derived([...(this.overview?.versions ?? [])].sort((a, b) => b.version - a.version));
  /** What can be put on trial. */
  readonly drafts = $derived(this.versions.filter((v) => v.version !== this.live && v.version !== this.trial?.version));

  async load(): Promise<void> {
    this.problem = "";
    try {
      this.overview = await studio.overview();
    } catch (error) {
      this.problem = sentence(error);
    }
  }

  take(overview: Overview): void {
    this.overview = overview;
    this.problem = "";
  }

  version(n: number | null): Version | undefined {
    return this.versions.find((v) => v.version === n);
  }
}

export const triggers = new Triggers();
