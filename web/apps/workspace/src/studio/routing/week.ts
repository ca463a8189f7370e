/** Lines of opening hours, read as the server reads them: docs/guides/hours.md. */

/** Minutes since the day's midnight, end exclusive; an end beyond 1440 goes on in the next day. */
export type Span = readonly [number, number];

export interface Week {
  /** Monday first. */
  days: Span[][];
  /** In the order in which they stand; no span: closed. */
  dates: { day: string; spans: Span[] }[];
  /** Lines that say nothing. */
  unread: string[];
}

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
export const DAY_MIN = 1_440;

/** `open`: no weekly line means day and night; `closed`: it means never; `dates`: weekly lines make no sense. */
export type Otherwise = "open" | "closed" | "dates";

export function readWeek(lines: readonly string[], otherwise: Otherwise): Week {
  const week: Week = { days: DAYS.map(() => []), dates: [], unread: [] };
  let always = false;
  let weekly = false;
  for (const line of lines.map((text) => text.trim()).filter(Boolean)) {
    const [day = "", ...rest] = line.toLowerCase().split(" ");
    const times = rest.join(" ").trim();
    if (line.toLowerCase() === "always" && otherwise !== "dates") always = true;
    else if (/^\d/.test(day)) {
      const spans = times === "" ? [] : spansIn(times);
      if (spans && isDate(day)) week.dates.push({ day, spans });
      else week.unread.push(line);
    } else {
      const days = otherwise === "dates" ? null : daysIn(day);
      const spans = spansIn(times);
      if (!days || !spans) week.unread.push(line);
      else {
        for (const n of days) week.days[n]!.push(...spans);
        weekly = true;
      }
    }
  }
  if (always || (!weekly && otherwise === "open")) week.days = DAYS.map(() => [[0, DAY_MIN]]);
  return week;
}

/** `2026-12-25` or `12-25`; the 29th of February is a day of every year. */
function isDate(text: string): boolean {
  const [, year = "2024", month, day] = /^(?:(\d{4})-)?(\d{1,2})-(\d{1,2})$/.exec(text) ?? [];
  if (!month || !day) return false;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}

/** `mon`, `mon-fri`, `sat-mon`, `mon,wed`; longer names too. */
function daysIn(text: string): number[] | null {
  const found: number[] = [];
  for (const part of text.split(",")) {
    const [from = "", to = from] = part.split("-");
    const first = DAYS.findIndex((day) => from.startsWith(day));
    const last = DAYS.findIndex((day) => to.startsWith(day));
    if (first < 0 || last < 0) return null;
    for (let n = 0; n <= (last + 7 - first) % 7; n += 1) found.push((first + n) % 7);
  }
  return found;
}

/** `08:00-12:00,13:00-17:00`. */
function spansIn(text: string): Span[] | null {
  const found: Span[] = [];
  for (const part of text.split(",")) {
    const [, from, to] = /^\s*(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})\s*$/.exec(part) ?? [];
    const [begin, end] = [minuteOf(from), minuteOf(to)];
    if (begin === null || end === null || begin === end || begin >= DAY_MIN) return null;
    found.push([begin, end < begin ? end + DAY_MIN : end]);
  }
  return found;
}

function minuteOf(text: string | undefined): number | null {
  const [hour = NaN, minute = NaN] = (text ?? "").split(":").map(Number);
  return hour <= 24 && minute < 60 && hour * 60 + minute <= DAY_MIN ? hour * 60 + minute : null;
}

/** What is open within each day, what came over midnight included; sorted, and joined where it touches. */
export function strip(week: Week): Span[][] {
  return week.days.map((spans, n) => {
    const before = week.days[(n + 6) % 7]!.filter(([, end]) => end > DAY_MIN).map(([, end]): Span => [0, end - DAY_MIN]);
    const all = [...before, ...spans.map(([from, to]): Span => [from, Math.min(to, DAY_MIN)])].sort((a, b) => a[0] - b[0]);
    const joined: [number, number][] = [];
    for (const [from, to] of all) {
      const last = joined.at(-1);
      if (last && from <= last[1]) last[1] = Math.max(last[1], to);
      else joined.push([from, to]);
    }
    return joined;
  });
}

/** Minutes as "08:00". */
export const clockOf = (minute: number): string => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

/** Days one after the other that say the same, as one: `[0, 4, spans]` is Monday to Friday. */
export function runs(days: readonly (readonly Span[])[]): { from: number; to: number; spans: readonly Span[] }[] {
  const found: { from: number; to: number; spans: readonly Span[] }[] = [];
  days.forEach((spans, n) => {
    const last = found.at(-1);
    if (last && JSON.stringify(last.spans) === JSON.stringify(spans)) last.to = n;
    else found.push({ from: n, to: n, spans });
  });
  return found;
}

export const linesIn = (text: string): string[] => text.split("\n").map((line) => line.trim()).filter(Boolean);
