import type { SquadSettings } from "@segue/protocol";
import { day, hour, locale, sameDay, words } from "../../format";
import { s } from "../../messages/studio";
import { clockOf, DAY_MIN, runs, type Span, strip, type Week } from "./week";

const w = () => s.routing.week;

/** A Monday, to name the days of a week by. */
const MONDAY_MS = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

export const weekday = (n: number, style: "short" | "long" = "short"): string =>
  new Intl.DateTimeFormat(locale(), { weekday: style, timeZone: "UTC" }).format(MONDAY_MS + n * DAY_MS);

const spansWords = (spans: readonly Span[]): string => {
  if (spans.length === 0) return w().closed;
  if (spans.length === 1 && spans[0]![0] === 0 && spans[0]![1] === DAY_MIN) return w().always;
  return spans.map(([from, to]) => w().spans(clockOf(from), clockOf(to > DAY_MIN ? to - DAY_MIN : to))).join(", ");
};

/** "Monday to Friday: 08:00–20:00; Saturday: 10:00–16:00; Sunday: closed". */
export function weekWords(week: Week): string {
  const drawn = strip(week);
  const found = runs(drawn);
  if (found.length === 1) {
    if (drawn[0]!.length === 0) return w().never;
    if (drawn[0]![0]![0] === 0 && drawn[0]![0]![1] === DAY_MIN) return w().always;
  }
  return found
    .map(({ from, to, spans }) => w().day(from === to ? weekday(from, "long") : w().days(weekday(from, "long"), weekday(to, "long")), spansWords(spans)))
    .join("; ");
}

/** "25 Dec 2026: closed". */
export function dateWords({ day: text, spans }: Week["dates"][number]): string {
  const yearly = text.length < 10;
  const date = new Date(`${yearly ? "2024-" : ""}${text.split("-").map((part) => part.padStart(2, "0")).join("-")}T00:00:00Z`);
  const said = new Intl.DateTimeFormat(locale(), { day: "numeric", month: "short", year: yearly ? undefined : "numeric", timeZone: "UTC" }).format(date);
  return w().day(yearly ? w().everyYear(said) : said, spansWords(spans));
}

export const skillName = (skill: string): string => words(skill);

/** "until 17:30", "until Mon, 23 Nov, 09:00", on the clock of a zone. */
export const momentIn = (at_ms: number, now_ms: number, zone?: string): string =>
  sameDay(at_ms, now_ms) ? hour(at_ms, zone) : `${day(at_ms, now_ms)}, ${hour(at_ms, zone)}`;

export const nameOf = (squads: readonly SquadSettings[], id: string): string => squads.find((squad) => squad.id === id)?.name ?? id;
