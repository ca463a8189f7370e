/**
 * Routing as the studio sets it: people and what they can do, squads and their hours, the rules by which somebody is
 * asked, and replays of the past with something changed. Shares are 0..=1.
 */
import type { Reason } from "./index";
import type { Topic } from "./policy";

/** A member of staff with everything that routing goes by. */
export interface AgentProfile extends AgentWork {
  id: string; name: string; email: string;
  role: "owner" | "admin" | "supervisor" | "agent" | "viewer";
}

/** What of it the studio changes. */
export interface AgentWork {
  squads: string[];
  /** Skill to level, 1..=5; a skill that is absent is not had. */
  skills: Record<string, number>;
  /** ISO 639-1 codes. */
  languages: string[];
  /** Chats at once, 0..=20. */
  capacity: number;
  /** Lines such as `Mon-Fri 08:00-16:00`; none: day and night. */
  shifts: string[];
  /** Lines of the same kind; none: never. */
  breaks: string[];
  /** IANA name; the organisation's where there is none. */
  time_zone?: string | null;
}

export interface Tier { name: string; first_reply_s: number; weight: number }

/** "Closed until 15:00", whatever the lines say. */
export interface HoursOverride { from_ms: number; until_ms: number; open: boolean; by?: string | null; why?: string; channel?: string | null }

export interface SquadSettings {
  id: string; name: string; skill: string;
  topics?: Topic[]; areas?: string[]; reasons?: Reason[];
  hours?: string[]; channel_hours?: Record<string, string[]>; time_zone?: string | null;
  overrides?: HoursOverride[];
  /** A squad's id. */
  fallback?: string | null;
  at_close?: "ticket" | "keep";
  /** 0..=3600. */
  close_grace_s?: number;
  callbacks?: { slot_min: number; per_slot: number };
  default?: boolean;
}

/** Whether a squad is open, and until when that holds; no `until_ms` where it never changes. */
export interface SquadHours { squad: string; open: boolean; until_ms?: number | null; time_zone: string; overrides: HoursOverride[] }

export type Overflow = "none" | "all" | { some: string[] };

/** A step: from when on who else may be asked. */
export interface Rung { after_s: number; level: number; family: boolean; any_language: boolean; squads: Overflow }

/** One conversation of the lowest tier late once is 1. Each 0..=100. */
export interface RoutingWeights { late_per_min: number; abandoned: number; quality: number; unskilled: number; sticky: number; load: number }

export type RoutingChannel = "chat" | "email" | "voice" | "sms";

/** What one conversation takes of an agent, in percent of one chat. */
export interface ChannelShare { weight: number; max: number; silent_weight: number; interruptible: boolean }

export interface Routing {
  strategy: string;
  weights: RoutingWeights;
  guard_s: number;
  known_for_h?: number;
  step: Rung[];
  families: Record<string, string>;
  channels: Partial<Record<RoutingChannel, ChannelShare>>;
}

/** The settings of an organisation; what the studio does not show travels along untouched. */
export interface Organisation {
  id: string; name: string; time_zone: string; language: string;
  holidays: string[]; tiers: Tier[]; squad: SquadSettings[]; routing: Routing;
  area?: { name: string; pattern: string }[];
  [other: string]: unknown;
}

/** `count` people of the same kind who are not there. */
export interface MorePeople extends AgentWork { count: number }

export interface WhatIfChange {
  agents?: MorePeople[];
  /** Ids of people who are left out. */
  without?: string[];
  /** Factor on the traffic, 0.2..=5. */
  demand?: number;
  routing?: Routing;
  tiers?: Tier[];
}

export interface WhatIf {
  id: string;
  state: "running" | "done" | "failed" | "cancelled";
  change: WhatIfChange;
  days: number; started_at_ms: number;
  done: number; total: number; eta_s: number | null;
  problem: string | null;
  /** Null until it is done, and in lists. */
  report: WhatIfReport | null;
}

/** Changed minus as is, with the interval that holds it in 95 of 100. */
export interface Spread { mean: number; low: number; high: number }

export interface ReplayOutcome {
  handoffs: number; in_time: number; tiers: { tier: string; handoffs: number; in_time: number }[];
  abandoned: number; mean_wait_s: number; p95_wait_s: number; utilisation: number | null; cost_per_100: number | null;
}

export interface ReplayLine { in_time: number; abandoned: number; mean_wait_s: number }

export interface ReplayRow { handoffs: number; as_is: ReplayLine; changed: ReplayLine }

export interface WhatIfReport {
  from_ms: number; until_ms: number; days: number; draws: number; handoffs: number;
  /** What really happened, what the replay makes of it, and what it makes of the change. */
  recorded: ReplayOutcome; as_is: ReplayOutcome; changed: ReplayOutcome;
  difference: { in_time: Spread; abandoned: Spread; mean_wait_s: Spread; utilisation: Spread; cost_per_100: Spread };
  lines: (ReplayRow & { squad: string; skill: string; language: string | null })[];
  hours: (ReplayRow & { hour: number })[];
  notes: string[];
}
