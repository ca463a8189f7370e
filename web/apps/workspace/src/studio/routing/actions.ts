import type { Action } from "../../actions";
import { s } from "../../messages/studio";
import { mayTune } from "../../state/people";
import { router } from "../../state/route.svelte";
import { screen } from "../../state/screen.svelte";
import { go, here, type Place } from "../place";
import { savePeople } from "./people/acts";
import { people } from "./state/people.svelte";
import { rules } from "./state/rules.svelte";

const onPage = (page: Place["page"]) => router.now.page === "studio" && mayTune() && here().page === page;
const PAGES: [keyof typeof s.routing.pages, Place][] = [
  ["people", { page: "people" }], ["squads", { page: "squads" }], ["rules", { page: "rules" }], ["whatIf", { page: "what-if", id: null }],
];

/** Saves the rules, and says so. */
export async function saveRules(): Promise<void> {
  if (await rules.save()) screen.show(s.routing.saved);
}

/** What can be done on the routing pages. */
export const routingActions = (): Action[] => [
  ...PAGES.map(([name, place]): Action => ({
    id: `routing-${name}`, label: s.routing.actions[name], group: "move", keywords: s.routing.keywords[name] ?? [], when: mayTune, perform: () => go(place),
  })),
  {
    id: "routing-save", label: s.routing.actions.save, short: s.routing.save, group: "policy", keywords: s.routing.keywords.save ?? [], shortcut: "Mod+s",
    when: () => (onPage("people") && people.changed > 0 && !people.saving) || (onPage("rules") && rules.changed && !rules.busy),
    perform: () => void (onPage("people") ? savePeople() : saveRules()),
  },
];
