import type { Times } from "@segue/protocol";
import { h, place, text } from "../dom";
import { fill } from "../i18n";
import type { Model } from "../model";
import { clockTime, dayText, sameDay } from "../times";

export interface PickerActions { times(): Promise<Times>; book(from_ms: number, number: string | undefined): void; back(): void }

type Slot = Times["slots"][number];

/** A time for somebody to come back: a day, then a time of that day, in the visitor's own zone. */
export class Picker {
  readonly element: HTMLFormElement;
  private readonly title = h("h3", { id: "pick-title", tabindex: -1 });
  private readonly zone = h("p", { class: "zone" });
  private readonly dayLabel = h("label", { for: "pick-day" });
  private readonly day = h("select", { id: "pick-day" });
  private readonly legend = h("legend");
  private readonly times = h("div", { class: "times" });
  private readonly group = h("fieldset", {}, this.legend, this.times);
  private readonly numberLabel = h("label", { for: "pick-number" });
  private readonly number = h("input", { id: "pick-number", type: "tel", autocomplete: "tel", maxlength: 64, dir: "ltr" });
  private readonly error = h("p", { class: "error", role: "alert" });
  private readonly book = h("button", { type: "submit", class: "primary" });
  private readonly back: HTMLButtonElement;
  private readonly fields = h("div", { class: "fields" });
  private slots: readonly Slot[] | undefined;
  private model: Model | undefined;
  private failed = false;

  constructor(private readonly actions: PickerActions, private readonly redraw: () => void) {
    this.back = h("button", { type: "button", class: "plain", onclick: () => actions.back() });
    this.element = h("form", { class: "pick", novalidate: true, "aria-labelledby": "pick-title", onsubmit: (event) => this.submit(event) },
      this.title, this.fields, this.error, h("div", { class: "acts" }, this.book, this.back));
    this.day.addEventListener("change", () => this.drawTimes());
  }

  /** Asks for the free times anew. */
  open(model: Model): void {
    this.model = model;
    this.failed = false;
    void this.load();
    setTimeout(() => this.title.focus({ preventScroll: true }));
  }

  /** All of it where it fits, else from its beginning. */
  private show(): void {
    const fits = this.element.offsetHeight < (this.element.closest(".scroll")?.clientHeight ?? 0);
    this.element.scrollIntoView({ block: fits ? "end" : "start" });
  }

  update(model: Model): void {
    this.model = model;
    const { strings } = model.locale;
    text(this.title, strings.callback_title);
    text(this.dayLabel, strings.callback_day);
    text(this.legend, strings.callback_time);
    text(this.numberLabel, strings.callback_number);
    text(this.book, strings.callback_book);
    text(this.back, strings.back);
    this.book.disabled = model.booking === "sending";
    this.book.hidden = !this.slots || this.slots.length === 0;
    // Somebody else was first: the others are still there.
    if (model.booking === "failed" && !this.failed) void this.load();
    this.failed = model.booking === "failed";
    text(this.error, this.failed ? strings.callback_gone : "");
  }

  private async load(): Promise<void> {
    const found = await this.actions.times().catch(() => undefined);
    const { model } = this;
    if (!model) return;
    this.slots = found?.slots ?? [];
    const { strings } = model.locale;
    if (this.slots.length === 0) {
      place(this.fields, [h("p", { class: "lines", role: "status" }, strings.callback_none)]);
    } else {
      this.drawDays(model, this.slots);
      text(this.zone, fill(strings.callback_zone, { zone: zoneName(model) }));
      place(this.fields, [
        h("div", { class: "row2" }, this.dayLabel, this.day), this.group, this.zone,
        h("div", { class: "row2" }, this.numberLabel, this.number),
      ]);
    }
    this.redraw();
    setTimeout(() => this.show());
  }

  private drawDays(model: Model, slots: readonly Slot[]): void {
    const days = slots.filter((slot, n) => n === 0 || !sameDay(slot.from_ms, slots[n - 1]?.from_ms ?? 0));
    const now = Date.now() + model.skewMs;
    place(this.day, []);
    for (const slot of days) this.day.append(h("option", { value: String(slot.from_ms) }, dayText(model.locale, slot.from_ms, now)));
    this.drawTimes();
  }

  private drawTimes(): void {
    const { model } = this;
    const first = Number(this.day.value);
    if (!model) return;
    const slots = (this.slots ?? []).filter((slot) => sameDay(slot.from_ms, first));
    place(this.times, []);
    slots.forEach((slot, n) => this.times.append(h("label", { class: "time" },
      h("input", { type: "radio", name: "slot", value: String(slot.from_ms), checked: n === 0 }),
      h("span", {}, clockTime(model.locale, slot.from_ms)))));
  }

  private submit(event: Event): void {
    event.preventDefault();
    const chosen = this.times.querySelector<HTMLInputElement>("input:checked");
    if (chosen) this.actions.book(Number(chosen.value), this.number.value.trim() || undefined);
  }
}

function zoneName(model: Model): string {
  const zone = new Intl.DateTimeFormat(model.locale.tag, { timeZoneName: "long" });
  const name = zone.formatToParts(Date.now()).find((part) => part.type === "timeZoneName")?.value;
  return name ?? zone.resolvedOptions().timeZone;
}
