import { ServerClock } from "@segue/sync";

/** The server's time, told once a second, so that every count-down on the page moves at one beat. */
class Beat {
  readonly server = new ServerClock();
  /** Unix milliseconds by the server's clock. */
  now = $state(Date.now());

  constructor() {
    setInterval(() => this.tick(), 1_000);
    document.addEventListener("visibilitychange", () => this.tick());
  }

  tick(): void {
    this.now = this.server.now();
  }
}

export const clock = new Beat();
