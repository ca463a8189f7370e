import type { Fact, Row } from "@segue/protocol";
import { t } from "./messages";

/** The region of the browser where it speaks the language of the page; days and hours look as people expect. */
export const locale = (): string => (navigator.language.split("-")[0] === t.lang ? navigator.language : t.lang);

const formats = new Map<string, Intl.DateTimeFormat>();

function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify(options);
  let held = formats.get(key);
  if (!held) formats.set(key, (held = new Intl.DateTimeFormat(locale(), options)));
  return held;
}

/** "14:05". */
export const hour = (at_ms: number, timeZone?: string): string => {
  try {
    return format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone }).format(at_ms);
  } catch {
    return format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at_ms);
  }
};

const dayKey = (at_ms: number) => new Date(at_ms).toDateString();

/** "Today", "Yesterday", "Mon, 3 Feb". */
export function day(at_ms: number, now_ms: number): string {
  if (dayKey(at_ms) === dayKey(now_ms)) return t.time.today;
  if (dayKey(at_ms) === dayKey(now_ms - 86_400_000)) return t.time.yesterday;
  const sameYear = new Date(at_ms).getFullYear() === new Date(now_ms).getFullYear();
  return format({ weekday: "short", day: "numeric", month: "short", year: sameYear ? undefined : "numeric" }).format(at_ms);
}

export const sameDay = (a_ms: number, b_ms: number): boolean => dayKey(a_ms) === dayKey(b_ms);

/** "14:05", or "Mon, 3 Feb, 14:05" where it is not today. */
export const moment = (at_ms: number, now_ms: number): string =>
  sameDay(at_ms, now_ms) ? hour(at_ms) : `${day(at_ms, now_ms)}, ${hour(at_ms)}`;

/** "0:14" for minutes that are felt, then "6 min", "3 h", "2 d". */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 600) return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  if (seconds < 3_600) return t.time.minutes(Math.floor(seconds / 60));
  if (seconds < 86_400) return t.time.hours(Math.floor(seconds / 3_600));
  return t.time.days(Math.floor(seconds / 86_400));
}

/** "now", "6 min", "3 h": how long ago, where seconds do not matter. */
export const ago = (ms: number): string => (ms < 60_000 ? t.time.justNow : ms < 600_000 ? t.time.minutes(Math.floor(ms / 60_000)) : span(ms));

/** Whole seconds left, never below zero. */
export const secondsLeft = (until_ms: number, now_ms: number): number => Math.max(0, Math.ceil((until_ms - now_ms) / 1000));

export const initials = (name: string): string => {
  const words = name.trim().split(/\s+/);
  const letter = (word: string | undefined) => Array.from(word ?? "")[0] ?? "";
  return (letter(words[0]) + (words.length > 1 ? letter(words.at(-1)) : "")).toLocaleUpperCase();
};

export const firstName = (name: string): string => name.trim().split(/\s+/)[0] ?? name;

/** Words for a key that the server chose: "renewal_date" becomes "Renewal date". */
export const words = (key: string): string => {
  const spaced = key.replace(/[_-]+/g, " ").trim();
  return spaced.charAt(0).toLocaleUpperCase() + spaced.slice(1);
};

export const kindOf = (fact: Fact): string => t.kinds[fact.kind] ?? words(fact.kind);

export const channelOf = (row: Row): string => t.channels[row.channel] ?? row.channel;

export function languageName(code: string): string {
  try {
    return new Intl.DisplayNames([t.lang], { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** How much of the promised time is left, 1..0; undefined where nothing is promised or nobody waits. */
export function slaLeft(row: Row, now_ms: number): number | undefined {
  if (row.sla_due_at_ms === undefined) return undefined;
  const since_ms = row.waiting_since_ms ?? row.opened_at_ms;
  const whole = row.sla_due_at_ms - since_ms;
  if (whole <= 0) return 0;
  return Math.min(1, Math.max(0, (row.sla_due_at_ms - now_ms) / whole));
}

/** The host of a web address, or undefined where it is not one that may be a link. */
export function webHost(url: string | undefined): string | undefined {
  if (!url || !URL.canParse(url)) return undefined;
  const { protocol, host } = new URL(url);
  return protocol === "https:" || protocol === "http:" ? host : undefined;
}
