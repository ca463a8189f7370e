import { describe, expect, it } from "vitest";
import { type Block, type Inline, parse } from "./markdown";
import { cut, toUtf16 } from "./text";

const flat = (nodes: Inline[]): string =>
  nodes.map((n) =>
    n.kind === "text" ? n.text
    : n.kind === "code" ? `<code ${n.text}>`
    : n.kind === "strong" ? `<b ${flat(n.children)}>`
    : n.kind === "break" ? "<br>"
    : `<a ${n.host} ${flat(n.children)}>`).join("");
const show = (blocks: Block[]): string[] =>
  blocks.map((b) => b.kind === "paragraph" ? flat(b.children)
    : b.kind === "code" ? `pre ${b.text}`
    : `${b.ordered ? `ol${b.first}` : "ul"} ${b.items.map(flat).join("|")}`);
const check = (source: string, expected: string[]) => expect(show(parse(source))).toEqual(expected);

describe("parse", () => {
  it("keeps plain text and its line breaks", () => check("one\ntwo\n\nthree", ["one<br>two", "three"]));
  it("knows bold and code", () => check("**big** and `x*y`", ["<b big> and <code x*y>"]));
  it("knows lists", () => check("Try:\n- a\n- **b**\n3. c", ["Try:", "ul a|<b b>", "ol3 c"]));
  it("knows fences, closed or not", () => check("```js\nlet a\n```\nb\n```\nc", ["pre let a", "b", "pre c"]));
  it("shows the host of a link", () => check("[here](https://help.example/a?b)", ["<a help.example here>"]));
  it("cuts punctuation from a bare address", () =>
    check("see https://a.example/x.", ["see <a a.example https://a.example/x>."]));
  it("never makes a link of other schemes", () => {
    check("[x](javascript:alert(1))", ["[x](javascript:alert(1))"]);
    check("[x](data:text/html,hi)", ["[x](data:text/html,hi)"]);
    check("[x]( https://a.example)", ["[x]( <a a.example https://a.example>)"]);
  });
  it("turns an image into a link", () => check("![p](https://a.example/p.png)", ["<a a.example p>"]));
  it("leaves markup as text", () => check("<img src=x onerror=alert(1)>", ["<img src=x onerror=alert(1)>"]));
  it("stays quick on hostile text", () => {
    const begun = performance.now();
    parse("**[`".repeat(20_000));
    parse("[a](".repeat(20_000));
    expect(performance.now() - begun).toBeLessThan(1_500);
  });
});

describe("spans", () => {
  it("counts scalar values, not UTF-16 units", () => {
    const text = "😀 order 42";
    const [span] = toUtf16(text, [{ start: 8, end: 10 }]);
    expect(text.slice(span!.start, span!.end)).toBe("42");
  });
  it("clamps what lies outside", () => expect(toUtf16("ab", [{ start: -1, end: 9 }])).toEqual([{ start: 0, end: 2 }]));
  it("cuts a leaf along spans, the first of two that overlap wins", () => {
    const pieces = cut("order 42 now", 10, [{ start: 16, end: 18 }, { start: 17, end: 22 }]);
    expect(pieces.map((p) => [p.text, !!p.span])).toEqual([["order ", false], ["42", true], [" now", false]]);
  });
  it("finds spans inside bold", () => {
    const source = "is **A-17** it";
    const strong = (parse(source)[0] as { children: Inline[] }).children[1] as { children: Inline[] };
    const leaf = strong.children[0] as { text: string; start: number };
    expect(cut(leaf.text, leaf.start, [{ start: 5, end: 9 }])[0]?.span).toBeDefined();
  });
});
