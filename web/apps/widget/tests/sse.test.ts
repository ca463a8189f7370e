import { describe, expect, it } from "vitest";
import { SseParser, type ServerEvent } from "../src/frame/sse";

function read(...chunks: string[]): ServerEvent[] {
  const events: ServerEvent[] = [];
  const parser = new SseParser((event) => events.push(event));
  for (const chunk of chunks) parser.push(chunk);
  return events;
}

const STREAM = "\uFEFF: hello\nid: 7\nevent: note\ndata: one\ndata: two\n\nretry: 900\n\ndata:x\r\n\r\ndata: {\"a\":\"é🌊\"}\r\rdata: left open";

describe("the parser of server-sent events", () => {
  it("dispatches one event per blank line", () => {
    expect(read(STREAM)).toEqual([
      { id: "7", event: "note", data: "one\ntwo" },
      { id: "7", event: "message", data: "x" },
      { id: "7", event: "message", data: "{\"a\":\"é🌊\"}" },
    ]);
  });

  it("does not care where the chunks are cut", () => {
    const whole = read(STREAM);
    for (let at = 1; at < STREAM.length; at++) expect(read(STREAM.slice(0, at), STREAM.slice(at))).toEqual(whole);
    expect(read(...STREAM)).toEqual(whole);
  });

  it("skips comments and events without data", () => {
    expect(read(": beat\n\n: beat\n\nevent: x\n\nid: 3\n\n")).toEqual([]);
  });

  it("forgets the name of an event that had no data", () => {
    expect(read("event: x\n\ndata: y\n\n")).toEqual([{ id: "", event: "message", data: "y" }]);
  });

  it("keeps an empty data line and strips one space only", () => {
    expect(read("data\n\ndata:  two\n\n").map((event) => event.data)).toEqual(["", " two"]);
  });

  it("ignores an id with a NUL and a retry that is not a number", () => {
    const parser = new SseParser(() => undefined);
    parser.push("retry: soon\nid: a\0b\ndata: x\n\n");
    expect(parser.retryMs).toBeUndefined();
    parser.push("retry: 1500\n");
    expect(parser.retryMs).toBe(1500);
  });
});
