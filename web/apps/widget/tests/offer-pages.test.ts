/**
 * The offer of a person on a page of another origin, as built, with the mock server.
 *
 * Needs Chromium: `SEGUE_CHROMIUM`, or the usual place. Build first. `SHOTS` names a folder for pictures of the card.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Frame, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
// @ts-expect-error The mock is plain JavaScript.
import * as mock from "../dev/mock.mjs";

interface Asked { url: string; language: string; offered_ms: number[]; dismissed_ms: number | null }
interface Mock {
  start(): Promise<{ origin: string; stop(): void }>;
  faults: { down: boolean };
  offers: { after_s: number; asked: Asked[]; accepted: Record<string, unknown>[]; dismissed: object[] };
}
const { start, offers, faults } = mock as Mock;
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const CANCEL = "/demo/tidewater/cancel.html";
const HELP = "/demo/tidewater/help.html";

let browser: Browser;
let segue: Awaited<ReturnType<Mock["start"]>>;
let shop: Awaited<ReturnType<Mock["start"]>>;
const held: BrowserContext[] = [];
let errors: string[] = [];

beforeAll(async () => {
  [segue, shop] = [await start(), await start()];
  browser = await chromium.launch({
    executablePath: process.env.SEGUE_CHROMIUM ?? "/usr/bin/chromium",
    // The pages are rewritten on their way, so the browser does not take them for local, and Segue is.
    args: ["--no-sandbox", "--headless", "--disable-background-networking", "--disable-features=LocalNetworkAccessChecks"],
  });
}, 60_000);
afterAll(async () => {
  await browser?.close();
  segue?.stop();
  shop?.stop();
});
beforeEach(() => {
  Object.assign(offers, { after_s: 0.6, asked: [], accepted: [], dismissed: [] });
  faults.down = false;
  errors = [];
});
afterEach(async () => {
  for (const context of held.splice(0)) await context.close();
  expect(errors).toEqual([]);
});

async function visitor(options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: "reduce", ...options });
  context.setDefaultTimeout(10_000);
  held.push(context);
  // The card's root is closed to the page; the tests look inside.
  await context.addInitScript(() => {
    const attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function (init) { return attach.call(this, { ...init, mode: "open" }); };
  });
  return context;
}

/** A page of the shop with Segue's loader from its own origin, under the demo's strict policy for scripts. */
async function visit(context: BrowserContext, path = CANCEL, attributes: Record<string, string> = {}): Promise<Page> {
  const page = await context.newPage();
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => /Content Security Policy|Uncaught|CORS/.test(message.text()) && errors.push(message.text()));
  const dataset = Object.entries({ "data-site": "tidewater", ...attributes }).map(([name, value]) => `${name}="${value}"`).join(" ");
  await page.route(/\.html/, async (route) => {
    const answer = await route.fetch();
    const html = (await answer.text()).replace('src="/widget.js" data-site="tidewater"', `src="${segue.origin}/widget.js" ${dataset}`);
    await route.fulfill({ response: answer, body: attributes.dir ? html.replace("<html", `<html dir="${attributes.dir}"`) : html });
  });
  await page.goto(shop.origin + path);
  return page;
}

const card = (page: Page) => page.locator("segue-offer .card");
const launcher = (page: Page) => page.locator("segue-launcher button");
const asked = (count: number) => expect.poll(() => offers.asked.length, { timeout: 5_000 }).toBe(count);
const stored = (page: Page) => page.evaluate(() => JSON.parse(localStorage.getItem("segue:offers:tidewater") ?? "{}") as Partial<Asked>);
const pause = (page: Page) => page.waitForTimeout(1_500);
const frameOf = async (page: Page): Promise<Frame> => {
  await expect.poll(() => page.frames().some((frame) => frame.url().includes("/widget/frame")), { timeout: 5_000 }).toBe(true);
  return page.frames().find((frame) => frame.url().includes("/widget/frame"))!;
};
/** A headless window drops the focus with one of the first presses, on any page: presses until one has arrived. */
const tabUntil = async (page: Page, arrived: () => Promise<unknown>) => {
  for (let press = 0; press < 5 && !await arrived(); press++) await page.keyboard.press("Tab");
};
const setHidden = (page: Page, hidden: boolean) => page.evaluate((value) => {
  Object.defineProperty(document, "hidden", { value, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}, hidden);

vi.setConfig({ testTimeout: 30_000 });

describe("is shown", () => {
  it("after its time, with the focus, the layout and the frame left alone", async () => {
    const context = await visitor();
    const page = await visit(context);
    await page.evaluate(() => {
      Object.assign(window, { shifts: 0 });
      new PerformanceObserver((list) => { (window as unknown as { shifts: number }).shifts += list.getEntries().length; }).observe({ type: "layout-shift" });
    });
    await page.locator("main a").first().focus();
    await asked(1);
    expect(await card(page).count()).toBe(0);
    await card(page).waitFor();
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("A");
    expect(await page.evaluate(() => (window as unknown as { shifts: number }).shifts)).toBe(0);
    expect(page.frames()).toHaveLength(1);
    expect(await page.getByRole("dialog", { name: "A person can help you better" }).count()).toBe(1);
    expect((await stored(page)).offered_ms).toHaveLength(1);
    expect(await context.cookies()).toEqual([]);
  });

  it("in no hidden tab, before it is seen again", async () => {
    const page = await visit(await visitor());
    await asked(1);
    await setHidden(page, true);
    await pause(page);
    expect(await card(page).count()).toBe(0);
    expect((await stored(page)).offered_ms).toBeUndefined();
    await setHidden(page, false);
    await card(page).waitFor();
  });

  it("once, over pages and tabs", async () => {
    const context = await visitor();
    const [page, other] = [await visit(context), await visit(context)];
    await asked(2);
    const shown = async () => await card(page).count() + await card(other).count();
    await expect.poll(shown, { timeout: 5_000 }).toBe(1);
    await pause(page);
    expect(await shown()).toBe(1);
    const third = await visit(context);
    await asked(3);
    expect(offers.asked[2]?.offered_ms).toHaveLength(1);
    await pause(third);
    expect(await card(third).count()).toBe(0);
  });

  it("on a page reached without a load, and goes with it", async () => {
    const page = await visit(await visitor(), HELP);
    await asked(1);
    await pause(page);
    expect(await card(page).count()).toBe(0);
    await page.evaluate(() => history.pushState(null, "", "cancel.html"));
    await card(page).waitFor();
    await page.evaluate(() => history.replaceState({ scroll: 1 }, "", "cancel.html#top"));
    await page.waitForTimeout(300);
    expect(await card(page).count()).toBe(1);
    await page.evaluate(() => history.pushState(null, "", "help.html"));
    await card(page).waitFor({ state: "detached" });
    expect(offers.dismissed).toEqual([]);
    await asked(3);
  });

  it("nowhere while the server fails", async () => {
    faults.down = true;
    const page = await visit(await visitor());
    await pause(page);
    expect(await card(page).count()).toBe(0);
    errors = errors.filter((one) => !one.includes("CORS"));
  });

  it("nowhere to who has gone offline meanwhile", async () => {
    const context = await visitor();
    const page = await visit(context);
    await page.waitForFunction(() => customElements.get("segue-offer"));
    await context.setOffline(true);
    await pause(page);
    expect(await card(page).count()).toBe(0);
    expect((await stored(page)).offered_ms).toBeUndefined();
  });

  it("where storage throws, too", async () => {
    const context = await visitor();
    await context.addInitScript(() => {
      for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });
    });
    const page = await visit(context);
    await card(page).getByText("No, thanks").click();
    await page.evaluate(() => history.pushState(null, "", "pricing.html"));
    await asked(2);
    expect(offers.asked[1]?.dismissed_ms).toBeGreaterThan(0);
    await pause(page);
    expect(await card(page).count()).toBe(0);
  });
});

describe("no", () => {
  it.each([
    ["the button", (page: Page) => card(page).getByText("No, thanks").click()],
    ["the cross", (page: Page) => card(page).getByRole("button", { name: "Close" }).click()],
    ["Escape", async (page: Page) => {
      await card(page).getByText("Talk to a person").focus();
      await page.keyboard.press("Escape");
    }],
  ])("by %s is told, and remembered over loads", async (_, dismiss) => {
    const context = await visitor();
    const page = await visit(context);
    await card(page).waitFor();
    await dismiss(page);
    await card(page).waitFor({ state: "detached" });
    await expect.poll(() => offers.dismissed, { timeout: 5_000 }).toEqual([{ site: "tidewater", area: "cancel" }]);
    const { dismissed_ms } = await stored(page);
    expect(dismissed_ms).toBeGreaterThan(Date.now() - 60_000);
    expect(page.frames()).toHaveLength(1);
    await page.reload();
    await asked(2);
    expect(offers.asked[1]?.dismissed_ms).toBe(dismissed_ms);
    await pause(page);
    expect(await card(page).count()).toBe(0);
  });

  it("is not what Escape elsewhere on the page says", async () => {
    const page = await visit(await visitor());
    await card(page).waitFor();
    await page.keyboard.press("Escape");
    await page.waitForTimeout(200);
    expect(await card(page).count()).toBe(1);
    expect(offers.dismissed).toEqual([]);
  });

  it("gives the focus back where it was, or to the launcher", async () => {
    const page = await visit(await visitor());
    await card(page).waitFor();
    const link = page.locator("main [data-chat]");
    const at = () => page.evaluate(() => {
      const { activeElement } = document;
      return activeElement?.shadowRoot?.activeElement?.classList[0] ?? activeElement?.textContent?.trim();
    });
    await link.focus();
    await tabUntil(page, async () => await at() === "yes");
    const stops = [];
    for (const key of ["Tab", "Tab", "Tab", "Shift+Tab"]) {
      await page.keyboard.press(key);
      stops.push(await at());
    }
    expect(stops).toEqual(["no", "close", "r", "close"]);
    // Last from the launcher, so back to it.
    await page.keyboard.press("Escape");
    expect(await at()).toBe("r");

    const other = await visit(await visitor());
    await card(other).waitFor();
    await other.locator("main [data-chat]").focus();
    await card(other).locator(".no").press("Enter");
    await card(other).waitFor({ state: "detached" });
    expect(await other.evaluate(() => document.activeElement?.textContent)).toBe("Talk to us first");
  });
});

it("yes opens the conversation with the person on the way", async () => {
  const context = await visitor();
  const page = await visit(context);
  await card(page).getByText("Talk to a person").click();
  await card(page).waitFor({ state: "detached" });
  const frame = await frameOf(page);
  await frame.waitForSelector(".card.wait");
  await frame.getByText("Billing", { exact: true }).first().waitFor();
  expect(offers.accepted).toHaveLength(1);
  expect(offers.accepted[0]).toMatchObject({ site: "tidewater", page: { url: shop.origin + CANCEL, title: "Cancel, Tidewater" } });
  expect(offers.accepted[0]?.client_id).toBeTruthy();
  expect(offers.dismissed).toEqual([]);
  expect(JSON.stringify(await page.evaluate(() => ({ ...localStorage })))).not.toMatch(/token/);
  // Who is talking is asked nothing more.
  await page.goto(shop.origin + CANCEL.replace("cancel", "pricing"));
  await pause(page);
  expect(offers.asked).toHaveLength(1);
  expect(await card(page).count()).toBe(0);
});

it("yes to an offer that does not stand any more asks for a person all the same", async () => {
  const page = await visit(await visitor());
  await page.context().route("**/v1/widget/offers/accepted", (route) => route.fulfill({ status: 409, json: { code: "offer_gone" } }));
  await card(page).getByText("Talk to a person").click();
  const frame = await frameOf(page);
  await frame.waitForSelector(".card.wait");
  await frame.getByText("Billing", { exact: true }).first().waitFor();
});

it("who opens the launcher has dismissed nothing", async () => {
  const page = await visit(await visitor());
  await card(page).waitFor();
  await launcher(page).click();
  await card(page).waitFor({ state: "detached" });
  const frame = await frameOf(page);
  await frame.waitForSelector(".welcome");
  await page.evaluate(() => (window as unknown as { segue(name: string): void }).segue("close"));
  await pause(page);
  expect(await card(page).count()).toBe(0);
  expect(offers.dismissed).toEqual([]);
  expect(offers.accepted).toEqual([]);
  expect((await stored(page)).dismissed_ms).toBeNull();
});

it("a conversation in another tab takes the card away", async () => {
  const context = await visitor();
  const page = await visit(context);
  await card(page).waitFor();
  const other = await visit(context, HELP);
  await other.evaluate(() => (window as unknown as { segue(name: string, text: string): void }).segue("ask", "Good morning"));
  await card(page).waitFor({ state: "detached" });
  expect(offers.dismissed).toEqual([]);
});

const LOOKS: [string, BrowserContextOptions, Record<string, string>][] = [];
for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [1280, 360]) {
    for (const [language, dir] of [["en", "ltr"], ["de", "ltr"], ["ar", "rtl"]] as const) {
      LOOKS.push([`${language}-${width}-${colorScheme}`, { colorScheme, viewport: { width, height: 740 } }, { "data-language": language, dir }]);
    }
  }
}
describe("axe and the edges", () => {
  it.each(LOOKS)("%s", async (name, options, attributes) => {
    const page = await visit(await visitor(options), CANCEL, attributes);
    await card(page).waitFor();
    const box = (await card(page).boundingBox())!;
    const button = (await launcher(page).boundingBox())!;
    const width = options.viewport!.width;
    expect(box.x).toBeGreaterThanOrEqual(19);
    expect(box.x + box.width).toBeLessThanOrEqual(width - 19);
    expect(box.y + box.height).toBeLessThan(button.y);
    expect(attributes.dir === "rtl" ? box.x : width - box.x - box.width).toBeCloseTo(20, 0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/offer-${name}.png` });
    await page.evaluate(AXE);
    const found = await page.evaluate(async () => {
      const { axe } = window as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
      return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
    });
    expect(found).toEqual([]);
  }, 60_000);

  it("moves for less than 150 ms, and not at all for who wants no motion", async () => {
    const duration = async (reducedMotion: "reduce" | "no-preference") => {
      const page = await visit(await visitor({ reducedMotion }));
      await card(page).waitFor();
      return card(page).evaluate((element) => Math.max(...getComputedStyle(element).transitionDuration.split(",").map((one) => parseFloat(one) * 1_000)));
    };
    expect(await duration("reduce")).toBe(0);
    expect(await duration("no-preference")).toBeLessThan(150);
  });
});
