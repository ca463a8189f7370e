import type { PolicyProblem } from "@segue/protocol";

/** Where a place of the text stands, in UTF-16 units; columns count scalar values from 1. Past an end is the end. */
export function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let n = 1; n < line; n += 1) {
    const end = text.indexOf("\n", start);
    if (end < 0) return text.length;
    start = end + 1;
  }
  const end = text.indexOf("\n", start);
  const rest = Array.from(text.slice(start, end < 0 ? undefined : end));
  return start + rest.slice(0, Math.max(0, column - 1)).join("").length;
}

export interface Piece { text: string; severity?: PolicyProblem["severity"] }

/** The text cut at the problems. One that is inside another is drawn with it; one of no length takes a character. */
export function marked(text: string, problems: readonly PolicyProblem[]): Piece[] {
  const spans = problems
    .map((p) => {
      const start = offsetOf(text, p.line, p.column);
      return { start, end: Math.max(start + 1, offsetOf(text, p.end_line, p.end_column)), severity: p.severity };
    })
    .sort((a, b) => a.start - b.start || b.end - a.end);
  const pieces: Piece[] = [];
  let at = 0;
  for (const span of spans) {
    if (span.start < at) continue;
    if (span.start > at) pieces.push({ text: text.slice(at, span.start) });
    pieces.push({ text: text.slice(span.start, span.end), severity: span.severity });
    at = span.end;
  }
  pieces.push({ text: text.slice(at) });
  return pieces;
}
