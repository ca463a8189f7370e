import type { Action } from "./action";
import { conversationActions } from "./conversation";
import { houseActions } from "./house";

export { ariaKeys, caps, type Action } from "./action";

let held: Action[] | undefined;

/** Every action of the workspace. Built on first use, when the language has been chosen. */
export const actions = (): readonly Action[] => (held ??= [...conversationActions(), ...houseActions()]);

/** Adds those of a part that is loaded later; once for each id. */
export function addActions(more: readonly Action[]): void {
  const known = new Set(actions().map((a) => a.id));
  held = [...actions(), ...more.filter((a) => !known.has(a.id))];
}

export function action(id: string): Action {
  const found = actions().find((a) => a.id === id);
  if (!found) throw new Error(`no action "${id}"`);
  return found;
}
