import { h, icon, place, text } from "../dom";
import type { Model } from "../model";
import { Choices, type ChoiceActions } from "./choices";
import { EmailField } from "./email";
import { CLOCK } from "./icons";

/** Nobody is there: when an answer comes, where it goes, what else can be done, and that the promise is watched. */
export class LaterCard {
  readonly element: HTMLElement;
  private readonly label = h("p", { class: "label" });
  private readonly title = h("h2", { dir: "auto" });
  private readonly lines = h("p", { class: "lines" });
  private readonly foot = h("div", { class: "choices" });
  private readonly ask = h("p", { class: "ask" });
  private readonly email: EmailField;
  private readonly choices: Choices;

  constructor(actions: ChoiceActions, redraw: () => void) {
    this.email = new EmailField((email) => actions.contact(email));
    this.choices = new Choices(actions, redraw);
    this.element = h("section", { class: "card later" },
      h("span", { class: "glyph", "aria-hidden": "true" }, icon(CLOCK)),
      h("div", { class: "body" }, this.label, this.title, this.lines, this.foot, this.choices.element));
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
    text(this.ask, strings.away_ask);
    this.email.update(model);
    place(this.foot, asks ? [this.ask, this.email.element] : []);
    this.choices.update(model, choices.filter((choice) => choice.kind !== "email"));
  }
}
