/** The routing pages' scenes for `dev/shots.mjs` and the tests of the pages. `ready` is there once the page is drawn. */
import { LEAD } from "../policy/scenes.mjs";

const PEOPLE = "#/studio/routing/people";
const BIG = { ...LEAD, routing: { crowded: true } };
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
};
