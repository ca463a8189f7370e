import { h } from "./dom";
import { parse, type Block } from "./markdown";
import { addresses, type Inline } from "./markdown-inline";

/** What the assistant or an agent wrote, as nodes. */
export function markdown(text: string): Node[] {
  return parse(text).map(block);
}

/** What the customer wrote: lines as they are, addresses as links. */
export function plain(text: string): Node[] {
  return [h("p", {}, ...broken(text.split("\n").map(addresses)))];
}

/** A link that leaves: it says where it leads. */
export function outward(href: string, host: string, label: string, bare: boolean): HTMLElement {
  const link = h("a", { href, rel: "noopener noreferrer", target: "_blank", dir: "auto" }, h("bdi", {}, label));
  if (!bare) link.append(" ", h("span", { class: "host", dir: "ltr" }, host));
  return link;
}

function block(one: Block): Node {
  switch (one.kind) {
    case "paragraph": return h("p", { dir: "auto" }, ...broken(one.lines));
    case "heading": return h("p", { dir: "auto" }, h("strong", {}, ...nodes(one.content)));
    case "quote": return h("blockquote", { dir: "auto" }, ...broken(one.lines));
    case "code": return h("pre", { dir: "ltr", tabindex: 0 }, h("code", {}, one.text));
    case "list": {
      const items = one.items.map((item) => h("li", { dir: "auto" }, ...nodes(item)));
      return one.ordered ? h("ol", { start: one.start }, ...items) : h("ul", {}, ...items);
    }
  }
}

function broken(lines: Inline[][]): Node[] {
  return lines.flatMap((line, at) => (at === 0 ? nodes(line) : [h("br"), ...nodes(line)]));
}

function nodes(content: Inline[]): Node[] {
  return content.map((one) => {
    switch (one.kind) {
      case "text": return document.createTextNode(one.text);
      case "code": return h("code", { dir: "ltr" }, one.text);
      case "link": return outward(one.href, one.host, one.label, one.bare);
      default: return h(one.kind, {}, ...nodes(one.content));
    }
  });
}
