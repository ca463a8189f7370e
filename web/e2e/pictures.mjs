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

await until("a full list", async () => (await maya.rows("open")).length >= LIFE, 300_000);

const dana = await Customer.arrive(browser, server, "/demo/tidewater/billing.html", { viewport: { width: 1280, height: 800 } });
await dana.openChat();
for (const line of [
  "My payment failed again. Invoice TW-20931.", "Did that. New card, same error: do_not_honor.",
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
await maya.page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: /^All open/ }).click();
await maya.page.getByRole("option").nth(LIFE - 1).waitFor();
await maya.page.screenshot({ path: join(folder, "workspace-light.png") });
await maya.page.emulateMedia({ colorScheme: "dark" });
await maya.page.screenshot({ path: join(folder, "workspace-dark.png") });
await dana.page.screenshot({ path: join(folder, "widget.png") });

await browser.close();
await cleanUp(server);
await cleanUpInstalled();
