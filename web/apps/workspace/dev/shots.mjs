/** Pictures of every page and state: `node dev/shots.mjs FOLDER [NAME]`. Looks are judged by looking. */
import { mkdirSync } from "node:fs";
import { chromium } from "playwright-core";
import { mock } from "./mock.mjs";
import { STUDIO } from "./policy/scenes.mjs";
import { ROUTING } from "./routing/scenes.mjs";

const [folder, only] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.SEGUE_CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--headless", "--disable-background-networking"],
});

const SCENES = {
  setup: { options: { needed: true } },
  signin: {},
  loading: { options: { signedIn: true }, hash: "#/mine/c_ines", block: true },
  inbox: { options: { signedIn: true } },
  offer: { options: { signedIn: true }, hash: "#/mine/c_ines", act: async (page, stand) => { stand.dev.offer(); stand.dev.type(); await page.waitForTimeout(400); } },
  prepare: { options: { signedIn: true }, act: async (page, stand) => { stand.dev.offer(); await page.waitForSelector(".offer"); await page.keyboard.press("a"); await page.waitForSelector(".prep"); await page.waitForTimeout(300); } },
  wrapup: { options: { signedIn: true }, hash: "#/mine/c_kaito" },
  odd: { options: { signedIn: true }, hash: "#/waiting/c_odd" },
  resolve: { options: { signedIn: true }, hash: "#/mine/c_ines", act: async (page) => { await page.keyboard.press("e"); await page.waitForTimeout(200); } },
  transfer: { options: { signedIn: true }, hash: "#/mine/c_ines", act: async (page) => { await page.keyboard.press("t"); await page.waitForTimeout(300); } },
  palette: { options: { signedIn: true }, hash: "#/mine/c_ines", act: async (page) => { await page.keyboard.press("Control+k"); await page.waitForTimeout(200); } },
  help: { options: { signedIn: true }, hash: "#/mine/c_ines", act: async (page) => { await page.keyboard.press("?"); await page.waitForTimeout(200); } },
  presence: { options: { signedIn: true }, hash: "#/mine/c_tunde", act: async (page) => { await page.click(".me"); await page.waitForTimeout(200); } },
  note: { options: { signedIn: true }, hash: "#/mine/c_ines", act: async (page, stand) => { await page.keyboard.press("n"); await page.keyboard.type("Courier booked, LF-58 leaves at 15:00."); stand.dev.fail(); } },
  failed: { options: { signedIn: true }, hash: "#/mine/c_ines", act: async (page, stand) => { stand.dev.fail(); await page.keyboard.press("r"); await page.waitForTimeout(100); await page.keyboard.type("It arrives on Saturday morning; the courier takes the wrong one along."); await page.keyboard.press("Control+Enter"); await page.waitForTimeout(400); } },
  offline: { options: { signedIn: true }, hash: "#/mine/c_ines", act: async (page, stand) => { stand.dev.drop(); await page.waitForTimeout(900); } },
  briefing: { options: { signedIn: true }, hash: "#/mine/c_ines", act: async (page) => { await page.keyboard.press("b"); await page.waitForTimeout(300); } },
  tickets: { options: { signedIn: true }, hash: "#/tickets/t_1" },
  ticketlist: { options: { signedIn: true }, hash: "#/tickets" },
  empty: { options: { signedIn: true, empty: true } },
  ...STUDIO,
  ...ROUTING,
  many: { options: { signedIn: true, extraRows: 5000 }, hash: "#/open/c_ines" },
};
const SIZES = { wide: { width: 1440, height: 900 }, middle: { width: 1000, height: 760 }, phone: { width: 360, height: 740 } };

for (const [name, scene] of Object.entries(SCENES)) {
  if (only && !only.split(",").includes(name)) continue;
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const colorScheme of size === "middle" ? ["light"] : ["light", "dark"]) {
      const stand = mock(scene.options);
      const address = await stand.listen();
      const context = await browser.newContext({ viewport, colorScheme, isMobile: size === "phone", hasTouch: size === "phone", locale: "en-GB", permissions: ["clipboard-write"] });
      const page = await context.newPage();
      page.on("console", (m) => ["error", "warning"].includes(m.type()) && console.log(name, size, m.text()));
      page.on("pageerror", (e) => console.log(name, size, "page error", e.message));
      if (scene.block) await page.route("**/view", () => undefined);
      await page.goto(`${address}/${scene.hash ?? ""}`);
      await page.waitForTimeout(700);
      try { await scene.act?.(page, stand); } catch (error) { console.log(name, size, error.message.split("\n")[0]); }
      await page.screenshot({ path: `${folder}/${name}-${size}-${colorScheme}.png` });
      await context.close();
      stand.close();
    }
  }
}
await browser.close();
