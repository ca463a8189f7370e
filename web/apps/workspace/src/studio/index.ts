import { addActions } from "../actions";
import { chooseStudioLanguage } from "../messages/studio";
import { studioActions } from "./actions";
import { routingActions } from "./routing/actions";

export { default as Studio } from "./Studio.svelte";

/** Everything that has to stand before the studio draws. */
export async function prepare(): Promise<void> {
  await chooseStudioLanguage();
  addActions([...studioActions(), ...routingActions()]);
}
