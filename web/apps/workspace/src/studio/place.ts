import { address, router } from "../state/route.svelte";

/** Where one is in the studio. */
export type Place =
  | { page: "policy"; version: number | null }
  | { page: "trial"; version: number | null }
  | { page: "backtest"; id: string | null; version: number | null }
  | { page: "proposals" }
  | { page: "people" } | { page: "squads" } | { page: "rules" }
  | { page: "what-if"; id: string | null }
  | { page: "decision"; conversation: string; turn: number | null };

const versionIn = (text: string | undefined): number | null => (text && /^\d+$/.test(text) ? Number(text) : null);

/** The place that `#/studio/...` names. */
export function placeOf(parts: readonly string[]): Place {
  const [area, page, a, b] = parts;
  if (area === "decisions" && page) return { page: "decision", conversation: page, turn: versionIn(a) };
  if (area === "routing") return routingPlace(page, a);
  if (page === "trial") return { page: "trial", version: versionIn(a) };
  if (page === "backtests") return a === "of" ? { page: "backtest", id: null, version: versionIn(b) } : { page: "backtest", id: a ?? null, version: null };
  if (page === "proposals") return { page: "proposals" };
  return { page: "policy", version: page === "versions" ? versionIn(a) : null };
}

function routingPlace(page: string | undefined, a: string | undefined): Place {
  if (page === "what-if") return { page, id: a ?? null };
  return { page: page === "squads" || page === "rules" ? page : "people" };
}

const ROUTING = new Set<Place["page"]>(["people", "squads", "rules", "what-if"]);
export const areaOf = (place: Place): "triggers" | "routing" => (ROUTING.has(place.page) ? "routing" : "triggers");

function partsOf(place: Place): string[] {
  if (place.page === "decision") return ["decisions", place.conversation, ...(place.turn === null ? [] : [String(place.turn)])];
  if (place.page === "people" || place.page === "squads" || place.page === "rules") return ["routing", place.page];
  if (place.page === "what-if") return ["routing", "what-if", ...(place.id === null ? [] : [place.id])];
  if (place.page === "proposals") return ["triggers", "proposals"];
  const version = "version" in place && place.version !== null ? [String(place.version)] : [];
  if (place.page === "trial") return ["triggers", "trial", ...version];
  if (place.page === "backtest") return ["triggers", "backtests", ...(place.id !== null ? [place.id] : version.length > 0 ? ["of", ...version] : [])];
  return ["triggers", ...(version.length > 0 ? ["versions", ...version] : [])];
}

export const to = (place: Place): string => address({ page: "studio", studio: partsOf(place) });
export const go = (place: Place): void => router.go({ page: "studio", studio: partsOf(place) });
export const here = (): Place => placeOf(router.now.studio);
