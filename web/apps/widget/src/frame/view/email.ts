import { h, text } from "../dom";
import type { Model } from "../model";

let nextId = 0;

/** A field for an address. It says what is wrong instead of staying silent. */
export class EmailField {
  readonly element: HTMLFormElement;
  private readonly id = `email-${nextId++}`;
  private readonly label = h("label", { for: this.id });
  private readonly input = h("input", {
    id: this.id, type: "email", autocomplete: "email", inputmode: "email", dir: "ltr", maxlength: 254, required: true,
    "aria-describedby": `${this.id}-error`, placeholder: "name@example.com",
  });
  private readonly button = h("button", { type: "submit", class: "primary" });
  private readonly error = h("p", { class: "error", id: `${this.id}-error`, role: "alert" });
  private bad = false;
  private message = "";

  constructor(private readonly send: (email: string) => void) {
    this.element = h("form", { class: "email", novalidate: true, onsubmit: (event) => this.submit(event) },
      this.label, h("div", { class: "field" }, this.input, this.button), this.error);
    this.input.addEventListener("input", () => this.flag(false));
  }

  update(model: Model): void {
    const { strings } = model.locale;
    text(this.label, strings.email_label);
    text(this.button, strings.email_send);
    this.message = strings.email_bad;
  }

  focus(): void {
    this.input.focus();
  }

  private submit(event: Event): void {
    event.preventDefault();
    const email = this.input.value.trim();
    if (!/^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(email)) {
      this.flag(true);
      this.input.focus();
      return;
    }
    this.send(email);
  }

  private flag(bad: boolean): void {
    if (bad === this.bad) return;
    this.bad = bad;
    this.input.setAttribute("aria-invalid", String(bad));
    text(this.error, bad ? this.message : "");
  }
}
