/**
 * Small marks on the host page's own storage, never a token and never a word of a conversation: that the panel was
 * open in this tab, that a conversation is kept, the site's colour, when a person was offered and declined.
 */
export function remember(session: boolean, key: string, value?: string | null): string | null {
  try {
    const store = session ? sessionStorage : localStorage;
    if (value === null) store.removeItem(key);
    else if (value !== undefined) store.setItem(key, value);
    return store.getItem(key);
  } catch {
    return null;
  }
}
