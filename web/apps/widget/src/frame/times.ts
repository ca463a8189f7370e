import type { WidgetState } from "@segue/protocol";
import { fill, type Locale } from "./i18n";

/** The wait in words: an interval in whole minutes (hours beyond ninety minutes), or that it is not known. */
export function waitText(locale: Locale, wait: NonNullable<WidgetState["wait"]>): string {
  const { strings } = locale;
  const low = wait.low_s ?? wait.high_s;
  const high = wait.high_s ?? wait.low_s;
  if (low === undefined || high === undefined) return strings.wait_unknown;
  if (high < 60) return strings.wait_under;
  return fill(strings.wait_about, { time: interval(locale, low, Math.max(low, high)) });
}

/** "1 – 3 minutes", in the language's own grammar. */
export function interval(locale: Locale, lowS: number, highS: number): string {
  const hours = highS >= 5_400;
  const size = hours ? 3_600 : 60;
  const low = Math.max(1, Math.floor(lowS / size));
  const high = Math.max(low, Math.ceil(highS / size));
  const format = unit(locale, hours ? "hour" : "minute");
  if (low === high || typeof format.formatRange !== "function") return format.format(high);
  try {
    return format.formatRange(low, high);
  } catch {
    return format.format(high);
  }
}

export function duration(locale: Locale, seconds: number): string {
  const minutes = Math.max(1, Math.floor(seconds / 60));
  return minutes < 90 ? unit(locale, "minute").format(minutes) : unit(locale, "hour").format(Math.floor(minutes / 60));
}

export function clockTime(locale: Locale, atMs: number): string {
  return new Intl.DateTimeFormat(locale.tag, { hour: "numeric", minute: "2-digit" }).format(atMs);
}

/** The line above the first message of a day. */
export function dayText(locale: Locale, atMs: number, nowMs: number): string {
  const days = Math.round((midnight(atMs) - midnight(nowMs)) / 86_400_000);
  if (days === 0 || days === -1) {
    const word = new Intl.RelativeTimeFormat(locale.tag, { numeric: "auto" }).format(days, "day");
    return word.charAt(0).toLocaleUpperCase(locale.tag) + word.slice(1);
  }
  return new Intl.DateTimeFormat(locale.tag, { weekday: "long", day: "numeric", month: "long" }).format(atMs);
}

export function sameDay(a: number, b: number): boolean {
  return midnight(a) === midnight(b);
}

function midnight(atMs: number): number {
  return new Date(atMs).setHours(0, 0, 0, 0);
}

function unit(locale: Locale, name: "minute" | "hour"): Intl.NumberFormat {
  return new Intl.NumberFormat(locale.tag, { style: "unit", unit: name, unitDisplay: "long" });
}
