import { describe, expect, it } from "vitest";
import { BASE_MS, CAP_MS, backoffMs } from "../src/frame/backoff";
import { Outbox, type Entry, type Verdict } from "../src/frame/outbox";
import { memoryStore, type Store } from "../src/frame/storage";

const message = (client_id: string, at_ms = 1): Entry => ({ client_id, at_ms, act: { kind: "message", text: client_id } });
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

function open(store: Store, deliver: (entry: Entry) => Promise<Verdict>, pauses: number[] = []) {
  const told: string[] = [];
  const outbox = new Outbox({
    store, prefix: "segue:out:site:", deliver, random: () => 1,
    changed: (entry, state) => told.push(`${entry.client_id} ${state}`),
    sleep: (ms) => { pauses.push(ms); return Promise.resolve(); },
  });
  return { outbox, told };
}

describe("the outbox", () => {
  it("delivers in order, one at a time", async () => {
    const delivered: string[] = [];
    let inside = 0;
    const { outbox } = open(memoryStore(), async (entry) => {
      expect(++inside).toBe(1);
      await Promise.resolve();
      inside--;
      delivered.push(entry.client_id);
      return "done";
    });
    for (const id of ["c", "a", "b"]) outbox.add(message(id));
    await settled();
    expect(delivered).toEqual(["c", "a", "b"]);
    expect(outbox.entries()).toEqual([]);
  });

  it("keeps what could not be delivered, and tries again under the same client id", async () => {
    const tried: string[] = [];
    const pauses: number[] = [];
    const { outbox, told } = open(memoryStore(), async (entry) => {
      tried.push(entry.client_id);
      return tried.length < 4 ? "later" : "done";
    }, pauses);
    outbox.add(message("a"));
    await settled();
    expect(tried).toEqual(["a", "a", "a", "a"]);
    expect(pauses).toEqual([BASE_MS, BASE_MS * 2, BASE_MS * 4]);
    expect(told.at(-1)).toBe("a done");
  });

  it("takes a broken connection for later, not for lost", async () => {
    let times = 0;
    const { outbox } = open(memoryStore(), () => (++times < 3 ? Promise.reject(new Error("network")) : Promise.resolve("done" as const)));
    outbox.add(message("a"));
    await settled();
    expect(times).toBe(3);
  });

  it("delivers after a reload what was left, once", async () => {
    const store = memoryStore();
    const { outbox } = open(store, () => new Promise(() => undefined));
    outbox.add(message("a"));
    outbox.add(message("b"));
    outbox.stop();
    const delivered: string[] = [];
    const again = open(store, async (entry) => { delivered.push(entry.client_id); return "done"; });
    await again.outbox.flush();
    await again.outbox.flush();
    expect(delivered).toEqual(["a", "b"]);
  });

  it("lets a refused entry go and goes on with the next", async () => {
    const { outbox, told } = open(memoryStore(), async (entry) => (entry.client_id === "a" ? "refused" : "done"));
    outbox.add(message("a"));
    outbox.add(message("b"));
    await settled();
    expect(told).toContain("a failed");
    expect(told.at(-1)).toBe("b done");
  });

  it("leaves the entries of others alone", () => {
    const store = memoryStore();
    store.set("segue:out:other:x", JSON.stringify(message("x")));
    const { outbox } = open(store, async () => "done");
    expect(outbox.entries()).toEqual([]);
  });

  it("survives a damaged entry", async () => {
    const store = memoryStore();
    store.set("segue:out:site:x", "{");
    const { outbox, told } = open(store, async () => "done");
    outbox.add(message("a"));
    await settled();
    expect(told.at(-1)).toBe("a done");
  });
});

describe("the back-off", () => {
  it("is anywhere under an exponential bound", () => {
    for (let attempt = 0; attempt < 40; attempt++) {
      expect(backoffMs(attempt, () => 0)).toBe(0);
      expect(backoffMs(attempt, () => 1)).toBe(Math.min(CAP_MS, BASE_MS * 2 ** Math.min(attempt, 16)));
    }
  });
});
