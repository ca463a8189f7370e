// The handoff in a real browser on the real server: what the customer sees, what the agent sees, and what is kept.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { Agent, Customer, cleanUpInstalled, launch, SERVER_AWAY, until, violations, storiesIn } from "./support.mjs";

const BILLING = "/demo/tidewater/billing.html";
const DANA = "Dana Whitfield";
const FAILED = "My payment failed again. Invoice TW-20931.";
const TRIED = "Did that. New card, same error: do_not_honor.";
const LEAVING = "This is the third time this has happened and I'm about to cancel";
const SETTLE = "This has cost you enough already; it needs somebody who can settle it. I'm connecting you with Billing.";

let browser;

before(async () => {
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await cleanUpInstalled();
});

const story = storiesIn(() => browser);

const said = (lines, by) => lines.filter(([who]) => who === by).map(([, text]) => text);

/** From the first question to the announcement that a person comes. */
async function ask(customer) {
  await customer.openChat();
  await customer.say(FAILED);
  await customer.chat.locator(".bubble.assistant .cited").waitFor();
  await customer.say(TRIED);
  await customer.answered();
  await customer.say(LEAVING);
  await customer.sees(SETTLE);
}

/** Takes the conversation, whether it is still on offer or waits for anybody. */
async function take(agent, who) {
  const row = agent.page.getByRole("option", { name: who });
  await until(`${who} to be there for the taking`, async () => (await agent.offer(who).count()) > 0 || (await row.count()) > 0);
  if (await agent.offer(who).count()) await agent.press("a");
  else {
    await row.click();
    await agent.press("c");
  }
  await agent.page.getByRole("group", { name: "Preparation" }).first().waitFor();
}

/** The same messages in the same order on both screens and on the server, each once. */
async function sameEverywhere(customer, agent, expected) {
  const spoken = (lines) => lines.filter(([who]) => ["customer", "assistant", "agent"].includes(who)).map(([who]) => who);
  const view = await until("both screens to be complete", async () => {
    const now = await agent.view();
    const turns = now.package.transcript.length;
    const [left, right] = [spoken(await customer.reads()), spoken(await agent.reads())];
    return left.length === turns && right.length === turns && now;
  });
  const { transcript } = view.package;
  const [left, right] = [await customer.reads(), await agent.reads()];
  for (const by of ["customer", "agent"]) {
    const texts = transcript.filter((turn) => turn.role === by).map((turn) => turn.text);
    assert.deepEqual(texts, expected[by] ?? [], `what the ${by} said is kept once`);
    assert.deepEqual(said(left, by), texts);
    assert.deepEqual(said(right, by), texts);
  }
  assert.deepEqual(spoken(left), transcript.map((turn) => turn.role));
  assert.deepEqual(spoken(right), transcript.map((turn) => turn.role));
  assert.deepEqual(transcript.map((turn) => turn.turn), transcript.map((_, n) => n + transcript[0].turn), "no turn is missing");
  const seqs = view.marks.map((mark) => mark.seq);
  assert.deepEqual(seqs, [...new Set(seqs)].sort((a, b) => a - b));
  return view;
}

story("a signed-in customer is helped, handed over with everything, and done", async (server) => {
  const maya = await Agent.signIn(browser, server, "Maya Okonkwo");
  const dana = await Customer.arrive(browser, server, BILLING);
  await ask(dana);

  // The offer: who, why, for whom, and how long it stands.
  const offer = maya.offer(DANA);
  await offer.waitFor();
  const card = await offer.innerText();
  const countdown = await offer.getByRole("timer").getAttribute("aria-label");
  const briefing = await maya.accept(DANA);
  await dana.isTold("Maya is reading your conversation");
  await maya.page.getByRole("group", { name: "Preparation" }).first().waitFor();
  await maya.press("1");
  const opening = await until("the opening line", () => maya.composer().inputValue());
  assert.match(card, /enterprise/i);
  assert.match(card, /You: billing 5/);
  assert.match(card, /May leave/);
  assert.match(countdown, /^\d+ seconds? to accept$/);

  // The briefing was complete before Maya joined.
  for (const [what, expected] of Object.entries({
    why: /Why you, what to focus on\s+.*about to leave/i,
    reason: /May leave/,
    summary: /Summary/,
    fact: /Already given[^]*Invoice[^]*TW-20931/i,
    error: /do_not_honor/,
    steps: /Tried[^]*did not help/,
    mood: /Mood[^]*upset/,
    tier: /enterprise/i,
    company: /Brightside Labs/,
    page: /Page and journey\s+Billing/,
    evidence: /Evidence \(\d+\)/,
  })) assert.match(briefing, expected, `the briefing has the ${what}`);
  assert.match(opening, /TW-20931/, "the first line cites what the customer said");

  await maya.press("Control+Enter");
  await dana.sees("Maya read your conversation and joined");
  await dana.sees(opening);
  assert.deepEqual(said(await dana.reads(), "agent"), [opening]);

  const atWork = await maya.view();
  assert.equal(atWork.row.state, "human");
  const decision = atWork.decisions.findLast((one) => one.action === "hand_off");
  assert.equal(decision?.reason, "churn_risk");
  const signal = decision.triggers.find((one) => one.name === "churn_risk");
  assert.match(signal?.evidence ?? "", /cancel/);
  assert.ok(signal.strength > 0.5);
  assert.equal(atWork.package.handoff.reason, "churn_risk");
  const invoice = atWork.package.facts.find((fact) => fact.value === "TW-20931");
  const source = [...atWork.package.transcript.find((turn) => turn.turn === invoice.turn).text];
  assert.equal(source.slice(invoice.start, invoice.end).join(""), "TW-20931", "the fact leads to its words");
  assert.match(atWork.package.page?.title ?? "", /Billing/);

  await dana.say("Thank you. Finally somebody who looks at it.");
  await maya.page.getByRole("article").filter({ hasText: "Finally somebody" }).waitFor();

  await maya.resolve("Workaround", "Too late");
  await dana.sees("This conversation is settled.");
  await maya.press("f");
  await dana.chat.getByRole("button", { name: "Very good" }).click();
  await dana.chat.getByText("Thank you. That helps us.").waitFor();
  const done = await until("the rating", async () => {
    const view = await maya.view();
    return view.rating && view;
  });
  assert.equal(done.rating.score, 5);
  assert.equal(done.row.state, "resolved");
  assert.match(done.marks.find((mark) => mark.kind === "resolved").text, /workaround/i);
  await sameEverywhere(dana, maya, {
    customer: [FAILED, TRIED, LEAVING, "Thank you. Finally somebody who looks at it."], agent: [opening],
  });
  assert.deepEqual([dana.errors, maya.errors], [[], []], "the consoles are quiet");
});

story("a person is there for the asking, in words or by the button", async (server) => {
  const maya = await Agent.signIn(browser, server, "Maya Okonkwo");
  const dana = await Customer.arrive(browser, server, BILLING);
  await dana.openChat();
  await dana.say("talk to a person");
  await dana.sees(/^Of course\. I'm connecting you with /);
  assert.deepEqual((await dana.reads()).map(([who]) => who).slice(0, 2), ["customer", "notice"], "nothing is said in between");
  const briefing = await maya.accept(DANA);
  assert.match(briefing, /Asked for a person/);
  await maya.press("Enter");
  await dana.sees("Maya read your conversation and joined");

  const visitor = await Customer.arrive(browser, server, "/demo/tidewater/index.html");
  await visitor.openChat();
  await visitor.chat.getByRole("button", { name: "Talk to a person" }).click();
  await visitor.sees(/^Of course\. I'm connecting you with /);
  await until("the wait or the agent", () => visitor.chat.locator(".card.wait, .card.reading, .event.joined").count());
  await maya.page.getByRole("article", { name: /^Offer:/ }).waitFor();
  // Joining has put her into the reply, where letters are letters.
  await maya.press("Escape");
  await maya.press("a");
  await visitor.isTold("Maya is reading your conversation");
  assert.deepEqual([dana.errors, maya.errors, visitor.errors], [[], [], []]);
});

story("a declined offer goes on at once, and the customer keeps their place", async (server) => {
  const team = await Promise.all(["Maya Okonkwo", "Ingrid Solberg"].map((name) => Agent.signIn(browser, server, name)));
  const dana = await Customer.arrive(browser, server, BILLING);
  await dana.openChat();
  await dana.say("talk to a person");
  await dana.sees(/^Of course\. I'm connecting you with /);

  const asked = await until("somebody to be asked", async () => {
    for (const agent of team) if (await agent.offer(DANA).count()) return agent;
  });
  const other = team.find((agent) => agent !== asked);
  assert.equal(await other.offer(DANA).count(), 0, "one is asked at a time");
  await asked.press("d");
  await other.offer(DANA).waitFor();
  await asked.offer(DANA).waitFor({ state: "detached" });
  const [row] = await other.rows("waiting");
  await other.accept(DANA);
  await other.press("Enter");
  await dana.sees(/^\w+ read your conversation and joined$/);

  const { marks } = await other.view();
  const of = (kind) => marks.filter((mark) => mark.kind === kind);
  const [first, second] = of("offered");
  const [declined] = of("declined");
  assert.ok(declined.seq > first.seq && second.seq > declined.seq, "declined, then offered to the other");
  assert.equal(row.waiting_since_ms, of("handed_off")[0].at_ms, "since then, whoever is asked");
  assert.deepEqual([dana.errors, ...team.map((agent) => agent.errors)], [[], [], []]);
});

story("nobody is there: an honest time, an address, and a ticket with everything", async (server) => {
  const visitor = await Customer.arrive(browser, server, "/demo/tidewater/index.html");
  await visitor.openChat();
  await visitor.say("Our export failed with EXP-504 three times. Please let me talk to a person.");
  await visitor.sees(/^Nobody from the team is here right now\./);
  const promise = said(await visitor.reads(), "notice").at(-1);
  assert.match(promise, /You get an answer by \w+ \d\d:\d\d\./);
  const [due] = /\w+ \d\d:\d\d/.exec(promise);
  await visitor.chat.getByRole("heading", { name: due }).waitFor();
  await visitor.chat.getByRole("textbox", { name: "E-mail address" }).fill("rowan@harbourline.example");
  await visitor.chat.getByRole("button", { name: "Answer me there" }).click();
  await visitor.chat.getByText("The answer will go to rowan@harbourline.example.").waitFor();

  const maya = await Agent.signIn(browser, server, "Maya Okonkwo");
  await maya.page.getByRole("link", { name: "Tickets" }).click();
  await maya.page.getByRole("navigation", { name: "Tickets" }).getByRole("link", { name: /Open/ }).first().click();
  await maya.page.getByText("rowan@harbourline.example").first().waitFor();
  await maya.page.getByRole("article").filter({ hasText: "EXP-504 three times" }).waitFor();
  const briefing = await maya.briefing();
  assert.match(briefing, /Asked for a person/);
  assert.match(briefing, /EXP-504/);
  assert.deepEqual([visitor.errors, maya.errors], [[], []]);
});

story("killed three times in the middle, the story goes on with nothing lost or doubled", async (server) => {
  const expected = SERVER_AWAY;
  const crash = async () => {
    await server.kill();
    await server.start();
  };
  const maya = await Agent.signIn(browser, server, "Maya Okonkwo", { expected });
  const dana = await Customer.arrive(browser, server, BILLING, { expected });
  await dana.openChat();

  // Once the question is taken, before or while it is answered.
  await dana.say(FAILED);
  await crash();
  await dana.chat.locator(".bubble.assistant .cited").waitFor();
  assert.deepEqual((await dana.reads()).map(([who]) => who), ["customer", "assistant"], "answered once");

  // While the customer waits for somebody to come.
  await dana.say(TRIED);
  await dana.answered();
  await dana.say(LEAVING);
  await dana.sees(SETTLE);
  const before = await dana.reads();
  await crash();
  await take(maya, DANA);
  assert.deepEqual((await dana.reads()).slice(0, before.length), before);
  await maya.press("1");
  const opening = await until("the opening line", () => maya.composer().inputValue());
  await maya.press("Control+Enter");
  await dana.sees(opening);

  // While they talk; both go on writing while the server is away.
  await server.kill();
  await dana.write("Are you still there?");
  await maya.reply("I am, and I have everything.");
  await server.start();
  await dana.sees("I am, and I have everything.");
  await maya.page.getByRole("article").filter({ hasText: "Are you still there?" }).waitFor();
  const lines = { customer: [FAILED, TRIED, LEAVING, "Are you still there?"], agent: [opening, "I am, and I have everything."] };
  await sameEverywhere(dana, maya, lines);

  await maya.resolve("Solved", "Right");
  await dana.sees("This conversation is settled.");
  const view = await sameEverywhere(dana, maya, lines);
  assert.equal(view.marks.filter((mark) => mark.kind === "handed_off").length, 1);
  assert.equal((await maya.rows()).length, 1, "one conversation, not two");
  assert.equal(await maya.page.getByText("Not sent.").count(), 0);
  assert.deepEqual([dana.errors, maya.errors], [[], []]);
});

story("every page is free of axe violations, in light and dark", async (server) => {
  const found = [];
  const check = async (name, page, target = page) => {
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      found.push(...(await violations(target)).map((one) => `${name}, ${colorScheme}: ${one}`));
    }
    await page.emulateMedia({ colorScheme: "light" });
  };
  const waiting = await Customer.arrive(browser, server, "/demo/tidewater/index.html");
  await waiting.openChat();
  await check("chat, welcome", waiting.page, waiting.chat);
  await waiting.chat.getByRole("button", { name: "Talk to a person" }).click();
  await waiting.sees(/^Nobody from the team is here right now\./);
  await check("chat, ticket", waiting.page, waiting.chat);

  const maya = await Agent.arrive(browser, server);
  await maya.page.getByRole("button", { name: /^Sign in as Maya/ }).waitFor();
  await check("sign-in", maya.page);
  await maya.signIn("Maya Okonkwo");
  const dana = await Customer.arrive(browser, server, BILLING);
  await ask(dana);
  await maya.offer(DANA).waitFor();
  await maya.accept(DANA);
  await check("preparation", maya.page);
  await check("chat, human", dana.page, dana.chat);
  await maya.page.goto(`${server.url}/#/tickets`);
  await maya.page.getByRole("navigation", { name: "Tickets" }).getByRole("link", { name: /Open/ }).first().click();
  await maya.page.getByRole("region", { name: "Briefing" }).waitFor();
  await check("tickets", maya.page);
  assert.deepEqual(found, []);
  assert.deepEqual([waiting.errors, maya.errors, dana.errors], [[], [], []]);
});
