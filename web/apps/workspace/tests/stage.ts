/** What the tests of the pages share: a browser, the mock server behind a page, and axe. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
// @ts-expect-error The mock is plain JavaScript.
import { mock } from "../dev/mock.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
export const WIDE = { width: 1440, height: 900 };
export const PHONE = { width: 360, height: 740 };
/** Axe looks at every element twice; on a busy machine that takes its time. */
export const AXE_MS = 120_000;

export interface Stand { dev: Record<string, () => void>; listen: () => Promise<string>; close: () => void }
export interface Scene { options: object; hash?: string; ready: string; act?: (page: Page, stand: Stand) => Promise<unknown> }
export type Open = (options: object, hash?: string, context?: BrowserContextOptions) => Promise<{ page: Page; stand: Stand; errors: string[] }>;

/** Starts a browser for the tests of one file; each test's pages are closed after it. */
export function stage(): Open {
  let browser: Browser;
  let closing: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: process.env.SEGUE_CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--headless", "--disable-background-networking"],
    });
  }, 60_000);
  afterAll(() => browser?.close());
  afterEach(async () => {
    for (const close of closing) await close();
    closing = [];
  });
  return async (options, hash = "", context = {}) => {
    const stand: Stand = mock(options);
    const address = await stand.listen();
    const held = await browser.newContext({ viewport: WIDE, reducedMotion: "reduce", ...context });
    const page = await held.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => /Content Security Policy|Uncaught/.test(message.text()) && errors.push(message.text()));
    closing.push(async () => {
      await held.close();
      stand.close();
    });
    await page.goto(`${address}/${hash}`);
    return { page, stand, errors };
  };
}

export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }> } };
    const { violations: found } = await axe.run();
    return found.map((v) => `${v.id}: ${v.nodes.map((n) => `${n.html.slice(0, 160)} ${n.failureSummary.slice(0, 200)}`).join(" | ")}`);
  });
}

const sideways = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

/** One test for each scene and size: light, dark and, where asked, from right to left. */
export function axeFindsNothing(open: Open, scenes: Record<string, Scene>, { rtl = false } = {}): void {
  for (const [name, scene] of Object.entries(scenes)) {
    for (const viewport of [WIDE, PHONE]) {
      it(`${name}, ${viewport.width} px, light and dark${rtl ? ", right to left" : ""}`, async () => {
        const { page, stand, errors } = await open(scene.options, scene.hash, { viewport });
        await page.waitForSelector(scene.ready, { state: viewport === PHONE ? "attached" : "visible" });
        await scene.act?.(page, stand);
        expect(await violations(page)).toEqual([]);
        await page.emulateMedia({ colorScheme: "dark" });
        expect(await violations(page)).toEqual([]);
        expect(await sideways(page), "no sideways scrolling").toBeLessThanOrEqual(0);
        if (rtl) {
          await page.evaluate(() => (document.documentElement.dir = "rtl"));
          expect(await sideways(page), "no sideways scrolling from right to left").toBeLessThanOrEqual(0);
          expect(await outside(page), "nothing beyond the edge").toEqual([]);
        }
        expect(errors).toEqual([]);
      }, AXE_MS);
    }
  }
}

/** Controls that stand beyond the edge of the page where nothing scrolls to them. */
function outside(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const scrolls = (element: Element | null): boolean =>
      !!element && (["auto", "scroll", "hidden"].includes(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
    return [...document.querySelectorAll<HTMLElement>("button, input, select, textarea, a")]
      .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !scrolls(element.parentElement))
      .filter((element) => { const box = element.getBoundingClientRect(); return box.width > 1 && (box.left < -1 || box.right > innerWidth + 1); })
      .map((element) => `${element.tagName} ${element.className} ${element.textContent?.trim().slice(0, 60)}`);
  });
}
