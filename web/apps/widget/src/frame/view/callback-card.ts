import { h, icon, place, text } from "../dom";
import type { Model } from "../model";
import { Choices, type ChoiceActions } from "./choices";
import { CALENDAR } from "./icons";

/** A time is agreed on: when somebody comes back, and the ways to change that. */
export class CallbackCard {
  readonly element: HTMLElement;
  private readonly label = h("p", { class: "label" });
  private readonly title = h("h2", { dir: "auto" });
  private readonly lines = h("p", { class: "lines" });
  private readonly move: HTMLButtonElement;
  private readonly cancel: HTMLButtonElement;
  private readonly foot = h("div", { class: "acts" });
  private readonly choices: Choices;
  private picking = false;
  private model: Model | undefined;
  private booked = 0;

  constructor(actions: ChoiceActions, redraw: () => void) {
    this.choices = new Choices(actions, () => {
      this.picking = this.choices.isPicking;
      redraw();
    });
    this.move = h("button", { type: "button", class: "plain", onclick: () => this.model && this.choices.pick(this.model) });
    this.cancel = h("button", { type: "button", class: "plain", onclick: () => actions.cancel() });
    this.element = h("section", { class: "card later callback" },
      h("span", { class: "glyph", "aria-hidden": "true" }, icon(CALENDAR)),
      h("div", { class: "body" }, this.label, this.title, this.lines, this.foot, this.choices.element));
  }

  update(model: Model): void {
    this.model = model;
    const { strings } = model.locale;
    const callback = model.state?.callback;
    if (model.booked !== this.booked) {
      this.booked = model.booked;
      this.picking = false;
    }
    text(this.label, callback?.elsewhere ? strings.callback_elsewhere : strings.callback_agreed);
    text(this.title, callback?.text ?? "");
    text(this.lines, strings.callback_note);
    text(this.move, strings.callback_move);
    text(this.cancel, strings.callback_cancel);
    this.choices.update(model, []);
    place(this.foot, this.picking ? [] : [this.move, !callback?.elsewhere && this.cancel]);
  }
}
