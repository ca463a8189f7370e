import { inline, type Inline } from "./markdown-inline";

/** A block of the subset: paragraphs, headings (as bold text), lists, quotes, fenced code. Nothing else exists. */
export type Block =
  | { kind: "paragraph"; lines: Inline[][] }
  | { kind: "heading"; content: Inline[] }
  | { kind: "list"; ordered: boolean; start: number; items: Inline[][] }
  | { kind: "quote"; lines: Inline[][] }
  | { kind: "code"; text: string };

/** Beyond this many characters a text is shown as it is. */
export const LONGEST = 16_000;

const LIST = /^ {0,12}(?:([-*+•])|(\d{1,4})[.)]) (.*)$/;
const HEADING = /^#{1,6} (.*)$/;
const FENCE = /^ {0,3}```/;

/** Reads untrusted text into the subset. Whatever is outside of it stays literal text. */
export function parse(text: string): Block[] {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  if (text.length > LONGEST) return [{ kind: "paragraph", lines: lines.map((line) => [{ kind: "text", text: line }]) }];
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    if (FENCE.test(line)) {
      const end = lines.findIndex((other, index) => index > at && FENCE.test(other));
      const until = end < 0 ? lines.length : end;
      blocks.push({ kind: "code", text: lines.slice(at + 1, until).join("\n") });
      at = until;
      continue;
    }
    add(blocks, line, at > 0 && (lines[at - 1] ?? "").trim() === "");
  }
  return blocks.filter((block) => block.kind !== "paragraph" || block.lines.length > 0);
}

/** Adds one line to the block it continues, or opens a new one. */
function add(blocks: Block[], line: string, afterGap: boolean): void {
  const last = blocks.at(-1);
  if (line.trim() === "") {
    if (last?.kind === "paragraph" && last.lines.length > 0) blocks.push({ kind: "paragraph", lines: [] });
    return;
  }
  const heading = HEADING.exec(line);
  if (heading) {
    blocks.push({ kind: "heading", content: inline(heading[1] ?? "") });
    return;
  }
  const list = LIST.exec(line);
  if (list) {
    const ordered = list[2] !== undefined;
    const item = inline(list[3] ?? "");
    if (last?.kind === "list" && last.ordered === ordered) last.items.push(item);
    else blocks.push({ kind: "list", ordered, start: Number(list[2] ?? 1), items: [item] });
    return;
  }
  if (line.startsWith(">")) {
    const content = inline(line.replace(/^> ?/, ""));
    if (last?.kind === "quote" && !afterGap) last.lines.push(content);
    else blocks.push({ kind: "quote", lines: [content] });
    return;
  }
  if (last?.kind === "list" && !afterGap && /^ {2,}\S/.test(line)) {
    last.items.at(-1)?.push({ kind: "text", text: " " }, ...inline(line.trim()));
    return;
  }
  if (last?.kind === "paragraph") last.lines.push(inline(line));
  else blocks.push({ kind: "paragraph", lines: [inline(line)] });
}
