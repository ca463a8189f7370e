import { Host, type BootOptions } from "./host";
import { Launcher } from "./launcher";

type Call = [name: string, argument?: unknown];
type Segue = ((...call: Call) => void) & { q?: ArrayLike<unknown>[] };

const script = document.currentScript as HTMLScriptElement | null;
const scope = window as unknown as { segue?: Segue };

/** The pages call `segue(...)` before this script is there: `window.segue` is then a stub with a queue `q`. */
function start(base: URL): void {
  const waiting = [...(scope.segue?.q ?? [])].map((call) => Array.from(call) as Call);
  const before: Call[] = [];
  let host: Host | undefined;

  const segue: Segue = (...call) => {
    const [name, argument] = call;
    if (name === "boot") {
      if (host) return;
      host = new Host(base, argument as BootOptions, script?.nonce);
      for (const early of before.splice(0)) segue(...early);
    } else if (!host) before.push(call);
    else if (name === "identify") host.identify(argument as string);
    else if (name === "context") host.tell(Object(argument));
    else if (name === "open") host.show(true);
    else if (name === "close") host.show(false);
    else if (name === "ask") host.ask(String(argument));
    else console.warn(`segue: there is no "${name}"`);
  };
  scope.segue = segue;

  const { site, language, theme, accent } = script?.dataset ?? {};
  // Identities first, so that a frame that loads at once already has them.
  const identity = waiting.filter(([name]) => name === "identify").at(-1)?.[1];
  for (const call of waiting) {
    if (call[0] === "boot") segue("boot", { identity, ...(call[1] as BootOptions) });
    else if (call[0] !== "identify" || !site) segue(...call);
  }
  if (site) segue("boot", { site, language, theme, accent, identity });
}

if (script && !customElements.get("segue-launcher")) {
  customElements.define("segue-launcher", Launcher);
  const base = new URL(".", script.src);
  if (document.body) start(base);
  else addEventListener("DOMContentLoaded", () => start(base));
}
