import { read, wrap, type ToFrame, type ToHost } from "../shared/messages";

/**
 * The line to the host page. Its origin is told by the browser, never by a message: what comes from another
 * window or another origin is dropped.
 */
export class Bridge {
  private readonly origin = hostOrigin();
  readonly embedded = window.parent !== window;

  constructor(heard: (message: ToFrame) => void) {
    if (!this.embedded) return;
    addEventListener("message", (event) => {
      if (event.source !== window.parent || this.origin === undefined || event.origin !== this.origin) return;
      const message = read<ToFrame>(event.data);
      if (message) heard(message);
    });
  }

  send(message: ToHost): void {
    if (this.embedded && this.origin !== undefined) window.parent.postMessage(wrap(message), this.origin);
  }
}

function hostOrigin(): string | undefined {
  const ancestor = location.ancestorOrigins?.[0];
  if (ancestor !== undefined) return ancestor === "null" ? undefined : ancestor;
  try {
    return new URL(document.referrer).origin;
  } catch {
    return undefined;
  }
}
