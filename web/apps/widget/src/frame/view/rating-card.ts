import { h, icon, place, text } from "../dom";
import type { Strings } from "../i18n";
import type { Model } from "../model";
import { FACES } from "./icons";

const LABELS: (keyof Strings)[] = ["rate_1", "rate_2", "rate_3", "rate_4", "rate_5"];

/** One tap rates; a word may follow. */
export class RatingCard {
  readonly element: HTMLElement;
  private readonly title = h("h2", { id: "rate" });
  private readonly faces: HTMLButtonElement[];
  private readonly thanks = h("p", { class: "lines", role: "status" });
  private readonly more: HTMLFormElement;
  private readonly label = h("label", { for: "rate-more" });
  private readonly words = h("textarea", { id: "rate-more", rows: 2, maxlength: 1_000, dir: "auto" });
  private readonly send = h("button", { type: "submit", class: "plain" });
  private readonly slot = h("div", { class: "after" });

  constructor(rate: (score: number, comment?: string) => void) {
    this.faces = FACES.map((face, at) => h("button", { type: "button", class: `face f${at + 1}`, onclick: () => rate(at + 1) }, icon(face), h("span", {})));
    this.more = h("form", { class: "more", onsubmit: (event) => {
      event.preventDefault();
      const comment = this.words.value.trim();
      const score = this.faces.findIndex((face) => face.getAttribute("aria-pressed") === "true") + 1;
      if (comment && score > 0) rate(score, comment);
    } }, this.label, this.words, this.send);
    this.element = h("section", { class: "card rating" }, this.title,
      h("div", { class: "faces5", role: "group", "aria-labelledby": "rate" }, ...this.faces), this.slot);
  }

  update(model: Model): void {
    const { strings } = model.locale;
    const score = model.score ?? model.state?.rated;
    text(this.title, strings.rate_title);
    text(this.label, strings.rate_comment);
    text(this.send, strings.send);
    text(this.thanks, strings.rate_thanks);
    this.faces.forEach((face, at) => {
      const label = strings[LABELS[at] ?? "rate_3"];
      const span = face.querySelector("span");
      if (span) text(span, label);
      face.setAttribute("aria-pressed", String(score === at + 1));
    });
    this.element.classList.toggle("rated", score !== undefined);
    place(this.slot, [score !== undefined && this.thanks, model.score !== undefined && !model.commented && this.more]);
  }
}
