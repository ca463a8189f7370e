/**
 * One thing that an agent can do. Buttons, the palette, the keys and the help page all derive from it, so that they
 * cannot disagree.
 */
export interface Action {
  id: string;
  label: string;
  /** On a button, where the label is longer than the room. */
  short?: string;
  group: "conversation" | "move" | "policy" | "presence" | "look" | "help";
  keywords: readonly string[];
  /** One key as `KeyboardEvent.key` has it, in lower case; `Mod+` for Ctrl or Command. */
  shortcut?: string;
  /** Whether it makes sense now; asked again with every look. */
  when: () => boolean;
  perform: () => void;
}

const apple = /Mac|iPhone|iPad/.test(navigator.platform);

const CAPS: Record<string, string> = { Enter: "↵", Escape: "Esc", ArrowUp: "↑", ArrowDown: "↓" };

/** A shortcut as it stands on a key cap. */
export function caps(shortcut: string): string {
  const parts = shortcut.split("+").map((part) => (part === "Mod" ? (apple ? "⌘" : "Ctrl") : (CAPS[part] ?? part.toUpperCase())));
  return parts.join(" ");
}

/** A shortcut as `aria-keyshortcuts` wants it. */
export const ariaKeys = (shortcut: string): string =>
  shortcut.replace("Mod", apple ? "Meta" : "Control").replace(/\b[a-z]$/, (letter) => letter.toUpperCase());
