/** The few calls of `Storage` that the frame makes. */
export interface Store {
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
  keys(): string[];
}

class MemoryStore implements Store {
  private readonly values = new Map<string, string>();
  get(key: string): string | null { return this.values.get(key) ?? null; }
  set(key: string, value: string): void { this.values.set(key, value); }
  remove(key: string): void { this.values.delete(key); }
  keys(): string[] { return [...this.values.keys()]; }
}

/**
 * The frame's own storage, never the host page's. Where the browser denies it (a sandbox, a full disk, blocked
 * third-party storage) the same calls work from memory for as long as the page lives.
 */
class BrowserStore implements Store {
  private readonly memory = new MemoryStore();
  constructor(private readonly inner: Storage) {}

  get(key: string): string | null {
    try {
      return this.inner.getItem(key) ?? this.memory.get(key);
    } catch {
      return this.memory.get(key);
    }
  }

  set(key: string, value: string): void {
    try {
      this.inner.setItem(key, value);
      this.memory.remove(key);
    } catch {
      this.memory.set(key, value);
    }
  }

  remove(key: string): void {
    this.memory.remove(key);
    try {
      this.inner.removeItem(key);
    } catch { /* nothing was stored */ }
  }

  keys(): string[] {
    try {
      return [...new Set([...Object.keys(this.inner), ...this.memory.keys()])];
    } catch {
      return this.memory.keys();
    }
  }
}

export function openStore(): Store {
  try {
    const probe = "segue:probe";
    window.localStorage.setItem(probe, "1");
    window.localStorage.removeItem(probe);
    return new BrowserStore(window.localStorage);
  } catch {
    return new MemoryStore();
  }
}

export function memoryStore(): Store {
  return new MemoryStore();
}

export function readJson<T>(store: Store, key: string): T | undefined {
  const text = store.get(key);
  if (text === null) return undefined;
  try {
    return JSON.parse(text) as T;
  } catch {
    store.remove(key);
    return undefined;
  }
}
