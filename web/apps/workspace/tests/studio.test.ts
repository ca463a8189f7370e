/**
 * The studio's pages in a real browser, against the mock server: without axe violations in light, dark, wide, on a
 * phone and from right to left; and what a lead does there.
 *
 * Needs Chromium: `SEGUE_CHROMIUM`, or the usual place. Build first.
 */
import { type Page } from "playwright-core";
import { describe, expect, it } from "vitest";
// @ts-expect-error The scenes are plain JavaScript.
import { LEAD, STUDIO } from "../dev/policy/scenes.mjs";
import { axeFindsNothing, stage } from "./stage";

const open = stage();
const POLICY = "#/studio/triggers";

const policy = async (hash = POLICY, options: object = LEAD) => {
  const held = await open(options, hash);
  await held.page.waitForSelector(".cards section");
  return held;
};
const text = (page: Page) => page.locator("textarea[data-place=policy]");
const asText = async (page: Page) => {
  await page.getByRole("button", { name: "Text", exact: true }).click();
  return text(page).inputValue();
};
const rule = (page: Page, name: string) => page.locator(`section[aria-label="Rule ${name}"]`);

describe("axe finds nothing", () => axeFindsNothing(open, STUDIO, { rtl: true }));

describe("who comes here", () => {
  it("is whoever may tune: an agent sees no way in and is told so", async () => {
    const { page } = await open({ signedIn: true }, POLICY);
    await page.waitForSelector("text=Only owners, admins and supervisors");
    expect(await page.locator("nav a:has-text('Triggers')").count()).toBe(0);
  }, 60_000);

  it("loads the studio only when somebody goes there", async () => {
    const { page } = await open(LEAD);
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.waitForSelector(".row");
    const loaded = () => page.evaluate(() => performance.getEntriesByType("resource").filter((entry) => /\/studio-/.test(entry.name)).length);
    expect(await loaded()).toBe(0);
    await page.keyboard.press("Control+k");
    await page.keyboard.type("triggers");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".cards section");
    expect(await loaded()).toBeGreaterThan(0);
    expect(page.url()).toContain(POLICY);
  }, 60_000);
});

describe("cards and text", () => {
  it("say the same: a rule reads as a sentence and tells how it has done", async () => {
    const { page } = await policy();
    const card = await rule(page, "Big refunds").textContent();
    expect(card?.replace(/[\u2068\u2069]/g, "")).toContain("When the tier is one of fleet or plus and the amount is above 500 euro → hand off to Billing, because: Needs an approval");
    expect(card).toContain("Fired 31× in 28 days");
    expect(card).toContain("2 too early");
    expect(card).toContain("3 too late");
  }, 60_000);

  it("writes a card's change into the text and keeps the comments", async () => {
    const { page, errors } = await policy();
    await page.getByRole("button", { name: "Edit How sure Segue must be" }).click();
    await page.getByLabel("Hand off from, %").fill("80");
    await page.keyboard.press("Control+Enter");
    await page.waitForSelector("text=hands off 80%");
    const now = await asText(page);
    expect(now).toContain("hand_off_at = 0.8   # agreed with billing, 2 March");
    expect(now).toContain("# Refunds above 500 need a signature.");
    expect(errors).toEqual([]);
  }, 60_000);

  it("shows an edit of the text on the cards, and a mistake where it is", async () => {
    const { page } = await policy();
    const before = await asText(page);
    await text(page).fill(before.replace("above = 500", "above = 900"));
    await page.waitForSelector("text=1 problem");
    await page.getByRole("button", { name: "Cards", exact: true }).click();
    expect(await rule(page, "Big refunds").textContent()).toContain("900 euro");
    await asText(page);
    await text(page).fill(before.replace("propose_at = 0.5\n", "propse_at = 0.5\n"));
    await page.waitForSelector(".problems li:has-text('“propse_at” is not a setting.')");
    expect(await page.locator("u.error").textContent()).toBe("propse_at = 0.5");
    await page.locator(".problems li button").first().click();
    expect(await page.evaluate(() => { const area = document.activeElement as HTMLTextAreaElement; return area.value.slice(area.selectionStart, area.selectionEnd); })).toBe("propse_at = 0.5");
    await page.getByRole("button", { name: "Cards", exact: true }).click();
    await page.waitForSelector("text=/in the text. The cards show the last state/");
    expect(await page.getByRole("button", { name: "Edit Subjects" }).isDisabled()).toBe(true);
  }, 60_000);

  it("makes a rule by keyboard alone, with fields, operators and values from the vocabulary", async () => {
    const { page, errors } = await policy();
    await page.keyboard.press("a");
    const form = page.locator("form[data-form='rule:']");
    await page.waitForFunction(() => document.activeElement?.closest("form")?.getAttribute("data-form") === "rule:");
    await page.keyboard.type("Quiet pages");
    await form.getByLabel("Field", { exact: true }).focus();
    await page.keyboard.type("wait_s");
    await page.keyboard.press("Tab");
    expect(await form.getByLabel("Is", { exact: true }).locator("option").allTextContents()).toEqual(["is", "is above", "is at least", "is below", "is at most", "is known"]);
    await page.keyboard.type("is above");
    await page.keyboard.press("Tab");
    await page.keyboard.type("600");
    await form.locator("label:has-text('Then') select").first().selectOption("hold");
    await page.keyboard.press("Control+Enter");
    await rule(page, "Quiet pages").locator("text=hold back").waitFor();
    expect(await asText(page)).toContain('when = [{ field = "wait_s", above = 600 }]');
    expect(errors).toEqual([]);
  }, 60_000);

  it("switches a rule off, duplicates it, deletes it, and takes that back", async () => {
    const { page } = await policy();
    await page.getByRole("switch", { name: "Switch off: Big refunds" }).click();
    await page.getByRole("switch", { name: "Switch on: Big refunds" }).waitFor();
    await page.getByRole("button", { name: "Duplicate: Big refunds" }).click();
    await rule(page, "Big refunds copy").waitFor();
    await page.getByRole("button", { name: "Delete: Big refunds", exact: true }).click();
    await rule(page, "Big refunds").waitFor({ state: "detached" });
    await page.locator(".toast").getByRole("button", { name: "Undo" }).click();
    await rule(page, "Big refunds").waitFor();
    await page.keyboard.press("Control+z");
    await rule(page, "Big refunds copy").waitFor({ state: "detached" });
  }, 60_000);

  it("begins from a template, and undo brings the text back", async () => {
    const { page } = await policy();
    await page.getByRole("button", { name: "From a template" }).click();
    await page.getByRole("button", { name: "Use it: Small team" }).click();
    await page.waitForSelector("h1:has-text('Small team')");
    await page.locator(".toast").getByRole("button", { name: "Undo" }).click();
    await page.waitForSelector("h1:has-text('Larkfield support')");
  }, 60_000);
});

describe("nothing is lost", () => {
  it("keeps unsaved edits and open forms over a reload, marks them, and lets go of them on request", async () => {
    const { page } = await policy();
    await page.getByRole("button", { name: "Delete: Recall of the Heron fork" }).click();
    await page.waitForSelector("header .tag:has-text('Unsaved edits')");
    await page.getByRole("button", { name: "Edit: Big refunds" }).click();
    await page.getByLabel("Note").fill("Half a thought");
    await page.waitForTimeout(400);
    await page.reload();
    await page.waitForSelector(".cards section");
    expect(await page.getByLabel("Note").inputValue()).toBe("Half a thought");
    expect(await rule(page, "Recall of the Heron fork").count()).toBe(0);
    await page.waitForSelector("aside .tag:has-text('Unsaved edits')");
    await page.getByRole("button", { name: "Discard edits" }).click();
    await rule(page, "Recall of the Heron fork").waitFor();
    expect(await page.locator("text=Unsaved edits").count()).toBe(0);
  }, 60_000);

  it("keeps a card's change that could not be written into the text, and writes it on request", async () => {
    const { page, stand } = await policy();
    stand.dev.edit_fails!();
    await page.getByRole("switch", { name: "Switch off: Big refunds" }).click();
    await page.waitForSelector("text=/could not be changed.*Your change is kept/");
    expect(await page.getByRole("button", { name: "Save as draft" }).isDisabled()).toBe(true);
    await page.reload();
    await page.getByRole("switch", { name: "Switch on: Big refunds" }).waitFor();
    await page.waitForSelector("text=/could not be changed/", { state: "detached" });
    expect((await asText(page)).split("[[rule]]")[1]).toContain("enabled = false");
  }, 60_000);

  it("says that a text could not be checked, and checks it again", async () => {
    const { page, stand } = await policy();
    const before = await asText(page);
    stand.dev.check_fails!();
    await text(page).fill(`${before}\n# end\n`);
    await page.waitForSelector("text=The text could not be checked.");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.waitForSelector("text=1 problem");
    expect(await text(page).inputValue()).toContain("# end");
  }, 60_000);

  it("saves a draft with a note after showing what changes", async () => {
    const { page } = await policy();
    await page.getByRole("button", { name: "Delete: Recall of the Heron fork" }).click();
    await page.waitForSelector("text=Unsaved edits");
    await page.keyboard.press("Control+s");
    await page.waitForSelector("dialog li:has-text('rule “Recall of the Heron fork” is gone')");
    await page.getByLabel("What changed, and why").fill("The recall is over");
    await page.keyboard.press("Control+Enter");
    await page.waitForSelector("aside a[aria-current]:has-text('Version 5')");
    expect(page.url()).toContain("/versions/5");
    expect(await page.locator("aside .tag:has-text('Unsaved edits')").count()).toBe(0);
  }, 60_000);
});

describe("the test box", () => {
  it("decides after each line, follows the text, and keeps a conversation as a test", async () => {
    const { page, errors } = await policy();
    await page.keyboard.press("t");
    await page.waitForFunction(() => document.activeElement?.getAttribute("data-place") === "try");
    await page.keyboard.type("I want my 740 euro back.");
    await page.waitForSelector(".verdict:has-text('Hand off')");
    expect(await page.locator(".verdict").textContent()).toContain("the amount is 740, above 500");
    await page.getByRole("switch", { name: "Switch off: Big refunds" }).click();
    await page.waitForSelector(".verdict .tag:has-text('Answer')");
    await page.locator(".try").getByRole("button", { name: "Keep this as a test" }).click();
    await page.getByLabel("Name of the test").fill("Refunds are answered for now");
    await page.getByRole("button", { name: "Keep", exact: true }).click();
    await page.getByRole("tab", { name: "Tests" }).click();
    await page.waitForSelector("li.failed:has-text('A big refund goes to billing')");
    await page.waitForSelector("li:not(.failed):has-text('Refunds are answered for now')");
    expect(await asText(page)).toContain('name = "Refunds are answered for now"');
    expect(errors).toEqual([]);
  }, 60_000);

  it("leads from a test to its line in the text", async () => {
    const { page } = await policy();
    await page.keyboard.press("p");
    await page.waitForSelector(".tests .sign.good");
    await page.getByRole("button", { name: /^line \d+: Opening hours are answered/ }).click();
    await page.waitForFunction(() => document.activeElement?.matches("textarea[data-place=policy]"));
    const line = await text(page).evaluate((area: HTMLTextAreaElement) => area.value.slice(area.selectionStart).split("\n")[0]);
    expect(line).toBe('name = "Opening hours are answered"');
  }, 60_000);
});
