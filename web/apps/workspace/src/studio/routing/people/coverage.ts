import type { AgentWork, SquadSettings } from "@segue/protocol";

type Able = Pick<AgentWork, "skills" | "languages" | "capacity" | "squads">;

/** The skills that squads ask for, in their order, then what anybody has beside them. */
export function skillsOf(squads: readonly SquadSettings[], staff: readonly Pick<AgentWork, "skills">[]): string[] {
  const asked = squads.map((squad) => squad.skill);
  const had = staff.flatMap((one) => Object.keys(one.skills)).sort((a, b) => a.localeCompare(b, undefined, { numeric: true }));
  return [...new Set([...asked, ...had])];
}

const has = (one: Able, skill: string): boolean => (one.skills[skill] ?? 0) > 0 && one.capacity > 0;

export interface Coverage {
  languages: string[];
  rows: { skill: string; all: number; by: Record<string, number> }[];
}

/** How many people could answer, by skill and language; whoever takes no chats counts for nothing. */
export function coverage(skills: readonly string[], staff: readonly Able[]): Coverage {
  const spoken = new Map<string, number>();
  const rows = skills.map((skill) => {
    const able = staff.filter((one) => has(one, skill));
    const by: Record<string, number> = {};
    for (const language of able.flatMap((one) => one.languages)) by[language] = (by[language] ?? 0) + 1;
    return { skill, all: able.length, by };
  });
  for (const one of staff) for (const language of one.languages) spoken.set(language, (spoken.get(language) ?? 0) + 1);
  const languages = [...spoken].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([language]) => language);
  return { languages, rows };
}

/** A squad whose own people can hardly answer what it is asked. `only` is the one person who can. */
export interface Gap<Person> { squad: string; skill: string; only: Person | null }

export function gaps<Person extends Able>(squads: readonly SquadSettings[], staff: readonly Person[]): Gap<Person>[] {
  return squads.flatMap((squad) => {
    const able = staff.filter((one) => has(one, squad.skill) && one.squads.includes(squad.id));
    return able.length > 1 ? [] : [{ squad: squad.id, skill: squad.skill, only: able[0] ?? null }];
  });
}
