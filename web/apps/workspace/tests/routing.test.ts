/**
 * The routing pages of the studio in a real browser, against the mock server: without axe violations in light, dark,
 * wide, on a phone and from right to left; and what a lead does there.
 *
 * Needs Chromium: `SEGUE_CHROMIUM`, or the usual place. Build first.
 */
import { type Page } from "playwright-core";
import { describe, expect, it } from "vitest";
// @ts-expect-error The scenes are plain JavaScript.
import { LEAD } from "../dev/policy/scenes.mjs";
// @ts-expect-error The scenes are plain JavaScript.
import { ROUTING } from "../dev/routing/scenes.mjs";
import { axeFindsNothing, stage } from "./stage";

const open = stage();
const at = async (page: string, options: object = LEAD) => {
  const held = await open(options, `#/studio/routing/${page}`);
  await held.page.waitForSelector(page === "people" ? "table tbody tr" : "main h1");
  return held;
};
const grid = (page: Page) => page.locator("table[role=grid]");
const cell = (page: Page, person: string, column: number) => page.locator("tr", { has: page.locator(`b:text-is("${person}")`) }).locator(`[data-column="${column}"]`);
const press = async (page: Page, ...keys: string[]) => { for (const key of keys) await page.keyboard.press(key); };
const plain = (text: string | null) => (text ?? "").replace(/[\u2068\u2069]/g, "").replace(/\s+/g, " ");

describe("axe finds nothing", () => axeFindsNothing(open, ROUTING, { rtl: true }));

describe("people", () => {
  it("sets levels by keyboard and saves who was changed", async () => {
    const { page, errors } = await at("people");
    await grid(page).focus();
    await press(page, "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "3");
    expect(plain(await cell(page, "Anouk Dubois", 5).textContent())).toBe("3 changed");
    await press(page, "ArrowRight", "1", "Delete", "ArrowDown", "4");
    await page.waitForSelector("text=2 people changed");
    const wrote = page.waitForRequest((request) => request.method() === "PUT" && request.url().endsWith("/v1/staff/ag_anouk/work"));
    await page.keyboard.press("Control+s");
    expect((await wrote).postDataJSON()).toMatchObject({ skills: { orders: 4, returns: 5, fleet: 2, workshop: 3 }, capacity: 4 });
    await page.waitForSelector("text=Saved 2 people.");
    expect(await page.locator("section[aria-label='Unsaved changes']").count()).toBe(0);
    expect(errors).toEqual([]);
  }, 60_000);

  it("keeps what the server refuses, and says why", async () => {
    const { page } = await at("people", { ...LEAD, routing: { refuse: ["ag_piet"] } });
    await cell(page, "Piet Janssens", 4).click();
    await page.getByRole("group", { name: "Orders of Piet Janssens" }).getByRole("button", { name: "2" }).click();
    await page.getByRole("button", { name: "Save" }).click();
    await page.waitForSelector("text=Piet Janssens: This person has left");
    expect(plain(await cell(page, "Piet Janssens", 4).textContent())).toBe("2 changed");
  }, 60_000);

  it("edits how somebody works, with the lines checked as they are typed", async () => {
    const { page } = await at("people");
    await cell(page, "Sol Herrera", 3).click();
    await page.getByLabel("Shifts", { exact: true }).fill("Mon to Fri");
    await page.waitForSelector("text=“Mon to Fri” says nothing");
    expect(await page.getByRole("button", { name: "Apply" }).isDisabled()).toBe(true);
    await page.getByLabel("Shifts", { exact: true }).fill("Mon-Tue 09:00-12:00");
    await page.getByRole("button", { name: "Apply" }).click();
    await page.waitForSelector("text=1 person changed");
    expect(await cell(page, "Sol Herrera", 3).textContent()).toBe("Mon-Tue 09:00-12:00");
  }, 60_000);

  it("draws a few of 300 people, and goes to the last by key", async () => {
    const { page } = await at("people", { ...LEAD, routing: { crowded: true } });
    expect(await page.locator("tbody tr").count()).toBeLessThan(40);
    await grid(page).focus();
    await page.keyboard.press("Control+End");
    const active = page.locator(`#${await grid(page).getAttribute("aria-activedescendant")}`);
    expect(await active.getAttribute("data-row")).toBe("299");
    await page.keyboard.press("5");
    await page.waitForSelector("text=1 person changed");
  }, 60_000);
});

describe("squads", () => {
  it("closes one for a while, and goes by its hours again", async () => {
    const { page } = await at("squads");
    await page.getByRole("button", { name: "Close until…" }).first().click();
    await page.getByLabel("Why").fill("Fire drill");
    await page.getByRole("button", { name: "Close it" }).click();
    await page.waitForSelector(".decided:has-text('because: Fire drill')");
    await page.getByRole("button", { name: "Go by the hours again" }).click();
    await page.waitForSelector(".decided", { state: "detached" });
  }, 60_000);

  it("saves one squad and leaves the rest of the settings as they are", async () => {
    const { page } = await at("squads");
    await page.getByRole("button", { name: "Edit Workshop" }).click();
    await page.getByLabel("Hours", { exact: true }).fill("Mon-Fri 10:00-18:00");
    const wrote = page.waitForRequest((request) => request.method() === "PUT");
    await page.keyboard.press("Control+Enter");
    const body = (await wrote).postDataJSON();
    expect(body.squad[1]).toMatchObject({ id: "sq_workshop", hours: ["Mon-Fri 10:00-18:00"], at_close: "keep" });
    expect(body.squad[3].channel_hours).toEqual({ voice: ["Mon-Fri 09:00-17:00"] });
    expect(body.site).toEqual([{ key: "larkfield", origins: [] }]);
    await page.waitForSelector("text=Workshop saved.");
  }, 60_000);
});

describe("rules", () => {
  it("reads as sentences, takes over the usual steps and saves them changed", async () => {
    const { page } = await at("rules");
    await page.getByRole("button", { name: "Change them" }).click();
    await page.getByRole("button", { name: "Edit step 1" }).click();
    await page.getByLabel("Least level").selectOption("2");
    await page.getByLabel("After, seconds").fill("20");
    await page.getByRole("button", { name: "Done" }).click();
    const steps = (await page.locator("ol li").allTextContents()).map(plain);
    expect(steps.some((step) => step.includes("After 20 seconds anyone in the squad who speaks the language, from level 2"))).toBe(true);
    const wrote = page.waitForRequest((request) => request.method() === "PUT");
    await page.keyboard.press("Control+s");
    const { routing } = (await wrote).postDataJSON();
    expect(routing.step.map((step: { after_s: number }) => step.after_s)).toEqual([15, 20, 30]);
    await page.waitForSelector("section[aria-label='Unsaved changes']", { state: "detached" });
  }, 60_000);
});

describe("what-if", () => {
  it("asks, shows how far it is, and tells what would change", async () => {
    const { page, errors } = await at("what-if");
    await page.getByLabel("Skill", { exact: true }).selectOption("billing");
    await page.getByLabel("Languages", { exact: true }).fill("es, en");
    const asked = page.waitForRequest((request) => request.method() === "POST");
    await page.getByRole("button", { name: "Start" }).click();
    expect((await asked).postDataJSON()).toEqual({
      days: 14, change: { agents: [{ count: 2, skills: { billing: 3 }, languages: ["es", "en"], squads: ["sq_billing"], capacity: 4, shifts: ["Mon-Fri 09:00-17:00"], breaks: [] }] },
    });
    await page.waitForSelector("progress");
    await page.waitForSelector(".headline", { timeout: 40_000 });
    expect(plain(await page.locator(".headline h2").textContent())).toBe("In time 81% → 89% (+6.1 to +9.8 points)");
    expect(errors).toEqual([]);
  }, 60_000);

  it("replays rules that are not saved", async () => {
    const { page } = await at("rules");
    await page.getByLabel("A busy agent, as a number").fill("0.5");
    await page.getByRole("link", { name: "Replay it first" }).click();
    await page.waitForSelector("text=the rules as they stand unsaved");
    const asked = page.waitForRequest((request) => request.method() === "POST");
    await page.getByRole("button", { name: "Start" }).click();
    expect((await asked).postDataJSON().change.routing.weights.load).toBe(0.5);
  }, 60_000);
});
