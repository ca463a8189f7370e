import type { Choice } from "@segue/protocol";
import { h, icon, place, text } from "../dom";
import { fill } from "../i18n";
import type { Model } from "../model";
import { duration, waitText } from "../times";
import { choiceArticle, choiceButton } from "./choice";
import { EmailField } from "./email";
import { CHECK, CLOCK, MAIL } from "./icons";
import { WaitBar } from "./wait-bar";

export interface WaitActions { contact(email: string): void; keep(): void }

/** An honest wait: an interval or that it is not known, the place in line, and what can be done meanwhile. */
export class WaitCard {
  readonly element: HTMLElement;
  private readonly title = h("h2");
  private readonly lines = h("p", { class: "lines" });
  private readonly since = h("p", { class: "since" });
  private readonly choices = h("div", { class: "choices" });
  private readonly bar = new WaitBar();
  private readonly email: EmailField;
  private asking = false;
  private drawn = "";

  constructor(private readonly actions: WaitActions, private readonly redraw: () => void) {
    this.email = new EmailField((email) => {
      this.asking = false;
      actions.contact(email);
    });
    this.element = h("section", { class: "card wait" }, this.title, this.lines, this.bar.element, this.since, this.choices);
  }

  update(model: Model): void {
    const { strings } = model.locale;
    const wait = model.state?.wait;
    text(this.title, wait ? waitText(model.locale, wait) : strings.connecting);
    const place = wait?.place === undefined ? "" : wait.place <= 1 ? strings.wait_next : fill(strings.wait_place, { n: wait.place });
    text(this.lines, [place, strings.wait_leave].filter(Boolean).join(" "));
    this.bar.update(model.locale, wait);
    const waited = wait ? (Date.now() + model.skewMs - wait.since_ms) / 1_000 : 0;
    this.since.hidden = waited < 60;
    if (wait) text(this.since, fill(strings.wait_since, { time: duration(model.locale, waited) }));
    this.email.update(model);
    this.drawChoices(model);
  }

  private drawChoices(model: Model): void {
    const { strings } = model.locale;
    const choices = [...(model.state?.choices ?? [])];
    if (model.state?.ask_contact && !choices.some((choice) => choice.kind === "email")) {
      choices.unshift({ kind: "email", label: strings.email_send });
    }
    const drawn = JSON.stringify([choices, this.asking, model.contact, model.kept, model.locale.language]);
    if (drawn === this.drawn) return;
    const focusEmail = this.asking && !this.drawn.includes(",true,");
    this.drawn = drawn;
    place(this.choices, [
      ...choices.map((choice) => this.choice(model, choice)),
      model.contact && h("p", { class: "done", role: "status" }, icon(CHECK), h("span", {}, fill(strings.email_thanks, { email: model.contact }))),
      model.kept && h("p", { class: "done", role: "status" }, icon(CHECK), h("span", {}, strings.kept)),
    ]);
    if (focusEmail) this.email.focus();
  }

  private choice(model: Model, choice: Choice): HTMLElement | undefined {
    switch (choice.kind) {
      case "email":
        if (model.contact) return undefined;
        return this.asking ? this.email.element : choiceButton(MAIL, choice.label, () => {
          this.asking = true;
          this.redraw();
        });
      case "keep_waiting":
        return model.kept ? undefined : choiceButton(CLOCK, choice.label, () => this.actions.keep());
      case "article": return choiceArticle(model, choice);
    }
  }
}
