import type { Item } from "@segue/protocol";
import { describe, expect, it } from "vitest";
import { EMPTY, expect as anticipate, forget, merge, replace, type Stream } from "../src/frame/items";

const said = (seq: number, text = `message ${seq}`, client_id?: string): Item =>
  ({ kind: "message", seq, at_ms: seq * 1_000, role: client_id ? "customer" : "assistant", text, client_id });
const offer = (seq: number, open: boolean): Item => ({ kind: "proposal", seq, at_ms: seq, text: "Shall I?", open });
const seqs = (stream: Stream): number[] => stream.items.map((item) => item.seq);
const writing = (client_id: string) => ({ client_id, text: `text of ${client_id}`, at_ms: 1, state: "sending" as const });

describe("the stream of items", () => {
  it("orders by seq and delivers a repeated item once", () => {
    let stream = merge(EMPTY, 3, [said(3), said(1)]);
    stream = merge(stream, 3, [said(3), said(2)]);
    expect(seqs(stream)).toEqual([1, 2, 3]);
    expect(stream.seq).toBe(3);
  });

  it("never moves back", () => {
    expect(merge(merge(EMPTY, 9, [said(9)]), 4, [said(4)]).seq).toBe(9);
  });

  it("lets the last word on a seq win", () => {
    const stream = merge(merge(EMPTY, 1, [offer(1, true)]), 2, [offer(1, false)]);
    expect(stream.items).toEqual([offer(1, false)]);
  });

  it("replaces an expected message by its client id, keeping the others in their order", () => {
    let stream = anticipate(anticipate(anticipate(EMPTY, writing("a")), writing("b")), writing("c"));
    stream = merge(stream, 5, [said(5, "text of b", "b")]);
    expect(stream.pending.map((one) => one.client_id)).toEqual(["a", "c"]);
    expect(seqs(stream)).toEqual([5]);
  });

  it("changes an expected message in its place", () => {
    const stream = anticipate(anticipate(anticipate(EMPTY, writing("a")), writing("b")), { ...writing("a"), state: "failed" });
    expect(stream.pending.map((one) => [one.client_id, one.state])).toEqual([["a", "failed"], ["b", "sending"]]);
    expect(forget(stream, "a").pending).toHaveLength(1);
  });

  it("does not expect what has already come", () => {
    expect(anticipate(merge(EMPTY, 1, [said(1, "x", "a")]), writing("a")).pending).toEqual([]);
  });

  it("keeps one message per client id, where the server's seq is another than was guessed", () => {
    const stream = merge(merge(EMPTY, 4, [said(4, "guess", "a")]), 6, [said(6, "[redacted]", "a")]);
    expect(stream.items).toEqual([said(6, "[redacted]", "a")]);
  });

  it("replaces everything by a snapshot but what is on its way", () => {
    const stream = replace(anticipate(merge(EMPTY, 9, [said(9)]), writing("a")), 2, [said(2), said(1)]);
    expect([stream.seq, seqs(stream), stream.pending.length]).toEqual([2, [1, 2], 1]);
  });

  it("reaches the same picture in whatever pieces and order the news come", () => {
    const all = [said(1), said(2, "text of a", "a"), offer(3, false), said(4), said(5, "text of b", "b")];
    const whole = replace(anticipate(EMPTY, writing("a")), 5, all);
    for (let round = 0; round < 50; round++) {
      const shuffled = [...all, ...all].sort(() => Math.random() - 0.5);
      let stream = anticipate(anticipate(EMPTY, writing("a")), writing("b"));
      for (const item of shuffled) stream = merge(stream, item.seq, [item]);
      expect(stream).toEqual(whole);
    }
  });
});
