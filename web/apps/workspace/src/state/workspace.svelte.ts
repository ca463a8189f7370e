import type { ListName, Offer, Row, View, WorkspaceFrame } from "@segue/protocol";
import {
  apply, type Connection, type Delivery, type Desk, EMPTY_DESK, type Entry, Outbox, withoutOffer, withRows, withView,
  WorkspaceSocket,
} from "@segue/sync";
import { api, ApiError } from "../api";
import { t } from "../messages";
import { notifyOffer } from "./alerts";
import { clock } from "./clock.svelte";
import { isMine } from "./lists";
import { mayTune } from "./people";
import { router } from "./route.svelte";
import { screen } from "./screen.svelte";
import { session } from "./session.svelte";

/** Conversations seen lately, so that going back to one shows it at once while the newest state is on its way. */
const KEPT_VIEWS = 30;
/** J held down should not fetch every row it passes. */
const SETTLE_MS = 90;

/** The row that a frame brings along. */
const rowOf = (frame: WorkspaceFrame): Row | undefined =>
  frame.type === "row" ? frame.row : frame.type === "offer" ? frame.offer.row : frame.type === "view" ? frame.view.row : undefined;

class Workspace {
  desk = $state.raw<Desk>(EMPTY_DESK);
  connection = $state.raw<Connection>({ state: "idle" });
  outbox = $state.raw<readonly Entry[]>([]);
  /** The state of fetching the open conversation. */
  loading = $state<"no" | "yes" | "failed">("no");
  /** The act that is on its way, by action id; its button waits. */
  busy = $state<string | null>(null);
  /** Where each list goes on; null at its end, absent before its first answer. */
  cursors = $state.raw<Partial<Record<ListName, string | null>>>({});
  listLoading = $state(false);
  /** Largest seq that the person has seen, by conversation. */
  seen = $state.raw<ReadonlyMap<string, number>>(new Map());

  readonly me = $derived(this.desk.me ?? session.me);
  readonly conversation = $derived(router.now.page === "inbox" ? router.now.conversation : null);
  readonly view = $derived.by((): View | null => {
    const id = this.conversation;
    if (!id) return null;
    return this.desk.view?.row.conversation === id ? this.desk.view : null;
  });
  readonly row = $derived(this.conversation ? (this.desk.rows.get(this.conversation) ?? this.view?.row) : undefined);
  /** Offers that can still be accepted; a second of grace for the way to the server. */
  readonly offers = $derived(this.desk.offers.filter((offer) => offer.accept_by_ms + 1_000 > clock.now));

  #views = new Map<string, View>();
  #settle: ReturnType<typeof setTimeout> | undefined;
  #frames: WorkspaceFrame[] = [];
  #flush: number | undefined;

  readonly #outbox = new Outbox({
    deliver, storage: sessionStorage, onChange: (entries) => (this.outbox = entries), now: () => clock.server.now(),
  });

  readonly socket = new WorkspaceSocket({
    connect: () => new WebSocket(`${location.origin.replace(/^http/, "ws")}/v1/workspace/socket`),
    clock: clock.server,
    onFrame: (frame) => this.#hear(frame),
    onConnection: (connection) => this.#moved(connection),
  });

  start(): void {
    this.socket.start();
    this.#outbox.resume();
    addEventListener("online", () => this.socket.nudge());
    document.addEventListener("visibilitychange", () => document.hidden || this.socket.nudge());
  }

  stop(): void {
    this.socket.stop();
    this.#outbox.clear();
    this.#views.clear();
    this.desk = EMPTY_DESK;
    this.cursors = {};
    this.seen = new Map();
  }

  #moved(connection: Connection): void {
    this.connection = connection;
    // What was missed while away comes with the snapshot and the open conversation; asked for, so that it cannot be late.
    if (connection.state === "live" && this.desk.ready && this.conversation) void this.refresh(this.conversation);
    if (connection.state === "signed_out") session.leave(t.problems.signedOut);
  }

  /** Frames that come in one burst are folded together and drawn once. */
  #hear(frame: WorkspaceFrame): void {
    this.#frames.push(frame);
    if (this.#flush !== undefined) return;
    const fold = () => {
      this.#flush = undefined;
      this.#fold(this.#frames.splice(0));
    };
    this.#flush = document.hidden ? setTimeout(fold, 50) : requestAnimationFrame(fold);
  }

  #fold(frames: WorkspaceFrame[]): void {
    let desk = this.desk;
    for (const frame of frames) {
      const row = rowOf(frame);
      if (row) this.#alarm(desk.rows.get(row.conversation), row);
      if (frame.type === "view") {
        this.#keep(frame.view);
        // A late view of the conversation before must not replace the one that is open now.
        if (frame.view.row.conversation === this.conversation) desk = withView(desk, frame.view);
        else desk = withRows(desk, [frame.view.row]);
        continue;
      }
      if (frame.type === "offer" && !desk.offers.some((o) => o.conversation === frame.offer.conversation && o.epoch === frame.offer.epoch)) {
        notifyOffer(frame.offer.row.who, frame.offer.row.line, frame.offer.conversation);
        screen.say(`${t.offer.title(frame.offer.row.who)}. ${frame.offer.row.line}`);
      }
      if (frame.type === "welcome") this.cursors = {};
      desk = apply(desk, frame, Date.now());
    }
    this.desk = desk;
    clock.tick();
    this.#markSeen();
    const view = this.view;
    if (view) this.#outbox.seen(view.row.conversation, view.row.seq);
  }

  /** What needs somebody to see to it is told to those who can. */
  #alarm(before: Row | undefined, now: Row): void {
    if (!mayTune() || (before && before.seq >= now.seq)) return;
    const perform = () => router.go({ list: "all", conversation: now.conversation });
    const tell = (sentence: string) => screen.show(sentence, true, { label: t.conversation.show, perform });
    if (now.refused_since_ms !== undefined && before?.refused_since_ms === undefined) tell(t.conversation.refusedByAll(now.who));
    if (now.overdue_since_ms !== undefined && before?.overdue_since_ms === undefined) tell(t.conversation.promiseOverdue(now.who));
  }

  /** Follows the address: opens what it names. */
  open(id: string | null): void {
    clearTimeout(this.#settle);
    if (!id) {
      this.loading = "no";
      this.socket.open(null);
      return;
    }
    const held = this.#views.get(id);
    if (held) this.desk = withView(this.desk, held);
    this.loading = held ? "no" : "yes";
    this.#markSeen();
    this.#settle = setTimeout(() => {
      this.socket.open(id);
      void this.refresh(id);
    }, held || !this.desk.view ? 0 : SETTLE_MS);
  }

  async refresh(id: string): Promise<void> {
    try {
      this.take(await api.view(id));
    } catch {
      if (this.conversation === id && !this.view) this.loading = "failed";
    }
  }

  /** Takes a whole conversation that an act or a fetch answered with. */
  take(view: View): void {
    this.#keep(view);
    const open = view.row.conversation === this.conversation;
    this.desk = open ? withView(this.desk, view) : withRows(this.desk, [view.row]);
    if (open) this.loading = "no";
    this.#outbox.seen(view.row.conversation, view.row.seq);
    this.#markSeen();
  }

  #keep(view: View): void {
    const id = view.row.conversation;
    if ((this.#views.get(id)?.row.seq ?? -1) > view.row.seq) return;
    this.#views.delete(id);
    this.#views.set(id, view);
    const oldest = this.#views.keys().next();
    if (this.#views.size > KEPT_VIEWS && !oldest.done) this.#views.delete(oldest.value);
  }

  #markSeen(): void {
    const row = this.row;
    if (!row || document.hidden || this.seen.get(row.conversation) === row.seq) return;
    this.seen = new Map(this.seen).set(row.conversation, row.seq);
  }

  /** Something new in a conversation of mine that is not open. A row never seen before counts as seen. */
  isUnread(row: Row): boolean {
    if (!isMine(row, this.me) || row.conversation === this.conversation) return false;
    const seq = this.seen.get(row.conversation);
    return seq !== undefined && row.seq > seq;
  }

  /** Fetches a list, or its next page; rows that are newer here stay. */
  async loadList(name: ListName, more = false): Promise<void> {
    const cursor = this.cursors[name];
    if (this.listLoading || (more ? !cursor : cursor !== undefined)) return;
    this.listLoading = true;
    try {
      const page = await api.list(name, more ? (cursor ?? undefined) : undefined);
      this.desk = { ...withRows(this.desk, page.rows), counts: page.counts };
      this.cursors = { ...this.cursors, [name]: page.next_cursor };
    } catch {
      // The snapshot stands; the next visit asks again.
    } finally {
      this.listLoading = false;
    }
  }

  /** Does one act for the person: one at a time, and a refusal is told in a sentence. */
  async act(id: string, perform: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = id;
    try {
      await perform();
      return true;
    } catch (error) {
      screen.show(error instanceof Error ? error.message : String(error), true);
      return false;
    } finally {
      this.busy = null;
    }
  }

  async accept(offer: Offer): Promise<void> {
    try {
      const view = await api.accept(offer.conversation, offer.epoch);
      this.dropOffer(offer);
      router.go({ list: "mine", conversation: offer.conversation });
      this.take(view);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409) throw error;
      this.dropOffer(offer);
      screen.show(t.offer.gone, true);
    }
  }

  dropOffer(offer: Offer): void {
    this.desk = withoutOffer(this.desk, offer.conversation, offer.epoch);
  }

  /** Shows a message at once and sees to it that it arrives once. */
  send(conversation: string, kind: Entry["kind"], text: string): void {
    this.#outbox.add(conversation, kind, text);
  }

  resend = (client_id: string): void => this.#outbox.retry(client_id);
  discard = (client_id: string): void => this.#outbox.discard(client_id);

  /** As the server counts; undefined where it does not. */
  count(list: ListName): number | undefined {
    return this.desk.ready ? this.desk.counts[list] : undefined;
  }
}

async function deliver(entry: Entry): Promise<Delivery> {
  try {
    const send = entry.kind === "reply" ? api.reply : api.note;
    return { ok: true, seq: (await send(entry.conversation, entry.client_id, entry.text)).seq };
  } catch (error) {
    const passing = !(error instanceof ApiError) || error.passing;
    return { ok: false, retry: passing, problem: error instanceof Error ? error.message : String(error) };
  }
}

export const workspace = new Workspace();
