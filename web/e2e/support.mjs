/**
 * What the browser tests stand on: the real server on a folder of its own, one Chromium, and the two people of every
 * story: the customer with the widget and the agent with the workspace.
 *
 * Waits look for what a person would see; nothing counts on how long something takes.
 */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { chromium } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** Generous: the machine may be slow and shared. */
export const PATIENCE_MS = 60_000;
/** The first start makes a password hash for every colleague of the demo. */
const FIRST_START_MS = 180_000;
export const WIDE = { width: 1440, height: 900 };

export const launch = () => chromium.launch({
  executablePath: process.env.SEGUE_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--headless", "--disable-background-networking", "--disable-extensions", "--disable-gpu"],
});

/** Looks again and again until `look` gives something; then gives it. */
export async function until(what, look, patience_ms = PATIENCE_MS) {
  const end = Date.now() + patience_ms;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await pause(100);
  }
}

// ------------------------------------------------------------------ server

let installed;

/** A folder with the demo in it, made once; every server of the run starts from a copy. */
function install() {
  installed ??= (async () => {
    const data = join(mkdtempSync(join(tmpdir(), "segue-e2e-")), "data");
    const server = new Server(data);
    await server.start();
    await server.stop();
    return data;
  })();
  return installed;
}

/** The demo without simulated people, on a copy of the data; `beside` names an organisation with an owner and a key. */
export async function demo(args = ["--quiet"], { beside } = {}) {
  const from = await install();
  const data = join(mkdtempSync(join(tmpdir(), "segue-e2e-")), "data");
  cpSync(from, data, { recursive: true });
  const server = new Server(data, args);
  if (beside) {
    const line = ["admin", "bootstrap", "--data", data, "--organisation", beside, "--json"];
    server.beside = JSON.parse(execFileSync(process.env.SEGUE_BIN, line, { encoding: "utf8" }));
  }
  await server.start();
  return server;
}

/** Removes what `demo` and its folder have left. */
export async function cleanUp(...servers) {
  for (const server of servers) {
    await server.stop();
    rmSync(join(server.data, ".."), { recursive: true, force: true });
  }
}

export async function cleanUpInstalled() {
  if (installed) rmSync(join(await installed, ".."), { recursive: true, force: true });
}

class Server {
  address = "127.0.0.1:0";
  /** How far ahead of ours its clock goes from the next start on, seconds. */
  ahead_s = 0;
  #log = "";
  #process;

  constructor(data, args = ["--quiet"]) {
    Object.assign(this, { data, args });
  }

  get url() {
    return `http://${this.address}`;
  }

  /** Starts, or starts again at the same address on the same data. */
  async start() {
    const ready = join(this.data, "..", "ready.json");
    rmSync(ready, { force: true });
    const bin = process.env.SEGUE_BIN;
    assert.ok(bin, "SEGUE_BIN names the built server");
    this.#process = spawn(bin, ["demo", ...this.args, "--listen", this.address, "--data", this.data, "--ready-file", ready], {
      stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, SEGUE_CLOCK_AHEAD_S: String(this.ahead_s) },
    });
    const { stderr } = this.#process;
    stderr.setEncoding("utf8").on("data", (text) => (this.#log = (this.#log + text).slice(-20_000)));
    await until("the server to be ready", () => {
      assert.equal(this.#process.exitCode, null, `the server ended:\n${this.#log}`);
      return existsSync(ready);
    }, FIRST_START_MS);
    ({ address: this.address } = JSON.parse(readFileSync(ready, "utf8")));
  }

  /** Ends it without a warning, as a crash does. */
  kill = () => this.#end("SIGKILL");
  stop = () => this.#end("SIGTERM");

  async #end(signal) {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }
}

// ----------------------------------------------------------------- people

/** Errors on the console of a page, content policy included; `expected` ones are left out. */
function listen(page, expected) {
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    const text = message.text();
    const bad = message.type() === "error" || /Content Security Policy/i.test(text);
    if (bad && !expected.some((known) => known.test(`${text} ${message.location().url}`))) errors.push(`${text} ${message.location().url}`);
  });
  return errors;
}

/** Chromium itself reports these answers as errors: nobody is signed in yet, and the house is set up. */
const BEFORE_SIGN_IN = [/401 .*\/v1\/me$/, /404 .*\/v1\/setup$/];
/** What a page says while its server is away. */
export const SERVER_AWAY = [/ERR_/, /WebSocket connection to/];

/** The customer: a page of the demo's site with the widget on it. */
export class Customer {
  static async arrive(browser, server, path, { expected = [], ...options } = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, locale: "en-US", reducedMotion: "reduce", ...options });
    context.setDefaultTimeout(PATIENCE_MS);
    const customer = new Customer();
    customer.server = server;
    customer.context = context;
    customer.page = await context.newPage();
    customer.errors = listen(customer.page, expected);
    await customer.page.goto(server.url + path);
    return customer;
  }

  /** Presses the button in the corner, as a person does; its shadow root is closed to scripts. */
  async openChat() {
    const { page } = this;
    await page.waitForFunction(() => document.querySelector("segue-launcher")?.style.getPropertyValue("--a"));
    const { width, height } = page.viewportSize();
    await page.mouse.click(width - 48, height - 48);
    this.chat = await until("the chat's frame", () => page.frames().find((frame) => frame.url().includes("/widget/frame")));
    await this.chat.getByRole("textbox", { name: "Write a message" }).waitFor();
  }

  async write(text) {
    const field = this.chat.locator(".composer textarea");
    await field.fill(text);
    await field.press("Enter");
  }

  /** Writes, and waits until the server has it. */
  async say(text) {
    await this.write(text);
    await this.chat.locator('.row.own[data-state="sent"]', { hasText: text }).waitFor();
  }

  sees = (text) => this.chat.locator(".log").getByText(text).first().waitFor();

  /** Waits until the assistant, or the house, has answered the last line; an offer of a person is no answer. */
  answered = () => until("an answer", () => this.chat.evaluate(() => {
    const rows = [...document.querySelectorAll(".log > *")];
    const after = rows.slice(rows.findLastIndex((row) => row.querySelector(".bubble.customer")) + 1);
    return after.some((row) => row.querySelector(".bubble.assistant:not(.offer) .words") || row.matches(".notice"));
  }));

  /** The id of the conversation, once something was said. */
  conversation = () => this.chat.evaluate(() => performance.getEntriesByType("resource")
    .map((entry) => /\/conversations\/(c_\w+)\//.exec(entry.name)?.[1]).findLast(Boolean));

  /** Below the conversation, on the card of the moment. */
  isTold = (text) => this.chat.getByRole("heading", { name: text }).last().waitFor();

  /** What stands in the conversation, from top to bottom: [who, text]; "offer" is the assistant's, of a person. */
  reads() {
    return this.chat.evaluate(() => [...document.querySelectorAll(".log > *")].flatMap((row) => {
      const bubble = row.querySelector(".bubble");
      const roles = ["offer", "customer", "assistant", "agent"];
      const who = bubble ? roles.find((role) => bubble.classList.contains(role)) : row.classList[0];
      const words = row.querySelector(".words") ?? row.querySelector("span[dir]") ?? row;
      return who === "day" ? [] : [[who, words.innerText.trim()]];
    }));
  }

  leave = () => this.context.close();
}

/** The agent: a page of the workspace. */
export class Agent {
  static async arrive(browser, server, { expected = [], ...options } = {}) {
    const context = await browser.newContext({ viewport: WIDE, locale: "en-US", reducedMotion: "reduce", ...options });
    context.setDefaultTimeout(PATIENCE_MS);
    const agent = new Agent();
    agent.server = server;
    agent.context = context;
    agent.page = await context.newPage();
    agent.errors = listen(agent.page, [...BEFORE_SIGN_IN, ...expected]);
    await agent.page.goto(server.url);
    return agent;
  }

  static async signIn(browser, server, name, options) {
    const agent = await Agent.arrive(browser, server, options);
    await agent.signIn(name);
    return agent;
  }

  /** One tap; then the workspace is there and live. */
  async signIn(name) {
    await this.page.getByRole("button", { name: new RegExp(`^Sign in as ${name}`) }).click();
    await this.isIn();
  }

  /** With an address and a password, as those do whom the demo does not offer. */
  static async signInAs(browser, server, { email, password }, options) {
    const agent = await Agent.arrive(browser, server, options);
    await agent.page.getByLabel("E-mail").fill(email);
    await agent.page.getByLabel("Password").fill(password);
    await agent.page.getByRole("button", { name: "Sign in", exact: true }).click();
    await agent.isIn();
    return agent;
  }

  async isIn() {
    await this.page.getByRole("region", { name: "Conversations" }).waitFor();
    await this.page.locator(".list .bones").waitFor({ state: "detached" });
  }

  press = (keys) => this.page.keyboard.press(keys);
  offer = (who) => this.page.getByRole("article", { name: `Offer: ${who}` });
  briefing = () => this.page.locator(".briefing").innerText();
  composer = () => this.page.locator("[data-place=composer]");

  /** Writes and sends by keyboard. */
  async reply(text) {
    await this.press("Escape");
    await this.press("r");
    await this.page.waitForFunction(() => document.activeElement?.matches("[data-place=composer]"));
    await this.page.keyboard.type(text);
    await this.press("Control+Enter");
  }

  /** Accepts by keyboard; gives back what the briefing says before anything else happens. */
  async accept(who) {
    await this.offer(who).waitFor();
    await this.press("a");
    await this.page.getByRole("group", { name: "Preparation" }).first().waitFor();
    return this.briefing();
  }

  async resolve(how, timing) {
    await this.press("Escape");
    await this.press("e");
    const dialog = this.page.getByRole("dialog", { name: /^Resolve/ });
    for (const choice of [how, timing]) {
      await dialog.getByRole("radio", { name: choice, exact: choice === "Solved" }).focus();
      await this.press("Space");
    }
    await this.press("Control+Enter");
    await dialog.waitFor({ state: "detached" });
  }

  /** Opens *Why?* on a mark of the open conversation; gives back what the page says. */
  async why(mark) {
    await this.page.getByRole("link", { name: new RegExp(`^Why\\? ${mark}`) }).last().click();
    const explained = this.page.getByRole("region", { name: "Explain a decision" });
    await explained.getByRole("heading", { name: "Signals" }).waitFor();
    return explained.innerText();
  }

  /** The id of the open conversation, from the address. */
  conversation = () => new URL(this.page.url()).hash.split("/").at(-1);

  /** The conversation as the server has it for this agent. */
  async view(id = this.conversation()) {
    const answer = await this.context.request.get(`${this.server.url}/v1/conversations/${id}/view`);
    assert.equal(answer.status(), 200);
    return answer.json();
  }

  async rows(list = "all") {
    const answer = await this.context.request.get(`${this.server.url}/v1/lists/${list}`);
    assert.equal(answer.status(), 200);
    return (await answer.json()).rows;
  }

  /** What stands in the stream, from top to bottom: [who, text]. */
  reads() {
    return this.page.evaluate(() => [...document.querySelectorAll("[data-place=stream] article")].map((article) => [
      ["customer", "assistant", "agent", "note"].find((role) => article.classList.contains(role)) ?? "pending",
      article.querySelector(".bubble")?.innerText.trim() ?? "",
    ]));
  }

  leave = () => this.context.close();
}

/** An organisation's own assistant, which reports both sides of its chat. */
export class Bot {
  said = 0;

  static async open(server, opening) {
    const bot = new Bot();
    bot.server = server;
    bot.conversation = (await bot.post("", opening)).conversation;
    return bot;
  }

  /** Reports a turn; gives back what was decided. */
  async report(turn) {
    const { decision } = await this.post(`/${this.conversation}/turns`, { client_id: `turn-${(this.said += 1)}`, ...turn });
    return decision;
  }

  async post(path, body) {
    const answer = await fetch(`${this.server.url}/v1/conversations${path}`, {
      method: "POST", body: JSON.stringify(body),
      headers: { "content-type": "application/json", authorization: `Bearer ${this.server.beside.api_key}` },
    });
    assert.equal(answer.status, 200, path);
    return answer.json();
  }
}

/** What axe finds on a page or in a frame, in a line each. */
export async function violations(target) {
  await target.evaluate(AXE);
  return target.evaluate(async () => {
    const { violations: found } = await globalThis.axe.run(document, { resultTypes: ["violations"] });
    return found.map((one) => `${one.id}: ${one.nodes.map((node) => `${node.html.slice(0, 140)} ${node.failureSummary.slice(0, 160)}`).join(" | ")}`);
  });
}

/** Tests in this browser, each with a server of its own; pages and data are gone afterwards, whatever happened. */
export const storiesIn = (browserOf) => (name, run) => {
  test(name, async () => {
    const browser = browserOf();
    const server = await demo();
    try {
      await run(server);
    } catch (error) {
      const screens = browser.contexts().flatMap((context) => context.pages().flatMap((page) => page.frames()));
      for (const screen of screens) console.error(await screen.evaluate(() => `${location.href}\n${document.body.innerText}\n`).catch(String));
      throw error;
    } finally {
      for (const context of browser.contexts()) await context.close();
      await cleanUp(server);
    }
  });
};
