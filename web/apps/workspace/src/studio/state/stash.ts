import type { Policy } from "@segue/protocol";
import { workspace } from "../../state/workspace.svelte";

/** What a person has edited and not saved, kept in this browser for each version. */
export interface Stash {
  text: string;
  /** A form's policy that has not been written into the text yet. */
  want: Policy | null;
  /** Forms that are open, by card. */
  forms: Record<string, unknown>;
}

const prefix = () => `segue.policy.${workspace.me?.organisation.id}.${workspace.me?.id}.`;

export function readStash(version: number): Stash | null {
  try {
    const held = JSON.parse(localStorage.getItem(prefix() + version) ?? "null") as Partial<Stash> | null;
    if (typeof held?.text !== "string") return null;
    return { text: held.text, want: held.want ?? null, forms: held.forms ?? {} };
  } catch {
    return null;
  }
}

/** False where the browser has no room; the edits stay on the screen. */
export function writeStash(version: number, stash: Stash | null): boolean {
  try {
    if (stash) localStorage.setItem(prefix() + version, JSON.stringify(stash));
    else localStorage.removeItem(prefix() + version);
    return true;
  } catch {
    return false;
  }
}

/** The versions that have unsaved edits here. */
export function stashed(): Set<number> {
  const start = prefix();
  const keys = Array.from({ length: localStorage.length }, (_, n) => localStorage.key(n) ?? "");
  return new Set(keys.filter((key) => key.startsWith(start)).map((key) => Number(key.slice(start.length))));
}
