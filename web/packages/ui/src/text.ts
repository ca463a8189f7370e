/**
 * Spans in text. The wire counts characters as Unicode scalar values; JavaScript strings count UTF-16 units.
 */

export interface Span { start: number; end: number }

/** The UTF-16 index of each scalar value of `text`; the last entry is the length. */
export function scalarIndex(text: string): number[] {
  const index: number[] = [];
  let at = 0;
  for (const scalar of text) {
    index.push(at);
    at += scalar.length;
  }
  index.push(at);
  return index;
}

/** Turns `[start, end)` in scalar values into `[start, end)` in UTF-16 units; clamps what lies outside. */
export function toUtf16<S extends Span>(text: string, spans: readonly S[]): S[] {
  if (spans.length === 0) return [];
  const index = scalarIndex(text);
  const place = (n: number) => index[Math.min(Math.max(0, n), index.length - 1)] ?? text.length;
  return spans.map((span) => ({ ...span, start: place(span.start), end: place(span.end) }));
}

export interface Piece<S extends Span> { text: string; span?: S }

/**
 * Cuts a leaf of text, which begins at `start` of its source, along spans of the source.
 *
 * Of spans that overlap, the one that begins first wins; all units are UTF-16.
 */
export function cut<S extends Span>(text: string, start: number, spans: readonly S[]): Piece<S>[] {
  const pieces: Piece<S>[] = [];
  const inside = spans
    .filter((span) => span.start < start + text.length && span.end > start && span.end > span.start)
    .sort((a, b) => a.start - b.start || b.end - a.end);
  let at = 0;
  for (const span of inside) {
    const from = Math.max(span.start - start, 0);
    const to = Math.min(span.end - start, text.length);
    if (from < at) continue;
    if (from > at) pieces.push({ text: text.slice(at, from) });
    pieces.push({ text: text.slice(from, to), span });
    at = to;
  }
  if (at < text.length) pieces.push({ text: text.slice(at) });
  return pieces;
}
