import { expect, it } from "vitest";
import { coverage, gaps, skillsOf } from "./coverage";
import { languagesIn, same } from "./work";

const person = (name: string, skills: Record<string, number>, languages: string[], squads: string[], capacity = 4) =>
  ({ name, skills, languages, squads, capacity, shifts: [], breaks: [] });
const squads = [{ id: "b", name: "Billing", skill: "billing" }, { id: "l", name: "Legal", skill: "legal" }, { id: "s", name: "Sales", skill: "sales" }];
const staff = [
  person("Ana", { billing: 4, crm: 2 }, ["es", "en"], ["b"]),
  person("Ben", { billing: 2, legal: 5 }, ["en"], ["b", "l"]),
  person("Cid", { sales: 3 }, ["en"], ["s"], 0),
  person("Dee", { sales: 1 }, ["en"], ["b"]),
];

it("names the skills that squads ask for first", () => {
  expect(skillsOf(squads, staff)).toEqual(["billing", "legal", "sales", "crm"]);
});

it("counts who could answer by skill and language", () => {
  const found = coverage(["billing", "sales"], staff);
  expect(found.languages).toEqual(["en", "es"]);
  expect(found.rows).toEqual([{ skill: "billing", all: 2, by: { es: 1, en: 2 } }, { skill: "sales", all: 1, by: { en: 1 } }]);
});

it("finds squads whose own people can hardly answer", () => {
  expect(gaps(squads, staff).map((gap) => [gap.squad, gap.only?.name ?? null])).toEqual([["l", "Ben"], ["s", null]]);
});

it("takes two ways of writing the same for the same", () => {
  const ana = staff[0]!;
  expect(same(ana, { ...ana, skills: { crm: 2, billing: 4, legal: 0 }, time_zone: "" })).toBe(true);
  expect(same(ana, { ...ana, capacity: 5 })).toBe(false);
  expect(languagesIn("EN, es  nl;en")).toEqual(["en", "es", "nl"]);
});
