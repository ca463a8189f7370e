/**
 * What the loader on the host page and the frame say to each other by postMessage.
 *
 * Both sides check `event.origin` and `event.source` before they look at the data; then `read` checks its shape.
 */

export interface PageInfo { url: string; title: string }

export type Theme = "auto" | "light" | "dark";

export type ToFrame =
  | { type: "init"; page: PageInfo; open: boolean; language: string; theme: Theme; identity?: string; context?: object }
  | { type: "page"; page: PageInfo }
  | { type: "context"; context: object }
  | { type: "identify"; identity: string }
  | { type: "visible"; open: boolean }
  | { type: "ask"; text: string }
  /** The customer takes the offer of a person. */
  | { type: "accept" };

export type ToHost =
  /** The frame listens; answer with `init`. */
  | { type: "ready" }
  | { type: "close" }
  /** `note` is the line for the title bar, in the customer's language. */
  | { type: "unread"; count: number; note: string }
  /** Whether a conversation is kept, so that the next page loads the frame for its unread count. */
  | { type: "kept"; kept: boolean };

const MARK = "segue";

export function wrap(message: ToFrame | ToHost): object {
  return { [MARK]: 1, ...message };
}

/** The message inside `data`, or nothing where it is not one of ours. */
export function read<M extends ToFrame | ToHost>(data: unknown): M | undefined {
  if (typeof data !== "object" || data === null) return undefined;
  const record = data as Record<string, unknown>;
  return record[MARK] === 1 && typeof record.type === "string" ? (data as M) : undefined;
}
