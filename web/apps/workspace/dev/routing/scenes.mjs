/** The routing pages' scenes for `dev/shots.mjs` and the tests of the pages. `ready` is there once the page is drawn. */
import { ORGANISATION } from "./fixtures.mjs";
import { LEAD } from "../policy/scenes.mjs";

const PEOPLE = "#/studio/routing/people";
const SQUADS = "#/studio/routing/squads";
const RULES = "#/studio/routing/rules";
const WHAT_IF = "#/studio/routing/what-if";
const BIG = { ...LEAD, routing: { crowded: true } };
const CIRCLE = { ...LEAD, routing: { organisation: { squad: ORGANISATION.squad.map((squad, n) => ({ ...squad, fallback: ["sq_workshop", "sq_orders", "sq_orders", undefined][n], overrides: n === 0 ? [{ from_ms: 0, until_ms: 4_102_444_800_000, open: false, why: "Fire drill" }] : [] })) } } };
const REFUSING = { ...LEAD, routing: { refuse: ["ag_piet"] } };

export const ROUTING = {
  people: { options: LEAD, hash: PEOPLE, ready: "table tbody tr" },
  peopleedit: {
    options: REFUSING, hash: PEOPLE, ready: "table tbody tr",
    act: async (page) => {
      await page.locator("table[role=grid]").focus();
      for (const key of ["ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "5", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "2"]) await page.keyboard.press(key);
      await page.keyboard.press("Control+s");
      await page.waitForSelector(".problem");
    },
  },
  peoplepick: { options: LEAD, hash: PEOPLE, ready: "table tbody tr", act: async (page) => { await page.locator("td[data-column='4']").nth(1).click(); await page.waitForTimeout(100); } },
  peoplebig: { options: BIG, hash: PEOPLE, ready: "table tbody tr", act: async (page) => { await page.locator("table[role=grid]").focus(); await page.keyboard.press("Control+End"); await page.keyboard.press("3"); await page.waitForTimeout(200); } },
  peopleempty: { options: { ...LEAD, routing: { staffed: false } }, hash: PEOPLE, ready: ".none" },
  coverage: { options: LEAD, hash: PEOPLE, ready: "table tbody tr", act: (page) => page.getByRole("button", { name: "Coverage" }).click() },
  person: { options: LEAD, hash: PEOPLE, ready: "table tbody tr", act: async (page) => { await page.locator("table[role=grid]").focus(); await page.keyboard.press("Enter"); await page.waitForSelector("dialog form"); } },
  squads: { options: LEAD, hash: SQUADS, ready: ".week" },
  squadform: {
    options: LEAD, hash: SQUADS, ready: ".week",
    act: async (page) => {
      await page.getByRole("button", { name: "Edit Orders" }).click();
      await page.getByLabel("Hours", { exact: true }).fill("Mon-Fri 08:00-20:00\nSat 10 to 4");
    },
  },
  squadclose: { options: LEAD, hash: SQUADS, ready: ".tag.good", act: async (page) => { await page.getByRole("button", { name: "Close until…" }).first().click(); await page.getByLabel("Why").fill("Fire drill"); } },
  squaddecided: { options: CIRCLE, hash: SQUADS, ready: ".decided" },
  rules: { options: LEAD, hash: RULES, ready: "input[type=range]" },
  rulesedit: {
    options: LEAD, hash: RULES, ready: "input[type=range]",
    act: async (page) => {
      await page.getByRole("button", { name: "Change them" }).click();
      await page.getByRole("button", { name: "Edit step 1" }).click();
      await page.getByLabel("Of which squads").selectOption("some");
      await page.getByRole("checkbox", { name: "Billing" }).check();
      await page.getByLabel("A good fit, as a number").evaluate((field) => field.removeAttribute("max"));
      await page.getByLabel("A good fit, as a number").fill("120");
      await page.getByRole("button", { name: "Save" }).click();
      await page.waitForSelector(".problem");
    },
  },
  whatif: { options: LEAD, hash: WHAT_IF, ready: "form" },
  whatifask: {
    options: LEAD, hash: WHAT_IF, ready: "form",
    act: async (page) => { for (const name of ["Without somebody", "Other traffic", "Other weights"]) await page.getByRole("button", { name, exact: true }).click(); },
  },
  whatifruns: { options: LEAD, hash: WHAT_IF, ready: "form", act: async (page) => { await page.getByRole("button", { name: "Start" }).click(); await page.waitForSelector("progress"); } },
  whatifreport: { options: LEAD, hash: `${WHAT_IF}/wi_done`, ready: ".headline", act: (page) => page.getByText("As a table").click() },
  whatifworse: { options: LEAD, hash: `${WHAT_IF}/wi_worse`, ready: ".headline" },
  whatiflittle: { options: LEAD, hash: `${WHAT_IF}/wi_little`, ready: ".empty" },
  whatiffailed: { options: LEAD, hash: `${WHAT_IF}/wi_failed`, ready: ".end" },
  whatiffirst: { options: { ...LEAD, routing: { history: false } }, hash: WHAT_IF, ready: ".empty" },
};
