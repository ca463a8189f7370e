import type { PageInfo, Theme } from "../shared/messages";
import type { Card, CardOptions, Offer } from "../shared/offer";
import { remember } from "./remember";

export interface OffersOptions {
  base: URL;
  nonce: string;
  site: string;
  language: string;
  theme: Theme;
  launcher: CardOptions["launcher"];
  page(): PageInfo;
  free: CardOptions["free"];
  accept(): void;
}

/** How long a page has to stand still before the server is asked. */
const SETTLE_MS = 400;
const DAY_MS = 86_400_000;
const MOST = 20;

/**
 * Offers of a person to who has not written. The loader asks and remembers; what draws the card is fetched where
 * there is something to offer. Whatever fails means no offer.
 */
export class Offers {
  private url = "";
  private timer = 0;
  private turn = 0;
  private card: Card | undefined;
  /** What a storage that throws would have kept, for as long as this page lives. */
  private kept = "{}";

  constructor(private readonly options: OffersOptions) {
    document.addEventListener("visibilitychange", () => this.see());
    this.see();
  }

  /** The page is there, is seen again, or has become another. */
  see(): void {
    const { url } = this.options.page();
    if (url === this.url) return;
    this.stop();
    if (document.hidden) return;
    this.url = url;
    this.timer = window.setTimeout(() => void this.ask().catch(() => undefined), SETTLE_MS);
  }

  stop(): void {
    this.turn++;
    clearTimeout(this.timer);
    this.card?.end();
    this.card = undefined;
  }

  private async ask(): Promise<void> {
    const { options, turn } = this;
    if (!options.free()) return;
    const memory = this.memory();
    const answer = await this.post("", { ...options.page(), language: options.language || null, ...memory });
    const { offer } = (await answer.json()) as { offer?: Offer };
    if (!offer) return;
    const CardElement = await this.element();
    if (turn !== this.turn) return;
    this.card = new CardElement();
    this.card.begin(offer, {
      ...options,
      wanted: () => options.free() && JSON.stringify(memory) === JSON.stringify(this.memory()),
      shown: () => {
        memory.offered_ms.push(Date.now());
        this.keep(memory);
      },
      yes: () => options.accept(),
      no: () => {
        memory.dismissed_ms = Date.now();
        this.keep(memory);
        void this.post("/dismissed", { area: offer.area }).catch(() => undefined);
      },
    });
  }

  private post(path: string, body: object): Promise<Response> {
    return fetch(new URL("v1/widget/offers" + path, this.options.base), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ site: this.options.site, ...body }),
      credentials: "omit",
      keepalive: true,
    });
  }

  private async element(): Promise<new () => Card> {
    if (!customElements.get("segue-offer")) {
      const script = document.createElement("script");
      script.src = new URL("widget/offer.js", this.options.base).href;
      script.nonce = this.options.nonce;
      await new Promise((resolve, reject) => {
        script.onload = resolve;
        script.onerror = reject;
        document.head.append(script);
      });
    }
    return customElements.get("segue-offer") as new () => Card;
  }

  private get key(): string {
    return `segue:offers:${this.options.site}`;
  }

  /** What this browser was shown within a day, and when it last said no; nothing, where that cannot be read. */
  private memory(): { offered_ms: number[]; dismissed_ms: number | null } {
    let kept: Partial<Record<string, unknown>> | undefined;
    try {
      kept = Object(JSON.parse(remember(false, this.key) ?? this.kept)) as typeof kept;
    } catch { /* somebody else's words under our key */ }
    const offered = [kept?.offered_ms].flat().map(Number);
    return {
      offered_ms: offered.filter((ms) => Math.abs(Date.now() - ms) < DAY_MS).slice(-MOST),
      dismissed_ms: Number(kept?.dismissed_ms) || null,
    };
  }

  private keep(memory: object): void {
    this.kept = JSON.stringify(memory);
    remember(false, this.key, this.kept);
  }
}
