import type { Item } from "@segue/protocol";
import { h, place } from "../dom";
import type { Model } from "../model";
import { dayText, sameDay } from "../times";
import { agentAvatar } from "./avatar";
import { authorLine, bubble, notice, OwnMessage } from "./message";
import { Proposal } from "./proposal";

export interface LogActions { retry(clientId: string): void; answer(seq: number, accept: boolean): void }

const GROUP_MS = 5 * 60_000;

/** The stream as a live log. An element is made once per item and kept, so that nothing is announced twice. */
export class Log {
  readonly element = h("div", { class: "log", role: "log", "aria-live": "polite", "aria-relevant": "additions" });
  private readonly own = new Map<string, OwnMessage>();
  private readonly proposals = new Map<number, Proposal>();
  private readonly fixed = new Map<string, HTMLElement>();
  private language = "";

  constructor(private readonly actions: LogActions) {}

  update(model: Model): void {
    if (this.language !== model.locale.language) this.reset(model);
    this.element.setAttribute("aria-label", model.locale.strings.log);
    const rows: HTMLElement[] = [];
    const { items, pending } = model.stream;
    const lastProposal = items.filter((item) => item.kind === "proposal").at(-1)?.seq;
    let before: Item | undefined;
    for (const item of items) {
      // The card below says it while it is so; that somebody joined is what stays.
      if (item.kind === "event" && item.what === "reading") continue;
      if (!before || !sameDay(before.at_ms, item.at_ms)) {
        const day = dayText(model.locale, item.at_ms, Date.now() + model.skewMs);
        if (before || !sameDay(item.at_ms, Date.now() + model.skewMs)) {
          rows.push(this.keep(`day ${day}`, () => h("p", { class: "day" }, day)));
        }
      }
      rows.push(this.row(model, item, before, item.seq === lastProposal));
      before = item;
    }
    for (const one of pending) rows.push(this.mine(model, one.client_id, one.text, one.state));
    place(this.element, rows);
  }

  private row(model: Model, item: Item, before: Item | undefined, lastProposal: boolean): HTMLElement {
    switch (item.kind) {
      case "message": {
        if (item.role === "customer") return this.mine(model, item.client_id ?? `seq ${item.seq}`, item.text, "sent");
        const first = !continues(item, before);
        return this.keep(`message ${item.seq} ${first} ${item.text}`, () =>
          h("div", { class: `row other ${first ? "first" : ""}` }, first && authorLine(model, item), bubble(model, item)));
      }
      case "notice": return this.keep(`notice ${item.seq} ${item.text}`, () => notice(item));
      case "event": return this.keep(`event ${item.seq} ${item.text}`, () =>
        h("p", { class: `event ${item.what}` }, item.agent && agentAvatar(item.agent.name), h("span", { dir: "auto" }, item.text)));
      case "proposal": {
        const proposal = this.proposals.get(item.seq) ?? new Proposal(item.text, (accept) => this.actions.answer(item.seq, accept));
        this.proposals.set(item.seq, proposal);
        proposal.update(model, item, lastProposal);
        return proposal.element;
      }
    }
  }

  private mine(model: Model, key: string, words: string, state: "sending" | "waiting" | "failed" | "sent"): HTMLElement {
    const message = this.own.get(key) ?? new OwnMessage(() => this.actions.retry(key), model.locale.strings.you);
    this.own.set(key, message);
    message.update(model, words, state);
    return message.element;
  }

  private keep(key: string, make: () => HTMLElement): HTMLElement {
    const element = this.fixed.get(key) ?? make();
    this.fixed.set(key, element);
    return element;
  }

  private reset(model: Model): void {
    this.language = model.locale.language;
    this.own.clear();
    this.proposals.clear();
    this.fixed.clear();
  }
}

function continues(item: Item, before: Item | undefined): boolean {
  return item.kind === "message" && before?.kind === "message" && before.role === item.role &&
    before.agent?.name === item.agent?.name && item.at_ms - before.at_ms < GROUP_MS;
}
