import type { ListName } from "@segue/protocol";

/** The address after `#`: `/mine/c_1`, `/tickets/t_1`, `/studio/triggers`. A reload and the back button keep the place. */
export interface Route {
  page: "inbox" | "tickets" | "studio";
  list: ListName;
  conversation: string | null;
  ticket: string | null;
  /** What follows `studio/`; the studio reads it. */
  studio: readonly string[];
}

export const LISTS: readonly ListName[] = ["mine", "squads", "unassigned", "waiting", "callbacks", "open", "resolved"];
const NAMES = new Set<string>([...LISTS, "all"]);

export function read(hash: string): Route {
  const [page = "", ...rest] = hash.replace(/^#\/?/, "").split("/").map(part);
  const id = rest[0] || null;
  const nowhere = { list: "mine" as ListName, conversation: null, ticket: null, studio: [] };
  if (page === "tickets") return { ...nowhere, page, ticket: id };
  if (page === "studio") return { ...nowhere, page, studio: rest.filter(Boolean) };
  return { ...nowhere, page: "inbox", list: (NAMES.has(page) ? page : "mine") as ListName, conversation: id };
}

function part(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function address(route: Partial<Route>): string {
  if (route.page === "studio") return `#/${["studio", ...(route.studio ?? [])].map(encodeURIComponent).join("/")}`;
  const [page, id] = route.page === "tickets" ? ["tickets", route.ticket] : [route.list ?? "mine", route.conversation];
  return `#/${page}${id ? `/${encodeURIComponent(id)}` : ""}`;
}

class Router {
  now = $state.raw<Route>(read(location.hash));
  /** Apart, so that walking through a list does not lay the list out again. */
  readonly list = $derived(this.now.list);

  constructor() {
    addEventListener("popstate", () => (this.now = read(location.hash)));
  }

  /** Moves; `replace` where the back button should skip the step, as with J and K. */
  go(route: Partial<Route>, replace = false): void {
    const hash = address(route);
    if (hash === location.hash) return;
    if (replace) history.replaceState(null, "", hash);
    else history.pushState(null, "", hash);
    this.now = read(hash);
  }
}

export const router = new Router();
