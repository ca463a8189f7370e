import { describe, expect, it } from "vitest";
import { safeLink } from "../src/frame/links";
import { LONGEST, parse } from "../src/frame/markdown";
import { addresses, inline, type Inline } from "../src/frame/markdown-inline";

/** A short writing of the tree: tags for marks, `<a HREF|HOST|LABEL>` for links. */
function show(nodes: Inline[]): string {
  return nodes.map((node) => {
    if (node.kind === "text") return node.text;
    if (node.kind === "code") return `<code ${node.text}>`;
    if (node.kind === "link") return `<a ${node.href}|${node.host}|${node.label}>`;
    return `<${node.kind} ${show(node.content)}>`;
  }).join("");
}

const line = (text: string): string => show(inline(text));

describe("marks", () => {
  it.each([
    ["**bold** and *soft*", "<strong bold> and <em soft>"],
    ["__bold__ _soft_ ~~gone~~ `x*y`", "<strong bold> <em soft> <del gone> <code x*y>"],
    ["**a *b* c**", "<strong a <em b> c>"],
    ["snake_case_name and 2 * 3 * 4", "snake_case_name and 2 * 3 * 4"],
    ["**never closed", "**never closed"],
    ["\\*literal\\*", "*literal*"],
    ["a ** b", "a ** b"],
  ])("%s", (text, tree) => expect(line(text)).toBe(tree));
});

describe("links", () => {
  it.each([
    ["[help](https://shop.example/a)", "<a https://shop.example/a|shop.example|help>"],
    ["see https://shop.example/a?b=c.", "see <a https://shop.example/a?b=c|shop.example|https://shop.example/a?b=c>."],
    ["(https://shop.example/x_(y))", "(<a https://shop.example/x_(y)|shop.example|https://shop.example/x_(y)>)"],
    ["[write](mailto:a@b.example)", "<a mailto:a@b.example|a@b.example|write>"],
  ])("%s", (text, tree) => expect(line(text)).toBe(tree));

  it("makes links of addresses, and of nothing else, in what the customer wrote", () => {
    expect(show(addresses("**hi** https://a.example, [x](https://b.example)")))
      .toBe("**hi** <a https://a.example/|a.example|https://a.example>, [x](<a https://b.example/|b.example|https://b.example>)");
  });
});

describe("attacks stay literal text", () => {
  const links = (text: string): string[] => JSON.stringify(parse(text)).match(/"href":"[^"]*"/g) ?? [];

  it.each([
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](\tjavascript:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:x)",
    "[x](//evil.example)",
    "[x](/relative)",
    "[x](file:///etc/passwd)",
    "[x](https://user:pass@evil.example)",
    "![alt](https://evil.example/p.png?q=secret)",
    "[x][1]",
    "&#106;avascript:alert(1)",
    "<javascript:alert(1)>",
  ])("%s", (text) => expect(links(text)).toEqual([]));

  it("keeps the words of an image and drops its address", () => {
    expect(line("![a chart](https://evil.example/p.png)")).toBe("a chart");
    expect(JSON.stringify(parse("![a](https://evil.example/p.png?secret)"))).not.toContain("evil");
  });

  it("takes from a mail link everything but the address", () => {
    expect(line("[x](mailto:a@b.example?cc=c@d.example&body=secret)")).toBe("<a mailto:a@b.example|a@b.example|x>");
  });

  it("never links a wrapped scheme", () => {
    expect(safeLink("blob:https://a.example/1")).toBeUndefined();
    expect(safeLink("view-source:https://a.example")).toBeUndefined();
  });

  it("says where a link leads when its label names another host", () => {
    expect(line("[https://bank.example](https://evil.example/login)"))
      .toBe("<a https://evil.example/login|evil.example|https://bank.example>");
    const [link] = inline("[bank.example](https://evil.example)");
    expect(link).toMatchObject({ kind: "link", bare: false });
  });

  it("shows a look-alike host as what it is", () => {
    expect(safeLink("https://аpple.example/")?.host).toMatch(/^xn--/);
  });

  it("takes reordering characters out of labels and refuses them in addresses", () => {
    expect(line("[a\u202Eb](https://a.example)")).toBe("<a https://a.example/|a.example|ab>");
    expect(safeLink("https://a.example/\u202Egpj.exe")).toBeUndefined();
  });

  it("reads a hostile text of the longest size quickly", () => {
    for (const piece of ["*", "**a ", "_a", "[", "[a](", "`", "![", "~~x", "> ", "- ", "```\n", "https://", "\\", "**_~~", "[x](http://a.example/"]) {
      const before = performance.now();
      parse(piece.repeat(Math.floor(LONGEST / piece.length)));
      expect(performance.now() - before, piece).toBeLessThan(500);
    }
  });

  it("shows a text beyond the longest size as it is", () => {
    expect(parse("**a** ".repeat(4_000))[0]).toMatchObject({ kind: "paragraph", lines: [[{ kind: "text" }]] });
  });
});

describe("blocks", () => {
  const kinds = (text: string): string[] => parse(text).map((block) => block.kind);

  it("splits paragraphs, lists, quotes, headings and code", () => {
    expect(kinds("# Title\n\none\ntwo\n\n- a\n- b\n\n1. x\n2. y\n\n> said\n\n```js\nlet x = 1\n```\nend"))
      .toEqual(["heading", "paragraph", "list", "list", "quote", "code", "paragraph"]);
  });

  it("keeps code as it is, also where the fence never ends", () => {
    expect(parse("```\n**x** [a](https://a.example)\n")[0]).toEqual({ kind: "code", text: "**x** [a](https://a.example)\n" });
  });

  it("keeps the number of an ordered list", () => {
    expect(parse("3. c\n4. d")[0]).toMatchObject({ kind: "list", ordered: true, start: 3 });
  });
});
