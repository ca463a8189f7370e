import { readJson, type Store } from "./storage";

/** The token of one conversation. */
export interface Session { conversation: string; token: string }

/**
 * What the frame remembers for one visitor of one site. A signed-in person and the anonymous visitor of the same
 * browser have separate places, so that neither sees the other's conversation.
 */
export class Visitor {
  private readonly suffix: string;

  constructor(private readonly store: Store, site: string, readonly identity?: string) {
    this.suffix = `${site}:${identity ? fingerprint(subject(identity)) : ""}`;
  }

  get who(): string { return this.suffix; }
  get outboxPrefix(): string { return `segue:out:${this.suffix}:`; }

  get session(): Session | undefined {
    const session = readJson<Session>(this.store, this.key("chat"));
    return session && typeof session.token === "string" && typeof session.conversation === "string" ? session : undefined;
  }

  set session(session: Session | undefined) {
    if (session) this.store.set(this.key("chat"), JSON.stringify(session));
    else for (const name of ["chat", "opening", "seen"]) this.store.remove(this.key(name));
  }

  /** The client id under which a conversation is opened: the same until one is. */
  openingId(): string {
    const key = this.key("opening");
    const id = this.store.get(key) ?? crypto.randomUUID();
    this.store.set(key, id);
    return id;
  }

  get seen(): number { return Number(this.store.get(this.key("seen"))) || 0; }
  set seen(seq: number) { this.store.set(this.key("seen"), String(seq)); }

  get draft(): string { return this.store.get(this.key("draft")) ?? ""; }
  set draft(text: string) {
    if (text === "") this.store.remove(this.key("draft"));
    else this.store.set(this.key("draft"), text);
  }

  private key(name: string): string {
    return `segue:${name}:${this.suffix}`;
  }
}

/** Whom a token speaks of; read only to tell two people apart, the server alone verifies it. */
function subject(token: string): string {
  try {
    const payload = token.split(".")[1] ?? "";
    const claims = JSON.parse(atob(payload.replace(/-/g, "+").replace(/_/g, "/"))) as Record<string, unknown>;
    return String(claims.sub ?? claims.email ?? token);
  } catch {
    return token;
  }
}

/** FNV-1a, 64 bits: a name for a storage key, not a secret. */
function fingerprint(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(36);
}
