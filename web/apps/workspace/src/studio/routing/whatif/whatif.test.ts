import type { WhatIfReport } from "@segue/protocol";
import { expect, it, vi } from "vitest";
import { changeOf, changeWords, type Part } from "./change";
import { byGain, verdict } from "./report";

const routing = { strategy: "index", weights: { late_per_min: 0.5, abandoned: 3, quality: 0.5, unskilled: 1, sticky: 0.6, load: 0.15 }, guard_s: 900, step: [], families: {}, channels: {} };
const parts: Part[] = [
  { kind: "people", count: 2, skill: "billing", level: 4, languages: "es, en", squad: "b", capacity: 4, shifts: "Mon-Fri 09:00-17:00; Sat 10:00-12:00" },
  { kind: "without", agent: "ana" }, { kind: "without", agent: "ana" }, { kind: "demand", percent: 120 }, { kind: "weights", weights: { ...routing.weights, load: 1 } },
];

it("makes a change out of the sentence", () => {
  const change = changeOf(parts, { routing, unsaved: null });
  expect(change.agents).toEqual([{ count: 2, squads: ["b"], skills: { billing: 4 }, languages: ["es", "en"], capacity: 4, shifts: ["Mon-Fri 09:00-17:00", "Sat 10:00-12:00"], breaks: [] }]);
  expect(change.without).toEqual(["ana"]);
  expect(change.demand).toBe(1.2);
  expect(change.routing?.weights.load).toBe(1);
  expect(changeOf([{ kind: "rules" }], { routing, unsaved: { routing, tiers: [] } })).toEqual({ routing, tiers: [] });
});

it("says a change in words", () => {
  vi.stubGlobal("navigator", { language: "en" });
  expect(changeWords(changeOf(parts, { routing, unsaved: null }), () => "Ana")).toBe("2 more people for Billing in Spanish and English, without Ana, 20% more traffic, and other rules");
  expect(changeWords({ demand: 0.8 }, String)).toBe("20% less traffic");
  expect(changeWords({ demand: 1 }, String)).toBe("nothing changed");
});

it("judges an interval, and puts the biggest gains and losses first", () => {
  expect(verdict({ mean: 0.08, low: 0.06, high: 0.1 }, "more")).toBe("good");
  expect(verdict({ mean: 12, low: 3, high: 20 }, "less")).toBe("bad");
  expect(verdict({ mean: 0.01, low: -0.01, high: 0.03 }, "more")).toBe("open");
  const line = (skill: string, handoffs: number, after: number) =>
    ({ squad: "b", skill, language: null, handoffs, as_is: { in_time: 0.5, abandoned: 0, mean_wait_s: 1 }, changed: { in_time: after, abandoned: 0, mean_wait_s: 1 } }) satisfies WhatIfReport["lines"][number];
  expect(byGain([line("a", 10, 0.9), line("b", 100, 0.6), line("c", 400, 0.4)]).map((one) => one.skill)).toEqual(["c", "b", "a"]);
});
