import { h, icon, text } from "../dom";
import { fill } from "../i18n";
import { phase, type Model } from "../model";
import { SEND } from "./icons";

export interface ComposerActions { send(text: string): void; typing(): void; draft(text: string): void }

/** The most characters of one message. */
const LONGEST = 4_000;

/** The field to write in: grows with the text, Enter sends, Shift+Enter breaks the line. */
export class Composer {
  readonly element: HTMLFormElement;
  private readonly field = h("textarea", { rows: 1, dir: "auto", enterkeyhint: "send", autocomplete: "off", "aria-describedby": "too-long" });
  private readonly button = h("button", { type: "submit", class: "send" }, icon(SEND));
  private readonly over = h("p", { class: "error", id: "too-long", role: "status" });
  private model: Model | undefined;

  constructor(private readonly actions: ComposerActions) {
    this.element = h("form", { class: "composer", onsubmit: (event) => this.submit(event) },
      h("div", { class: "box" }, this.field, this.button), this.over);
    this.field.addEventListener("keydown", (event) => {
      // While an input method composes, Enter belongs to it.
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) this.submit(event);
    });
    this.field.addEventListener("input", () => {
      this.actions.typing();
      this.actions.draft(this.field.value);
      this.grow();
    });
  }

  update(model: Model): void {
    this.model = model;
    const { strings } = model.locale;
    const name = model.state?.agent?.name;
    const hint = {
      assistant: strings.placeholder,
      waiting: strings.placeholder_wait,
      preparing: name ? fill(strings.placeholder_agent, { name }) : strings.placeholder_wait,
      human: name ? fill(strings.placeholder_agent, { name }) : strings.placeholder,
      ticketed: strings.placeholder_ticket,
      ended: strings.placeholder_ended,
    }[phase(model)];
    this.field.placeholder = hint;
    this.field.setAttribute("aria-label", hint);
    this.button.setAttribute("aria-label", strings.send);
    this.element.setAttribute("aria-label", strings.placeholder);
    this.grow();
  }

  set(value: string): void {
    this.field.value = value;
    this.grow();
  }

  focus(): void {
    // On a touch screen the keyboard comes when the field is touched, not before.
    if (!matchMedia("(pointer: coarse)").matches) this.field.focus({ preventScroll: true });
  }

  private submit(event: Event): void {
    event.preventDefault();
    const said = this.field.value.trim();
    if (said === "" || [...said].length > LONGEST) return;
    this.set("");
    this.actions.draft("");
    this.actions.send(said);
    this.focus();
  }

  private grow(): void {
    const { field } = this;
    field.style.setProperty("height", "auto");
    field.style.setProperty("height", `${Math.min(field.scrollHeight, 140)}px`);
    const over = [...field.value.trim()].length - LONGEST;
    this.button.classList.toggle("ready", field.value.trim() !== "" && over <= 0);
    if (this.model) text(this.over, over > 0 ? fill(this.model.locale.strings.too_long, { n: over }) : "");
  }
}
