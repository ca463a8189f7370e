import type { Rung } from "@segue/protocol";
import { expect, it } from "vitest";
import { inOrder, rungWords, swapped, USUAL_STEPS } from "./ladder";

const rung = (more: Partial<Rung>): Rung => ({ after_s: 15, level: 0, family: false, any_language: false, squads: "none", ...more });
const plain = (of: Rung) => rungWords(of, (id) => id.toUpperCase()).replace(/[\u2068\u2069]/g, "");

it("reads a step as a sentence", () => {
  expect(plain(rung({ level: 1 }))).toBe("anyone in the squad who speaks the language, from level 1");
  expect(plain(rung({ level: 5, any_language: true }))).toBe("anyone in the squad whatever they speak, with level 5");
  expect(plain(rung({ squads: { some: ["a", "b"] } }))).toBe("anyone in the squad or A, B who speaks the language, also without the skill");
  expect(plain(rung({ squads: "all", family: true, any_language: true }))).toBe("anyone of any squad whatever they speak, with a skill of the same family");
  expect(USUAL_STEPS.map(plain).at(-1)).toBe("anyone of any squad whatever they speak, also without the skill");
});

it("moves what a step gives up, and leaves the times in order", () => {
  const steps = [rung({ after_s: 10, level: 3 }), rung({ after_s: 60, squads: "all" })];
  expect(swapped(steps, 1, 0)).toEqual([rung({ after_s: 10, squads: "all" }), rung({ after_s: 60, level: 3 })]);
  expect(swapped(steps, 0, 2)).toEqual(steps);
  expect(inOrder([rung({ after_s: 30 }), rung({ after_s: 5 })]).map((step) => step.after_s)).toEqual([5, 30]);
});
