import type { PageInfo } from "../shared/messages";

/** Parameters that carry secrets lose their values before the address leaves the page. */
const SECRET = /token|secret|passw|signature|session|apikey|api_key|^(code|sig|auth|jwt|key|sid)$/i;

/** The address without fragment, credentials and secret parameters, and the title. Never anything from a form. */
export function currentPage(title: string): PageInfo {
  const url = new URL(location.href);
  url.hash = url.username = url.password = "";
  for (const name of [...url.searchParams.keys()]) if (SECRET.test(name)) url.searchParams.set(name, "removed");
  return { url: url.href.slice(0, 2_000), title: title.slice(0, 300) };
}

/** Calls back on navigations within a single page, once the page has had time to set its title. */
export function watchPage(changed: () => void): void {
  let timer = 0;
  const later = (): void => {
    clearTimeout(timer);
    timer = window.setTimeout(changed, 150);
  };
  for (const name of ["pushState", "replaceState"] as const) {
    const original = history[name];
    history[name] = function (this: History, ...args: Parameters<History["pushState"]>) {
      original.apply(this, args);
      later();
    };
  }
  addEventListener("popstate", later);
}
