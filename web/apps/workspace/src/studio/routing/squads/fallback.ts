import type { SquadSettings } from "@segue/protocol";

type Falls = Pick<SquadSettings, "id" | "fallback">;

/** Circles of squads that step in for each other, each once, beginning with the squad that stands first. */
export function fallbackCycles(squads: readonly Falls[]): string[][] {
  const next = new Map(squads.map((squad) => [squad.id, squad.fallback ?? null]));
  const settled = new Set<string>();
  const found: string[][] = [];
  for (const { id } of squads) {
    const path: string[] = [];
    let at: string | null | undefined = id;
    while (at && next.has(at) && !settled.has(at) && !path.includes(at)) {
      path.push(at);
      at = next.get(at);
    }
    if (at && path.includes(at)) found.push(path.slice(path.indexOf(at)));
    for (const one of path) settled.add(one);
  }
  return found;
}

/** Squads that fall back to one that is not there. */
export function lostFallbacks<Squad extends Falls>(squads: readonly Squad[]): Squad[] {
  const known = new Set(squads.map((squad) => squad.id));
  return squads.filter((squad) => squad.fallback && !known.has(squad.fallback));
}
