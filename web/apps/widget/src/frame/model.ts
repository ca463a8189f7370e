import type { WidgetState } from "@segue/protocol";
import type { SiteConfig } from "./api";
import { ENGLISH, type Locale } from "./i18n";
import { EMPTY, type Stream } from "./items";

/** Everything the views are drawn from. */
export interface Model {
  locale: Locale;
  config?: SiteConfig;
  configFailed: boolean;
  stream: Stream;
  state?: WidgetState;
  /** The answer being written, piece by piece. */
  writing?: { turn: number; text: string };
  typing?: "assistant" | "agent";
  /** A stored conversation has been asked for and not come yet. */
  restoring: boolean;
  lost: boolean;
  online: boolean;
  visible: boolean;
  /** A person has been asked for, and the server has not said so yet. */
  asked: boolean;
  /** Answers to proposals, by seq, before the server has confirmed them. */
  answered: Map<number, boolean>;
  /** The address just given. */
  contact?: string;
  /** "Keep waiting" was chosen. */
  kept: boolean;
  /** A time for a callback is on its way to the server, or was refused. */
  booking?: "sending" | "failed";
  /** Times that the server has taken. */
  booked: number;
  score?: number;
  commented: boolean;
  /** The page that the customer is on: addresses of articles may be relative to it. */
  pageUrl?: string;
  /** The server's clock against ours. */
  skewMs: number;
}

export function newModel(): Model {
  return {
    locale: ENGLISH, configFailed: false, stream: EMPTY, restoring: false, lost: false, online: navigator.onLine,
    visible: false, asked: false, answered: new Map(), kept: false, booked: 0, commented: false, skewMs: 0,
  };
}

export type Phase = "assistant" | "waiting" | "preparing" | "human" | "ticketed" | "ended";

/** The states of the handoff as the customer sees them. */
export function phase(model: Model): Phase {
  const state = model.state?.state;
  if (model.asked && state !== "preparing" && state !== "human") return "waiting";
  switch (state) {
    case "requested": case "queued": case "offered": case "transferred": return "waiting";
    case "preparing": return "preparing";
    case "human": return "human";
    case "ticketed": case "callback": return "ticketed";
    case "wrap_up": case "resolved": case "abandoned": return "ended";
    default: return "assistant";
  }
}
