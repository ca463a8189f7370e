import type { Item, Problem, Times, WidgetState } from "@segue/protocol";

export interface SiteConfig {
  organisation_name: string;
  assistant_name: string;
  accent: string;
  greeting: string;
  language: string;
  suggestions: string[];
}

export interface Opened { conversation: string; token: string; seq: number; items: Item[]; state: WidgetState }

export interface OpenRequest {
  site: string;
  client_id: string;
  language?: string;
  time_zone?: string;
  page?: { url: string; title: string };
  identity?: string;
}

/** An answer that is not 2xx. Status 0: no answer came. */
export class ApiError extends Error {
  constructor(readonly status: number, readonly code: string, readonly retryAfterMs = 0) {
    super(code);
  }

  /** The same request may succeed later. */
  get passing(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 425 || this.status === 429 || this.status >= 500;
  }

  /** The conversation is not ours, or no longer there. */
  get gone(): boolean {
    return this.status === 401 || this.status === 404 || this.status === 410;
  }
}

const TIMEOUT_MS = 15_000;

/** The widget's REST calls. The token travels in the header only. */
export class Api {
  /** How far the server's clock is ahead of ours, by the last answer. */
  skewMs = 0;

  constructor(private readonly base: URL) {}

  site(key: string): Promise<SiteConfig> {
    return this.call("GET", `sites/${encodeURIComponent(key)}`);
  }

  open(request: OpenRequest): Promise<Opened> {
    return this.call("POST", "conversations", undefined, request);
  }

  /** Opens with a person on the way, for who was offered one. */
  accept(request: OpenRequest): Promise<Opened> {
    return this.call("POST", "offers/accepted", undefined, request);
  }

  act(conversation: string, token: string, path: string, body: object): Promise<{ seq: number }> {
    return this.call("POST", `conversations/${encodeURIComponent(conversation)}/${path}`, token, body);
  }

  times(conversation: string, token: string): Promise<Times> {
    return this.call("GET", `conversations/${encodeURIComponent(conversation)}/callback`, token);
  }

  streamUrl(conversation: string, after: number): URL {
    const url = new URL(`conversations/${encodeURIComponent(conversation)}/stream`, this.base);
    if (after > 0) url.searchParams.set("after", String(after));
    return url;
  }

  private async call<T>(method: string, path: string, token?: string, body?: object): Promise<T> {
    const headers: Record<string, string> = { accept: "application/json" };
    if (token) headers.authorization = `Bearer ${token}`;
    if (body) headers["content-type"] = "application/json";
    let response: Response;
    try {
      response = await fetch(new URL(path, this.base), {
        method,
        headers,
        body: body && JSON.stringify(body),
        credentials: "omit",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch {
      throw new ApiError(0, "network");
    }
    const date = Date.parse(response.headers.get("date") ?? "");
    if (!Number.isNaN(date)) this.skewMs = date - Date.now();
    if (!response.ok) throw await problem(response);
    if (response.status === 204) return undefined as T;
    return response.json().catch(() => Promise.reject(new ApiError(0, "network"))) as Promise<T>;
  }
}

async function problem(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => ({}))) as Partial<Problem>;
  const after = Number(response.headers.get("retry-after"));
  return new ApiError(response.status, body.code ?? "unknown", Number.isFinite(after) ? Math.min(after, 60) * 1_000 : 0);
}
