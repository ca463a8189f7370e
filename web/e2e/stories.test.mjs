// The mission's stories, told by people in the browser under Segue's default policy: whether a person comes, why, and
// what that person knows before the first word.
//
// A customer writes in the widget, where the built-in assistant answers from the articles below. Where a story needs
// certain answers, the organisation's own bot reports both sides of its chat over the API: a chat in the widget belongs
// to the built-in assistant, so there no other can speak.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Agent, Bot, Customer, cleanUp, cleanUpInstalled, demo, launch, until } from "./support.mjs";

/** An organisation beside the demo's, with a bot of its own. */
const OWN = "quillmere";
const TIERS = [
  { name: "enterprise", first_reply_s: 45, weight: 10 }, { name: "team", first_reply_s: 300, weight: 3 }, { name: "free", first_reply_s: 900, weight: 1 },
];
const ARTICLES = {
  fernlight: {
    "delivered-but-missing": "My parcel is marked as delivered, but it is not here\n\nWhen an order is marked as delivered and nothing is there, ask your neighbours first. We open a search with the courier and write to you within 3 working days.",
  },
  tidewater: {
    "rota-published": "When is the rota for the next month published?\n\nThe rota for the next month is published once your planner has approved it, as a rule in the last third of the month.",
    "hours-afterwards": "Can our hours still be downloaded afterwards?\n\nYour hours can be downloaded for 90 days after the last day, as one file for each location.",
    "copy-a-week": "Copying a whole week to another location\n\nIt is not possible to copy a whole week to another location. You can retype it, or copy single days.",
  },
};

/** Decisions that call for nobody. */
const CALM = new Set(["answer", "hold"]);

/**
 * One row, one story: `at` a page of the demo, where the customer says the lines of `said`; or without one the chat of
 * a `customer` elsewhere, both sides in turn, the assistant's with its confidence. `comes`: "handed_off"; "proposed", and
 * accepted; "either" of them; "declined", and `then` it goes on; "nothing". Of `reasons` one is recorded. The rest is
 * what the agent sees on the offer and in the briefing, and what *Why?* names.
 */
const STORIES = [
  {
    name: "a lost parcel of high value needs an approval", at: "fernlight/orders.html", who: "Ines Duarte",
    said: [
      "My order 3348917502 is marked as delivered since Monday, and there is nothing here.",
      "I have looked everywhere and rung every neighbour. It is a camera for 1,389 euros, please send me a replacement.",
    ],
    comes: "handed_off", reasons: ["authority"], squad: "returns", card: /Needs an approval/,
    facts: ["3348917502", "1,389 euros"], steps: 1, focus: /needs an approval.*Do not ask again for the order/, why: /Needs an approval/,
  },
  {
    name: "a third failed payment drives an enterprise customer away",
    customer: { name: "Petra Lindholm", email: "petra@halvorsen.example", tier: "enterprise", verified: true },
    said: [
      "The charge for our invoice QM-55180 was declined again last night.",
      ["I'm sorry. Mostly the card has expired. Please add another card under Settings, Payment. I'll keep your account open until Thursday.", 0.62],
      "I did: a new card from another bank, and it says do_not_honor once more.",
      ["Thank you for trying. Please press Pay now on the invoice.", 0.55],
      "That was the third charge to fail. I am about to cancel, this is not acceptable.",
    ],
    comes: "handed_off", reasons: ["churn_risk", "failed_steps", "frustration"], card: /May leave|Steps did not help|Frustrated/,
    facts: ["QM-55180", "do_not_honor"], promises: 1, steps: 1, dueIn_s: 45,
  },
  {
    name: "the same question three times", at: "tidewater/help.html",
    said: [
      "On what day is the rota for next month published?",
      "I mean the day: on what day is the rota for next month published?",
      "On what day does the rota for next month get published?",
    ],
    comes: "either", reasons: ["repetition", "failed_steps"], card: /Asked again|Steps did not help/,
  },
  {
    name: "a person is asked for", at: "tidewater/index.html", said: ["I would simply like to speak to a real human being"],
    comes: "handed_off", reasons: ["explicit_request"], squad: "general", card: /Asked for a person/, focus: /asked for a person/,
  },
  {
    name: "a legal threat", at: "fernlight/returns.html", who: "Ines Duarte",
    said: [
      "When is my refund paid for the lamp I sent back in May? Reference FL-88213.",
      "You have kept my money for half a year. My solicitor is going to write to you about it.",
    ],
    comes: "handed_off", reasons: ["legal"], squad: "trust", card: /Legal matter/, facts: ["FL-88213"], focus: /mentions legal action/,
  },
  {
    name: "somebody else is in the account", at: "tidewater/dashboard.html", who: "Dana Whitfield",
    said: ["Somebody got into my account last night and changed the password. That was not me!"],
    comes: "handed_off", reasons: ["security"], squad: "security", card: /Security matter/, focus: /security incident/,
  },
  {
    name: "on the page for leaving a person is offered once", at: "tidewater/cancel.html",
    said: ["What happens to our schedules after the last day?"], then: ["Can our hours still be downloaded afterwards?", "How do I export archived shifts?"],
    comes: "declined", reasons: ["page_context", "churn_risk"], why: /Because of the page/,
  },
  {
    name: "a question on the page with the prices", at: "tidewater/pricing.html",
    said: ["What is the difference between Harbour and Enterprise for 140 people in 9 places?"],
    comes: "proposed", reasons: ["sales", "page_context"], squad: "sales", card: /Wants to buy|Because of the page/,
  },
  {
    name: "one outburst, then solved",
    customer: { name: "Jonas Reuter", email: "jonas@reuter.example", tier: "team", verified: true },
    said: [
      "Unbelievable, your app threw me out in the middle of my shift AGAIN!!!",
      ["I'm sorry. Please switch on Stay signed in under Profile, Security and sign in once more.", 0.8],
      "ok, switching it on",
      ["Tell me whether it lasts.", 0.7],
      "it stays signed in now, thank you",
    ],
    comes: "nothing",
  },
  {
    name: "a wish for the product, put with a fault in it", at: "tidewater/dashboard.html", who: "Dana Whitfield",
    said: [
      "It would be great if I could copy a whole week to another location. We retype it for 9 places every Friday.",
      "Please put it on your list, then. Besides, the print button is broken in Firefox, the page stays white.",
    ],
    comes: "either", reasons: ["product_feedback"], card: /Feedback/,
  },
];

let browser, server, agents;

before(async () => {
  browser = await launch();
  server = await demo(undefined, { beside: OWN });
  const [tidewater, fernlight, own] = await Promise.all([
    Agent.signIn(browser, server, "Ingrid Solberg"), Agent.signIn(browser, server, "Celeste Abara"), Agent.signInAs(browser, server, server.beside),
  ]);
  agents = { tidewater, fernlight, [OWN]: own };
  await Promise.all(Object.entries(agents).map(([house, agent]) => prepare(agent, ARTICLES[house] ?? {}, house === OWN ? { tiers: TIERS } : {})));
});
after(async () => {
  await browser?.close();
  if (server) await cleanUp(server);
  await cleanUpInstalled();
});

/** The default policy, whatever the demo's is, and the articles of the stories. */
async function prepare(agent, articles, settings) {
  const { request } = agent.context;
  const put = async (path, data) => assert.ok((await request.put(`${server.url}/v1/${path}`, { data, headers: { origin: server.url } })).ok(), path);
  const now = await (await request.get(`${server.url}/v1/organisation`)).json();
  await put("organisation", { ...now, ...settings, policy: {} });
  for (const [id, text] of Object.entries(articles)) {
    const [title, ...body] = text.split("\n\n");
    await put(`articles/${id}`, { markdown: `+++\ntitle = "${title}"\nlanguage = "en"\n+++\n${body.join("\n\n")}\n` });
  }
}

/** The customer's side, until a person comes, was accepted or declined; gives back the conversation's id. */
async function inTheWidget({ at, said, comes, then }) {
  const customer = await Customer.arrive(browser, server, `/demo/${at}`);
  await customer.openChat();
  const announced = customer.chat.locator(".log .notice");
  const offered = customer.chat.locator(".log .offer button");
  for (const line of said) {
    assert.equal(await announced.count(), 0, "nobody comes before the story is told");
    await customer.say(line);
    await customer.answered();
  }
  await (comes === "handed_off" ? announced : comes === "either" ? offered.or(announced) : offered).first().waitFor();
  if (comes === "declined") {
    await customer.chat.getByRole("button", { name: "No, thanks" }).click();
    await offered.first().waitFor({ state: "detached" });
    for (const line of then) {
      await customer.say(line);
      await customer.answered();
    }
    assert.equal(await customer.chat.locator(".log .offer").count(), 1, "offered once and not again");
    assert.equal(await announced.count(), 0);
  } else {
    assert.ok(comes !== "proposed" || (await announced.count()) === 0, "offered, not decided");
    if (await offered.count()) await customer.chat.getByRole("button", { name: "Yes, please" }).click();
    await announced.first().waitFor();
    if (comes === "handed_off") assert.deepEqual((await customer.reads()).map(([who]) => who).slice(-2), ["customer", "notice"], "at once");
  }
  assert.deepEqual(customer.errors, []);
  return customer.conversation();
}

/** Both sides of a chat elsewhere, as the organisation's bot reports them; what comes of it comes at the last line. */
async function elsewhere({ customer, said }) {
  const bot = await Bot.open(server, { channel: "chat", customer });
  for (const [n, line] of said.entries()) {
    const [text, confidence] = [line].flat();
    const decision = await bot.report(n % 2 ? { role: "assistant", text, confidence } : { role: "customer", text });
    if (n < said.length - 1) assert.ok(!decision || CALM.has(decision.action), `${text}: ${decision?.action}`);
  }
  return bot.conversation;
}

/** Nobody is called, and nobody was asked about it more often than the story says. */
async function nobodyComes(agent, story, id) {
  const { row, decisions } = await agent.view(id);
  const loud = decisions.filter((decision) => !CALM.has(decision.action));
  assert.deepEqual(loud.map(({ action, turn }) => [action, turn]), story.comes === "declined" ? [["propose", 0]] : []);
  for (const { reason } of loud) assert.ok(story.reasons.includes(reason), reason);
  assert.equal(row.state, "ai");
  assert.equal(await agent.page.getByRole("article", { name: /^Offer:/ }).count(), 0);
}

/** What the agent has before the first word: on the offer, in the briefing, in the record. */
async function somebodyComes(agent, story, id) {
  const offer = agent.offer(story.customer?.name ?? story.who ?? "Visitor");
  await offer.waitFor();
  assert.match(await offer.innerText(), story.card);
  await agent.press("Escape");
  await agent.press("a");
  await agent.page.getByRole("group", { name: "Preparation" }).waitFor();
  const briefing = await agent.briefing();
  const { row, decisions, package: known } = await agent.view(id);
  const decision = decisions.find((one) => one.action === "hand_off");
  assert.ok(story.reasons.includes(decision.reason), decision.reason);
  assert.equal(known.handoff.reason, decision.reason);
  assert.ok(decision.triggers.every((trigger) => trigger.evidence), "every trigger quotes what it saw");
  if (story.squad) assert.equal(row.squad, story.squad);
  if (story.focus) assert.match(briefing, story.focus);
  const facts = known.facts.map((fact) => fact.value);
  for (const fact of story.facts ?? []) {
    assert.ok(facts.includes(fact), `${fact} among ${facts}`);
    assert.ok(briefing.includes(fact), `${fact} in the briefing`);
  }
  for (const [kind, words] of Object.entries({ promises: /Promises/i, steps: /Tried/i })) {
    assert.ok(known[kind].length >= (story[kind] ?? 0), kind);
    if (story[kind]) assert.match(briefing, words);
  }
  if (story.dueIn_s) assert.equal(row.sla_due_at_ms - row.waiting_since_ms, story.dueIn_s * 1000, "the first reply is due by the tier");
}

/** Reads, joins, settles and is free for the next story. */
async function settle(agent, id) {
  await agent.page.getByRole("group", { name: "Preparation" }).waitFor();
  await agent.press("Enter");
  await agent.page.getByRole("group", { name: "Preparation" }).waitFor({ state: "detached" });
  // Joining leads into the reply; before that a key would be lost.
  await agent.page.waitForFunction(() => document.activeElement?.matches("[data-place=composer]"));
  await agent.resolve("Solved", "Right");
  await agent.press("f");
  await until("the agent to be free", async () => (await agent.view(id)).row.state === "resolved");
}

async function check(story) {
  const agent = agents[story.at?.split("/")[0] ?? OWN];
  const id = story.at ? await inTheWidget(story) : await elsewhere(story);
  const alone = ["declined", "nothing"].includes(story.comes);
  await (alone ? nobodyComes : somebodyComes)(agent, story, id);
  if (story.why) {
    await agent.page.goto(`${server.url}/#/all/${id}`);
    assert.match(await agent.why(alone ? "Offered" : "Handed off"), story.why);
    await agent.page.goto(`${server.url}/#/all/${id}`);
  }
  if (!alone) await settle(agent, id);
  assert.deepEqual(agent.errors, []);
}

for (const story of STORIES) {
  test(story.name, async () => {
    try {
      await check(story);
    } catch (error) {
      const screens = browser.contexts().flatMap((context) => context.pages().flatMap((page) => page.frames()));
      for (const screen of screens) console.error(await screen.evaluate(() => `${location.href}\n${document.body.innerText}\n`).catch(String));
      throw error;
    } finally {
      const staff = Object.values(agents).map((agent) => agent.context);
      for (const context of browser.contexts()) if (!staff.includes(context)) await context.close();
    }
  });
}
