import type { PolicyProblem } from "@segue/protocol";
import { describe, expect, it } from "vitest";
import { marked, offsetOf } from "./lines";

const problem = (line: number, column: number, end_line: number, end_column: number, severity: PolicyProblem["severity"] = "error"): PolicyProblem =>
  ({ line, column, end_line, end_column, severity, message: "", hint: null });
const show = (text: string, ...problems: PolicyProblem[]) => marked(text, problems).map((p) => (p.severity ? `[${p.text}]` : p.text)).join("");

describe("places in the text", () => {
  it("counts scalar values from 1, after an emoji too", () => {
    expect(offsetOf("a = \"🚲\" # x\nb", 1, 8)).toBe(8);
    expect(offsetOf("a\nbc", 2, 2)).toBe(3);
  });
  it("stays inside the text", () => {
    expect(offsetOf("a\nb", 9, 9)).toBe(3);
    expect(offsetOf("ab\ncd", 1, 99)).toBe(2);
  });
  it("cuts at problems, takes a character where one has no length, and leaves out what lies inside another", () => {
    expect(show("one\ntwo = 3", problem(2, 1, 2, 4))).toBe("one\n[two] = 3");
    expect(show("abc", problem(1, 2, 1, 2))).toBe("a[b]c");
    expect(show("abcdef", problem(1, 1, 1, 5), problem(1, 2, 1, 3, "warning"))).toBe("[abcd]ef");
  });
});
