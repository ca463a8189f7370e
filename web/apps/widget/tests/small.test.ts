import { describe, expect, it } from "vitest";
import { accentOn, contrast, parseHex, type Rgb } from "../src/frame/color";
import { ENGLISH, fill, loadLocale } from "../src/frame/i18n";
import { memoryStore } from "../src/frame/storage";
import { duration, waitText } from "../src/frame/times";
import { Visitor } from "../src/frame/visitor";
import { read, wrap } from "../src/shared/messages";

const token = (sub: string, iat = 1): string => `e30.${btoa(JSON.stringify({ sub, iat }))}.sig`;

describe("the accent", () => {
  const surfaces: Rgb[] = [[255, 255, 255], [23, 24, 28]];
  it.each(["#4f46c8", "#ffffff", "#000000", "#ffeb3b", "#f00", "#0f6e7c", "#777777", "#00ff00"])("%s is safe on both surfaces", (hex) => {
    for (const surface of surfaces) {
      const accent = accentOn(surface, parseHex(hex) ?? [0, 0, 0]);
      const [fillColor, on, words] = [accent.fill, accent.on, accent.text].map((one) => parseHex(one) ?? [0, 0, 0] as Rgb);
      expect(contrast(fillColor!, surface)).toBeGreaterThanOrEqual(3);
      expect(contrast(on!, fillColor!)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(words!, surface)).toBeGreaterThanOrEqual(4.5);
    }
  });
  it("takes nothing but hex", () => expect(parseHex("url(https://evil.example)")).toBeUndefined());
});

describe("the languages", () => {
  it.each(["es", "fr", "de", "it", "pt", "nl", "ar", "he"])("%s has every string and every place to fill", async (language) => {
    const { strings, dir } = await loadLocale([language]);
    expect(dir).toBe(language === "ar" || language === "he" ? "rtl" : "ltr");
    for (const [key, english] of Object.entries(ENGLISH.strings)) {
      const own = strings[key as keyof typeof strings];
      expect(own, key).toBeTruthy();
      expect(own.match(/\{\w+\}/g) ?? [], key).toEqual(english.match(/\{\w+\}/g) ?? []);
    }
  });

  it("takes the first wish that it speaks", async () => {
    expect((await loadLocale(["ja-JP", "pt-BR", "en"])).tag).toBe("pt-BR");
    expect((await loadLocale(["xx"])).language).toBe("en");
    expect((await loadLocale(["not a tag!", "de"])).language).toBe("de");
  });

  it("fills what it knows", () => expect(fill("{a} {b}", { a: 1 })).toBe("1 {b}"));
});

describe("the wait in words", () => {
  const say = (low_s?: number, high_s?: number): string => waitText(ENGLISH, { since_ms: 0, low_s, high_s });
  it("is an interval, a single number, or not known", () => {
    expect(say()).toBe("We can’t say yet how long this will take");
    expect(say(10, 50)).toBe("Less than a minute");
    expect(say(60, 60)).toBe("About 1 minute");
    expect(say(60, 180)).toMatch(/^About 1\s?–\s?3 minutes$/);
    expect(say(3_600, 9_000)).toMatch(/^About 1\s?–\s?3 hours$/);
    expect(duration(ENGLISH, 30)).toBe("1 minute");
  });
});

describe("the visitor", () => {
  it("keeps people apart, and knows one person by any token", () => {
    const store = memoryStore();
    const [dana, again, ines, nobody] = [token("dana"), token("dana", 2), token("ines"), undefined].map((jwt) => new Visitor(store, "s", jwt));
    dana!.session = { conversation: "c", token: "t" };
    expect(again!.session).toEqual({ conversation: "c", token: "t" });
    expect(ines!.session).toBeUndefined();
    expect(nobody!.session).toBeUndefined();
  });

  it("opens under one client id until it is open", () => {
    const visitor = new Visitor(memoryStore(), "s");
    const id = visitor.openingId();
    expect(visitor.openingId()).toBe(id);
    visitor.session = undefined;
    expect(visitor.openingId()).not.toBe(id);
  });
});

describe("messages between loader and frame", () => {
  it("are ours or nothing", () => {
    expect(read(wrap({ type: "close" }))).toMatchObject({ type: "close" });
    for (const data of [null, "close", { type: "close" }, { segue: 1 }, { segue: "1", type: "close" }, 4]) expect(read(data)).toBeUndefined();
  });
});
