/**
 * The built pages in a real browser, against the mock server and its strict content policy: every page without axe
 * violations in light and dark, wide and on a phone; and the acts of an agent by keyboard alone.
 *
 * Needs Chromium: `SEGUE_CHROMIUM`, or the usual place. Build first.
 */
import { type Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { axeFindsNothing, type Scene, stage } from "./stage";

const open = stage();
const signedIn = { signedIn: true };
const INES = "#/mine/c_ines";
const SCENES: Record<string, Scene> = {
  "set-up": { options: { needed: true }, ready: "form" },
  "sign-in": { options: {}, ready: ".account" },
  list: { options: signedIn, ready: ".row" },
  conversation: { options: signedIn, hash: INES, ready: "article" },
  offer: { options: signedIn, ready: ".row", act: async (page, stand) => { stand.dev.offer!(); await page.waitForSelector(".offer"); } },
  preparation: { options: signedIn, ready: ".row", act: async (page, stand) => { stand.dev.offer!(); await page.waitForSelector(".offer"); await page.keyboard.press("a"); await page.waitForSelector(".prep"); } },
  "wrap-up": { options: signedIn, hash: "#/mine/c_kaito", ready: "article" },
  "hostile text": { options: signedIn, hash: "#/waiting/c_odd", ready: "article" },
  "failed message": { options: signedIn, hash: INES, ready: "article", act: async (page, stand) => { stand.dev.fail!(); await write(page, "Hello"); await page.waitForSelector("article.failed"); } },
  resolve: { options: signedIn, hash: INES, ready: "article", act: async (page) => { await page.keyboard.press("e"); await page.waitForSelector("dialog form"); } },
  transfer: { options: signedIn, hash: INES, ready: "article", act: async (page) => { await page.keyboard.press("t"); await page.waitForSelector("dialog h3"); } },
  palette: { options: signedIn, hash: INES, ready: "article", act: async (page) => { await page.keyboard.press("Control+k"); await page.waitForSelector("[role=combobox]"); } },
  keys: { options: signedIn, hash: INES, ready: "article", act: async (page) => { await page.keyboard.press("?"); await page.waitForSelector("dialog dl"); } },
  "presence menu": { options: signedIn, ready: ".row", act: async (page) => { await page.click(".me"); await page.waitForSelector("[role=menu]"); } },
  briefing: { options: signedIn, hash: INES, ready: "article", act: async (page) => { await page.keyboard.press("b"); await page.waitForTimeout(250); } },
  reconnecting: { options: signedIn, hash: INES, ready: "article", act: async (page, stand) => { stand.dev.drop!(); await page.waitForSelector(".bar button, .bar span"); } },
  tickets: { options: signedIn, hash: "#/tickets/t_1", ready: "article" },
  empty: { options: { signedIn: true, empty: true }, ready: ".empty" },
};

async function write(page: Page, text: string): Promise<void> {
  await page.keyboard.press("r");
  await page.waitForFunction(() => document.activeElement instanceof HTMLTextAreaElement);
  await page.keyboard.type(text);
  await page.keyboard.press("Control+Enter");
}

describe("axe finds nothing", () => axeFindsNothing(open, SCENES));

describe("by keyboard alone", () => {
  it("accepts an offer, inserts an opening line, joins, answers, resolves and finishes", async () => {
    const { page, stand, errors } = await open(signedIn);
    await page.waitForSelector(".row");
    stand.dev.offer!();
    await page.waitForSelector(".offer");
    await page.keyboard.press("a");
    await page.waitForSelector(".prep ol");
    await page.keyboard.press("2");
    await page.waitForFunction(() => document.querySelector("textarea")?.value.includes("three reloads"));
    await page.waitForFunction(() => document.activeElement instanceof HTMLTextAreaElement);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".prep", { state: "detached" });
    await page.keyboard.press("r");
    await page.keyboard.press("Control+Enter");
    await page.waitForFunction(() => [...document.querySelectorAll("article.agent")].some((a) => a.textContent?.includes("three reloads")));
    expect(await page.locator("textarea").inputValue()).toBe("");
    await page.keyboard.press("Escape");
    await page.keyboard.press("e");
    await page.waitForSelector("dialog form");
    await page.keyboard.press("Control+Enter");
    await page.waitForSelector("dialog", { state: "detached" });
    await page.keyboard.press("f");
    await page.waitForFunction(() => document.querySelector(".talk h1")?.textContent?.includes("Resolved"));
    expect(errors).toEqual([]);
  }, 60_000);

  it("walks the list with J and K, finds a command in the palette, and a reload keeps place and draft", async () => {
    const { page } = await open(signedIn);
    await page.waitForSelector(".row");
    await page.keyboard.press("j");
    await page.waitForSelector(".talk h1:has-text('Ines')");
    await page.keyboard.press("j");
    await page.waitForSelector(".talk h1:has-text('Mirela')");
    await page.keyboard.press("k");
    await page.waitForSelector(".talk h1:has-text('Ines')");
    await page.keyboard.press("Control+k");
    await page.waitForSelector("[role=combobox]");
    await page.keyboard.type("note");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement instanceof HTMLTextAreaElement);
    await page.keyboard.type("Ask Piet");
    await page.reload();
    await page.waitForSelector(".talk h1:has-text('Ines')");
    await page.keyboard.press("n");
    await page.waitForFunction(() => document.querySelector("textarea")?.value === "Ask Piet");
  }, 60_000);

  it("does not take letters typed into a field for shortcuts", async () => {
    const { page } = await open(signedIn, INES);
    await page.waitForSelector("article");
    await page.keyboard.press("/");
    await page.waitForFunction(() => document.activeElement instanceof HTMLInputElement);
    await page.keyboard.type("tej");
    expect(await page.locator("dialog").count()).toBe(0);
    expect(await page.locator("input[type=search]").inputValue()).toBe("tej");
  }, 60_000);
});

describe("what arrives", () => {
  it("shows a message at once, and keeps one that failed until it is sent again", async () => {
    const { page, stand } = await open(signedIn, INES);
    await page.waitForSelector("article");
    stand.dev.fail!();
    await write(page, "On its way");
    await page.waitForSelector("article.failed");
    await page.getByRole("button", { name: "Send again" }).click();
    await page.waitForFunction(() => [...document.querySelectorAll("article.agent")].filter((a) => a.textContent?.includes("On its way")).length === 1);
    expect(await page.locator("article.failed").count()).toBe(0);
  }, 60_000);

  it("says that it reconnects, delivers once what was sent meanwhile, and misses nothing", async () => {
    const { page, stand } = await open(signedIn, INES);
    await page.waitForSelector("article");
    stand.dev.drop!();
    await page.waitForSelector("text=/Reconnecting/");
    await write(page, "Written offline");
    stand.dev.say!();
    await page.waitForFunction(() => [...document.querySelectorAll("article.agent")].some((a) => a.textContent?.includes("Written offline")), undefined, { timeout: 20_000 });
    await page.waitForSelector("text=/Reconnecting/", { state: "detached", timeout: 20_000 });
    await page.waitForSelector(".row:has-text('Any news from the bank?')");
    expect(await page.locator("article:has-text('Written offline')").count()).toBe(1);
  }, 60_000);

  it("goes to the sign-in page when the session ends", async () => {
    const { page, stand } = await open(signedIn, INES);
    await page.waitForSelector("article");
    stand.dev.out!();
    await page.waitForSelector("text=You have been signed out");
  }, 60_000);

  it("keeps hostile text inert: no element, no request, links with their host", async () => {
    const requests: string[] = [];
    const { page } = await open(signedIn, "#/waiting/c_odd");
    page.on("request", (request) => requests.push(request.url()));
    await page.waitForSelector("article");
    const stream = page.locator(".stream");
    expect(await stream.locator("img, script, iframe").count()).toBe(0);
    expect(await stream.locator("a[href^=javascript]").count()).toBe(0);
    const link = stream.locator("a:has-text('my order')");
    expect(await link.textContent()).toContain("larkfield.example.evil.example");
    expect(await link.getAttribute("rel")).toContain("noopener");
    expect(requests.filter((url) => !url.startsWith("http://127.0.0.1"))).toEqual([]);
  }, 60_000);

  it("marks facts by scalar values, after an emoji too, and leads to their turn", async () => {
    const { page } = await open(signedIn, INES);
    await page.waitForSelector("article");
    expect(await page.locator("mark.fact").allTextContents()).toEqual(["LF-48213", "58", "EX-17", "Monday"]);
    await page.locator(".pane").getByRole("button", { name: /Show the message of Ines/ }).first().click();
    await page.waitForFunction(() => document.activeElement?.hasAttribute("data-turn"));
  }, 60_000);
});
