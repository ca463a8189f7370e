import type { Item, Times, WidgetEvent } from "@segue/protocol";
import { ApiError, type Api } from "./api";
import { apply, enter } from "./apply";
import { Connection } from "./connection";
import { EMPTY, expect, merge, replace } from "./items";
import type { Model } from "./model";
import { Outbox, type Act, type Entry, type Verdict } from "./outbox";
import type { Store } from "./storage";
import { Visitor, type Session } from "./visitor";

const TYPING_MS = 3_000;
const SHOW_TYPING_MS = 6_000;

/** One visitor's conversation: opens it with the first act, keeps its stream, delivers what the customer does. */
export class Client {
  visitor: Visitor;
  private outbox: Outbox;
  private connection: Connection | undefined;
  private page: { url: string; title: string } | undefined;
  private context: object | undefined;
  private toldPage = "";
  private typedAt = 0;
  private typingTimer: ReturnType<typeof setTimeout> | undefined;
  private strikes = 0;
  /** The seq under which the server took the wish for a person. */
  private askedSeq: number | undefined;

  constructor(
    private readonly api: Api,
    private readonly store: Store,
    private readonly site: string,
    private readonly model: Model,
    private readonly changed: () => void,
  ) {
    this.visitor = new Visitor(store, site);
    this.outbox = this.newOutbox();
  }

  /** Takes up where this visitor left off. */
  start(identity?: string): void {
    this.connection?.stop();
    this.outbox.stop();
    this.visitor = new Visitor(this.store, this.site, identity);
    this.clear();
    this.outbox = this.newOutbox();
    for (const entry of this.outbox.entries()) this.anticipate(entry, "waiting");
    const { session } = this.visitor;
    if (session) {
      this.model.restoring = true;
      this.connect(session);
    }
    void this.outbox.flush();
    this.changed();
  }

  /** Another person from now on; the same person's fresh token changes nothing that is open. */
  identify(identity: string): void {
    const next = new Visitor(this.store, this.site, identity);
    if (next.who === this.visitor.who) this.visitor = next;
    else this.start(identity);
  }

  /** Leaves the ended conversation behind. */
  startNew(): void {
    this.connection?.stop();
    this.connection = undefined;
    this.visitor.session = undefined;
    this.clear();
    this.changed();
  }

  /** Joins a conversation that another tab has opened. */
  notice(): void {
    const { session } = this.visitor;
    if (session && !this.connection) this.connect(session);
  }

  get kept(): boolean {
    return this.visitor.session !== undefined;
  }

  do(act: Act): void {
    const entry: Entry = { client_id: crypto.randomUUID(), at_ms: Date.now(), act };
    this.anticipate(entry, "sending");
    this.outbox.add(entry);
    this.changed();
  }

  retry(clientId: string): void {
    const failed = this.model.stream.pending.find((one) => one.client_id === clientId);
    if (!failed) return;
    this.outbox.add({ client_id: clientId, at_ms: Date.now(), act: { kind: "message", text: failed.text } });
  }

  /** Tells the server that the customer is writing, at most every few seconds. */
  typing(): void {
    const { session } = this.visitor;
    const now = Date.now();
    if (!session || now - this.typedAt < TYPING_MS) return;
    this.typedAt = now;
    this.api.act(session.conversation, session.token, "typing", {}).catch(() => undefined);
  }

  tell(page: { url: string; title: string } | undefined, context: object | undefined): void {
    this.page = page ?? this.page;
    this.context = context ?? this.context;
    this.tellPage();
  }

  /** The network or the page is back. */
  nudge(): void {
    this.connection?.nudge();
    this.outbox.nudge();
  }

  private clear(): void {
    Object.assign(this.model, {
      stream: EMPTY, state: undefined, writing: undefined, typing: undefined, restoring: false, lost: false,
      asked: false, answered: new Map(), contact: undefined, kept: false, booking: undefined, score: undefined, commented: false,
    });
    this.toldPage = "";
  }

  private newOutbox(): Outbox {
    return new Outbox({
      store: this.store,
      prefix: this.visitor.outboxPrefix,
      deliver: (entry) => this.deliver(entry),
      changed: (entry, state) => {
        if (state === "done") this.strikes = 0;
        if (state === "done") this.settleBooking(entry);
        else this.anticipate(entry, state);
        if (state === "failed" && entry.act.kind === "human") this.model.asked = false;
        // The offer does not stand any more; who wants a person gets one all the same.
        if (state === "failed" && entry.act.kind === "accept") this.do({ kind: "human" });
        this.changed();
      },
    });
  }

  /** Shows an act before the server has confirmed it. */
  private anticipate(entry: Entry, state: "sending" | "waiting" | "failed"): void {
    const { model } = this;
    const { act } = entry;
    if (act.kind === "message") {
      const { client_id, at_ms } = entry;
      model.stream = expect(model.stream, { client_id, at_ms: at_ms + this.api.skewMs, text: act.text, state });
    } else if (act.kind === "human" || act.kind === "accept") model.asked = state !== "failed";
    else if (act.kind === "rating") model.score = act.score;
    else if (act.kind === "callback") model.booking = state === "failed" ? "failed" : "sending";
    else if (act.kind === "contact") model.contact = state === "failed" ? undefined : act.email;
  }

  private async deliver(entry: Entry): Promise<Verdict> {
    const { outbox } = this;
    try {
      const { kind, ...body } = entry.act;
      let { session } = this.visitor;
      if (!session && kind === "accept") {
        await this.open(true);
        this.model.asked = false;
        return "done";
      }
      if (!session && (kind === "message" || kind === "human")) session = await this.open();
      if (!session) return "refused";
      // An offer taken while another tab was faster: in that conversation it is the wish for a person.
      const path = kind === "message" ? "messages" : kind === "accept" ? "human" : kind;
      if (!this.connection) this.connect(session);
      const answer = await this.api.act(session.conversation, session.token, path, { client_id: entry.client_id, ...body });
      if (entry.act.kind === "message") this.confirm(entry, entry.act.text, answer.seq);
      if (path === "human") this.askedSeq = answer.seq;
      this.settleAsked();
      return "done";
    } catch (error) {
      if (!(error instanceof ApiError) || outbox !== this.outbox) return "later";
      if (error.gone && this.strikes++ < 2) {
        this.lose();
        return "later";
      }
      if (error.retryAfterMs > 0) await new Promise((resolve) => setTimeout(resolve, error.retryAfterMs));
      return error.passing ? "later" : "refused";
    }
  }

  private settleBooking(entry: Entry): void {
    if (entry.act.kind !== "callback") return;
    this.model.booking = undefined;
    this.model.booked += 1;
  }

  /** Free times for a callback. */
  async times(): Promise<Times> {
    const { session } = this.visitor;
    if (!session) throw new ApiError(0, "network");
    return this.api.times(session.conversation, session.token);
  }

  /** From here on the server's own state says whether somebody is coming. */
  private settleAsked(): void {
    if (this.askedSeq === undefined || this.model.stream.seq < this.askedSeq) return;
    this.askedSeq = undefined;
    this.model.asked = false;
  }

  /**
   * The message is on the server: it stands in the stream even before the stream repeats it. `seq` is the last of
   * what the message brought about, so a message that the stream has told already keeps its own.
   */
  private confirm(entry: Entry, text: string, seq: number): void {
    const { model } = this;
    const told = (item: Item): boolean => item.seq === seq || (item.kind === "message" && item.client_id === entry.client_id);
    if (model.stream.items.some(told)) return;
    const at_ms = entry.at_ms + this.api.skewMs;
    model.stream = merge(model.stream, model.stream.seq, [
      { kind: "message", seq, at_ms, role: "customer", text, client_id: entry.client_id },
    ]);
  }

  private async open(accepted = false): Promise<Session> {
    const { visitor, model } = this;
    try {
      const request = {
        site: this.site,
        client_id: visitor.openingId(),
        language: model.locale.tag,
        time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        page: this.page,
        identity: visitor.identity,
      };
      const opened = await (accepted ? this.api.accept(request) : this.api.open(request));
      const session = { conversation: opened.conversation, token: opened.token };
      visitor.session = session;
      model.stream = replace(model.stream, opened.seq, opened.items);
      enter(model, opened.state);
      this.toldPage = this.context ? "" : JSON.stringify([this.page, undefined]);
      this.connect(session);
      this.tellPage();
      return session;
    } catch (error) {
      // An identity that the server does not accept: help is still there, as for any visitor.
      if (error instanceof ApiError && error.status === 401 && visitor.identity) this.goAnonymous();
      throw error;
    }
  }

  private goAnonymous(): void {
    const entries = this.outbox.entries();
    for (const entry of entries) this.outbox.remove(entry.client_id);
    this.start();
    for (const entry of entries) {
      this.anticipate(entry, "waiting");
      this.outbox.add(entry);
    }
  }

  /** The stored conversation is not there any more; the next act opens a new one. */
  private lose(): void {
    this.connection?.stop();
    this.connection = undefined;
    this.visitor.session = undefined;
    const { pending } = this.model.stream;
    this.clear();
    this.model.stream = { ...EMPTY, pending };
    this.changed();
  }

  private connect(session: Session): void {
    this.connection?.stop();
    this.connection = new Connection({
      url: () => this.api.streamUrl(session.conversation, this.model.stream.seq),
      token: session.token,
      heard: (event) => this.heard(event),
      status: (status) => {
        this.model.lost = status === "lost";
        if (status === "lost") this.model.writing = this.model.typing = undefined;
        else {
          this.outbox.nudge();
          this.tellPage();
        }
        this.changed();
      },
      gone: () => this.lose(),
    });
  }

  private heard(event: WidgetEvent): void {
    const { model } = this;
    apply(model, event);
    this.settleAsked();
    model.skewMs = this.api.skewMs;
    if (event.type === "typing") {
      clearTimeout(this.typingTimer);
      this.typingTimer = setTimeout(() => {
        model.typing = undefined;
        this.changed();
      }, SHOW_TYPING_MS);
    }
    this.changed();
  }

  private tellPage(): void {
    const { session } = this.visitor;
    if (!session || !this.page) return;
    const telling = JSON.stringify([this.page, this.context]);
    if (telling === this.toldPage) return;
    this.toldPage = telling;
    this.api.act(session.conversation, session.token, "page", { ...this.page, context: this.context }).catch(() => {
      this.toldPage = "";
    });
  }
}
