import { h, icon, place, text } from "../dom";
import { fill } from "../i18n";
import { markdown } from "../markdown-dom";
import { phase, type Model } from "../model";
import { agentAvatar } from "./avatar";
import { CHECK } from "./icons";
import { CallbackCard } from "./callback-card";
import type { ChoiceActions } from "./choices";
import { LaterCard } from "./later-card";
import { RatingCard } from "./rating-card";
import { WaitCard } from "./wait-card";

export interface TailActions extends ChoiceActions { rate(score: number, comment?: string): void; startNew(): void }

/** What stands below the log and is not part of it: the answer being written, who types, and the card of the moment. */
export class Tail {
  readonly element = h("div", { class: "tail" });
  private readonly writing = h("div", { class: "words" });
  private readonly writingRow = h("div", { class: "row other", "aria-hidden": "true" }, h("div", { class: "bubble assistant writing" }, this.writing));
  private readonly typingLabel = h("span", { class: "unseen" });
  private readonly typing = h("div", { class: "row other" },
    h("div", { class: "bubble typing", role: "status" }, this.typingLabel, ...[0, 1, 2].map(() => h("i", { "aria-hidden": "true" }))));
  private readonly wait: WaitCard;
  private readonly later: LaterCard;
  private readonly callback: CallbackCard;
  private readonly rating: RatingCard;
  private readonly reading = h("section", { class: "card reading" });
  private readonly ended = h("section", { class: "ended" });
  private readonly startNew: HTMLButtonElement;
  private written = "";
  private reader = "";

  constructor(actions: TailActions, redraw: () => void) {
    this.wait = new WaitCard(actions, redraw);
    this.later = new LaterCard(actions, redraw);
    this.callback = new CallbackCard(actions, redraw);
    this.rating = new RatingCard((score, comment) => actions.rate(score, comment));
    this.startNew = h("button", { type: "button", class: "plain", onclick: () => actions.startNew() });
  }

  update(model: Model): void {
    const { strings } = model.locale;
    const { state } = model;
    const now = phase(model);
    if (model.writing && model.writing.text !== this.written) {
      this.written = model.writing.text;
      place(this.writing, markdown(this.written));
    }
    const speaker = model.typing === "agent" && state?.agent;
    text(this.typingLabel, speaker ? fill(strings.typing, { name: speaker.name }) : strings.assistant_typing);
    const agreed = state?.callback !== undefined && (now === "ticketed" || now === "waiting");
    const later = (now === "ticketed" && state?.state !== "callback") || (state?.ask_contact === true && now !== "waiting");
    const rate = state?.ask_rating === true || (now === "ended" && (state?.rated !== undefined || model.score !== undefined));
    const last = model.stream.items.at(-1);
    const said = last?.kind === "notice" && last.what === "ended";
    if (now === "waiting") this.wait.update(model);
    if (agreed) this.callback.update(model);
    if (later) this.later.update(model);
    if (rate) this.rating.update(model);
    if (now === "preparing") this.drawReading(model);
    if (now === "ended") this.drawEnded(model);
    place(this.element, [
      model.writing && this.writingRow,
      model.typing && !model.writing && this.typing,
      now === "waiting" && this.wait.element,
      now === "preparing" && this.reading,
      agreed && this.callback.element,
      later && this.later.element,
      now === "ended" && !said && this.ended,
      rate && this.rating.element,
      now === "ended" && this.startNew,
    ]);
  }

  private drawReading(model: Model): void {
    const { strings } = model.locale;
    const name = model.state?.agent?.name;
    const drawn = `${name} ${model.locale.language}`;
    if (drawn === this.reader) return;
    this.reader = drawn;
    const page = h("span", { class: "page", "aria-hidden": "true" }, h("i"), h("i"), h("i"), h("i"));
    place(this.reading, [
      h("span", { class: "ring" }, agentAvatar(name ?? "")),
      h("div", { class: "body" },
        h("h2", { dir: "auto" }, name ? fill(strings.reading, { name }) : strings.connecting),
        h("p", { class: "lines" }, strings.reading_note)),
      page,
    ]);
  }

  private drawEnded(model: Model): void {
    const { strings } = model.locale;
    text(this.startNew, strings.start_new);
    if (this.ended.textContent !== strings.ended) place(this.ended, [icon(CHECK), h("span", {}, strings.ended)]);
  }
}
