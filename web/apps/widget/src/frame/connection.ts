import type { WidgetEvent } from "@segue/protocol";
import { backoffMs } from "./backoff";
import { SseParser } from "./sse";

export interface ConnectionOptions {
  /** The address, resuming after the last seq that was applied. */
  url(): URL;
  token: string;
  heard(event: WidgetEvent): void;
  status(status: "open" | "lost"): void;
  /** The server does not know this conversation under this token. */
  gone(): void;
}

/** The server sends something, if only a comment, every 10 s. */
const SILENCE_MS = 30_000;

/** One stream of server-sent events, opened again with full jitter whenever it ends, until `stop`. */
export class Connection {
  private stopped = false;
  private abort: AbortController | undefined;
  private wake: (() => void) | undefined;

  constructor(private readonly options: ConnectionOptions) {
    void this.run();
  }

  stop(): void {
    this.stopped = true;
    this.abort?.abort();
    this.wake?.();
  }

  /** The network or the page is back: try now. */
  nudge(): void {
    this.wake?.();
  }

  private async run(): Promise<void> {
    let attempt = 0;
    while (!this.stopped) {
      const alive = (): void => {
        attempt = 0;
      };
      const end = await this.listen(alive);
      if (this.stopped) return;
      if (end === "gone") return this.options.gone();
      this.options.status("lost");
      await this.pause(backoffMs(attempt++) + 200);
    }
  }

  private async listen(alive: () => void): Promise<"lost" | "gone"> {
    const abort = (this.abort = new AbortController());
    let silence = setTimeout(() => abort.abort(), SILENCE_MS);
    try {
      const response = await fetch(this.options.url(), {
        headers: { accept: "text/event-stream", authorization: `Bearer ${this.options.token}` },
        credentials: "omit",
        cache: "no-store",
        signal: abort.signal,
      });
      if ([401, 403, 404, 410].includes(response.status)) return "gone";
      if (!response.ok || !response.body) return "lost";
      const parser = new SseParser((event) => {
        alive();
        this.apply(event.data);
      });
      this.options.status("open");
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done || this.stopped) return "lost";
        clearTimeout(silence);
        silence = setTimeout(() => abort.abort(), SILENCE_MS);
        parser.push(value);
      }
    } catch {
      return "lost";
    } finally {
      clearTimeout(silence);
      abort.abort();
    }
  }

  private apply(data: string): void {
    let event: WidgetEvent;
    try {
      event = JSON.parse(data) as WidgetEvent;
    } catch {
      return;
    }
    if (!this.stopped && typeof event?.type === "string") this.options.heard(event);
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.wake = done;
    });
  }
}
