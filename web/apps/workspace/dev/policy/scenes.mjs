/** The studio's scenes for `dev/shots.mjs` and the tests of the pages. `ready` is there once the page is drawn. */
export const LEAD = { signedIn: true, role: "supervisor" };
const POLICY = "#/studio/triggers";
const edit = async (page, name) => { await page.getByRole("button", { name }).first().click(); await page.waitForSelector("form .acts"); };

const TRIAL = { ...LEAD, trial: { stage: "rollout", percent: 10 } };

export const STUDIO = {
  policy: { options: LEAD, hash: POLICY, ready: ".cards section" },
  policyrule: { options: LEAD, hash: POLICY, ready: ".cards section", act: (page) => edit(page, "Edit: Big refunds") },
  policygroups: { options: LEAD, hash: POLICY, ready: ".cards section", act: (page) => edit(page, "Edit: Fleet customer, second failure") },
  policyforms: {
    options: LEAD, hash: POLICY, ready: ".cards section",
    act: async (page) => { for (const name of ["How sure Segue must be", "Subjects", "Signals", "Pages", "Wording"]) await page.getByRole("button", { name: `Edit ${name}`, exact: true }).click(); },
  },
  policytext: {
    options: LEAD, hash: POLICY, ready: ".cards section",
    act: async (page) => {
      await page.getByRole("button", { name: "Text", exact: true }).click();
      await page.locator("textarea[data-place=policy]").evaluate((area) => { area.value = area.value.replace("propose_at = 0.5\n", "propose_at = 0.8\n"); area.dispatchEvent(new Event("input", { bubbles: true })); });
      await page.waitForSelector(".problems li");
    },
  },
  policytry: {
    options: LEAD, hash: POLICY, ready: ".cards section",
    act: async (page) => {
      await page.keyboard.press("t");
      await page.waitForFunction(() => document.activeElement?.getAttribute("data-place") === "try");
      await page.keyboard.type("Only one of two parcels arrived, the third time now.");
      await page.keyboard.press("Enter");
      await page.keyboard.type("It is on its way.");
      await page.keyboard.press("Enter");
      await page.keyboard.type("This is ridiculous. I want my 740 euro back and to talk to a person.");
      await page.waitForSelector(".verdict:has-text('Hand off')");
      await page.getByRole("button", { name: "Keep this as a test" }).click();
    },
  },
  policytests: { options: LEAD, hash: POLICY, ready: ".cards section", act: async (page) => { await page.keyboard.press("p"); await page.waitForSelector(".tests .sign.good"); } },
  policysave: {
    options: LEAD, hash: POLICY, ready: ".cards section",
    act: async (page) => {
      await page.getByRole("button", { name: "Delete: Recall of the Heron fork" }).click();
      await page.waitForSelector("text=Unsaved edits");
      await page.keyboard.press("Control+s");
      await page.waitForSelector("dialog li");
    },
  },
  why: { options: { signedIn: true }, hash: "#/studio/decisions/c_ines/7", ready: ".sentence" },
  whyheld: { options: LEAD, hash: "#/studio/decisions/c_ines/5", ready: ".sentence" },
  trialstart: { options: LEAD, hash: "#/studio/triggers/trial/4", ready: "form", act: async (page) => { await page.getByLabel("Roll out").check(); await page.waitForSelector("details li"); } },
  trial: { options: TRIAL, hash: "#/studio/triggers/trial", ready: "table" },
  trialend: { options: TRIAL, hash: "#/studio/triggers/trial", ready: "table", act: async (page) => { await page.getByRole("button", { name: "End the trial" }).click(); await page.waitForSelector("dialog form"); } },
  backtest: { options: LEAD, hash: "#/studio/triggers/backtests/of/4", ready: "form" },
  backtestruns: { options: LEAD, hash: "#/studio/triggers/backtests/of/4", ready: "form", act: async (page) => { await page.getByRole("button", { name: "Start" }).click(); await page.waitForSelector("progress"); } },
  report: { options: LEAD, hash: "#/studio/triggers/backtests/bt_done", ready: ".chart", act: (page) => page.getByText("As a table").click() },
  proposals: { options: LEAD, hash: "#/studio/triggers/proposals", ready: ".chart" },
};
