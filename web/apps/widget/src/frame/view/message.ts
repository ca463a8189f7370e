import type { ArticleRef, Item } from "@segue/protocol";
import { h, icon, place } from "../dom";
import type { Pending } from "../items";
import { safeLink } from "../links";
import { markdown, outward, plain } from "../markdown-dom";
import type { Model } from "../model";
import { clockTime } from "../times";
import { agentAvatar, assistantAvatar, cardLine } from "./avatar";
import { CALENDAR, BOOK, CHECK, CLOCK, HANDOFF, MAIL, SPARK } from "./icons";

type Message = Extract<Item, { kind: "message" }>;
type Notice = Extract<Item, { kind: "notice" }>;

/** The first of a group says who speaks. */
export function authorLine(model: Model, item: Message): HTMLElement {
  const { strings } = model.locale;
  const time = h("time", { datetime: new Date(item.at_ms).toISOString() }, clockTime(model.locale, item.at_ms));
  if (item.role === "agent") {
    return h("p", { class: "author" }, agentAvatar(item.agent?.name ?? ""), h("b", { dir: "auto" }, cardLine(item.agent)), time);
  }
  return h("p", { class: "author" }, assistantAvatar(), h("b", { dir: "auto" }, model.state?.assistant_name ?? ""), strings.ai_label, time);
}

export function bubble(model: Model, item: Message): HTMLElement {
  const cited = item.citations?.length ? citations(model, item.citations) : undefined;
  return h("div", { class: `bubble ${item.role}` }, h("div", { class: "words" }, ...markdown(item.text)), cited);
}

/** What the customer wrote, confirmed or on its way: one element for both, so that nothing jumps. */
export class OwnMessage {
  readonly element: HTMLElement;
  private readonly status = h("p", { class: "status" });
  private readonly words = h("div", { class: "words" });
  private said = "";
  private state: Pending["state"] | "sent" | undefined;

  constructor(private readonly retry: () => void, you: string) {
    const bubble = h("div", { class: "bubble customer" }, h("span", { class: "unseen" }, `${you}: `), this.words);
    this.element = h("div", { class: "row own" }, bubble, this.status);
  }

  update(model: Model, words: string, state: Pending["state"] | "sent"): void {
    if (words !== this.said) place(this.words, plain(words));
    this.said = words;
    if (state === this.state) return;
    this.state = state;
    const { strings } = model.locale;
    this.element.dataset.state = state;
    if (state === "failed") {
      const again = h("button", { type: "button", class: "link", onclick: () => this.retry() }, strings.retry);
      place(this.status, [h("span", {}, strings.failed), again]);
    } else place(this.status, state === "sent" ? [] : [h("span", {}, state === "sending" ? strings.sending : strings.waiting)]);
  }
}

const NOTICES: Record<Notice["what"], string> = {
  announced: HANDOFF, returned: SPARK, ticketed: MAIL, callback: CALENDAR, offline: CLOCK, ended: CHECK, info: CLOCK,
};

export function notice(item: Notice): HTMLElement {
  return h("div", { class: `notice ${item.what}` },
    h("span", { class: "glyph", "aria-hidden": "true" }, icon(NOTICES[item.what] ?? CLOCK)),
    h("div", { class: "words" }, ...markdown(item.text)));
}

/** The articles that an answer came from: linked where they have an address, named where not. */
function citations(model: Model, articles: ArticleRef[]): HTMLElement {
  const { strings } = model.locale;
  const parts = articles.slice(0, 4).map((article) => {
    const safe = article.url ? safeLink(article.url, model.pageUrl ?? location.href) : undefined;
    return h("li", {}, safe ? outward(safe.href, safe.host, article.title, safe.host === location.host) : h("span", { dir: "auto" }, article.title));
  });
  return h("div", { class: "cited" }, icon(BOOK), h("span", {}, strings.from), h("ul", {}, ...parts));
}
