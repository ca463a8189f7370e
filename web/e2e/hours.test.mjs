// When nobody can come: a time that the customer chooses, and what closing time does with those who wait.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before } from "node:test";
import { Agent, Customer, cleanUpInstalled, launch, SERVER_AWAY, until, violations, storiesIn } from "./support.mjs";

const SHOP = "/demo/tidewater/index.html";
const TOKYO = "Asia/Tokyo";
const MINUTE_MS = 60_000;
/** Where pictures of each state go, for people who want to look; nowhere otherwise. */
const PICTURES = process.env.SEGUE_PICTURES;

let browser;

before(async () => {
  browser = await launch();
  if (PICTURES) mkdirSync(PICTURES, { recursive: true });
});
after(async () => {
  await browser?.close();
  await cleanUpInstalled();
});

const story = storiesIn(() => browser);

/** No violation in light and dark, nothing wider than the screen, at the width of a phone too; and a picture of it. */
async function looksRight(name, { page, chat }) {
  const target = chat ?? page;
  const wide = page.viewportSize();
  const sizes = chat ? [wide, { width: 360, height: 740 }] : [wide];
  for (const size of sizes) {
    await page.setViewportSize(size);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await violations(target), [], `${name}, ${colorScheme}, ${size.width}`);
      const over = await target.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(over <= 0, `${name} is ${over} px too wide at ${size.width}`);
      if (PICTURES) await page.screenshot({ path: join(PICTURES, `${name}-${size.width}-${colorScheme}.png`) });
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(wide);
}

/** Opens or closes a squad for a while, as a lead does. */
async function decide(lead, squad, open, until_ms) {
  const answer = await lead.context.request.post(`${lead.server.url}/v1/squads/${squad}/overrides`, {
    data: { open, until_ms, why: "A drill." },
  });
  assert.equal(answer.status(), 200, await answer.text());
  return answer.json();
}

const inTokyo = (ms) => new Intl.DateTimeFormat("en-GB", { timeZone: TOKYO, weekday: "long", hour: "2-digit", minute: "2-digit" })
  .formatToParts(ms).reduce((all, { type, value }) => ({ ...all, [type]: value }), {});

story("an off-hours visitor chooses a time in his own zone and is called back with his place kept", async (server) => {
  const expected = SERVER_AWAY;
  const ingrid = await Agent.signIn(browser, server, "Ingrid Solberg", { expected });
  await decide(ingrid, "general", false, Date.now() + 40 * MINUTE_MS);
  const visitor = await Customer.arrive(browser, server, SHOP, { timezoneId: TOKYO, expected });
  await visitor.openChat();
  await visitor.say("Our export failed with EXP-504 three times.");
  await visitor.answered();
  await visitor.chat.getByRole("button", { name: "Talk to a person" }).click();
  await visitor.sees(/^Nobody from the team is here right now\./);
  await visitor.chat.getByRole("button", { name: "Keep waiting in line" }).waitFor();
  await looksRight("ticket", visitor);

  // By keyboard alone: the choice, a day, a time, a number, agreed.
  await visitor.chat.getByRole("button", { name: "Get back to me at a time I choose" }).focus();
  await visitor.page.keyboard.press("Enter");
  const picker = visitor.chat.getByRole("form", { name: "When should we get back to you?" });
  await picker.getByText("Times are in your own zone: Japan Standard Time.").waitFor();
  await looksRight("picker", visitor);
  const first = await picker.getByRole("radio").first().getAttribute("value");
  const { hour, minute } = inTokyo(Number(first));
  const offered = await picker.locator(".time").first().innerText();
  assert.match(offered, new RegExp(`^0?${Number(hour) % 12 || 12}:${minute} [AP]M$`), "the first time, in Tokyo");
  await picker.getByRole("radio").first().focus();
  await visitor.page.keyboard.press("ArrowRight");
  const chosen = Number(await picker.locator("input:checked").getAttribute("value"));
  assert.ok(chosen > Number(first));
  await picker.getByRole("textbox", { name: "Phone number (optional)" }).fill("+81 3 1234 5678");
  await visitor.page.keyboard.press("Enter");

  const when = inTokyo(chosen);
  const text = `${when.weekday} ${when.hour}:${when.minute}–`;
  await visitor.sees(`Agreed: we get back to you ${text}`);
  await visitor.chat.getByRole("heading", { name: text }).waitFor();
  await looksRight("agreed", visitor);

  // Moved by the customer, and the workspace knows.
  await visitor.chat.getByRole("button", { name: "Choose another time" }).click();
  await picker.getByRole("radio").first().check({ force: true });
  await picker.getByRole("button", { name: "Agree on this time" }).click();
  await visitor.sees(/^We now get back to you /);
  const maya = await Agent.signIn(browser, server, "Maya Okonkwo", { expected });
  await maya.page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: /^Callbacks/ }).click();
  await maya.page.getByRole("option", { name: /Callback/ }).click();
  await maya.page.getByText("Callback booked for").waitFor();
  assert.match(await maya.briefing(), /\+81 3 1234 5678/);
  assert.match(await maya.briefing(), /A callback/, "it is a promise");
  await looksRight("workspace-callback", maya);
  const before = await maya.view();
  const asked = before.marks.find((mark) => mark.kind === "handed_off").at_ms;
  assert.equal(before.row.state, "callback");
  assert.equal(before.package.callback.from_ms, Number(first));

  // The server is away when the time comes; it is only late.
  await server.kill();
  server.ahead_s = Math.ceil((Number(first) - Date.now()) / 1000) + 60;
  await server.start();
  const offer = maya.offer("Visitor");
  await offer.waitFor();
  assert.match(await offer.innerText(), /Callback due\s+Callback .*, asked /);
  await looksRight("workspace-due", maya);
  const due = await maya.view();
  assert.equal(due.row.waiting_since_ms, asked, "as old as the first wish");
  await maya.accept("Visitor");
  await visitor.sees("It is time for your callback.");
  await maya.press("1");
  const opening = await until("the opening line", () => maya.composer().inputValue());
  await maya.press("Control+Enter");
  await visitor.sees(opening);
  await visitor.say("Thank you for calling.");
  await maya.page.getByRole("article").filter({ hasText: "Thank you for calling." }).waitFor();
  await maya.resolve("Solved", "Right");
  await visitor.sees("This conversation is settled.");
  const done = await maya.view();
  const promise = done.package.promises.findLast((one) => one.by === "system");
  assert.ok(promise.kept_at_ms > 0 && promise.overdue_at_ms === undefined, "kept in time");
  assert.deepEqual([visitor.errors, maya.errors, ingrid.errors], [[], [], []]);
});

story("closing time hands the backlog to tickets, with a message to each", async (server) => {
  const ingrid = await Agent.signIn(browser, server, "Ingrid Solberg");
  const maya = await Agent.signIn(browser, server, "Maya Okonkwo");
  // They are there and take nobody, so that those who come wait.
  for (const agent of [ingrid, maya]) {
    const busy = await agent.context.request.put(`${server.url}/v1/me/presence`, { data: { presence: "busy" } });
    assert.equal(busy.status(), 200);
  }
  const visitor = await Customer.arrive(browser, server, SHOP, { timezoneId: TOKYO });
  await visitor.openChat();
  await visitor.chat.getByRole("button", { name: "Talk to a person" }).click();
  await visitor.sees(/^Of course\. I'm connecting you with /);
  for (const choice of ["Answer me by e-mail", "Get back to me at a time I choose", "Keep waiting in line"]) {
    await visitor.chat.getByRole("button", { name: choice }).waitFor();
  }
  await looksRight("waiting", visitor);

  // Why nobody has been asked yet.
  await ingrid.page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: /^Waiting/ }).click();
  await ingrid.page.getByRole("option").first().click();
  await ingrid.page.getByRole("heading", { name: "Who could take it" }).waitFor();
  const team = await ingrid.page.getByRole("listitem").filter({ hasText: /takes nothing new/ }).allInnerTexts();
  assert.deepEqual(team.map((one) => /Ingrid Solberg|Maya Okonkwo/.exec(one)[0]).sort(), ["Ingrid Solberg", "Maya Okonkwo"]);
  await looksRight("workspace-waiting", ingrid);

  const standing = await decide(ingrid, "general", false, Date.now() + 120 * MINUTE_MS);
  assert.equal(standing.open, false);
  await visitor.sees(/^The team has closed for now/);
  const told = (await visitor.reads()).at(-1)[1];
  assert.match(told, /as ticket T-\S+, .* by \w+ \d\d:\d\d\./);
  await visitor.chat.getByRole("heading", { name: /by (\w+ \d\d:\d\d)\./.exec(told)[1] }).waitFor();

  await ingrid.page.getByRole("link", { name: "Tickets" }).click();
  const ticket = ingrid.page.getByRole("navigation", { name: "Tickets" }).getByRole("link", { name: /Open/ }).first();
  await ticket.click();
  assert.match(await ticket.innerText(), /Normal/, "with the tag of its urgency");
  await looksRight("workspace-tickets", ingrid);

  // Whoever wants to stay in line may; the place is kept, and it says when somebody is back.
  await visitor.chat.getByRole("button", { name: "Keep waiting in line" }).click();
  await visitor.chat.getByText(/You stay in line, and your place is kept\. The team is back \w+ \d\d:\d\d\./).waitFor();
  await looksRight("stays", visitor);
  const [row] = await ingrid.rows("waiting");
  const view = await ingrid.view(row.conversation);
  assert.equal(row.waiting_since_ms, view.marks.find((mark) => mark.kind === "handed_off").at_ms);
  assert.deepEqual(view.marks.map((mark) => mark.kind).filter((kind) => ["queued", "queue_closed", "ticketed", "stays"].includes(kind)),
    ["queued", "queue_closed", "ticketed", "stays", "queued"]);
  assert.deepEqual([visitor.errors, maya.errors, ingrid.errors], [[], [], []]);
});
