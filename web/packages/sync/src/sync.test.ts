import type { Me, Offer, Row, View, WorkspaceFrame } from "@segue/protocol";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  apply, backoff_ms, type Connection, type Delivery, EMPTY_COUNTS, EMPTY_DESK, Outbox, PING_MS, ServerClock,
  SILENCE_MS, type Wire, WorkspaceSocket,
} from "./index";

const row = (conversation: string, seq: number, more: Partial<Row> = {}): Row => ({
  conversation, seq, state: "human", epoch: 1, who: "Ines", line: "", channel: "web", opened_at_ms: 0,
  updated_at_ms: 0, frustration: [], ...more,
});
const me = { id: "a1", name: "Noor" } as Me;
const welcome = (rows: Row[], offers: Offer[] = []): WorkspaceFrame =>
  ({ type: "welcome", server_time_ms: 5_000, me, rows, counts: EMPTY_COUNTS, offers, agents: [] });
const offer = (conversation: string, epoch: number, offered_at_ms = 0): Offer =>
  ({ conversation, epoch, offered_at_ms, accept_by_ms: 0, why: "", row: row(conversation, epoch), package: {} as never });
const view = (conversation: string, seq: number): View =>
  ({ row: row(conversation, seq), package: { transcript: [] } } as unknown as View);

const message = (data: unknown) => ({ data }) as MessageEvent;

class FakeWire implements Wire {
  onmessage = null as Wire["onmessage"];
  onclose = null as Wire["onclose"];
  onerror = null as Wire["onerror"];
  sent: string[] = [];
  closed = false;
  send(data: string) { this.sent.push(data); }
  close() { this.closed = true; }
  say(frame: unknown) { this.onmessage?.(message(JSON.stringify(frame))); }
  break() { this.onclose?.({ code: 1006 } as CloseEvent); }
}

function harness() {
  const wires: FakeWire[] = [];
  const states: Connection["state"][] = [];
  const frames: WorkspaceFrame[] = [];
  const clock = new ServerClock();
  const socket = new WorkspaceSocket({
    connect: () => { const wire = new FakeWire(); wires.push(wire); return wire; },
    clock, onFrame: (frame) => frames.push(frame), onConnection: (c) => states.push(c.state), random: () => 1,
  });
  return { wires, states, frames, clock, socket };
}

describe("socket", () => {
  beforeEach(() => { vi.useFakeTimers({ now: 1_000 }); });
  afterEach(() => { vi.useRealTimers(); });

  it("is live only after the snapshot, and opens the conversation again after a gap", () => {
    const { wires, states, socket } = harness();
    socket.start();
    socket.open("c1");
    expect(wires[0]!.sent).toEqual([]);
    wires[0]!.say(welcome([]));
    expect(wires[0]!.sent).toEqual(['{"type":"open","conversation":"c1"}']);
    wires[0]!.break();
    vi.advanceTimersByTime(500);
    wires[1]!.say(welcome([]));
    expect(wires[1]!.sent).toEqual(['{"type":"open","conversation":"c1"}']);
    expect(states).toEqual(["connecting", "live", "waiting", "connecting", "live"]);
  });

  it("pings every 10 s and gives up after 30 s of silence", () => {
    const { wires, states, socket } = harness();
    socket.start();
    wires[0]!.say(welcome([]));
    vi.advanceTimersByTime(PING_MS);
    expect(wires[0]!.sent).toEqual(['{"type":"ping"}']);
    wires[0]!.say({ type: "pong", server_time_ms: 1 });
    vi.advanceTimersByTime(SILENCE_MS);
    expect(states.at(-1)).toBe("waiting");
    expect(wires[0]!.closed).toBe(true);
  });

  it("backs off further each time and starts over after a welcome", () => {
    const { wires, socket } = harness();
    socket.start();
    const waits = [500, 1_000, 2_000];
    for (const [n, wait_ms] of waits.entries()) {
      wires[n]!.break();
      vi.advanceTimersByTime(wait_ms - 1);
      expect(wires).toHaveLength(n + 1);
      vi.advanceTimersByTime(1);
      expect(wires).toHaveLength(n + 2);
    }
    wires[3]!.say(welcome([]));
    wires[3]!.break();
    vi.advanceTimersByTime(500);
    expect(wires).toHaveLength(5);
  });

  it("spreads its attempts over the whole interval, under a cap", () => {
    expect(backoff_ms(0, 0)).toBe(0);
    expect(backoff_ms(3, 0.5)).toBe(2_000);
    expect(backoff_ms(60, 1)).toBe(20_000);
  });

  it("does not come back once signed out, and does after a shutdown", () => {
    const out = harness();
    out.socket.start();
    out.wires[0]!.say({ type: "bye", code: "signed_out" });
    vi.advanceTimersByTime(60_000);
    expect(out.wires).toHaveLength(1);
    expect(out.socket.connection.state).toBe("signed_out");

    const down = harness();
    down.socket.start();
    down.wires[0]!.say({ type: "bye", code: "shutdown" });
    vi.advanceTimersByTime(500);
    expect(down.wires).toHaveLength(2);
  });

  it("ignores an old wire and broken frames", () => {
    const { wires, frames, socket } = harness();
    socket.start();
    wires[0]!.onmessage?.(message("{nonsense"));
    wires[0]!.onmessage?.(message(new ArrayBuffer(2)));
    const late = wires[0]!.onmessage!;
    wires[0]!.break();
    late(message(JSON.stringify(welcome([]))));
    expect(frames).toEqual([]);
  });

  it("hurries when it is nudged", () => {
    const { wires, socket } = harness();
    socket.start();
    wires[0]!.break();
    socket.nudge();
    expect(wires).toHaveLength(2);
  });

  it("learns the server's clock, preferring the shorter journey", () => {
    const { wires, clock, socket } = harness();
    socket.start();
    wires[0]!.say(welcome([]));
    expect(clock.now()).toBe(5_000);
    vi.advanceTimersByTime(PING_MS);
    vi.advanceTimersByTime(200);
    wires[0]!.say({ type: "pong", server_time_ms: 15_150 });
    expect(clock.now()).toBe(15_250);
  });
});

describe("desk", () => {
  const fold = (frames: WorkspaceFrame[]) => frames.reduce((desk, frame) => apply(desk, frame, 0), EMPTY_DESK);

  it("lets the larger seq win, in any order and twice", () => {
    const frames: WorkspaceFrame[] = [2, 5, 3, 5].map((seq) => ({ type: "row", row: row("c1", seq) }));
    expect(fold(frames).rows.get("c1")?.seq).toBe(5);
    expect(fold(frames.reverse()).rows.get("c1")?.seq).toBe(5);
  });

  it("equals a fresh snapshot after the same rows", () => {
    const old = fold([welcome([row("c1", 1), row("c2", 1)]), { type: "row", row: row("c1", 4) }, { type: "row", row: row("c3", 2) }]);
    const fresh = fold([welcome([row("c1", 4), row("c2", 1), row("c3", 2)])]);
    expect([...old.rows.values()]).toEqual([...fresh.rows.values()]);
  });

  it("replaces everything with a snapshot", () => {
    const desk = fold([welcome([row("c1", 9)], [offer("c1", 2)]), welcome([row("c2", 1)])]);
    expect([...desk.rows.keys()]).toEqual(["c2"]);
    expect(desk.offers).toEqual([]);
  });

  it("keeps a newer view, and takes another conversation's", () => {
    const desk = fold([{ type: "view", view: view("c1", 8) }, { type: "view", view: view("c1", 7) }]);
    expect(desk.view?.row.seq).toBe(8);
    expect(apply(desk, { type: "view", view: view("c2", 1) }, 0).view?.row.conversation).toBe("c2");
  });

  it("ends an offer by epoch: a late end does not take the next offer away", () => {
    const desk = fold([welcome([]), { type: "offer", offer: offer("c1", 3) }]);
    const ended = (epoch: number): WorkspaceFrame => ({ type: "offer_ended", conversation: "c1", epoch, why: "missed" });
    expect(apply(desk, ended(2), 0).offers).toHaveLength(1);
    expect(apply(desk, ended(3), 0).offers).toHaveLength(0);
  });

  it("skips frames of a kind it does not know", () => {
    const desk = fold([welcome([row("c1", 1)])]);
    expect(apply(desk, { type: "fireworks" } as never, 0)).toBe(desk);
  });
});

describe("outbox", () => {
  const memory = () => {
    const held = new Map<string, string>();
    return { getItem: (k: string) => held.get(k) ?? null, setItem: (k: string, v: string) => void held.set(k, v) };
  };
  let ids = 0;
  const make = (deliver: (text: string) => Promise<Delivery>, storage = memory()) => {
    const outbox = new Outbox({
      deliver: (entry) => deliver(entry.text), onChange: () => undefined, storage, id: () => `id${ids++}`, waits_ms: [0, 0],
    });
    return { outbox, storage };
  };
  const settled = () => new Promise((resume) => setTimeout(resume, 20));

  it("delivers in order, one at a time, and forgets what the server shows", async () => {
    const log: string[] = [];
    const { outbox } = make(async (text) => { log.push(text); return { ok: true, seq: 10 + log.length }; });
    outbox.add("c1", "reply", "one");
    outbox.add("c1", "reply", "two");
    await settled();
    expect(log).toEqual(["one", "two"]);
    outbox.seen("c1", 11);
    expect(outbox.entries.map((e) => e.text)).toEqual(["two"]);
    outbox.seen("c1", 12);
    expect(outbox.entries).toEqual([]);
  });

  it("leaves no ghost where the view came before the answer", async () => {
    const { outbox } = make(async () => ({ ok: true, seq: 5 }));
    outbox.add("c1", "reply", "one");
    outbox.seen("c1", 5);
    await settled();
    expect(outbox.entries).toEqual([]);
  });

  it("retries the network with the same id, then says that it failed; a retry by hand works", async () => {
    let up = false;
    const tried: string[] = [];
    const { outbox } = make(async (text) => {
      tried.push(text);
      return up ? { ok: true, seq: 1 } : { ok: false, retry: true, problem: "No network." };
    });
    const { client_id } = outbox.add("c1", "reply", "hello");
    await settled();
    expect(tried).toHaveLength(3);
    expect(outbox.entries[0]).toMatchObject({ state: "failed", problem: "No network." });
    up = true;
    outbox.retry(client_id);
    await settled();
    expect(outbox.entries[0]).toMatchObject({ state: "sent", client_id });
  });

  it("does not retry a refusal", async () => {
    let count = 0;
    const { outbox } = make(async () => { count += 1; return { ok: false, retry: false, problem: "Not yours." }; });
    outbox.add("c1", "reply", "hello");
    await settled();
    expect(count).toBe(1);
    expect(outbox.entries[0]?.state).toBe("failed");
  });

  it("survives a reload: pending goes out again with its id, sent does not", async () => {
    const first = make(() => new Promise<Delivery>(() => undefined));
    const { client_id } = first.outbox.add("c1", "note", "draft");
    const sent: string[] = [];
    const second = make(async (text) => { sent.push(text); return { ok: true, seq: 1 }; }, first.storage);
    expect(second.outbox.entries[0]?.client_id).toBe(client_id);
    second.outbox.resume();
    await settled();
    expect(sent).toEqual(["draft"]);
    expect(make(async () => ({ ok: true, seq: 1 }), first.storage).outbox.entries).toEqual([]);
  });
});
