export { ServerClock } from "./clock";
export { apply, EMPTY_COUNTS, EMPTY_DESK, withoutOffer, withRows, withView, type Desk } from "./desk";
export { Outbox, type Delivery, type Entry } from "./outbox";
export { backoff_ms, PING_MS, SILENCE_MS, WorkspaceSocket, type Connection, type Wire } from "./socket";
