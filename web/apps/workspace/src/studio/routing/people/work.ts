import type { AgentProfile, AgentWork } from "@segue/protocol";

/** The part of a profile that the studio changes. */
export const workOf = (of: AgentProfile): AgentWork => ({
  squads: of.squads, skills: of.skills, languages: of.languages, capacity: of.capacity, shifts: of.shifts, breaks: of.breaks, time_zone: of.time_zone ?? null,
});

const canonical = (work: AgentWork): string =>
  JSON.stringify([
    [...work.squads].sort(), Object.entries(work.skills).filter(([, level]) => level > 0).sort(([a], [b]) => (a < b ? -1 : 1)),
    work.languages, work.capacity, work.shifts, work.breaks, work.time_zone || null,
  ]);

/** Whether two say the same, however it is written. */
export const same = (a: AgentWork, b: AgentWork): boolean => canonical(a) === canonical(b);

/** Words parted by commas or spaces, each once. */
export const listIn = (text: string): string[] => [...new Set(text.split(/[\s,;]+/).filter(Boolean))];

export const languagesIn = (text: string): string[] => listIn(text.toLowerCase());
