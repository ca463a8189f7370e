import type { Rung } from "@segue/protocol";
import { s } from "../../../messages/studio";

/** What holds where the settings name no step: colleagues of the squad after 15 s, everybody after 30 s. */
export const USUAL_STEPS: readonly Rung[] = [
  { after_s: 15, level: 0, family: false, any_language: false, squads: "none" },
  { after_s: 15, level: 0, family: false, any_language: true, squads: "none" },
  { after_s: 30, level: 0, family: false, any_language: true, squads: "all" },
];

/** "anyone in the squad who speaks the language, from level 1". */
export function rungWords(rung: Rung, squadName: (id: string) => string): string {
  const w = s.routing.rung;
  const { squads } = rung;
  const where = squads === "none" ? w.inSquad : squads === "all" ? w.inAny : w.inSome(squads.some.map(squadName).join(", "));
  const language = rung.any_language ? w.anyLanguage : w.speaks;
  const skill = rung.level > 0 ? w.level(rung.level) : rung.family ? w.family : w.unskilled;
  return `${w.who(`${where} ${language}`)}, ${skill}`;
}

/** Two steps change places; their times stay where they are, so that the steps stay in order. */
export function swapped(steps: readonly Rung[], n: number, m: number): Rung[] {
  const next = [...steps];
  const [a, b] = [next[n], next[m]];
  if (!a || !b) return next;
  next[n] = { ...b, after_s: a.after_s };
  next[m] = { ...a, after_s: b.after_s };
  return next;
}

/** In the order of their times; those of the same time stay as they stand. */
export const inOrder = (steps: readonly Rung[]): Rung[] => [...steps].sort((a, b) => a.after_s - b.after_s);
