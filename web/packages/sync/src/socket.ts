import type { WorkspaceCommand, WorkspaceFrame } from "@segue/protocol";
import type { ServerClock } from "./clock";

/** Where the connection stands. Only `live` means that what is on the screen is current. */
export type Connection =
  | { state: "idle" }
  | { state: "connecting"; attempt: number }
  | { state: "live"; since_ms: number }
  | { state: "waiting"; attempt: number; retry_at_ms: number }
  | { state: "signed_out" };

/** The part of a browser's WebSocket that is used here; a test brings its own. */
export interface Wire {
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  onerror: ((event: Event) => void) | null;
  send(data: string): void;
  close(): void;
}

export interface SocketOptions {
  connect: () => Wire;
  clock: ServerClock;
  onFrame: (frame: WorkspaceFrame) => void;
  onConnection: (connection: Connection) => void;
  /** 0..1, for the jitter. */
  random?: () => number;
  /** Local time in milliseconds. */
  now?: () => number;
}

/** The contract: a ping every 10 s; a side that hears nothing for 30 s gives up. */
export const PING_MS = 10_000;
export const SILENCE_MS = 30_000;
const BACKOFF_BASE_MS = 500;
const BACKOFF_CAP_MS = 20_000;

/** Full jitter: anywhere between nothing and the exponential bound, so that a restart is not met by everyone at once. */
export function backoff_ms(attempt: number, random: number): number {
  return Math.round(random * Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** Math.min(attempt, 10)));
}

/**
 * The workspace's socket: keeps itself connected and says where it stands.
 *
 * The server sends a full snapshot first, so nothing is resumed: after a gap the snapshot replaces everything, and the
 * conversation that was open is opened again.
 */
export class WorkspaceSocket {
  #wire: Wire | null = null;
  #connection: Connection = { state: "idle" };
  #attempt = 0;
  #open: string | null = null;
  #heard_ms = 0;
  #pinged_ms: number | undefined;
  #beat: ReturnType<typeof setInterval> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  readonly #random: () => number;
  readonly #now: () => number;

  constructor(private readonly options: SocketOptions) {
    this.#random = options.random ?? Math.random;
    this.#now = options.now ?? Date.now;
  }

  get connection(): Connection {
    return this.#connection;
  }

  start(): void {
    if (this.#connection.state === "idle" || this.#connection.state === "signed_out") this.#connect();
  }

  stop(): void {
    this.#drop();
    clearTimeout(this.#retry);
    this.#attempt = 0;
    this.#move({ state: "idle" });
  }

  /** The network is back, or the person is: do not wait for the rest of the back-off. */
  nudge(): void {
    if (this.#connection.state === "waiting") {
      clearTimeout(this.#retry);
      this.#connect();
    } else if (this.#connection.state === "live" && this.#now() - this.#heard_ms > SILENCE_MS) {
      this.#lost();
    }
  }

  /** Follows one conversation; remembered across reconnects. */
  open(conversation: string | null): void {
    this.#open = conversation;
    this.send({ type: "open", conversation });
  }

  /** Sends where the socket is live; what may be lost (typing, ping) is all that goes this way. */
  send(command: WorkspaceCommand): void {
    if (this.#connection.state === "live") this.#wire?.send(JSON.stringify(command));
  }

  #connect(): void {
    this.#drop();
    this.#move({ state: "connecting", attempt: this.#attempt });
    let wire: Wire;
    try {
      wire = this.options.connect();
    } catch {
      this.#lost();
      return;
    }
    this.#wire = wire;
    this.#heard_ms = this.#now();
    const current = () => this.#wire === wire;
    wire.onmessage = (event) => current() && this.#hear(event.data);
    wire.onclose = () => current() && this.#lost();
    wire.onerror = () => undefined;
    this.#beat = setInterval(() => this.#tick(), PING_MS);
  }

  #tick(): void {
    if (this.#now() - this.#heard_ms >= SILENCE_MS) {
      this.#lost();
      return;
    }
    this.#pinged_ms = this.#now();
    this.send({ type: "ping" });
  }

  #hear(data: unknown): void {
    this.#heard_ms = this.#now();
    const frame = read(data);
    if (!frame) return;
    if (frame.type === "welcome") {
      this.options.clock.read(frame.server_time_ms);
      this.#attempt = 0;
      this.#move({ state: "live", since_ms: this.#now() });
      if (this.#open !== null) this.send({ type: "open", conversation: this.#open });
    } else if (frame.type === "pong") {
      this.options.clock.read(frame.server_time_ms, this.#pinged_ms);
      this.#pinged_ms = undefined;
    } else if (frame.type === "bye") {
      if (frame.code === "signed_out") {
        this.#drop();
        this.#move({ state: "signed_out" });
      } else {
        this.#lost();
      }
    }
    this.options.onFrame(frame);
  }

  #lost(): void {
    this.#drop();
    const delay_ms = backoff_ms(this.#attempt, this.#random());
    this.#attempt += 1;
    this.#move({ state: "waiting", attempt: this.#attempt, retry_at_ms: this.#now() + delay_ms });
    this.#retry = setTimeout(() => this.#connect(), delay_ms);
  }

  #drop(): void {
    clearInterval(this.#beat);
    const wire = this.#wire;
    this.#wire = null;
    if (!wire) return;
    wire.onmessage = wire.onclose = null;
    wire.close();
  }

  #move(connection: Connection): void {
    this.#connection = connection;
    this.options.onConnection(connection);
  }
}

/** A frame of a kind that this build does not know is skipped by whoever applies it; broken JSON is skipped here. */
function read(data: unknown): WorkspaceFrame | undefined {
  if (typeof data !== "string") return undefined;
  try {
    const frame: unknown = JSON.parse(data);
    const typed = typeof frame === "object" && frame !== null && "type" in frame;
    return typed ? (frame as WorkspaceFrame) : undefined;
  } catch {
    return undefined;
  }
}
