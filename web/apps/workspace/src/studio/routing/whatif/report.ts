import type { Spread, WhatIfReport } from "@segue/protocol";

/** Below so many handoffs chance decides, and nothing is said. */
export const FEW_HANDOFFS = 50;
/** How far a replay of what was may be off what was recorded before it is doubted. */
export const NEAR = 0.05;

export type Wish = "more" | "less" | null;

/** Better or worse; `open` where the interval holds zero, or nothing is wished for. */
export function verdict({ mean, low, high }: Spread, wish: Wish): "good" | "bad" | "open" {
  if (!wish || (low <= 0 && high >= 0)) return "open";
  return mean > 0 === (wish === "more") ? "good" : "bad";
}

type Line = WhatIfReport["lines"][number];

/** How many more handoffs of a line would be answered in time. */
export const gain = (line: Line): number => (line.changed.in_time - line.as_is.in_time) * line.handoffs;

/** The biggest gains and losses first. */
export const byGain = (lines: readonly Line[]): Line[] => [...lines].sort((a, b) => Math.abs(gain(b)) - Math.abs(gain(a)));
