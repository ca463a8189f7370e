import type { WidgetState } from "@segue/protocol";
import { h, place } from "../dom";
import { interval } from "../times";
import type { Locale } from "../i18n";

/** Scales in minutes that read well, the first that holds the interval. */
const SCALES = [2, 5, 10, 15, 30, 60, 120, 240];

/** The interval drawn on a line from now; nothing is drawn while nothing is known. */
export class WaitBar {
  readonly element = h("div", { class: "bar", "aria-hidden": "true" });
  private readonly fill = h("i");
  private readonly ends = [h("span"), h("span"), h("span")];
  private readonly track = h("div", { class: "track" }, this.fill);

  update(locale: Locale, wait: WidgetState["wait"]): void {
    const low = wait?.low_s ?? wait?.high_s;
    const high = wait?.high_s ?? wait?.low_s;
    const known = low !== undefined && high !== undefined;
    this.element.classList.toggle("unknown", !known);
    if (!known) {
      this.fill.removeAttribute("style");
      return place(this.element, [this.track]);
    }
    const scale = (SCALES.find((minutes) => high <= minutes * 60) ?? Math.ceil(high / 60)) * 60;
    const share = (seconds: number): number => Math.min(100, (100 * seconds) / scale);
    this.fill.style.setProperty("inset-inline-start", `${share(low)}%`);
    this.fill.style.setProperty("inline-size", `${Math.max(4, share(high) - share(low))}%`);
    const [now, middle, end] = this.ends as [HTMLElement, HTMLElement, HTMLElement];
    now.textContent = locale.strings.now;
    middle.textContent = "";
    end.textContent = interval(locale, scale, scale);
    place(this.element, [this.track, h("div", { class: "ends" }, now, end)]);
  }
}
