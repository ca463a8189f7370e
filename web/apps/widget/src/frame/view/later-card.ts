import { h, icon, place, text } from "../dom";
import { fill } from "../i18n";
import type { Model } from "../model";
import { choiceArticle } from "./choice";
import { EmailField } from "./email";
import { CHECK, CLOCK } from "./icons";

/** Nobody is there: when an answer comes, where it goes, and that the promise is watched. */
export class LaterCard {
  readonly element: HTMLElement;
  private readonly label = h("p", { class: "label" });
  private readonly title = h("h2", { dir: "auto" });
  private readonly lines = h("p", { class: "lines" });
  private readonly foot = h("div", { class: "choices" });
  private readonly email: EmailField;
  private drawn = "";

  constructor(contact: (email: string) => void) {
    this.email = new EmailField(contact);
    this.element = h("section", { class: "card later" },
      h("span", { class: "glyph", "aria-hidden": "true" }, icon(CLOCK)), h("div", { class: "body" }, this.label, this.title, this.lines, this.foot));
  }

  update(model: Model): void {
    const { strings } = model.locale;
    const due = model.state?.ticket?.due_text;
    const choices = model.state?.choices ?? [];
    const asks = !model.contact && (model.state?.ask_contact === true || choices.some((choice) => choice.kind === "email"));
    this.label.hidden = !due;
    text(this.label, strings.due);
    text(this.title, due ?? strings.away);
    text(this.lines, due ? strings.due_note : strings.away_none);
    this.email.update(model);
    const drawn = JSON.stringify([asks, choices, model.contact, model.locale.language]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    place(this.foot, [
      asks && h("p", { class: "ask" }, strings.away_ask),
      asks && this.email.element,
      ...choices.map((choice) => choice.kind === "article" && choiceArticle(model, choice)),
      model.contact && h("p", { class: "done", role: "status" }, icon(CHECK), h("span", {}, fill(strings.email_thanks, { email: model.contact }))),
    ]);
  }
}
