import type { Choice } from "@segue/protocol";
import { h, icon } from "../dom";
import { safeLink } from "../links";
import type { Model } from "../model";
import { BOOK } from "./icons";

/** A choice that is a press of a button. */
export function choiceButton(glyph: string, label: string, press: () => void): HTMLElement {
  return h("button", { type: "button", class: "choice", onclick: press }, icon(glyph), h("span", { dir: "auto" }, label));
}

/** A choice that is an article; one without an address cannot be opened and is left out. */
export function choiceArticle(model: Model, choice: Extract<Choice, { kind: "article" }>): HTMLElement | undefined {
  const safe = choice.article.url ? safeLink(choice.article.url, model.pageUrl ?? location.href) : undefined;
  return safe && h("a", { class: "choice", href: safe.href, target: "_blank", rel: "noopener noreferrer" },
    icon(BOOK), h("span", { dir: "auto" }, choice.label));
}
