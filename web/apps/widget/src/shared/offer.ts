import type { Theme } from "./messages";

/** What the server offers a visitor of a page who has not written. */
export interface Offer {
  /** Seconds during which the page has to be seen first. */
  after_s: number;
  area: string;
  text: string;
  yes: string;
  no: string;
}

/** How the card looks, and what it may ask of the loader. */
export interface CardOptions {
  /** The card stands before it, in its colour; it takes the focus that a dismissed card leaves. */
  launcher: HTMLElement & { focusButton(): void };
  theme: Theme;
  language: string;
  /** Nobody is talking: the panel is closed, and this browser keeps no conversation. */
  free(): boolean;
  /** The offer still has its place: nobody is talking, and no other tab has shown or dismissed one since. */
  wanted(): boolean;
  shown(): void;
  yes(): void;
  no(): void;
}

/** `<segue-offer>`: the chunk `offer.js` defines it. */
export interface Card extends HTMLElement {
  begin(offer: Offer, options: CardOptions): void;
  /** Goes without a word, shown or still waiting. */
  end(): void;
}
