import type { Organisation, SquadHours, SquadSettings } from "@segue/protocol";
import { routing, sentence } from "../../api";

/** The organisation's settings, and when its squads are open. */
class Settings {
  organisation = $state.raw<Organisation | null>(null);
  hours = $state.raw<ReadonlyMap<string, SquadHours>>(new Map());
  problem = $state("");

  readonly squads = $derived<readonly SquadSettings[]>(this.organisation?.squad ?? []);
  readonly zone = $derived(this.organisation?.time_zone ?? "UTC");

  async load(): Promise<void> {
    this.problem = "";
    try {
      this.organisation = await routing.organisation();
    } catch (error) {
      this.problem = sentence(error);
    }
  }

  async loadHours(): Promise<void> {
    try {
      this.hours = new Map((await routing.hours()).map((one) => [one.squad, one]));
    } catch {
      // A card without "open now" still says its lines.
    }
  }

  takeHours(one: SquadHours): void {
    this.hours = new Map(this.hours).set(one.squad, one);
  }

  /** Fetches the settings, changes a part, and puts them back; what others changed meanwhile stays. */
  async save(change: (next: Organisation) => void): Promise<void> {
    const next = await routing.organisation();
    change(next);
    this.organisation = await routing.saveOrganisation(next);
    void this.loadHours();
  }

  squad(id: string): SquadSettings | undefined {
    return this.squads.find((squad) => squad.id === id);
  }

  squadName(id: string): string {
    return this.squad(id)?.name ?? id;
  }
}

export const settings = new Settings();
