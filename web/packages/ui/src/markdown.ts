/**
 * A small, safe subset of Markdown: paragraphs, lists, bold, code, links.
 *
 * It yields a tree, never markup: whoever draws it creates elements and text nodes. Nothing is loaded: an image
 * becomes a link, and only http, https and mailto links are links at all. Leaves remember where they stand in the
 * source (`start`, UTF-16), so that spans of the source can be marked in what is drawn.
 */

export type Inline =
  | { kind: "text"; text: string; start: number }
  | { kind: "code"; text: string; start: number }
  | { kind: "strong"; children: Inline[] }
  /** `host` is shown beside the label wherever the label is not the address itself. */
  | { kind: "link"; href: string; host: string; bare: boolean; children: Inline[] }
  | { kind: "break" };

export type Block =
  | { kind: "paragraph"; children: Inline[] }
  | { kind: "list"; ordered: boolean; first: number; items: Inline[][] }
  | { kind: "code"; text: string; start: number };

interface Line { text: string; start: number }

const ITEM = /^ {0,3}(?:[-*•]|(\d{1,3})[.)]) +(?=\S)/;
const FENCE = /^ {0,3}```/;

export function parse(source: string): Block[] {
  const lines = linesOf(source);
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at]!;
    if (line.text.trim() === "") {
      at += 1;
    } else if (FENCE.test(line.text)) {
      let end = at + 1;
      while (end < lines.length && !FENCE.test(lines[end]!.text)) end += 1;
      const body = lines.slice(at + 1, end);
      const start = body[0]?.start ?? line.start + line.text.length;
      blocks.push({ kind: "code", text: body.map((l) => l.text).join("\n"), start });
      at = end + 1;
    } else if (ITEM.test(line.text)) {
      const ordered = ITEM.exec(line.text)![1] !== undefined;
      const items: Inline[][] = [];
      const first = Number(ITEM.exec(line.text)![1] ?? 1);
      for (; at < lines.length; at += 1) {
        const match = ITEM.exec(lines[at]!.text);
        if (!match || (match[1] !== undefined) !== ordered) break;
        const skip = match[0].length;
        items.push(inline(lines[at]!.text.slice(skip), lines[at]!.start + skip));
      }
      blocks.push({ kind: "list", ordered, first, items });
    } else {
      const children: Inline[] = [];
      for (; at < lines.length; at += 1) {
        const { text, start } = lines[at]!;
        if (text.trim() === "" || FENCE.test(text) || ITEM.test(text)) break;
        if (children.length > 0) children.push({ kind: "break" });
        children.push(...inline(text, start));
      }
      blocks.push({ kind: "paragraph", children });
    }
  }
  return blocks;
}

function linesOf(source: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const text of source.split("\n")) {
    lines.push({ text: text.replace(/\r$/, ""), start });
    start += text.length + 1;
  }
  return lines;
}

// Every repetition is bounded, so that no text can make the scan slow.
const TOKEN =
  /`([^`]{1,500})`|\*\*(?=[^\s*])([^*]{1,500})\*\*|!?\[([^[\]]{1,200})\]\(([^()\s]{1,1000})\)|(https?:\/\/[^\s<>"'`]{1,1000})/g;

function inline(text: string, start: number): Inline[] {
  const out: Inline[] = [];
  let at = 0;
  const plain = (to: number) => {
    if (to > at) out.push({ kind: "text", text: text.slice(at, to), start: start + at });
    at = to;
  };
  for (const match of text.matchAll(TOKEN)) {
    const [whole, code, strong, label, target, bare] = match;
    const here = match.index;
    if (code !== undefined) {
      plain(here);
      out.push({ kind: "code", text: code, start: start + here + 1 });
      at = here + whole.length;
    } else if (strong !== undefined) {
      plain(here);
      out.push({ kind: "strong", children: inline(strong, start + here + 2) });
      at = here + whole.length;
    } else if (label !== undefined) {
      const url = safe(target!);
      if (!url) continue;
      plain(here);
      const from = start + here + whole.indexOf("[") + 1;
      out.push({ kind: "link", ...url, bare: false, children: [{ kind: "text", text: label, start: from }] });
      at = here + whole.length;
    } else {
      const address = bare!.replace(/[.,;:!?)\]}*_]+$/, "");
      const url = safe(address);
      if (!url) continue;
      plain(here);
      out.push({ kind: "link", ...url, bare: true, children: [{ kind: "text", text: address, start: start + here }] });
      at = here + address.length;
    }
  }
  plain(text.length);
  return out;
}

function safe(address: string): { href: string; host: string } | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.protocol === "mailto:") return { href: url.href, host: url.pathname };
  if (url.protocol !== "http:" && url.protocol !== "https:") return undefined;
  return { href: url.href, host: url.host };
}
