/** What is open on the screen, and what the person has chosen about its looks. Nothing here comes from the server. */
/** `studio`: one of the studio's own, which it holds itself. */
export type DialogName = "palette" | "help" | "resolve" | "transfer" | "studio";
export type Theme = "system" | "light" | "dark";

/** One line of news, with what can be done about it. */
export interface Toast { text: string; bad: boolean; act?: { label: string; perform: () => void } }

const stored = (key: string, otherwise: string): string => localStorage.getItem(`segue.${key}`) ?? otherwise;

class Screen {
  dialog = $state<DialogName | null>(null);
  /** The drawer of narrow screens; wide ones always show the briefing. */
  briefing = $state(false);
  search = $state("");
  theme = $state<Theme>(stored("theme", "system") as Theme);
  sound = $state(stored("sound", "on") === "on");
  /** Said by the polite live region. */
  said = $state("");
  toast = $state.raw<Toast | null>(null);
  #toast: ReturnType<typeof setTimeout> | undefined;

  setTheme(theme: Theme): void {
    this.theme = theme;
    localStorage.setItem("segue.theme", theme);
    this.showTheme();
  }

  showTheme(): void {
    document.documentElement.style.colorScheme = this.theme === "system" ? "light dark" : this.theme;
  }

  setSound(on: boolean): void {
    this.sound = on;
    localStorage.setItem("segue.sound", on ? "on" : "off");
  }

  say(text: string): void {
    this.said = text;
  }

  show(text: string, bad = false, act?: Toast["act"]): void {
    clearTimeout(this.#toast);
    this.toast = { text, bad, act };
    this.#toast = setTimeout(() => (this.toast = null), bad || act ? 8_000 : 4_000);
  }

  hideToast(): void {
    clearTimeout(this.#toast);
    this.toast = null;
  }
}

export const screen = new Screen();

/** Puts the focus on one of the places that actions speak of, once it is drawn. */
export function focusOn(place: "composer" | "search" | "list" | "preparation" | "stream" | "policy" | "try"): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-place="${place}"]`)?.focus());
}
