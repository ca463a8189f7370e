/** How far the server's clock is ahead of ours, so that count-downs agree on every screen. */
export class ServerClock {
  #offset_ms = 0;
  #best_ms = Number.POSITIVE_INFINITY;
  #samples = 0;

  constructor(private readonly local: () => number = Date.now) {}

  /** The server's time now, in Unix milliseconds. */
  now(): number {
    return this.local() + this.#offset_ms;
  }

  get offset_ms(): number {
    return this.#offset_ms;
  }

  /**
   * Takes one reading of the server's clock. With `sent_ms` (our clock when we asked) the journey is known and half of
   * it is taken off; the reading with the shortest journey of the last ten stands.
   */
  read(server_time_ms: number, sent_ms?: number): void {
    const received_ms = this.local();
    const journey_ms = sent_ms === undefined ? 5_000 : Math.max(0, received_ms - sent_ms);
    this.#samples += 1;
    if (this.#samples % 10 === 0) this.#best_ms = Number.POSITIVE_INFINITY;
    if (journey_ms > this.#best_ms) return;
    this.#best_ms = journey_ms;
    this.#offset_ms = server_time_ms - received_ms + (sent_ms === undefined ? 0 : journey_ms / 2);
  }
}
