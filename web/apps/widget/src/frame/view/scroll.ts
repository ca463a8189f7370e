import { h, icon, text } from "../dom";
import { DOWN } from "./icons";

const NEAR_PX = 90;

/** Stays at the newest message unless the customer has scrolled up; then offers the way down. */
export class Scroller {
  readonly element = h("main", { class: "scroll", tabindex: 0 });
  private readonly label = h("span");
  readonly button = h("button", { type: "button", class: "latest", hidden: true, onclick: () => this.down() }, icon(DOWN), this.label);
  private following = true;
  private height = 0;

  constructor(...content: HTMLElement[]) {
    this.element.append(h("div", { class: "column" }, ...content));
    this.element.addEventListener("scroll", () => {
      this.following = this.gap() < NEAR_PX;
      if (this.following) this.button.hidden = true;
    }, { passive: true });
    new ResizeObserver(() => this.settle()).observe(this.element);
  }

  update(label: string, log: string): void {
    text(this.label, label);
    this.element.setAttribute("aria-label", log);
    this.settle();
  }

  /** The customer spoke: show it. */
  follow(): void {
    this.following = true;
  }

  private settle(): void {
    const grown = this.element.scrollHeight > this.height;
    this.height = this.element.scrollHeight;
    if (this.following) this.element.scrollTop = this.height;
    else if (grown && this.gap() >= NEAR_PX) this.button.hidden = false;
  }

  private down(): void {
    this.following = true;
    this.button.hidden = true;
    this.settle();
    this.element.focus({ preventScroll: true });
  }

  private gap(): number {
    return this.element.scrollHeight - this.element.scrollTop - this.element.clientHeight;
  }
}
