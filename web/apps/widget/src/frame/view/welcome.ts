import { h, place, text } from "../dom";
import type { Model } from "../model";
import { assistantAvatar } from "./avatar";

/** The greeting, that it is an assistant, and a few ways to begin. */
export class Welcome {
  readonly element: HTMLElement;
  private readonly greeting = h("h2", { dir: "auto" });
  private readonly intro = h("p", { class: "intro" });
  private readonly suggestions = h("ul", { class: "suggestions" });
  private drawn = "";

  constructor(private readonly say: (text: string) => void) {
    this.element = h("section", { class: "welcome" }, h("div", { class: "hello" }, assistantAvatar(), this.greeting, this.intro), this.suggestions);
  }

  /** Large while nothing has been said; a line afterwards. */
  update(model: Model): void {
    const fresh = model.stream.items.length === 0 && model.stream.pending.length === 0 && !model.restoring && !model.asked;
    this.element.classList.toggle("fresh", fresh);
    text(this.greeting, model.config?.greeting ?? "");
    text(this.intro, model.config ? model.locale.strings.intro : "");
    const wanted = fresh ? (model.config?.suggestions ?? []).slice(0, 4) : [];
    const drawn = JSON.stringify(wanted);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    place(this.suggestions, wanted.map((words) =>
      h("li", {}, h("button", { type: "button", dir: "auto", onclick: () => this.say(words) }, words))));
    this.suggestions.hidden = wanted.length === 0;
  }
}
