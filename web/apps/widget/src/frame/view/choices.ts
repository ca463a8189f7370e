import type { Choice, Times } from "@segue/protocol";
import { h, icon, place } from "../dom";
import { fill } from "../i18n";
import type { Model } from "../model";
import { choiceArticle, choiceButton } from "./choice";
import { EmailField } from "./email";
import { CALENDAR, CHECK, CLOCK, MAIL } from "./icons";
import type { Picker } from "./picker";

export interface ChoiceActions {
  contact(email: string): void;
  /** "Keep waiting" while somebody may come: nothing changes but what is shown. */
  keep(): void;
  /** Stays in line although nobody is there. */
  stay(): void;
  times(): Promise<Times>;
  book(from_ms: number, number: string | undefined, moves: boolean): void;
  cancel(): void;
}

/** What can be done while nobody is there yet. One thing is asked at a time. */
export class Choices {
  readonly element = h("div", { class: "choices" });
  private readonly email: EmailField;
  private picker: Picker | undefined;
  private asking: "email" | "callback" | undefined;
  private drawn = "";
  private booked = 0;

  constructor(private readonly actions: ChoiceActions, private readonly redraw: () => void) {
    this.email = new EmailField((email) => {
      this.asking = undefined;
      actions.contact(email);
    });
  }

  /** Whether a time is being chosen. */
  get isPicking(): boolean {
    return this.asking === "callback";
  }

  update(model: Model, choices: readonly Choice[]): void {
    if (model.booked !== this.booked) {
      this.booked = model.booked;
      if (this.asking === "callback") this.asking = undefined;
    }
    this.email.update(model);
    this.picker?.update(model);
    const picker = this.asking === "callback" ? this.picker : undefined;
    const drawn = JSON.stringify([choices, this.asking, picker !== undefined, model.contact, model.kept, model.locale.language]);
    if (drawn === this.drawn) return;
    const asked = this.drawn !== "" && !this.drawn.includes(`,"${this.asking}",`);
    this.drawn = drawn;
    place(this.element, [
      ...(picker ? [picker.element] : choices.map((choice) => this.choice(model, choice))),
      model.contact && h("p", { class: "done", role: "status" }, icon(CHECK), h("span", {}, fill(model.locale.strings.email_thanks, { email: model.contact }))),
      model.kept && h("p", { class: "done", role: "status" }, icon(CHECK), h("span", {}, model.locale.strings.kept)),
    ]);
    if (asked && this.asking === "email") this.email.focus();
  }

  /** Opens the times, whose part of the page is loaded only now. */
  pick(model: Model): void {
    this.asking = "callback";
    void this.load(model);
    this.redraw();
  }

  private async load(model: Model): Promise<void> {
    const { Picker } = await import("./picker");
    this.picker ??= new Picker({
      times: () => this.actions.times(),
      book: (from_ms, number) => this.actions.book(from_ms, number, model.state?.callback?.elsewhere === true),
      back: () => {
        this.asking = undefined;
        this.redraw();
        setTimeout(() => this.element.querySelector<HTMLElement>("button, a")?.focus());
      },
    }, this.redraw);
    this.picker.open(model);
    this.redraw();
  }

  private choice(model: Model, choice: Choice): HTMLElement | undefined {
    switch (choice.kind) {
      case "email":
        if (model.contact) return undefined;
        return this.asking === "email" ? this.email.element : choiceButton(MAIL, choice.label, () => {
          this.asking = "email";
          this.redraw();
        });
      case "callback": return model.state?.callback ? undefined : choiceButton(CALENDAR, choice.label, () => this.pick(model));
      case "keep_waiting":
        if (model.kept) return undefined;
        return choiceButton(CLOCK, choice.label, () => (model.state?.state === "ticketed" ? this.actions.stay() : this.actions.keep()));
      case "article": return choiceArticle(model, choice);
    }
  }
}
