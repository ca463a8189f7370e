/** Where a link in text by a customer, a model or a vendor may lead. */
export interface SafeLink { href: string; host: string }

const LONGEST = 2_048;

/**
 * The address, where it is an absolute http, https or mailto one without credentials; nothing otherwise.
 * `base` is for addresses that the operator wrote (articles); untrusted text has none.
 */
export function safeLink(address: string, base?: string): SafeLink | undefined {
  const text = address.trim();
  if (text === "" || text.length > LONGEST || hasControls(text)) return undefined;
  let url: URL;
  try {
    url = base === undefined ? new URL(text) : new URL(text, base);
  } catch {
    return undefined;
  }
  if (url.protocol === "mailto:") {
    // Only an address: a subject or a body could be made to leak the conversation.
    const to = url.pathname;
    return /^[^\s@,?&]{1,64}@[^\s@,?&]{1,190}$/.test(to) ? { href: `mailto:${to}`, host: to } : undefined;
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") return undefined;
  if (url.username !== "" || url.password !== "" || url.hostname === "") return undefined;
  return { href: url.href, host: url.host };
}

function hasControls(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 33 || code === 127 || isDirectional(code)) return true;
  }
  return false;
}

/** Characters that reorder what follows: they could make one host read as another. */
function isDirectional(code: number): boolean {
  return code === 0x061c || code === 0x200e || code === 0x200f ||
    (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

/** A label without characters that reorder, so that it cannot reach into its surroundings. */
export function plainLabel(text: string): string {
  let out = "";
  for (const char of text) if (!isDirectional(char.codePointAt(0) ?? 0)) out += char;
  return out;
}
