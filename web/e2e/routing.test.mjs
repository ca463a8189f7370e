// Routing in a real browser on the real server: what a lead sets is what the floor does, and nobody is left waiting.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { Agent, Customer, cleanUpInstalled, launch, storiesIn, until, violations } from "./support.mjs";

const BILLING = "/demo/tidewater/billing.html";
const DANA = "Dana Whitfield";

let browser;

before(async () => {
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await cleanUpInstalled();
});

const story = storiesIn(() => browser);

async function goTo(lead, page) {
  await lead.page.goto(`${lead.server.url}/#/studio/routing/${page}`);
  await lead.page.locator("main h1").waitFor();
}

async function asked(lead, path) {
  const answer = await lead.context.request.get(`${lead.server.url}${path}`);
  assert.equal(answer.status(), 200);
  return answer.json();
}

story("a lead sets levels, hours and weights, and they hold", async (server) => {
  const lead = await Agent.signIn(browser, server, "Ingrid Solberg");
  await goTo(lead, "people");
  const row = lead.page.locator("tr", { has: lead.page.locator("b:text-is('Maya Okonkwo')") });
  await row.locator(".level").first().click();
  await lead.page.getByRole("group", { name: "General of Maya Okonkwo" }).getByRole("button", { name: "5" }).click();
  await lead.press("Control+s");
  const level = async () => (await asked(lead, "/v1/staff")).find(({ id }) => id === "maya").skills.general;
  await until("the level to be kept", async () => (await level()) === 5);
  assert.deepEqual(await violations(lead.page), []);

  await goTo(lead, "squads");
  await lead.page.getByRole("button", { name: "Close until…" }).first().click();
  await lead.page.getByRole("dialog").getByRole("button", { name: "Close it" }).click();
  const isOpen = async () => (await asked(lead, "/v1/hours")).find(({ squad }) => squad === "general").open;
  await until("the squad to be closed", async () => !(await isOpen()));
  await lead.page.getByRole("button", { name: "Go by the hours again" }).first().click();
  await until("the squad to be open", isOpen);

  await goTo(lead, "rules");
  await lead.page.getByRole("spinbutton", { name: "A good fit" }).fill("0.8");
  await lead.press("Control+s");
  await until("the weight to be kept", async () => (await asked(lead, "/v1/organisation")).routing.weights.quality === 0.8);

  await goTo(lead, "what-if");
  await lead.page.getByRole("button", { name: "Start" }).click();
  await lead.page.getByText(/^(No handoff|Too little|Nothing)/).first().waitFor();
  assert.deepEqual(lead.errors, []);
});

story("when everybody has declined, the supervisor is told and gives it to somebody", async (server) => {
  const [lead, maya] = await Promise.all(["Ingrid Solberg", "Maya Okonkwo"].map((name) => Agent.signIn(browser, server, name)));
  const dana = await Customer.arrive(browser, server, BILLING);
  await dana.openChat();
  await dana.say("talk to a person");
  await dana.sees(/^Of course\. I'm connecting you with /);

  const told = lead.page.getByText(`Everybody who could take ${DANA} declined or missed it.`, { exact: false });
  await until("everybody to have declined", async () => {
    if (await told.count()) return true;
    for (const agent of [lead, maya]) if (await agent.offer(DANA).count()) await agent.press("d");
    return false;
  });
  await lead.page.getByRole("button", { name: "Show" }).click();
  await lead.page.getByRole("button", { name: "Assign to Maya Okonkwo" }).click();
  await maya.page.getByRole("option", { name: DANA }).first().click();
  await maya.page.getByRole("group", { name: "Preparation" }).first().waitFor();
  await maya.press("Enter");
  await dana.sees(/^Maya read your conversation and joined$/);

  const { row, marks } = await maya.view();
  assert.equal(row.agent, "maya");
  assert.equal(row.refused_since_ms, undefined, "somebody has it");
  assert.equal(marks.filter(({ kind }) => kind === "refused_by_all").length, 1, "told once");
  assert.deepEqual([lead.errors, maya.errors, dana.errors], [[], [], []]);
});
