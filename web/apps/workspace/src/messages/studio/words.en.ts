import type { Action, ChangeKind, Expectation, FieldType, Metric, Rule, Topic, Change, Version } from "@segue/protocol";

const topics: Record<Topic, string> = {
  self_harm: "Self-harm", violence: "Violence", legal: "Legal", security: "Security", privacy: "Privacy", refund: "Refunds",
  billing: "Billing", replacement: "Replacements", cancellation: "Cancelling", sales: "Sales", feature_request: "Feature requests",
  bug: "Bugs", delivery: "Delivery", access: "Access",
};

const actions: Record<Action, string> = { answer: "Answer", propose: "Propose", hand_off: "Hand off", hold: "Hold" };

const did: Record<Action, string> = {
  answer: "The assistant answered", propose: "A person was proposed", hand_off: "Handed off to a person", hold: "Held back",
};

const expectations: Record<Expectation, string> = { ...actions, propose_or_hand_off: "Propose or hand off" };

const stages: Record<Version["stage"], string> = {
  draft: "Draft", shadow: "In shadow", rollout: "Rolling out", live: "Live", retired: "Retired", rolled_back: "Rolled back",
};

const changes: Record<Change["what"], string> = {
  saved: "saved", shadowed: "put into shadow", rolled_out: "rolled out", went_live: "took live", rolled_back: "rolled back", retired: "retired",
};

const metrics: Record<Metric, string> = {
  handoff_rate: "Share handed off", too_early_rate: "Share too early", missed_rate: "Share missed",
};

const kinds: Record<ChangeKind, string> = {
  new: "New handoff", gone: "No handoff any more", earlier: "Earlier", later: "Later", action: "Proposed or handed off", reason: "Other reason", squad: "Other squad",
};

const then: Record<Rule["then"], string> = {
  hand_off: "Hand off", propose: "Propose a person", count: "Count towards a person", hold: "Hold back",
};

/** Signals that have no reason of the same name. */
const signals: Record<string, string> = {
  propose_topic: "Topic for a proposal", safety_floor: "Safety floor",
};

/** An isolate around a value: it keeps its own direction, and is drawn bold. */
const v = (value: string) => `\u2068${value}\u2069`;

/** What sentences about a policy are made of. Fields are named as the vocabulary names them. */
export const words = {
  topics, actions, did, expectations, stages, changes, metrics, kinds, then, signals, v,

  fields: {} as Record<string, string>,

  operators: {
    is: "is", is_not: "is not", in: "is one of", not_in: "is none of", has: "has", has_not: "does not have",
    above: "is above", at_least: "is at least", below: "is below", at_most: "is at most",
    contains: "contains", starts_with: "starts with", ends_with: "ends with", known: "is known",
  } as Record<string, string>,

  types: { text: "text", number: "number", boolean: "yes or no", list: "list" } as Record<FieldType, string>,

  leaf: (field: string, operator: string, value: string) => `the ${field} ${operator} ${v(value)}`,
  is: (field: string) => `the ${field} is ${v("yes")}`,
  isNot: (field: string) => `the ${field} is ${v("no")}`,
  known: (field: string) => `the ${field} is known`,
  unknown: (field: string) => `the ${field} is not known`,
  not: (condition: string) => `not ${condition}`,
  group: (conditions: string) => `(${conditions})`,
  when: (conditions: string) => `When ${conditions}`,
  expression: (cel: string) => `${v(cel)} holds`,
  always: "In every conversation",
  handOff: (squad: string | null) => (squad ? `hand off to ${v(squad)}` : "hand off"),
  propose: (squad: string | null) => (squad ? `propose a person from ${v(squad)}` : "propose a person"),
  count: (weight: string) => `count ${v(weight)} towards a person`,
  hold: "hold back",
  because: (reason: string) => `because: ${reason}`,
  first: (priority: number) => `priority ${v(String(priority))}`,
  replyIn: (time: string) => `first reply within ${v(time)}`,
  onPage: (area: string) => `On pages of ${v(area)}`,
  after: (seconds: string) => `by itself after ${seconds}`,
  proposeAt: (value: string) => `propose from ${v(value)}`,
  handOffAt: (value: string) => `hand off from ${v(value)}`,
  confidenceMin: (value: string) => `answers below ${v(value)} count as unsure`,
  coolDown: (n: number) => `wait ${v(n === 1 ? "1 message" : `${n} messages`)} after a no`,
  emphasised: (signal: string, factor: string) => `${signal} × ${v(factor)}`,
  seconds: (n: number) => (n === 1 ? "1 second" : `${n} seconds`),
  minutes: (n: number) => (n === 1 ? "1 minute" : `${n} minutes`),
  hours: (n: number) => (n === 1 ? "1 hour" : `${n} hours`),
};
