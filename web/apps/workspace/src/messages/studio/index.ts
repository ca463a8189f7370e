import { t } from "..";
import { en } from "./en";
import { routing } from "./routing.en";
import { words } from "./words.en";

/** Every string of the studio, loaded with it. `words` are the ones that sentences are made of. */
export type StudioMessages = typeof en & { words: typeof words; routing: typeof routing };

/** The strings of the language that the workspace speaks; English where the studio does not know it. */
export let s: StudioMessages = { ...en, words, routing };

const others: Record<string, () => Promise<StudioMessages>> = {};

export async function chooseStudioLanguage(): Promise<void> {
  const load = others[t.lang];
  if (load) s = await load();
}
