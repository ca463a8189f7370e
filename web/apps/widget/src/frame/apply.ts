import type { WidgetEvent } from "@segue/protocol";
import { merge, replace } from "./items";
import type { Model } from "./model";

/** Applies one event of the stream. */
export function apply(model: Model, event: WidgetEvent): void {
  switch (event.type) {
    case "snapshot":
      model.stream = replace(model.stream, event.seq, event.items);
      model.writing = undefined;
      model.restoring = false;
      enter(model, event.state);
      break;
    case "items":
      model.stream = merge(model.stream, event.seq, event.items);
      model.restoring = false;
      // The whole message is there: its pieces are forgotten.
      if (event.items.some((item) => item.kind === "notice" || (item.kind === "message" && item.role !== "customer"))) {
        model.writing = model.typing = undefined;
      }
      enter(model, event.state);
      break;
    case "state":
      enter(model, event.state);
      break;
    case "delta":
      model.typing = undefined;
      model.writing = model.writing?.turn === event.turn
        ? { turn: event.turn, text: model.writing.text + event.text }
        : { turn: event.turn, text: event.text };
      break;
    case "typing":
      model.typing = event.role;
  }
}

/** A new state; what was shown ahead of it is dropped once the server has moved on. */
export function enter(model: Model, state: NonNullable<Model["state"]>): void {
  const before = model.state?.state;
  model.state = state;
  if (state.state === before) return;
  if (!["ai", "proposed", "returned"].includes(state.state)) model.asked = false;
  model.kept = false;
  if (before !== undefined) model.contact = undefined;
  if (state.state === "ai" || state.state === "human") {
    model.score = undefined;
    model.commented = false;
  }
}
