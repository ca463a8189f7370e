export const BASE_MS = 500;
export const CAP_MS = 30_000;

/** Full jitter: anywhere between nothing and the exponential bound, so that a crowd does not return as one. */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  return Math.round(random() * Math.min(CAP_MS, BASE_MS * 2 ** Math.min(attempt, 16)));
}
