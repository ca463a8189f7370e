// Pictures of every state: node dev/shots.mjs OUT_FOLDER [NAME...]
import { mkdirSync } from "node:fs";
import { chromium } from "playwright-core";
import { start } from "./mock.mjs";
import { SCENES } from "./scenes.mjs";

const [out = "shots", ...only] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const { origin, stop } = await start();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--headless", "--disable-background-networking"],
});

const scenes = only.length ? only : ["welcome", ...Object.keys(SCENES)];
for (const [size, width, height] of [["desk", 400, 700], ["small", 360, 640]]) {
  for (const scheme of ["light", "dark"]) {
    for (const name of scenes) {
      const locale = name === "arabic" ? "ar" : "en-GB";
      const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, locale });
      const site = name === "welcome" ? "tidewater" : `scene-${name}`;
      if (name !== "welcome") {
        await context.addInitScript((key) => {
          localStorage.setItem(`segue:chat:${key}:`, JSON.stringify({ conversation: key, token: "token" }));
        }, site);
      }
      const page = await context.newPage();
      page.on("console", (message) => message.type() === "error" && console.log(name, message.text()));
      await page.goto(`${origin}/widget/frame?site=${site}`);
      await page.waitForTimeout(450);
      if (name === "choose") {
        await page.getByRole("button", { name: "Get back to me at a time I choose" }).click();
        await page.getByRole("form", { name: "When should we get back to you?" }).waitFor();
        await page.waitForTimeout(450);
      }
      await page.screenshot({ path: `${out}/${name}-${size}-${scheme}.png` });
      await context.close();
    }
  }
}
await browser.close();
stop();
