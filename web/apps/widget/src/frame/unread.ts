import type { Model } from "./model";
import type { Visitor } from "./visitor";

/** How many messages the customer has not seen; seeing them is having the panel open on a visible page. */
export function unread(model: Model, visitor: Visitor): number {
  const { items } = model.stream;
  const newest = items.at(-1)?.seq ?? 0;
  if (model.visible && !document.hidden) {
    if (newest > visitor.seen) visitor.seen = newest;
    return 0;
  }
  const { seen } = visitor;
  return items.filter((item) => item.seq > seen && (
    item.kind === "notice" || item.kind === "proposal" || (item.kind === "message" && item.role !== "customer")
  )).length;
}
