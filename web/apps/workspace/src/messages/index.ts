import { en, type Messages } from "./en";

/**
 * The strings of the chosen language. A language is chosen once, before anything is drawn; choosing another reloads.
 * To add one: a file of the shape `Messages` beside `en.ts`, and a line in `others`.
 */
export let t: Messages = en;

const others: Record<string, () => Promise<Messages>> = {};

export const languages = ["en", ...Object.keys(others)];

const KEY = "segue.language";

export async function chooseLanguage(): Promise<void> {
  const asked = localStorage.getItem(KEY) ?? navigator.language;
  const load = others[asked] ?? others[asked.split("-")[0] ?? ""];
  if (load) t = await load();
  document.documentElement.lang = t.lang;
  document.documentElement.dir = t.dir;
}
