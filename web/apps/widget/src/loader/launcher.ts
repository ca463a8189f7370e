import { words } from "./words";

const CSS = `:host{all:initial;--a:#4f46c8;--o:#fff}
button,.p{position:fixed;z-index:2147483000;inset-inline-end:20px}
button{bottom:20px;width:56px;height:56px;border:0;border-radius:50%;padding:0;cursor:pointer;background:var(--a);color:var(--o);box-shadow:0 1px 3px #0003,0 8px 24px #0003;display:grid;place-items:center;opacity:0;transform:scale(.8);pointer-events:none;transition:opacity .14s,transform .14s}
button.r{opacity:1;transform:none;pointer-events:auto}
button.r:hover{transform:translateY(-1px)}
button:focus-visible{outline:3px solid var(--a);outline-offset:3px}
svg{width:26px;height:26px;fill:none;stroke:currentColor;stroke-width:1.9;stroke-linecap:round;stroke-linejoin:round}
.b{position:absolute;top:-3px;inset-inline-end:-3px;min-width:20px;height:20px;box-sizing:border-box;padding:0 5px;border-radius:10px;background:#c5221f;color:#fff;font:600 12px/20px system-ui,sans-serif;box-shadow:0 0 0 2px #fff}
.p{bottom:88px;width:400px;max-width:calc(100vw - 40px);height:min(700px,calc(100vh - 108px));height:min(700px,calc(100dvh - 108px));border-radius:16px;overflow:hidden;background:Canvas;box-shadow:0 0 0 1px #0000000f,0 16px 56px #0004;opacity:0;transform:translateY(8px);visibility:hidden;transition:opacity .14s,transform .14s,visibility 0s .14s}
.p.o{opacity:1;transform:none;visibility:visible;transition-delay:0s}
iframe{display:block;width:100%;height:100%;border:0;color-scheme:normal}
[hidden]{display:none}
@media(max-width:479px){.p{inset:0;width:auto;max-width:none;height:auto;border-radius:0}button.open{display:none}}
@media(prefers-reduced-motion:reduce){button,.p{transition:none}}
@media print{:host{display:none}}`;

const BUBBLE = "M20 11.5a7.5 7.5 0 0 1-7.5 7.5H5l1.9-2.9A7.5 7.5 0 1 1 20 11.5zM9 11.5h.01M12.5 11.5h.01M16 11.5h.01";
const DOWN = "M6 9.5l6 6 6-6";

/** The button and the panel, in a closed shadow root with its own sheet: the page's styles and CSP do not matter. */
export class Launcher extends HTMLElement {
  private readonly button = document.createElement("button");
  private readonly badge = document.createElement("span");
  private readonly panel = document.createElement("div");
  private readonly path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  private labels = words("en");
  private unread = 0;
  open = false;

  constructor() {
    super();
    const root = this.attachShadow({ mode: "closed" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    root.adoptedStyleSheets = [sheet];
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    svg.append(this.path);
    this.button.type = "button";
    this.badge.className = "b";
    this.button.append(svg, this.badge);
    this.panel.className = "p";
    root.append(this.panel, this.button);
    this.draw();
  }

  /** Called on each press, with whether the panel should be open. */
  onToggle(toggle: (open: boolean) => void): void {
    this.button.onclick = () => toggle(!this.open);
    this.button.onkeydown = (event) => {
      if (event.key === "Escape" && this.open) toggle(false);
    };
  }

  ready(accent: string, language: string): void {
    const [r = 0, g = 0, b = 0] = (/^#(..)(..)(..)$/.exec(accent) ?? []).slice(1).map((part) => parseInt(part, 16) ** 2.2);
    if (/^#[0-9a-f]{6}$/i.test(accent)) this.style.setProperty("--a", accent);
    // White text where its contrast on the accent is at least that of black.
    const light = (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255 ** 2.2 > 0.36;
    this.style.setProperty("--o", light ? "#14131f" : "#fff");
    this.labels = words(language);
    this.button.classList.add("r");
    this.draw();
  }

  mount(frame: HTMLIFrameElement): void {
    this.panel.append(frame);
  }

  show(open: boolean): void {
    this.open = open;
    this.panel.classList.toggle("o", open);
    this.draw();
    if (!open) this.focusButton();
  }

  focusButton(): void {
    this.button.focus({ preventScroll: true });
  }

  count(unread: number): void {
    this.unread = unread;
    this.draw();
  }

  private draw(): void {
    const [open = "", close = "", unread = ""] = this.labels;
    this.button.classList.toggle("open", this.open);
    this.button.setAttribute("aria-expanded", String(this.open));
    this.button.setAttribute("aria-label", this.open ? close : this.unread ? `${open}, ${this.unread} ${unread}` : open);
    this.path.setAttribute("d", this.open ? DOWN : BUBBLE);
    this.badge.hidden = this.unread === 0 || this.open;
    this.badge.textContent = this.unread > 9 ? "9+" : String(this.unread);
  }
}
