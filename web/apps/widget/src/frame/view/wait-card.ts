import { h, text } from "../dom";
import { fill } from "../i18n";
import type { Model } from "../model";
import { duration, waitText } from "../times";
import { Choices, type ChoiceActions } from "./choices";
import { WaitBar } from "./wait-bar";

/** An honest wait: an interval or that it is not known, the place in line, and what can be done meanwhile. */
export class WaitCard {
  readonly element: HTMLElement;
  private readonly title = h("h2");
  private readonly lines = h("p", { class: "lines" });
  private readonly since = h("p", { class: "since" });
  private readonly bar = new WaitBar();
  private readonly choices: Choices;

  constructor(actions: ChoiceActions, redraw: () => void) {
    this.choices = new Choices(actions, redraw);
    this.element = h("section", { class: "card wait" }, this.title, this.lines, this.bar.element, this.since, this.choices.element);
  }

  update(model: Model): void {
    const { strings } = model.locale;
    const wait = model.state?.wait;
    // Who stays in line although nobody is there is told when somebody will be.
    const stays = wait?.note;
    text(this.title, stays ? strings.away : wait ? waitText(model.locale, wait) : strings.connecting);
    const place = wait?.place === undefined ? "" : wait.place <= 1 ? strings.wait_next : fill(strings.wait_place, { n: wait.place });
    text(this.lines, stays ?? [place, strings.wait_leave].filter(Boolean).join(" "));
    this.bar.element.hidden = stays !== undefined;
    this.bar.update(model.locale, wait);
    const waited = wait ? (Date.now() + model.skewMs - wait.since_ms) / 1_000 : 0;
    this.since.hidden = waited < 60;
    if (wait) text(this.since, fill(strings.wait_since, { time: duration(model.locale, waited) }));
    const choices = [...(model.state?.choices ?? [])];
    if (model.state?.ask_contact && !choices.some((choice) => choice.kind === "email")) {
      choices.unshift({ kind: "email", label: strings.email_send });
    }
    this.choices.update(model, choices);
  }
}
