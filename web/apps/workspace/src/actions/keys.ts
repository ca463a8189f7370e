import { screen } from "../state/screen.svelte";
import { actions } from "./index";

const WRITES = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
/** Where a bare Enter already means something. */
const PRESSES = "button, a[href], summary, [role=option], [role=menuitem], [role=menuitemradio]";

/** One listener for all shortcuts. A key that writes text stays with the field; a dialog keeps its own keys. */
export function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  if ((event.ctrlKey || event.metaKey) && event.shiftKey) return;
  const pressed = shortcutOf(event);
  const target = event.target instanceof Element ? event.target : null;
  const writing = !!target?.closest(WRITES);
  if (screen.dialog && pressed !== "Mod+k") return;
  if (writing && pressed === "Escape") {
    (target as HTMLElement).blur();
    return;
  }
  if (writing && !pressed.startsWith("Mod+")) return;
  if (pressed === "Enter" && target?.closest(PRESSES)) return;
  const found = actions().find((action) => action.shortcut === pressed && action.when());
  if (!found) return;
  event.preventDefault();
  found.perform();
}

function shortcutOf(event: KeyboardEvent): string {
  const mod = event.ctrlKey || event.metaKey ? "Mod+" : "";
  // On a keyboard of another script the place of the key counts.
  const latin = /^Key([A-Z])$/.exec(event.code)?.[1];
  const key = event.key.length === 1 && event.key > "\u007f" && latin ? latin : event.key;
  return mod + (key.length === 1 ? key.toLowerCase() : key);
}
