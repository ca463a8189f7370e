import { accentOn, parseHex, type Rgb } from "../frame/color";
import { CLOSE } from "../frame/view/icons";
import type { Card, CardOptions, Offer } from "../shared/offer";
import { SeenClock } from "./clock";
import { CSS } from "./style";
import { closeWord } from "./words";

const LONGEST_S = 3_600;
const SURFACES: Record<"light" | "dark", Rgb> = { light: [255, 255, 255], dark: [23, 24, 28] };
const SEGUE: Rgb = [79, 70, 200];

/**
 * The offer of a person, above the launcher: a dialog that takes neither the focus nor any room from the page. In a
 * closed shadow root with its own sheet: the page's styles and CSP do not matter.
 */
export class OfferCard extends HTMLElement implements Card {
  private readonly root = this.attachShadow({ mode: "closed" });
  private readonly heard = new AbortController();
  private clock: SeenClock | undefined;
  /** Where the focus was before it came here. */
  private cameFrom: Element | null = null;

  begin(offer: Offer, options: CardOptions): void {
    const wait_s = Number(offer.after_s);
    if (!offer.text || !offer.yes || !offer.no || !(wait_s >= 0 && wait_s <= LONGEST_S)) return;
    this.clock = new SeenClock(wait_s * 1_000, () => {
      if (!navigator.onLine || !options.wanted()) return;
      this.show(offer, options);
      options.shown();
    });
    // Another tab has begun a conversation.
    addEventListener("storage", () => options.free() || this.end(), { signal: this.heard.signal });
  }

  end(): void {
    this.clock?.stop();
    this.heard.abort();
    this.remove();
  }

  private show(offer: Offer, options: CardOptions): void {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    this.root.adoptedStyleSheets = [sheet];
    this.dress(options);

    const text = document.createElement("p");
    text.id = "text";
    // Said by a screen reader when it gets its words, below.
    text.setAttribute("aria-live", "polite");
    const dismiss = (): void => {
      this.giveBack(options);
      this.end();
      options.no();
    };
    const yes = button("yes", offer.yes, () => {
      this.end();
      options.yes();
    });
    const close = button("close", "", dismiss);
    close.setAttribute("aria-label", closeWord(options.language));
    close.append(cross());

    const answers = element("div", "answers", yes, button("no", offer.no, dismiss));
    const card = element("div", "card", text, answers, close);
    card.setAttribute("role", "dialog");
    card.setAttribute("aria-labelledby", "text");
    card.dir = "auto";
    card.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.isComposing) return;
      event.stopPropagation();
      dismiss();
    });
    card.addEventListener("focusin", (event) => {
      if (event.relatedTarget instanceof Element && event.relatedTarget.getRootNode() !== this.root) this.cameFrom = event.relatedTarget;
    });

    // The launcher stands where the page's direction puts it, and the card above it, whatever its own direction.
    this.root.append(element("div", "at", card));
    options.launcher.before(this);
    text.textContent = " ";
    card.getBoundingClientRect();
    text.textContent = offer.text;
    card.classList.add("on");
  }

  /** The site's colour, safe on the surface. */
  private dress({ launcher, theme }: CardOptions): void {
    const color = parseHex(launcher.style.getPropertyValue("--a")) ?? SEGUE;
    const [light, dark] = [accentOn(SURFACES.light, color), accentOn(SURFACES.dark, color)];
    for (const name of ["fill", "on", "text"] as const) this.style.setProperty(`--${name}`, `light-dark(${light[name]},${dark[name]})`);
    this.style.colorScheme = theme === "light" || theme === "dark" ? theme : "light dark";
  }

  /** Focus in a card that goes returns to where it came from. */
  private giveBack({ launcher }: CardOptions): void {
    if (!this.root.activeElement) return;
    if (this.cameFrom instanceof HTMLElement) this.cameFrom.focus({ preventScroll: true });
    // It is gone, or the host of somebody's shadow root, such as the launcher itself.
    if (this.root.activeElement) launcher.focusButton();
  }
}

function element(name: string, className: string, ...children: Node[]): HTMLElement {
  const made = document.createElement(name);
  made.className = className;
  made.append(...children);
  return made;
}

function button(className: string, words: string, press: () => void): HTMLButtonElement {
  const made = element("button", className, document.createTextNode(words)) as HTMLButtonElement;
  made.type = "button";
  made.onclick = press;
  return made;
}

function cross(): SVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", CLOSE);
  svg.append(path);
  return svg;
}
