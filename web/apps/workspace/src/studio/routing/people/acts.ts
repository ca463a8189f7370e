import { s } from "../../../messages/studio";
import { screen } from "../../../state/screen.svelte";
import { people } from "../state/people.svelte";

/** Saves whoever was changed, and says how it went. */
export async function savePeople(): Promise<void> {
  const saved = await people.save();
  const failed = Object.keys(people.problems).length;
  if (failed > 0) screen.show(s.routing.people.someFailed(failed), true);
  else if (saved > 0) screen.show(s.routing.people.someSaved(saved));
}
