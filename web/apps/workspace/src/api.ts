import type {
  AgentStatus, Comparison, ContextPackage, Disposition, ListName, Me, Presence, Problem, Row, Counts, Ticket, Timing, View,
} from "@segue/protocol";
import { t } from "./messages";

/** What went wrong with one request, in a sentence for the person. `status` is 0 where nothing answered. */
export class ApiError extends Error {
  /** `problem` is the whole answer, for the few that carry more than a sentence. */
  constructor(readonly status: number, readonly code: string, message: string, readonly problem: object = {}) {
    super(message);
  }

  /** Worth trying again by itself: no network, or a server that cannot just now. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

const TIMEOUT_MS = 15_000;

let signedOut: () => void = () => undefined;

/** Called whenever a request is answered with 401 by anything but signing in. */
export function onSignedOut(listener: () => void): void {
  signedOut = listener;
}

/** One request; refused or unanswered, it throws an {@link ApiError} with a sentence for the person. */
export async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(path, {
      method,
      credentials: "same-origin",
      headers: method === "GET" ? { accept: "application/json" } : { "content-type": "application/json" },
      body: method === "GET" ? undefined : JSON.stringify(body ?? {}),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    throw new ApiError(0, "network", t.problems.network);
  }
  if (answer.ok) return (answer.status === 204 ? undefined : await answer.json()) as T;
  const problem = (await answer.json().catch(() => ({}))) as Partial<Problem>;
  if (answer.status === 401 && path !== "/v1/sessions") signedOut();
  throw new ApiError(
    answer.status, problem.code ?? "unknown", problem.detail ?? problem.title ?? t.problems.generic(answer.status), problem,
  );
}

/** Where a conversation lives. */
export const conversation = (id: string) => `/v1/conversations/${encodeURIComponent(id)}`;

export interface DemoAccount { name: string; email: string; password: string; organisation: string; role: string; about: string }
export interface DemoSite { name: string; url: string; organisation: string }

export const api = {
  setup: () => call<{ needed: boolean; demo: boolean }>("GET", "/v1/setup"),
  setUp: (form: { organisation: string; name: string; email: string; password: string; load_demo: boolean }) =>
    call<Me>("POST", "/v1/setup", form),
  demo: () => call<{ accounts: DemoAccount[]; sites: DemoSite[] }>("GET", "/v1/demo"),
  signIn: (email: string, password: string) => call<Me>("POST", "/v1/sessions", { email, password }),
  signOut: () => call<void>("DELETE", "/v1/sessions/current"),
  me: () => call<Me>("GET", "/v1/me"),
  setPresence: (presence: Presence) => call<Me>("PUT", "/v1/me/presence", { presence }),
  list: (name: ListName, cursor?: string) =>
    call<{ rows: Row[]; next_cursor: string | null; counts: Counts }>(
      "GET", `/v1/lists/${name}${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ""}`,
    ),
  view: (id: string) => call<View>("GET", `${conversation(id)}/view`),
  accept: (id: string, epoch: number) => call<View>("POST", `${conversation(id)}/accept`, { epoch }),
  decline: (id: string, epoch: number) => call<void>("POST", `${conversation(id)}/decline`, { epoch }),
  claim: (id: string) => call<View>("POST", `${conversation(id)}/claim`),
  assign: (id: string, agent: string) => call<View>("POST", `${conversation(id)}/assign`, { agent }),
  join: (id: string, epoch: number) => call<View>("POST", `${conversation(id)}/join`, { epoch }),
  reply: (id: string, client_id: string, text: string) =>
    call<{ seq: number; turn: number }>("POST", `${conversation(id)}/replies`, { client_id, text }),
  note: (id: string, client_id: string, text: string) =>
    call<{ seq: number }>("POST", `${conversation(id)}/notes`, { client_id, text }),
  resolve: (id: string, form: { epoch: number; disposition: Disposition; timing: Timing; note?: string }) =>
    call<View>("POST", `${conversation(id)}/resolve`, form),
  finish: (id: string, epoch: number) => call<View>("POST", `${conversation(id)}/finish`, { epoch }),
  giveBack: (id: string, epoch: number, summary: string) =>
    call<View>("POST", `${conversation(id)}/return`, { epoch, summary }),
  transfer: (id: string, form: { epoch: number; squad?: string; agent?: string; reason: string }) =>
    call<View>("POST", `${conversation(id)}/transfer`, form),
  squads: () => call<{ id: string; name: string }[]>("GET", "/v1/squads"),
  routing: (id: string) => call<Comparison>("GET", `${conversation(id)}/routing`),
  agents: () => call<AgentStatus[]>("GET", "/v1/agents"),
  tickets: () => call<{ tickets: Ticket[] }>("GET", "/v1/tickets"),
  ticket: (id: string) =>
    call<Ticket & { package: ContextPackage }>("GET", `/v1/tickets/${encodeURIComponent(id)}`),
};
