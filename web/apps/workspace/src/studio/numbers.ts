import { locale } from "../format";

const formats = new Map<string, Intl.NumberFormat>();

function format(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify(options);
  let held = formats.get(key);
  if (!held) formats.set(key, (held = new Intl.NumberFormat(locale(), options)));
  return held;
}

/** "12.4 %", of a share; whole where nothing is lost. */
export const percent = (share: number, digits = 1): string => format({ style: "percent", maximumFractionDigits: digits }).format(share);

/** "+1.2", in percentage points. */
export const points = (share: number): string =>
  format({ maximumFractionDigits: 1, minimumFractionDigits: 1, signDisplay: "exceptZero" }).format(share * 100);

/** "1,204". */
export const whole = (n: number): string => format({ maximumFractionDigits: 0 }).format(n);

/** "3.5". */
export const decimal = (n: number, digits = 2): string => format({ maximumFractionDigits: digits }).format(n);

/** A probability as people type it, 0..=100, and back. */
export const toPercent = (share: number): number => Math.round(share * 1000) / 10;
export const fromPercent = (n: number): number => Math.round(n * 10) / 1000;

/** A number out of a field; undefined where there is none. */
export function numberIn(text: string | number | null | undefined): number | undefined {
  if (text === null || text === undefined || text === "") return undefined;
  const n = Number(text);
  return Number.isFinite(n) ? n : undefined;
}
