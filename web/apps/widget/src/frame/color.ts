/** sRGB channels, 0..=255. */
export type Rgb = readonly [number, number, number];

export interface Accent {
  /** The fill, the text on it, and the accent as text on the surface. */
  fill: string;
  on: string;
  text: string;
}

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];
const INK: Rgb = [20, 19, 31];

export function parseHex(text: string): Rgb | undefined {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(text.trim());
  const long = short ? undefined : /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text.trim());
  const parts = short ? short.slice(1).map((part) => part + part) : long?.slice(1);
  if (!parts) return undefined;
  return [parseInt(parts[0] ?? "0", 16), parseInt(parts[1] ?? "0", 16), parseInt(parts[2] ?? "0", 16)];
}

/** Contrast ratio of WCAG 2.2, 1..=21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/**
 * The site's colour made safe on a surface: the fill stands out from the surface by 3:1, the text on the fill
 * by 4.5:1, and the accent used as text by 7:1, so
 * that it also reads on tints of the surface, whatever colour the site chose.
 */
export function accentOn(surface: Rgb, color: Rgb): Accent {
  const away = luminance(surface) > 0.4 ? BLACK : WHITE;
  const fill = nudge(color, away, (rgb) => contrast(rgb, surface) >= 3 && best(rgb) >= 4.5);
  const on = contrast(fill, WHITE) >= 4.5 || contrast(fill, WHITE) > contrast(fill, INK) ? WHITE : INK;
  const text = nudge(fill, away, (rgb) => contrast(rgb, surface) >= 7);
  return { fill: hex(fill), on: hex(on), text: hex(text) };
}

function best(rgb: Rgb): number {
  return Math.max(contrast(rgb, WHITE), contrast(rgb, INK));
}

function nudge(from: Rgb, towards: Rgb, enough: (rgb: Rgb) => boolean): Rgb {
  for (let step = 0; step <= 20; step++) {
    const rgb = mix(from, towards, step / 20);
    if (enough(rgb)) return rgb;
  }
  return towards;
}

function mix(a: Rgb, b: Rgb, share: number): Rgb {
  return [0, 1, 2].map((at) => Math.round((a[at] ?? 0) * (1 - share) + (b[at] ?? 0) * share)) as unknown as Rgb;
}

function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function hex(rgb: Rgb): string {
  return "#" + rgb.map((channel) => channel.toString(16).padStart(2, "0")).join("");
}
