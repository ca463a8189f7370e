import { expect, it } from "vitest";
import { fallbackCycles, lostFallbacks } from "./fallback";
import { momentOf, wallOf } from "./wall";

const squads = (text: string) => text.split(" ").map((one) => ({ id: one[0]!, fallback: one[1] ?? null }));

it("finds the circles of fallbacks, each once", () => {
  expect(fallbackCycles(squads("ab bc c"))).toEqual([]);
  expect(fallbackCycles(squads("ab ba"))).toEqual([["a", "b"]]);
  expect(fallbackCycles(squads("ab bc cd db ee f"))).toEqual([["b", "c", "d"], ["e"]]);
  expect(fallbackCycles(squads("az bz"))).toEqual([]);
  expect(lostFallbacks(squads("az ba")).map((squad) => squad.id)).toEqual(["a"]);
});

it("reads the clock on the wall of a zone, and back", () => {
  const at = Date.UTC(2026, 10, 21, 14, 0);
  expect(wallOf(at, "Europe/Amsterdam")).toBe("2026-11-21T15:00");
  expect(momentOf("2026-11-21T15:00", "Europe/Amsterdam")).toBe(at);
  expect(momentOf("2026-03-29T03:30", "Europe/Amsterdam")).toBe(Date.UTC(2026, 2, 29, 1, 30));
  expect(momentOf("2026-06-01T09:00", "America/New_York")).toBe(Date.UTC(2026, 5, 1, 13, 0));
  expect(momentOf("", "UTC")).toBeUndefined();
});
