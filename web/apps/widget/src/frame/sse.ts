/** One server-sent event, as the standard's parser would dispatch it. */
export interface ServerEvent { id: string; event: string; data: string }

/**
 * An incremental parser of `text/event-stream`: fed with text in any cut, calls back once per event.
 *
 * Lines end in LF, CR or CR LF, also where a cut falls between the two. Comments are skipped. An event without
 * data is not dispatched. An event left open at the end of the stream is dropped, as the standard says.
 */
export class SseParser {
  private rest = "";
  private started = false;
  private sawCr = false;
  private id = "";
  private event = "";
  private data: string[] = [];
  /** The reconnection time the server asked for. */
  retryMs: number | undefined;

  constructor(private readonly dispatch: (event: ServerEvent) => void) {}

  push(chunk: string): void {
    if (!this.started && chunk !== "") {
      this.started = true;
      if (chunk.startsWith("\uFEFF")) chunk = chunk.slice(1);
    }
    if (this.sawCr && chunk !== "") {
      this.sawCr = false;
      if (chunk.startsWith("\n")) chunk = chunk.slice(1);
    }
    const text = this.rest + chunk;
    let from = 0;
    for (let at = this.rest.length; at < text.length; at++) {
      const char = text.charCodeAt(at);
      if (char !== 10 && char !== 13) continue;
      this.line(text.slice(from, at));
      if (char === 13) {
        if (at + 1 === text.length) this.sawCr = true;
        else if (text.charCodeAt(at + 1) === 10) at++;
      }
      from = at + 1;
    }
    this.rest = text.slice(from);
  }

  private line(line: string): void {
    if (line === "") return this.end();
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const raw = colon < 0 ? "" : line.slice(colon + 1);
    const value = raw.startsWith(" ") ? raw.slice(1) : raw;
    if (field === "data") this.data.push(value);
    else if (field === "event") this.event = value;
    else if (field === "id" && !value.includes("\0")) this.id = value;
    else if (field === "retry" && /^\d{1,7}$/.test(value)) this.retryMs = Number(value);
  }

  private end(): void {
    const { data, event } = this;
    this.data = [];
    this.event = "";
    if (data.length > 0) this.dispatch({ id: this.id, event: event || "message", data: data.join("\n") });
  }
}
