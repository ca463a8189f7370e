import type { Item } from "@segue/protocol";
import { h, place } from "../dom";
import { markdown } from "../markdown-dom";
import { phase, type Model } from "../model";

/** The assistant offers a person: Yes and No while the offer stands. */
export class Proposal {
  readonly element: HTMLElement;
  private readonly answers = h("div", { class: "answers" });
  private readonly yes: HTMLButtonElement;
  private readonly no: HTMLButtonElement;

  constructor(text: string, answer: (accept: boolean) => void) {
    this.yes = h("button", { type: "button", class: "primary", onclick: () => answer(true) });
    this.no = h("button", { type: "button", class: "plain", onclick: () => answer(false) });
    this.element = h("div", { class: "row other" },
      h("div", { class: "bubble assistant offer" }, h("div", { class: "words" }, ...markdown(text)), this.answers));
  }

  update(model: Model, item: Extract<Item, { kind: "proposal" }>, last: boolean): void {
    const { strings } = model.locale;
    this.yes.textContent = strings.yes;
    this.no.textContent = strings.no;
    const answered = model.answered.get(item.seq);
    const open = item.open && last && answered === undefined && phase(model) === "assistant";
    if (open === this.answers.hasChildNodes()) return;
    place(this.answers, open ? [this.yes, this.no] : []);
  }
}
