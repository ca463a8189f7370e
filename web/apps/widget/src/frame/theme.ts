import type { Theme } from "../shared/messages";
import { accentOn, parseHex, type Rgb } from "./color";

const LIGHT: Rgb = [255, 255, 255];
const DARK: Rgb = [23, 24, 28];

/** Sets the site's colour, safe on both surfaces; the sheet picks by scheme. */
export function paint(accent: string): void {
  const color = parseHex(accent) ?? [79, 70, 200];
  const { style } = document.documentElement;
  for (const [scheme, surface] of [["light", LIGHT], ["dark", DARK]] as const) {
    const safe = accentOn(surface, color);
    style.setProperty(`--fill-${scheme}`, safe.fill);
    style.setProperty(`--on-${scheme}`, safe.on);
    style.setProperty(`--text-${scheme}`, safe.text);
  }
}

export function setTheme(theme: Theme): void {
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}
