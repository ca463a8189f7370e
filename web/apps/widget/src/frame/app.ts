import type { ToFrame, ToHost } from "../shared/messages";
import { ApiError, type Api, type SiteConfig } from "./api";
import { backoffMs } from "./backoff";
import { Client } from "./client";
import { h, place, text } from "./dom";
import { loadLocale } from "./i18n";
import { newModel, phase } from "./model";
import { readJson, type Store } from "./storage";
import { paint, setTheme } from "./theme";
import { unread } from "./unread";
import { Composer } from "./view/composer";
import { Header } from "./view/header";
import { Log } from "./view/log";
import { Scroller } from "./view/scroll";
import { Tail } from "./view/tail";
import { Welcome } from "./view/welcome";

/** The frame: one model, drawn at most once per picture. */
export class App {
  private readonly model = newModel();
  private readonly client: Client;
  private readonly header: Header;
  private readonly welcome: Welcome;
  private readonly log: Log;
  private readonly tail: Tail;
  private readonly scroll: Scroller;
  private readonly composer: Composer;
  private readonly banner = h("p", { class: "banner", role: "status" });
  private scheduled = false;
  private told = "";

  constructor(
    root: HTMLElement,
    private readonly api: Api,
    private readonly store: Store,
    private readonly site: string,
    private readonly tell: (message: ToHost) => void,
    embedded: boolean,
  ) {
    const redraw = (): void => this.draw();
    const client = (this.client = new Client(api, store, site, this.model, redraw));
    this.header = new Header({ talk: () => client.do({ kind: "human" }), close: () => tell({ type: "close" }) }, embedded);
    this.welcome = new Welcome((words) => this.say(words));
    this.log = new Log({
      retry: (id) => client.retry(id),
      answer: (seq, accept) => {
        this.model.answered.set(seq, accept);
        client.do({ kind: "proposal", accept });
        this.composer.focus();
      },
    });
    this.tail = new Tail({
      contact: (email) => client.do({ kind: "contact", email }),
      keep: () => {
        this.model.kept = true;
        redraw();
        this.composer.focus();
      },
      stay: () => client.do({ kind: "wait" }),
      times: () => client.times(),
      book: (from_ms, number, moves) => client.do({ kind: "callback", from_ms, ...(number && { number }), ...(moves && { moves }) }),
      cancel: () => client.do({ kind: "callback/cancel" }),
      rate: (score, comment) => {
        this.model.commented = comment !== undefined;
        client.do({ kind: "rating", score, comment });
      },
      startNew: () => {
        client.startNew();
        this.composer.focus();
      },
    }, redraw);
    this.scroll = new Scroller(this.welcome.element, this.log.element, this.tail.element);
    this.composer = new Composer({
      send: (words) => this.say(words),
      typing: () => client.typing(),
      draft: (words) => { client.visitor.draft = words; },
    });
    place(root, [this.header.element, this.banner, this.scroll.element, this.scroll.button, this.composer.element]);
    this.listen();
  }

  /** Begins once it is known where and for whom. */
  async begin(start: { language: string; identity?: string; visible: boolean }): Promise<void> {
    this.model.visible = start.visible;
    const cached = readJson<SiteConfig>(this.store, `segue:site:${this.site}`);
    if (cached) this.configure(cached);
    void this.loadConfig();
    this.model.locale = await loadLocale([start.language, ...navigator.languages]);
    const { locale } = this.model;
    Object.assign(document.documentElement, { lang: locale.tag, dir: locale.dir });
    document.title = locale.strings.title;
    this.client.start(start.identity);
    this.composer.set(this.client.visitor.draft);
    this.draw();
    if (start.visible) this.composer.focus();
  }

  heard(message: ToFrame): void {
    const { client, model } = this;
    switch (message.type) {
      case "init":
        setTheme(message.theme);
        model.pageUrl = message.page.url;
        client.tell(message.page, message.context);
        break;
      case "page":
        model.pageUrl = message.page.url;
        client.tell(message.page, undefined);
        break;
      case "context":
        if (JSON.stringify(message.context).length <= 8_192) client.tell(undefined, message.context);
        break;
      case "identify":
        client.identify(message.identity);
        break;
      case "visible":
        model.visible = message.open;
        if (message.open) this.composer.focus();
        this.draw();
        break;
      case "accept":
        this.scroll.follow();
        client.do({ kind: "accept" });
        break;
      case "ask":
        if (message.text.trim() !== "") this.say(message.text.trim());
    }
  }

  private say(words: string): void {
    this.scroll.follow();
    this.client.do({ kind: "message", text: words });
  }

  private listen(): void {
    addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing) this.tell({ type: "close" });
    });
    for (const name of ["online", "offline"]) {
      addEventListener(name, () => {
        this.model.online = navigator.onLine;
        if (navigator.onLine) this.client.nudge();
        this.draw();
      });
    }
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.client.nudge();
      this.draw();
    });
    // The wait since, and the day, move on without news.
    // Another tab of the same visitor has opened the conversation.
    addEventListener("storage", () => this.client.notice());
    setInterval(() => {
      if (this.model.visible && phase(this.model) === "waiting") this.draw();
    }, 20_000);
  }

  private async loadConfig(): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        const config = await this.api.site(this.site);
        this.store.set(`segue:site:${this.site}`, JSON.stringify(config));
        this.model.configFailed = false;
        this.configure(config);
        return;
      } catch (error) {
        this.model.configFailed = this.model.config === undefined;
        this.draw();
        if (error instanceof ApiError && !error.passing) return;
        await new Promise((resolve) => setTimeout(resolve, 500 + backoffMs(attempt)));
      }
    }
  }

  private configure(config: SiteConfig): void {
    this.model.config = config;
    paint(config.accent);
    this.draw();
  }

  private draw(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    // A hidden page draws no pictures, and must still count what is unread.
    setTimeout(() => {
      this.scheduled = false;
      this.drawNow();
    });
  }

  private drawNow(): void {
    const { model } = this;
    const { strings } = model.locale;
    this.header.update(model);
    this.welcome.update(model);
    this.log.update(model);
    this.tail.update(model);
    this.composer.update(model);
    this.scroll.update(strings.latest, strings.title);
    const banner = !model.online ? strings.offline
      : model.configFailed ? strings.load_failed
      : model.lost ? strings.reconnecting : "";
    text(this.banner, banner);
    this.banner.hidden = banner === "";
    const count = unread(model, this.client.visitor);
    const kept = this.client.kept;
    const told = `${count} ${kept}`;
    if (told === this.told) return;
    this.told = told;
    this.tell({ type: "kept", kept });
    this.tell({ type: "unread", count, note: strings.new_message });
  }
}
