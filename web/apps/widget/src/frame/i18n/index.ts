import { en, type Strings } from "./en";

export type { Strings } from "./en";

const LOADERS: Record<string, () => Promise<{ strings: Strings }>> = {
  es: () => import("./es"),
  fr: () => import("./fr"),
  de: () => import("./de"),
  it: () => import("./it"),
  pt: () => import("./pt"),
  nl: () => import("./nl"),
  ar: () => import("./ar"),
  he: () => import("./he"),
};

const RIGHT_TO_LEFT = new Set(["ar", "he"]);

export interface Locale {
  /** The tag for `lang` and for number and date formats. */
  tag: string;
  language: string;
  dir: "ltr" | "rtl";
  strings: Strings;
}

export const ENGLISH: Locale = { tag: "en", language: "en", dir: "ltr", strings: en };

/** The first of the wished languages that we speak; English where there is none, or where loading it fails. */
export async function loadLocale(wishes: readonly string[]): Promise<Locale> {
  for (const tag of wishes) {
    const language = tag.toLowerCase().replace(/^iw\b/, "he").split("-")[0] ?? "";
    if (language === "en") return { ...ENGLISH, tag: valid(tag) };
    const load = LOADERS[language];
    if (!load) continue;
    try {
      const { strings } = await load();
      return { tag: valid(tag, language), language, dir: RIGHT_TO_LEFT.has(language) ? "rtl" : "ltr", strings };
    } catch {
      return ENGLISH;
    }
  }
  return ENGLISH;
}

export function fill(template: string, values: Record<string, string | number>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

function valid(tag: string, fallback = "en"): string {
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? fallback;
  } catch {
    return fallback;
  }
}
