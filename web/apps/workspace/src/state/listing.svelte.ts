import type { Row } from "@segue/protocol";
import { sections, type Section } from "./lists";
import { router } from "./route.svelte";
import { screen } from "./screen.svelte";
import { workspace } from "./workspace.svelte";

/** The list as it is drawn now; J and K walk along it. */
class Listing {
  readonly sections = $derived<Section[]>(
    sections(
      workspace.desk.rows.values(), router.list, workspace.me, screen.search,
      new Set(workspace.desk.offers.map((offer) => offer.conversation)),
    ),
  );
  readonly order = $derived<Row[]>(this.sections.flatMap((section) => section.rows));

  /** Opens the neighbour of the open conversation, or the first one. */
  step(by: 1 | -1): void {
    const at = this.order.findIndex((row) => row.conversation === router.now.conversation);
    const next = at < 0 ? this.order[by > 0 ? 0 : this.order.length - 1] : this.order[at + by];
    if (next) router.go({ list: router.list, conversation: next.conversation }, router.now.conversation !== null);
  }
}

export const listing = new Listing();
