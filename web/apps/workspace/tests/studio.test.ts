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
    expect(await page.locator("nav a:has-text('Studio')").count()).toBe(0);
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

  it("leads the focus into a form and back to its button", async () => {
    const { page } = await policy();
    const button = page.getByRole("button", { name: "Edit: Big refunds" });
    await button.focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement instanceof HTMLInputElement && document.activeElement.value === "Big refunds");
    await page.keyboard.press("Control+Enter");
    await page.waitForFunction(() => document.activeElement?.getAttribute("aria-label") === "Edit: Big refunds");
    await page.getByRole("button", { name: "Delete: Big refunds" }).focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement?.classList.contains("cards"));
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
    await page.locator(".toast").getByRole("button", { name: "Undo" }).click();
    await rule(page, "Recall of the Heron fork").waitFor({ state: "detached" });
    expect(await page.getByLabel("Note").inputValue()).toBe("Half a thought");
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

describe("explaining a decision", () => {
  it("is one step from the mark in the conversation, for an agent too", async () => {
    const { page, errors } = await open({ signedIn: true }, "#/mine/c_ines");
    await page.waitForSelector("article");
    await page.getByRole("link", { name: /^Why\? Handed off/ }).click();
    await page.waitForSelector("h2:has-text('Handed off to a person: May leave')");
    const said = await page.locator(".why").textContent();
    expect(said).toContain("91%");
    expect(said).toContain("10 signals did not fire");
    expect(said).toContain("amount is above 500");
    expect(said).toContain("it is unknown");
    expect(said).toContain("With “hand off from” at 95 % a person would have been proposed.");
    await page.locator(".turns a[aria-current]").focus();
    await page.keyboard.press("ArrowUp");
    await page.waitForSelector("h2:has-text('Held back: the customer is trying')");
    expect(page.url()).toContain("/decisions/c_ines/5");
    expect(errors).toEqual([]);
  }, 60_000);

  it("tells what was held back, between the turns", async () => {
    const { page } = await open({ signedIn: true }, "#/mine/c_ines");
    await page.waitForSelector(".mark:has-text('No handoff yet: the customer is trying')");
  }, 60_000);

  it("says what it could not load, and tries again", async () => {
    const { page } = await open(LEAD, "#/studio/decisions/c_nobody/3");
    await page.waitForSelector("[role=alert]:has-text('There is no such conversation.')");
    await page.getByRole("button", { name: "Try again" }).waitFor();
  }, 60_000);
});

describe("a trial", () => {
  it("goes from a draft into shadow, to a share with a guard, live, and back in one click", async () => {
    const { page, errors } = await open(LEAD, "#/studio/triggers/trial/4");
    await page.waitForSelector("li:has-text('propose_at: 0.5 becomes 0.58')");
    await page.getByRole("button", { name: "Start with version 4" }).click();
    await page.waitForSelector("h2:has-text('Version 4 is in shadow')");
    await page.waitForSelector("text=4,122 of 4,310 decisions are the same");
    await page.waitForSelector("text=/Share missed: \\+1.1 .* against a limit of \\+3 points/");
    await page.getByRole("button", { name: "Roll out" }).click();
    await page.getByRole("button", { name: "25 %" }).click();
    await page.getByLabel("Watch").selectOption("too_early_rate");
    await page.locator("form").getByRole("button", { name: "Roll out" }).click();
    await page.waitForSelector("h2:has-text('Version 4 decides for 25% of the conversations')");
    await page.getByRole("button", { name: "Go live" }).click();
    await page.locator("dialog").getByRole("button", { name: "Go live" }).click();
    await page.waitForSelector(".toast:has-text('Version 4 is live.')");
    await page.locator(".toast").getByRole("button", { name: "Roll back" }).click();
    await page.locator("dialog").getByLabel("Why").fill("Too many proposals");
    await page.locator("dialog").getByRole("button", { name: "Roll back" }).click();
    await page.waitForSelector(".toast:has-text('Version 3 is live.')");
    await page.getByRole("link", { name: "Policy", exact: true }).click();
    await page.getByText("History").click();
    await page.waitForSelector("aside li:has-text('Too many proposals')");
    expect(errors).toEqual([]);
  }, 60_000);
});

describe("a backtest", () => {
  it("runs with an estimate, and ends in a report whose conversations open", async () => {
    const { page, errors } = await open(LEAD, "#/studio/triggers/backtests/of/4");
    await page.waitForFunction(() => document.querySelector("select")?.selectedOptions[0]?.textContent?.startsWith("Version 4"));
    await page.getByRole("button", { name: "Start" }).click();
    await page.waitForSelector("text=/of 3,120 conversations, about .* left/");
    await page.waitForSelector(".chart", { timeout: 20_000 });
    expect(await page.locator(".chart").getAttribute("aria-label")).toContain("Too early: -6.4 (-8.5 to -4.3)");
    await page.getByRole("radio", { name: "Later 29" }).check();
    expect(await page.locator("ul li:has-text('Draft:')").count()).toBe(1);
    await page.getByRole("link", { name: "Why: Wrong frame size, third time writing" }).click();
    await page.waitForSelector("h2:has-text('Handed off to a person')");
    await page.goBack();
    await page.waitForSelector(".chart");
    await page.getByRole("link", { name: "Wrong frame size, third time writing", exact: true }).click();
    await page.waitForSelector(".talk h1:has-text('Ines')");
    expect(errors).toEqual([]);
  }, 60_000);

  it("can be cancelled, and takes edits that are not saved", async () => {
    const { page } = await policy();
    await page.getByRole("switch", { name: "Switch off: Big refunds" }).click();
    await page.waitForSelector("aside .tag:has-text('Unsaved edits')");
    await page.getByRole("link", { name: "Backtest" }).click();
    await page.locator("label:has-text('Draft') select").first().selectOption({ label: "Unsaved edits on version 3" });
    await page.getByRole("button", { name: "Start" }).click();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.waitForSelector("text=Cancelled. Nothing was changed.");
  }, 60_000);
});

describe("proposals", () => {
  it("become drafts", async () => {
    const { page } = await open(LEAD, "#/studio/triggers/proposals");
    await page.waitForSelector(".chart");
    await page.getByRole("button", { name: "Make it a draft" }).first().click();
    await page.waitForSelector("aside a[aria-current]:has-text('Version 5')");
    expect(page.url()).toContain("/versions/5");
  }, 60_000);
});
