import { plainLabel, safeLink } from "./links";

/** What may stand inside a line. A link is only ever made from an address that `safeLink` accepts. */
export type Inline =
  | { kind: "text"; text: string }
  | { kind: "code"; text: string }
  | { kind: "strong" | "em" | "del"; content: Inline[] }
  /** `bare`: the label is the address itself, so its host need not be repeated. */
  | { kind: "link"; href: string; host: string; label: string; bare: boolean };

const DEEPEST = 6;
const MARKS: [string, "strong" | "em" | "del"][] = [
  ["**", "strong"], ["__", "strong"], ["~~", "del"], ["*", "em"], ["_", "em"],
];
const ESCAPABLE = "\\`*_~[]()#+-.!>";
const LONGEST_LABEL = 300;

/** Reads one line. Linear: a mark that has no end is looked for once. */
export function inline(line: string, depth = 0): Inline[] {
  const out: Inline[] = [];
  const hopeless = new Set<string>();
  let plain = "";
  const flush = (): void => {
    if (plain !== "") out.push({ kind: "text", text: plain });
    plain = "";
  };
  let at = 0;
  while (at < line.length) {
    const char = line.charAt(at);
    if (char === "\\" && ESCAPABLE.includes(line.charAt(at + 1)) && at + 1 < line.length) {
      plain += line.charAt(at + 1);
      at += 2;
      continue;
    }
    const found = code(line, at, hopeless) ?? link(line, at) ?? address(line, at) ?? marked(line, at, depth, hopeless);
    if (found) {
      flush();
      if (found.node) out.push(found.node);
      at = found.end;
    } else {
      plain += char;
      at++;
    }
  }
  flush();
  return out;
}

/** Plain text with bare addresses made links: what a customer wrote. */
export function addresses(line: string): Inline[] {
  const out: Inline[] = [];
  let from = 0;
  for (let at = 0; at < line.length; at++) {
    const found = address(line, at);
    if (!found?.node) continue;
    if (at > from) out.push({ kind: "text", text: line.slice(from, at) });
    out.push(found.node);
    from = found.end;
    at = found.end - 1;
  }
  if (from < line.length) out.push({ kind: "text", text: line.slice(from) });
  return out;
}

interface Found { node?: Inline; end: number }

function code(line: string, at: number, hopeless: Set<string>): Found | undefined {
  if (line[at] !== "`" || hopeless.has("`")) return undefined;
  const end = line.indexOf("`", at + 1);
  if (end < 0) hopeless.add("`");
  return end > at + 1 ? { node: { kind: "code", text: line.slice(at + 1, end) }, end: end + 1 } : undefined;
}

/** `[label](address)`; an image keeps its words and loses its address; a reference stays literal. */
function link(line: string, at: number): Found | undefined {
  const image = line[at] === "!" && line[at + 1] === "[";
  if (!image && line[at] !== "[") return undefined;
  const open = image ? at + 2 : at + 1;
  const close = indexWithin(line, "]", open, LONGEST_LABEL);
  if (close < 0 || line[close + 1] !== "(") return undefined;
  const end = indexWithin(line, ")", close + 2, 2_100);
  if (end < 0) return undefined;
  const label = plainLabel(line.slice(open, close)).replace(/[*_`~]/g, "").trim();
  if (image) return { node: label === "" ? undefined : { kind: "text", text: label }, end: end + 1 };
  const safe = safeLink(line.slice(close + 2, end));
  if (!safe) return undefined;
  const shown = label === "" ? safe.host : label;
  return { node: { kind: "link", ...safe, label: shown, bare: shown === safe.host || shown === safe.href }, end: end + 1 };
}

function address(line: string, at: number): Found | undefined {
  if (line[at] !== "h" || !/^https?:\/\//.test(line.slice(at, at + 8))) return undefined;
  if (at > 0 && /[\p{L}\p{N}]/u.test(line.charAt(at - 1))) return undefined;
  let end = at;
  while (end < line.length && end - at < 2_048 && !/[\s<>"`]/.test(line.charAt(end))) end++;
  while (end > at && /[.,;:!?'*_~\])]/.test(line.charAt(end - 1))) {
    const run = line.slice(at, end);
    if (run.endsWith(")") && run.split("(").length >= run.split(")").length) break;
    end--;
  }
  const safe = safeLink(line.slice(at, end));
  if (!safe) return undefined;
  return { node: { kind: "link", ...safe, label: line.slice(at, end), bare: true }, end };
}

function marked(line: string, at: number, depth: number, hopeless: Set<string>): Found | undefined {
  if (depth >= DEEPEST) return undefined;
  for (const [mark, kind] of MARKS) {
    if (!line.startsWith(mark, at) || hopeless.has(mark)) continue;
    const open = at + mark.length;
    if (open >= line.length || /\s/.test(line.charAt(open))) continue;
    if (mark.startsWith("_") && at > 0 && isWord(line.charAt(at - 1))) continue;
    const end = closing(line, mark, open + 1);
    if (end < 0) {
      hopeless.add(mark);
      continue;
    }
    return { node: { kind, content: inline(line.slice(open, end), depth + 1) }, end: end + mark.length };
  }
  return undefined;
}

function closing(line: string, mark: string, from: number): number {
  for (let at = line.indexOf(mark, from); at >= 0; at = line.indexOf(mark, at + 1)) {
    if (/\s/.test(line.charAt(at - 1))) continue;
    if (mark.length === 1 && (line[at + 1] === mark || line[at - 1] === mark)) continue;
    if (mark.startsWith("_") && isWord(line.charAt(at + mark.length))) continue;
    return at;
  }
  return -1;
}

function isWord(char: string): boolean {
  return char !== "" && /[\p{L}\p{N}]/u.test(char);
}

function indexWithin(line: string, what: string, from: number, most: number): number {
  const index = line.slice(from, from + most).indexOf(what);
  return index < 0 ? -1 : from + index;
}
