import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Offers } from "../src/loader/offers";
import { SeenClock } from "../src/offer/clock";
import type { Card, CardOptions, Offer } from "../src/shared/offer";

const NOW = Date.UTC(2026, 1, 3);
const HOUR = 3_600_000;
const KEY = "segue:offers:acme";
const OFFER: Offer = { after_s: 5, area: "cancel", text: "Shall I connect you?", yes: "Yes", no: "No" };

class FakeDocument extends EventTarget {
  hidden = false;
  see(hidden: boolean): void {
    this.hidden = hidden;
    this.dispatchEvent(new Event("visibilitychange"));
  }
}

let page: FakeDocument;
beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  page = new FakeDocument();
  vi.stubGlobal("document", page);
  vi.stubGlobal("window", globalThis);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("the clock", () => {
  it("counts while the page is seen, and only then", () => {
    const done = vi.fn();
    new SeenClock(5_000, done);
    vi.advanceTimersByTime(3_000);
    page.see(true);
    vi.advanceTimersByTime(60_000);
    page.see(false);
    vi.advanceTimersByTime(1_999);
    expect(done).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(done).toHaveBeenCalledOnce();
    page.see(true);
    page.see(false);
    vi.advanceTimersByTime(60_000);
    expect(done).toHaveBeenCalledOnce();
  });

  it("does not begin in a hidden tab, and ends for good", () => {
    const done = vi.fn();
    page.hidden = true;
    const clock = new SeenClock(0, done);
    vi.advanceTimersByTime(60_000);
    expect(done).not.toHaveBeenCalled();
    clock.stop();
    page.see(false);
    vi.advanceTimersByTime(60_000);
    expect(done).not.toHaveBeenCalled();
  });
});

describe("asking and remembering", () => {
  class FakeCard {
    static all: FakeCard[] = [];
    ended = false;
    offer!: Offer;
    options!: CardOptions;
    constructor() { FakeCard.all.push(this); }
    begin(offer: Offer, options: CardOptions): void { Object.assign(this, { offer, options }); }
    end(): void { this.ended = true; }
  }
  let stored: Map<string, string>;
  let sent: { path: string; body: Record<string, unknown> }[];
  let answer: () => Promise<unknown>;
  let at: string;
  let free: boolean;

  beforeEach(() => {
    [stored, sent, at, free, FakeCard.all] = [new Map(), [], "https://acme.example/cancel", true, []];
    answer = () => Promise.resolve({ offer: OFFER });
    vi.stubGlobal("localStorage", {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => stored.set(key, value),
    });
    vi.stubGlobal("customElements", { get: () => FakeCard as unknown as new () => Card });
    vi.stubGlobal("fetch", async (url: URL, init: { body: string }) => {
      sent.push({ path: url.pathname, body: JSON.parse(init.body) as Record<string, unknown> });
      const body = await answer();
      return { json: () => Promise.resolve(body) };
    });
  });

  const accept = vi.fn();
  const begin = (): Offers => new Offers({
    base: new URL("https://segue.example/"), nonce: "", site: "acme", language: "en", theme: "auto", accept,
    launcher: undefined as unknown as CardOptions["launcher"],
    page: () => ({ url: at, title: "Cancel" }),
    free: () => free,
  });
  const settle = () => vi.advanceTimersByTimeAsync(1_000);
  const memory = () => JSON.parse(stored.get(KEY) ?? "{}") as unknown;

  it("asks once for each page, when it has settled", async () => {
    const offers = begin();
    offers.see();
    await settle();
    expect(sent).toEqual([{ path: "/v1/widget/offers", body: {
      site: "acme", url: at, title: "Cancel", language: "en", offered_ms: [], dismissed_ms: null,
    } }]);
    offers.see();
    await settle();
    expect(sent).toHaveLength(1);
    for (const path of ["one", "two", "three"]) {
      at = `https://acme.example/${path}`;
      offers.see();
      await vi.advanceTimersByTimeAsync(100);
    }
    await settle();
    expect(sent.slice(1).map(({ body }) => body.url)).toEqual(["https://acme.example/three"]);
    expect(FakeCard.all.map((card) => card.ended)).toEqual([true, false]);
  });

  it("asks for a page in the background once it is seen", async () => {
    page.hidden = true;
    begin();
    await settle();
    expect(sent).toEqual([]);
    page.see(false);
    await settle();
    expect(sent).toHaveLength(1);
  });

  it("asks nothing while there is a conversation, and draws nothing after the page is left", async () => {
    free = false;
    const offers = begin();
    await settle();
    expect(sent).toEqual([]);
    free = true;
    at = "https://acme.example/pricing";
    answer = () => new Promise((resolve) => setTimeout(() => resolve({ offer: OFFER }), 5_000));
    offers.see();
    await settle();
    expect(sent).toHaveLength(1);
    offers.stop();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(FakeCard.all).toEqual([]);
  });

  it.each([
    ["no answer", () => Promise.reject(new TypeError("Failed to fetch"))],
    ["a problem", () => Promise.resolve({ code: "internal" })],
    ["no offer", () => Promise.resolve({ offer: null })],
    ["nonsense", () => Promise.resolve(null)],
  ])("draws nothing on %s", async (_, given) => {
    answer = given;
    begin();
    await settle();
    expect(sent).toHaveLength(1);
    expect(FakeCard.all).toEqual([]);
  });

  it("remembers when one was shown and dismissed, and tells the server", async () => {
    begin();
    await settle();
    const card = FakeCard.all[0]!;
    expect(card.options.wanted()).toBe(true);
    card.options.shown();
    expect(memory()).toEqual({ offered_ms: [NOW + 1_000], dismissed_ms: null });
    card.options.no();
    expect(memory()).toEqual({ offered_ms: [NOW + 1_000], dismissed_ms: NOW + 1_000 });
    expect(sent.at(-1)).toEqual({ path: "/v1/widget/offers/dismissed", body: { site: "acme", area: "cancel" } });
    begin();
    await settle();
    expect(sent.at(-1)?.body).toMatchObject({ offered_ms: [NOW + 1_000], dismissed_ms: NOW + 1_000 });
  });

  it("no longer wants to show what another tab has shown, or where a conversation began", async () => {
    begin();
    await settle();
    const { wanted } = FakeCard.all[0]!.options;
    free = false;
    expect(wanted()).toBe(false);
    free = true;
    expect(wanted()).toBe(true);
    stored.set(KEY, JSON.stringify({ offered_ms: [NOW], dismissed_ms: null }));
    expect(wanted()).toBe(false);
  });

  it("tells the last day, twenty at most, and nothing of what is not its own", async () => {
    const offered_ms = Array.from({ length: 30 }, (_, hour) => NOW - (30 - hour) * HOUR);
    const told = async (text: string) => {
      stored.set(KEY, text);
      begin();
      await settle();
      const { offered_ms: offered, dismissed_ms: dismissed } = sent.at(-1)!.body;
      return [offered, dismissed];
    };
    expect(await told(JSON.stringify({ offered_ms, dismissed_ms: NOW - 100 * HOUR }))).toEqual([offered_ms.slice(-20), NOW - 100 * HOUR]);
    for (const text of ["", "{", "null", "7", '"x"', "[]", '{"offered_ms":"x","dismissed_ms":{}}', '{"offered_ms":[null,"a",{}]}']) {
      expect(await told(text), text).toEqual([[], null]);
    }
  });

  it("remembers for as long as the page lives where storage throws", async () => {
    const denied = () => { throw new DOMException("denied", "SecurityError"); };
    vi.stubGlobal("localStorage", { getItem: denied, setItem: denied });
    const offers = begin();
    await settle();
    const { options } = FakeCard.all[0]!;
    expect(options.wanted()).toBe(true);
    options.shown();
    options.no();
    at = "https://acme.example/pricing";
    offers.see();
    await settle();
    expect(sent.at(-1)?.body).toMatchObject({ offered_ms: [NOW + 1_000], dismissed_ms: NOW + 1_000 });
  });
});
