/**
 * The studio's wire types: the policy as a document, its versions, the test box, explanations and backtests.
 *
 * A policy is one text (TOML) and this shape, field for field; the server turns each into the other. Probabilities
 * and shares are 0..=1, times Unix milliseconds. `GET` needs the role's `Read`, everything else `Tune`.
 */
import type { Decision, Reason } from "./index";

export type Action = "answer" | "propose" | "hand_off" | "hold";

export type Topic =
  | "self_harm" | "violence" | "legal" | "security" | "privacy" | "refund" | "billing" | "replacement"
  | "cancellation" | "sales" | "feature_request" | "bug" | "delivery" | "access";

export type Scalar = string | number | boolean;

/** `{field, OPERATOR: value}` with exactly one operator, or a group. */
export type Condition =
  | { any: Condition[] } | { all: Condition[] } | { not: Condition }
  | ({ field: string } & { [operator: string]: Scalar | string[] });

/** By language code. */
export type Wording = Record<string, string>;

export interface Rule {
  name: string; note?: string;
  /** Absent means true. */
  enabled?: boolean;
  /** All must hold. */
  when?: Condition[];
  /** A CEL expression that must hold as well. */
  if?: string;
  then: "hand_off" | "propose" | "count" | "hold";
  /** For `count`: 0..=0.9. */
  weight?: number;
  reason?: Reason; squad?: string;
  /** 0..=100. */
  priority?: number;
  first_reply_s?: number; say?: Wording;
}

export interface Area {
  area: string; action: "propose" | "hand_off"; reason: Reason; squad?: string; proactive_after_s?: number;
}

/** Numbers of the policy that hold for some conversations only. */
export interface Override {
  name: string; when?: Condition[]; if?: string;
  propose_at?: number; hand_off_at?: number; answer_confidence_min?: number; cool_down_turns?: number;
  emphasis?: Record<string, number>;
}

export type Expectation = "answer" | "hold" | "propose" | "hand_off" | "propose_or_hand_off";

export interface PolicyTest {
  name: string;
  customer?: { tier?: string; verified?: boolean; attributes?: Record<string, unknown> };
  channel?: string; page?: string;
  turns: { customer?: string; assistant?: string; confidence?: number }[];
  expect: Expectation; reason?: Reason; rule?: string; squad?: string; turn?: number;
}

export interface Policy {
  name: string; version?: number;
  always_human_topics: Topic[]; propose_topics: Topic[];
  propose_at: number; hand_off_at: number; answer_confidence_min: number; cool_down_turns: number;
  /** Factor by signal, 0..=2; absent means 1. */
  emphasis?: Record<string, number>;
  /** The most proposals that nobody asked for, per visitor. */
  proactive: { per_day: number; after_dismissal_days: number };
  area: Area[]; rule?: Rule[]; override?: Override[];
  /** The clause that opens the announcement, by reason and language. */
  wording?: Record<string, Wording>;
  test?: PolicyTest[];
}

// ---------------------------------------------------------------- versions

export interface Version {
  version: number; name: string;
  stage: "draft" | "shadow" | "rollout" | "live" | "retired" | "rolled_back";
  made_by: string; made_at_ms: number; note: string; rules: number; tests: number;
}

export type Metric = "handoff_rate" | "too_early_rate" | "missed_rate";

/** Ends a trial by itself: the rise of a share that is allowed, and the conversations before it judges. */
export interface Guard { metric: Metric; limit: number; least: number }

export interface Trial { version: number; stage: "shadow" | "rollout"; percent: number | null; since_ms: number; guard: Guard }

export interface Change {
  at_ms: number; actor: string;
  what: "saved" | "shadowed" | "rolled_out" | "went_live" | "rolled_back" | "retired";
  version: number; percent?: number; why?: string;
}

export interface Overview { live: number; trial: Trial | null; versions: Version[]; history: Change[] }

export interface Written { version: Version; text: string; policy: Policy }

/** A place in the text, 1-based, `end_*` exclusive. */
export interface PolicyProblem {
  line: number; column: number; end_line: number; end_column: number;
  severity: "error" | "warning"; message: string; hint: string | null;
}

export interface Checked { problems: PolicyProblem[]; policy: Policy | null }

export interface Stage { stage: "shadow" | "rollout" | "live" | "retired"; percent?: number; guard?: Guard; why?: string }

/** A share with its 95 % interval, of `n`. */
export interface Rate { value: number; low: number; high: number; n: number }
export interface Interval { value: number; low: number; high: number }

export interface Brief { action: Action; reason: Reason | null; confidence: number }

export interface Results {
  since_ms: number; conversations: number; decisions: number; agreed: number;
  rates: { live: Rate; trial: Rate };
  changes: { live: Action; trial: Action; count: number }[];
  examples: { conversation: string; turn: number; title: string; live: Brief; trial: Brief }[];
  guard: {
    metric: Metric; live: Rate; trial: Rate; difference: Interval; limit: number;
    verdict: "waiting" | "holds" | "broken";
  } | null;
}

// ------------------------------------------------------- trying, explaining

export type Decided = Decision & { counterfactual?: string[] };

export interface Explanation {
  decision: Decided;
  thresholds: { propose_at: number; hand_off_at: number; answer_confidence_min: number; cool_down_turns: number; overrides: string[] };
  /** `strength` is null where the signal saw nothing; `force` is what it added to the probability. */
  signals: { name: string; doc: string; strength: number | null; weight: string; force: number; evidence: string | null; fired: boolean }[];
  rules: { name: string; then: Rule["then"]; fired: boolean; conditions: { text: string; holds: boolean; value: string }[] }[];
  timing: { verdict: "now" | "ask_first" | "settled" | "hold"; why: string | null };
  counterfactual: string[];
}

export type DecisionRow = Decided & { at_ms: number; policy: number | null; shadow: Brief | null };

export interface TryTurn { role: "customer" | "assistant"; text: string; confidence?: number }

export interface Try {
  text: string; customer?: PolicyTest["customer"]; channel?: string; page?: { url: string; title: string };
  turns: TryTurn[];
}

export interface Tried {
  turns: { turn: number; role: TryTurn["role"]; text: string; decision: Decided | null; explanation: Explanation | null }[];
}

export interface TestRun {
  passed: number; failed: number;
  results: { name: string; passed: boolean; why: string | null; line: number }[];
}

/** One change between two texts, in words. */
export interface Difference { path: string; from: string | null; to: string | null; words: string }

export type FieldType = "text" | "number" | "boolean" | "list";

export interface VocabularyField { name: string; type: FieldType; unit: string | null; doc: string; values: string[] | null }

export interface Vocabulary {
  fields: VocabularyField[];
  /** `floor`: nothing moves it. */
  signals: { name: string; doc: string; floor: boolean }[];
  reasons: Reason[]; topics: Topic[]; squads: { id: string; name: string }[]; areas: string[]; tiers: string[];
  operators: Record<string, string[]>;
}

export interface Template { name: string; title: string; about: string; text: string }

/** How often something fired, and what agents said of it. `name` is a signal, or `rule:NAME`. */
export interface TriggerCount {
  name: string; fired: number; proposed: number; handed_off: number; held: number; refused: number;
  judged: number; too_early: number; right: number; too_late: number;
}

// --------------------------------------------------- backtests, proposals

export interface Side {
  policy: string; handoffs: Rate; proposals: Rate;
  premature: Rate | null; right: Rate | null; late: Rate | null; missed: Rate | null;
  precision: Rate | null; recall: Rate | null;
}

export type ChangeKind = "new" | "gone" | "earlier" | "later" | "action" | "reason" | "squad";
/** What a decision comes to, held against what is known in hindsight. */
export type Outcome = "premature" | "right" | "late" | "missed";

export interface Finding {
  kind: "premature" | "missed" | "late" | "never_fires" | "always_refused";
  where: string; trigger: string | null; segment: string | null; side: "a" | "b" | "both";
  n: number; share: Rate; baseline: number; words: string;
}

export interface Happened { turn: number; action: Action; reason: Reason | null }

export interface Report {
  conversations: number; turns: number; runtime_s: number; turns_per_s: number; labelled: number;
  /** The one it is held against. */
  a: Side;
  /** The draft. */
  b: Side;
  difference: Record<"handoffs", Interval> & Record<"premature" | "right" | "late" | "missed", Interval | null>;
  queues: { squad: string; a_per_day: number; b_per_day: number }[];
  changed: { count: number; by_kind: { kind: ChangeKind; count: number }[] };
  findings: Finding[];
  examples: {
    conversation: string; kind: ChangeKind; title: string; label: { needed_at: number | null; source: string } | null;
    /** Of A and of B; null without a label. */
    outcomes: (Outcome | null)[];
    a: Happened | null; b: Happened | null;
  }[];
}

export interface Backtest {
  id: string; state: "running" | "done" | "failed" | "cancelled"; done: number; total: number;
  eta_s: number | null; problem: string | null; report: Report | null;
}

/** A change of the policy that the agents' judgements speak for. */
export interface PolicyProposal {
  id: string; setting: string; from: string; to: string; words: string;
  handoffs: Interval; missed: Interval; premature: Interval;
}
