import { read, wrap, type PageInfo, type Theme, type ToFrame, type ToHost } from "../shared/messages";
import { Launcher } from "./launcher";
import { Offers } from "./offers";
import { currentPage, watchPage } from "./page";
import { remember } from "./remember";
import { TitleNotice } from "./title";
import { words } from "./words";

export interface BootOptions {
  site: string;
  identity?: string | PromiseLike<string | undefined>;
  language?: string;
  theme?: Theme;
  accent?: string;
}

/** How long the frame waits for an identity that the page is still fetching. */
const IDENTITY_MS = 4_000;

/** The widget on one page: the launcher, the frame, and what passes between them. */
export class Host {
  private readonly launcher = new Launcher();
  private readonly title = new TitleNotice();
  private readonly origin: string;
  private readonly language: string;
  private frame: HTMLIFrameElement | undefined;
  private initialised = false;
  private open = false;
  private context: object | undefined;
  private identity: PromiseLike<string | undefined> | undefined;
  private note = "";
  private overflow = "";
  private readonly covered: HTMLElement[] = [];
  /** What the customer did before the frame listens. */
  private readonly early: ToFrame[] = [];
  private readonly offers: Offers;
  private kept = false;

  constructor(private readonly base: URL, private readonly options: BootOptions, nonce = "") {
    this.origin = base.origin;
    this.language = options.language || document.documentElement.lang || navigator.language;
    if (options.identity) this.identify(options.identity);
    addEventListener("message", (event) => void this.hear(event));
    document.addEventListener("visibilitychange", () => this.title.set(document.hidden ? this.note : ""));
    watchPage(() => {
      this.send({ type: "page", page: this.page() });
      this.offers.see();
    });
    this.launcher.onToggle((open) => this.show(open));
    document.body.append(this.launcher);
    void this.dress();
    if (remember(true, this.key("open"))) this.show(true, true);
    else if (remember(false, this.key("kept"))) this.load();
    this.offers = new Offers({
      base,
      nonce,
      site: options.site,
      language: this.language,
      theme: options.theme ?? "auto",
      launcher: this.launcher,
      page: () => this.page(),
      free: () => !this.open && !this.kept && !remember(false, this.key("kept")),
      accept: () => this.act({ type: "accept" }),
    });
  }

  show(open: boolean, restored = false): void {
    if (open === this.open) return;
    this.open = open;
    remember(true, this.key("open"), open ? "1" : null);
    if (open) {
      this.offers?.stop();
      this.load();
    }
    if (open || !restored) this.launcher.show(open);
    this.lockScroll(open);
    this.send({ type: "visible", open });
    if (open && !restored) this.frame?.focus();
  }

  /** A token, or the promise of one while the page still fetches it. */
  identify(identity: string | PromiseLike<string | undefined>): void {
    const timeout = new Promise<undefined>((resolve) => setTimeout(resolve, IDENTITY_MS));
    const token = Promise.resolve(identity).catch(() => undefined);
    this.identity = Promise.race([token, timeout]);
    void token.then((value) => value && this.send({ type: "identify", identity: String(value) }));
  }

  tell(context: object): void {
    this.context = { ...this.context, ...context };
    this.send({ type: "context", context: this.context });
  }

  ask(text: string): void {
    this.act({ type: "ask", text });
  }

  private act(message: ToFrame): void {
    this.show(true);
    if (this.initialised) this.post(message);
    else this.early.push(message);
  }

  private page(): PageInfo {
    return currentPage(this.title.title);
  }

  private key(name: string): string {
    return `segue:${name}:${this.options.site}`;
  }

  /** The site's colour, from the page, from an earlier page, or from the server. */
  private async dress(): Promise<void> {
    let accent = this.options.accent ?? remember(true, this.key("accent"));
    if (!accent) {
      try {
        const site = await fetch(new URL(`v1/widget/sites/${encodeURIComponent(this.options.site)}`, this.base), { credentials: "omit" });
        accent = ((await site.json()) as { accent?: string }).accent ?? "";
        remember(true, this.key("accent"), accent);
      } catch { /* the default colour */ }
    }
    this.launcher.ready(accent ?? "", this.language);
  }

  private load(): void {
    if (this.frame) return;
    const frame = (this.frame = document.createElement("iframe"));
    frame.title = words(this.language)[3] ?? "";
    frame.referrerPolicy = "origin";
    const url = new URL("widget/frame", this.base);
    url.searchParams.set("site", this.options.site);
    frame.src = url.href;
    this.launcher.mount(frame);
  }

  private send(message: ToFrame): void {
    if (this.initialised) this.post(message);
  }

  private post(message: ToFrame): void {
    this.frame?.contentWindow?.postMessage(wrap(message), this.origin);
  }

  private async hear(event: MessageEvent): Promise<void> {
    if (!this.frame || event.source !== this.frame.contentWindow || event.origin !== this.origin) return;
    const message = read<ToHost>(event.data);
    if (message?.type === "ready") await this.init();
    else if (message?.type === "close") this.show(false);
    else if (message?.type === "kept") {
      this.kept = message.kept;
      remember(false, this.key("kept"), this.kept ? "1" : null);
    } else if (message?.type === "unread") {
      const count = Number(message.count) || 0;
      this.launcher.count(count);
      this.note = count > 0 ? `(${count}) ${String(message.note)} · ` : "";
      this.title.set(document.hidden ? this.note : "");
    }
  }

  private async init(): Promise<void> {
    const identity = await this.identity;
    this.post({
      type: "init",
      page: this.page(),
      open: this.open,
      language: this.language,
      theme: this.options.theme ?? "auto",
      identity,
      context: this.context,
    });
    this.initialised = true;
    for (const message of this.early.splice(0)) this.post(message);
  }

  /** Behind a full-screen panel the page stays where it is, out of reach of the keyboard and of screen readers. */
  private lockScroll(open: boolean): void {
    const style = document.documentElement.style;
    if (open && matchMedia("(max-width:479px)").matches) {
      this.overflow = style.overflow;
      style.overflow = "hidden";
      for (const element of document.body.children) {
        if (element === this.launcher || (element as HTMLElement).inert) continue;
        (element as HTMLElement).inert = true;
        this.covered.push(element as HTMLElement);
      }
    } else if (!open) {
      if (style.overflow === "hidden") style.overflow = this.overflow;
      for (const element of this.covered.splice(0)) element.inert = false;
    }
  }
}
