// The pictures of the README, from the demo full of life: SEGUE_BIN=... node e2e/pictures.mjs FOLDER
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Agent, Customer, cleanUp, cleanUpInstalled, demo, launch, until } from "./support.mjs";

const folder = process.argv[2];
mkdirSync(folder, { recursive: true });
/** Conversations on the list before the story begins. */
const LIFE = 6;
const DANA = "Dana Whitfield";

const browser = await launch();
const server = await demo([]);
const maya = await Agent.signIn(browser, server, "Maya Okonkwo");
await maya.page.goto(`${server.url}/#/squads`);

// Maya takes what comes, until there is enough to see and a seat is left for Dana.
const LONG_MS = 600_000;
await until("a full list", async () => {
  const mine = (await maya.rows("mine")).length;
  console.log(`${mine} with Maya, ${(await maya.rows("open")).length} in all`);
  await maya.page.waitForTimeout(3_000);
  if (mine < 2 && await maya.page.getByRole("article", { name: /^Offer:/ }).count()) {
    await maya.press("a");
    await maya.page.getByRole("group", { name: "Preparation" }).first().waitFor();
    await maya.press("Enter");
    await maya.page.getByRole("group", { name: "Preparation" }).first().waitFor({ state: "detached" });
    await maya.press("Escape");
  }
  return mine >= 2 && (await maya.rows("open")).length >= LIFE;
}, LONG_MS);

const dana = await Customer.arrive(browser, server, "/demo/tidewater/billing.html", { viewport: { width: 1280, height: 800 } });
await dana.openChat();
for (const line of [
  "My payment failed again this morning. Invoice TW-20931.", "Did that. New card, same error: do_not_honor.",
  "This is the third time this has happened and I'm about to cancel.",
]) {
  await dana.say(line);
  await until("an answer", async () => (await dana.reads()).at(-1)?.[0] !== "customer");
}
await maya.page.goto(`${server.url}/#/mine`);
await maya.offer(DANA).first().waitFor();
await maya.press("a");
await maya.page.getByRole("group", { name: "Preparation" }).first().waitFor();
await dana.isTold("Maya is reading your conversation");
await maya.page.screenshot({ path: join(folder, "workspace-light.png") });
await maya.page.emulateMedia({ colorScheme: "dark" });
await maya.page.screenshot({ path: join(folder, "workspace-dark.png") });
await dana.page.screenshot({ path: join(folder, "widget.png") });

await browser.close();
await cleanUp(server);
await cleanUpInstalled();
