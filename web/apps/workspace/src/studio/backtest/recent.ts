import { workspace } from "../../state/workspace.svelte";

/** Backtests that were started in this browser, newest first. */
export interface Recent { id: string; label: string; at_ms: number }

const MOST = 6;
const key = () => `segue.backtests.${workspace.me?.organisation.id}`;

export function recent(): Recent[] {
  try {
    const held: unknown = JSON.parse(localStorage.getItem(key()) ?? "[]");
    return Array.isArray(held) ? (held as Recent[]) : [];
  } catch {
    return [];
  }
}

export function remember(one: Recent): void {
  try {
    localStorage.setItem(key(), JSON.stringify([one, ...recent().filter((old) => old.id !== one.id)].slice(0, MOST)));
  } catch {
    // The list is a convenience; the address of the page leads there as well.
  }
}
