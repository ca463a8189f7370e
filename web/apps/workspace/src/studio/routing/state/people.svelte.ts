import type { AgentProfile, AgentWork, Presence } from "@segue/protocol";
import { routing, sentence } from "../../api";
import { same, workOf } from "../people/work";

const AT_ONCE = 4;

/** The staff, what has been changed of their work, and what stood in the way of saving it. */
class People {
  staff = $state.raw<readonly AgentProfile[] | null>(null);
  presence = $state.raw<ReadonlyMap<string, Presence>>(new Map());
  problem = $state("");
  /** By id: the work as it is to be. */
  edits = $state.raw<Readonly<Record<string, AgentWork>>>({});
  /** By id: why it could not be saved. */
  problems = $state.raw<Readonly<Record<string, string>>>({});
  saving = $state(false);

  /** Everybody with the changes applied. */
  readonly now = $derived((this.staff ?? []).map((one) => ({ ...one, ...this.edits[one.id] })));
  readonly changed = $derived(Object.keys(this.edits).length);

  async load(): Promise<void> {
    this.problem = "";
    try {
      const [staff, agents] = await Promise.all([routing.staff(), routing.agents().catch(() => [])]);
      this.staff = [...staff].sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
      this.presence = new Map(agents.map((one) => [one.id, one.presence]));
    } catch (error) {
      this.problem = sentence(error);
    }
  }

  change(id: string, change: Partial<AgentWork>): void {
    const held = this.staff?.find((one) => one.id === id);
    if (!held) return;
    const next = { ...(this.edits[id] ?? workOf(held)), ...change };
    if (same(next, workOf(held))) this.#drop(id);
    else this.edits = { ...this.edits, [id]: next };
  }

  setLevel(id: string, skill: string, level: number): void {
    const skills = { ...this.now.find((one) => one.id === id)?.skills };
    if (level === 0) delete skills[skill];
    else skills[skill] = level;
    this.change(id, { skills });
  }

  discard(): void {
    this.edits = {};
    this.problems = {};
  }

  /** Saves each changed person; whoever is refused keeps the change and the reason. Answers with how many were saved. */
  async save(): Promise<number> {
    this.saving = true;
    this.problems = {};
    const waiting = Object.entries(this.edits);
    let saved = 0;
    const next = async (): Promise<void> => {
      for (let one = waiting.shift(); one; one = waiting.shift()) {
        const [id, work] = one;
        try {
          const profile = await routing.saveWork(id, work);
          this.staff = (this.staff ?? []).map((held) => (held.id === id ? profile : held));
          if (this.edits[id] === work) this.#drop(id);
          saved += 1;
        } catch (error) {
          this.problems = { ...this.problems, [id]: sentence(error) };
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
    this.saving = false;
    return saved;
  }

  #drop(id: string): void {
    const edits = { ...this.edits };
    delete edits[id];
    this.edits = edits;
    const problems = { ...this.problems };
    delete problems[id];
    this.problems = problems;
  }
}

export const people = new People();
