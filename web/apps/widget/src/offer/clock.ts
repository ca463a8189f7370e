/** Counts down while the page can be seen, and stands still while it cannot. */
export class SeenClock {
  private since = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private left_ms: number, private readonly done: () => void) {
    document.addEventListener("visibilitychange", this.turn);
    this.turn();
  }

  stop(): void {
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.turn);
  }

  private readonly turn = (): void => {
    const now = performance.now();
    if (this.timer !== undefined) this.left_ms -= now - this.since;
    clearTimeout(this.timer);
    this.timer = undefined;
    if (document.hidden) return;
    this.since = now;
    this.timer = setTimeout(() => {
      this.stop();
      this.done();
    }, Math.max(this.left_ms, 0));
  };
}
