// The widget in a real browser, on another origin than the page: node dev/e2e.mjs [OUT_FOLDER]
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { faults, start } from "./mock.mjs";
import { SCENES } from "./scenes.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const server = await start();
const other = await start();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--headless", "--disable-background-networking"],
});

const complaints = [];
const context = async (options = {}) => {
  const made = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  made.on("weberror", (event) => complaints.push(event.error().message));
  return made;
};
const watch = (page) => page.on("console", (message) => {
  if (message.type() === "error" && !/ERR_|Failed to load resource/.test(message.text())) complaints.push(message.text());
});

/** A page on `other` that loads the widget from `server`. */
async function host(ctx, path = "/demo/tidewater/help.html") {
  const page = await ctx.newPage();
  watch(page);
  await page.route("**/widget.js", (route) => route.fulfill({ status: 200, body: "" }));
  await page.goto(other.origin + path);
  await page.unroute("**/widget.js");
  await page.evaluate((src) => {
    const script = document.createElement("script");
    script.src = src;
    script.dataset.site = "tidewater";
    script.async = true;
    document.head.append(script);
  }, `${server.origin}/widget.js`);
  await page.waitForFunction(() => document.querySelector("segue-launcher"));
  return page;
}
const frameOf = async (page) => {
  for (let i = 0; i < 50; i++) {
    const frame = page.frames().find((one) => one.url().includes("/widget/frame"));
    if (frame && await frame.$(".composer textarea")) return frame;
    await page.waitForTimeout(100);
  }
  throw new Error("no frame");
};
const check = async (name, run) => {
  await run();
  console.log(`ok  ${name}`);
};
const violations = async (target) => {
  await target.evaluate(axe);
  const { violations: found } = await target.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return found.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).slice(0, 3).join(" | ")}`);
};

await check("opens, sends, streams and cites; Escape gives focus back", async () => {
  const ctx = await context();
  const page = await host(ctx);
  assert.equal(page.frames().length, 1, "the frame is not loaded before the first open");
  assert.equal((await ctx.cookies()).length, 0);
  await page.evaluate(() => window.segue("open"));
  const frame = await frameOf(page);
  await frame.waitForFunction(() => document.activeElement?.tagName === "TEXTAREA");
  await page.keyboard.type("My payment failed");
  await page.keyboard.press("Enter");
  await frame.waitForSelector(".writing");
  await frame.waitForSelector(".cited a");
  assert.equal(await frame.locator(".row.own").count(), 1);
  assert.equal(await frame.locator(".row.own .status span").count(), 0);
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.activeElement?.localName === "segue-launcher");
  await ctx.close();
});

await check("keeps the conversation over a reload and counts what is unread", async () => {
  const ctx = await context();
  let page = await host(ctx);
  await page.evaluate(() => window.segue("ask", "My payment failed"));
  let frame = await frameOf(page);
  await frame.waitForSelector(".cited");
  await page.evaluate(() => window.segue("close"));
  await page.close();
  page = await host(ctx);
  frame = await frameOf(page);
  await frame.waitForSelector(".cited", { state: "attached" });
  assert.equal(await frame.locator(".row.own").count(), 1);
  const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  assert.doesNotMatch(stored, /token|payment/i, "nothing of the conversation on the host page");
  await ctx.close();
});

await check("delivers what was written offline, once", async () => {
  const ctx = await context();
  const page = await host(ctx);
  await page.evaluate(() => window.segue("ask", "Good morning"));
  const frame = await frameOf(page);
  await frame.waitForSelector(".cited");
  faults.delivered.length = 0;
  await ctx.setOffline(true);
  await frame.waitForSelector(".banner:not([hidden])");
  for (const words of ["first", "second"]) {
    await frame.fill(".composer textarea", words);
    await frame.press(".composer textarea", "Enter");
  }
  await page.waitForTimeout(900);
  assert.equal(await frame.locator(".row.own").count(), 3);
  await ctx.setOffline(false);
  await frame.waitForFunction(() => document.querySelectorAll(".own[data-state=sent]").length === 3);
  await page.waitForTimeout(400);
  const texts = [...new Map(faults.delivered.filter((one) => one.action === "messages").map((one) => [one.client_id, one.text])).values()];
  assert.deepEqual(texts, ["first", "second"]);
  assert.equal(await frame.locator(".row.own").count(), 3);
  await ctx.close();
});

await check("a person is one press away; waits, reads, joins, ends, rates", async () => {
  const ctx = await context();
  const page = await host(ctx);
  await page.evaluate(() => window.segue("open"));
  const frame = await frameOf(page);
  await frame.click(".talk");
  await frame.waitForSelector(".card.wait");
  assert.match(await frame.textContent(".card.wait h2"), /can’t say yet/);
  await frame.waitForFunction(() => /^About/.test(document.querySelector(".card.wait h2")?.textContent ?? ""));
  await frame.getByText("Answer me by e-mail instead").click();
  await frame.fill(".email input", "nonsense");
  await frame.press(".email input", "Enter");
  assert.match(await frame.textContent(".email .error"), /doesn’t look like/);
  await frame.waitForSelector(".card.reading", { timeout: 8_000 });
  await frame.waitForSelector(".event.joined", { timeout: 8_000 });
  assert.equal(await frame.isVisible(".talk"), false);
  await frame.fill(".composer textarea", "Thanks");
  await frame.press(".composer textarea", "Enter");
  await frame.waitForSelector(".card.rating", { timeout: 10_000 });
  await frame.focus(".face.f5");
  await page.keyboard.press("Enter");
  await frame.waitForSelector(".rated .after .lines");
  assert.equal(await frame.getAttribute(".face.f5", "aria-pressed"), "true");
  await ctx.close();
});

await check("drops messages of another window and another origin", async () => {
  const ctx = await context();
  const page = await host(ctx);
  await page.evaluate(() => window.segue("open"));
  const frame = await frameOf(page);
  const before = await frame.locator(".row.own").count();
  await frame.evaluate(() => window.postMessage({ segue: 1, type: "ask", text: "forged" }, "*"));
  await page.evaluate(() => window.postMessage({ segue: 1, type: "unread", count: 9, note: "forged" }, "*"));
  await page.waitForTimeout(200);
  assert.equal(await frame.locator(".row.own").count(), before);
  assert.doesNotMatch(await page.title(), /forged/);
  await ctx.close();
});

await check("hostile text is inert: no request leaves, nothing runs", async () => {
  const ctx = await context({ viewport: { width: 400, height: 700 } });
  const page = await scene(ctx, "attack");
  const outside = [];
  page.on("request", (request) => { if (!request.url().startsWith(server.origin)) outside.push(request.url()); });
  await page.waitForSelector(".bubble.agent");
  await page.waitForTimeout(300);
  assert.deepEqual(outside, []);
  assert.equal(await page.locator("#app img, #app script, #app iframe").count(), 0);
  for (const link of await page.locator(".log a").all()) {
    assert.match(await link.getAttribute("href"), /^https?:\/\//);
    assert.equal(await link.getAttribute("rel"), "noopener noreferrer");
  }
  await ctx.close();
});

await check("keeps a signed-in person and the anonymous visitor apart", async () => {
  const ctx = await context();
  const page = await ctx.newPage();
  watch(page);
  const say = async (path, words) => {
    await page.goto(server.origin + path);
    await page.waitForFunction(() => document.querySelector("segue-launcher"));
    await page.evaluate((text) => window.segue(text ? "ask" : "open", text), words);
    const frame = await frameOf(page);
    await frame.waitForFunction(() => document.querySelector(".cited, .welcome.fresh h2:not(:empty)"));
    if (words) await frame.waitForSelector(".cited");
    return frame.locator(".row.own").allInnerTexts();
  };
  assert.match((await say("/demo/tidewater/billing.html", "I am Dana")).join(), /Dana/);
  assert.deepEqual(await say("/demo/tidewater/pricing.html"), []);
  assert.match((await say("/demo/tidewater/dashboard.html")).join(), /Dana/);
  await ctx.close();
});

await check("fills a small screen, keeps the page behind out of reach, in German", async () => {
  const ctx = await context({ viewport: { width: 360, height: 740 } });
  const page = await ctx.newPage();
  watch(page);
  await page.route("**/pricing.html", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: (await answer.text()).replace('lang="en"', 'lang="de"') });
  });
  await page.goto(`${server.origin}/demo/tidewater/pricing.html`);
  await page.waitForFunction(() => document.querySelector("segue-launcher"));
  await page.evaluate(() => window.segue("open"));
  const frame = await frameOf(page);
  await frame.getByText("Mit einem Menschen sprechen").waitFor();
  assert.deepEqual(await frame.evaluate(() => [innerWidth, innerHeight, document.documentElement.scrollWidth]), [360, 740, 360]);
  assert.equal(await page.evaluate(() => document.querySelector("main").inert), true);
  if (process.argv[2]) await page.screenshot({ path: `${process.argv[2]}/embed-german-360.png` });
  await frame.click(".close");
  assert.equal(await page.evaluate(() => document.querySelector("main").inert), false);
  await ctx.close();
});

await check("without storage the chat works from memory", async () => {
  const ctx = await context();
  const page = await ctx.newPage();
  await page.addInitScript(() => Object.defineProperty(window, "localStorage", { get() { throw new DOMException("denied", "SecurityError"); } }));
  await page.goto(`${server.origin}/widget/frame?site=tidewater`);
  await page.fill(".composer textarea", "My payment failed");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".cited");
  await ctx.close();
});

async function scene(ctx, name) {
  const site = name === "welcome" ? "tidewater" : `scene-${name}`;
  await ctx.addInitScript((key) => {
    if (location.protocol === "http:") localStorage.setItem(`segue:chat:${key}:`, JSON.stringify({ conversation: key, token: "token" }));
  }, `scene-${name}`);
  const page = await ctx.newPage();
  watch(page);
  await page.goto(`${server.origin}/widget/frame?site=${site}`);
  await page.waitForTimeout(350);
  return page;
}

await check("axe: every state, light and dark, narrow, right to left", async () => {
  const found = [];
  for (const colorScheme of ["light", "dark"]) {
    for (const name of ["welcome", ...Object.keys(SCENES)]) {
      const ctx = await context({ viewport: { width: 360, height: 640 }, colorScheme, locale: name === "arabic" ? "ar" : "en", reducedMotion: "reduce" });
      const page = await scene(ctx, name);
      if (name === "wait") await page.getByText("Answer me by e-mail instead").click();
      found.push(...(await violations(page)).map((one) => `${name} ${colorScheme} ${one}`));
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      if (wide) found.push(`${name} scrolls sideways`);
      await ctx.close();
    }
  }
  assert.deepEqual(found, []);
});

await check("axe: the demo sites with the launcher", async () => {
  const found = [];
  const pages = { tidewater: ["index", "pricing", "dashboard", "billing", "cancel", "help"], fernlight: ["index", "product", "orders", "returns", "checkout"] };
  for (const colorScheme of ["light", "dark"]) {
    for (const [site, names] of Object.entries(pages)) {
      for (const name of names) {
        for (const width of [360, 1280]) {
          const ctx = await context({ viewport: { width, height: 800 }, colorScheme });
          const page = await ctx.newPage();
          watch(page);
          await page.goto(`${server.origin}/demo/${site}/${name}.html`);
          await page.waitForTimeout(250);
          found.push(...(await violations(page)).map((one) => `${site}/${name} ${colorScheme} ${width} ${one}`));
          if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) found.push(`${site}/${name} ${width} scrolls sideways`);
          await ctx.close();
        }
      }
    }
  }
  assert.deepEqual(found, []);
});

await browser.close();
server.stop();
other.stop();
assert.deepEqual(complaints, [], "the console is quiet, CSP included");
