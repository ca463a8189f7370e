/**
 * The wire types between the server and its two faces, and the addresses they travel on.
 *
 * Times end in `_ms` and are Unix milliseconds. Spans are `[start, end)` in characters (Unicode scalar values).
 * Errors are problem+json with a stable `code`; see docs/errors/.
 */

export type * from "./policy";
export type * from "./routing";

// ------------------------------------------------------------------ shared

export type Role = "customer" | "assistant" | "agent" | "system";

export type Reason =
  | "explicit_request" | "always_human_topic" | "legal" | "security" | "safety" | "authority"
  | "private_scope" | "low_confidence" | "frustration" | "repetition" | "failed_steps" | "complexity"
  | "churn_risk" | "page_context" | "sales" | "product_feedback" | "anomaly" | "customer_health" | "policy";

/** Where a conversation stands; the states of the handoff. */
export type State =
  | "ai" | "proposed" | "requested" | "queued" | "offered" | "preparing" | "human" | "wrap_up"
  | "resolved" | "returned" | "transferred" | "ticketed" | "callback" | "abandoned";

export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail?: string;
}

export interface ArticleRef { id: string; title: string; url?: string }

export interface Cited { text: string; turn: number }

export interface Evidence { name: string; strength: number; evidence: string; turn: number }

export interface Fact {
  kind: string; value: string; normalised?: string;
  turn: number; start: number; end: number; verified: boolean;
  by: Role;
  /** The turn in which the customer took it back. */
  corrected?: number;
}

export interface AskedQuestion {
  text: string; asks_for?: string; by: Role; turn: number; start: number; end: number;
  /** The turn that gave the fact; before `turn` where it was asked for again. */
  answer?: number;
}

export interface GivenPromise {
  text: string; by: Role; turn: number; start: number; end: number;
  due?: string; due_at_ms?: number; amount?: string;
  /** Of what Segue itself promised (`by: "system"`): when a human kept it, and when it was seen to be overdue. */
  kept_at_ms?: number; overdue_at_ms?: number;
}

/** A time at which somebody calls back. */
export interface AgreedCallback { from_ms: number; until_ms: number; asked_at_ms: number; number?: string; missed: number }

/** How urgent a ticket is. */
export type SlaTag = "normal" | "high" | "urgent";

export type Outcome = "proposed" | "started" | "done" | "failed" | "worked";

export interface Step {
  what: string; outcome: Outcome; by: Role; turn: number; start: number; end: number; outcome_turn?: number;
}

export interface MoodPoint { turn: number; valence: number; frustration: number; urgency: number }

export interface Page { url: string; title: string; area?: string; at_ms: number }

export interface Customer {
  id?: string; name?: string; email?: string; verified: boolean; tier?: string; company?: string;
  time_zone?: string; contact?: string; attributes?: Record<string, unknown>;
}

export interface Turn {
  turn: number; role: Role; agent?: string; at_ms: number; text: string;
  confidence?: number; citations?: ArticleRef[];
}

/** Schema v1 of the context package: docs/schema/context-1.json. */
export interface ContextPackage {
  schema: "segue.context/1";
  organisation: string;
  conversation: string;
  seq: number;
  updated_at_ms: number;
  channel: string;
  language: string | null;
  customer: Customer;
  issue: { topic: string | null; topics: string[]; title: string; complexity: number };
  wants: Cited | null;
  summary: Cited[];
  /** The last turn that a summary worded by a model covers. */
  summary_until?: number;
  transcript: Turn[];
  transcript_omitted: number;
  mood: MoodPoint[];
  turning_points: { turn: number; change: number; quote: string; cause?: number }[];
  facts: Fact[];
  questions: AskedQuestion[];
  promises: GivenPromise[];
  callback?: AgreedCallback;
  steps: Step[];
  handoff: { reason: Reason; focus: string; evidence: Evidence[]; turn: number; at_ms: number } | null;
  page: Page | null;
  journey: Page[];
  opening_lines: { text: string; because: string; turns: number[] }[];
  suggested_articles: ArticleRef[];
  notes: { agent: string; at_ms: number; text: string }[];
  missing_sources: { source: string; why: string }[];
}

// --------------------------------------------------------------- workspace

export type Presence = "available" | "busy" | "away" | "focus" | "offline";

export interface Me {
  id: string; name: string; email: string;
  role: "owner" | "admin" | "supervisor" | "agent" | "viewer";
  organisation: { id: string; name: string };
  squads: { id: string; name: string }[];
  presence: Presence;
  /** Chats held now and the most this agent takes. */
  load: number; capacity: number;
}

/** One row of the list. */
export interface Row {
  conversation: string;
  seq: number;
  state: State;
  /** Fencing number of the current owner; sent back with every act on an offer. */
  epoch: number;
  who: string;
  /** One line: what it is about, or the last thing said. */
  line: string;
  reason?: Reason;
  tier?: string;
  language?: string;
  channel: string;
  squad?: string;
  agent?: string;
  opened_at_ms: number;
  updated_at_ms: number;
  waiting_since_ms?: number;
  /** First human reply is due by then. */
  sla_due_at_ms?: number;
  /** Frustration of the last customer turns, 0..=1, oldest first, at most 12. */
  frustration: number[];
  /** The callback that is agreed on, until the matter is settled; `due` once its time has come. */
  callback?: { from_ms: number; until_ms: number; asked_at_ms: number; due: boolean; missed?: number };
  /** How urgent the ticket is that owns it. */
  tag?: SlaTag;
  /** What Segue promised the customer was due then and nobody has kept it. */
  /** Everybody who could take it had said no or missed it then, and nobody has taken it since. */
  refused_since_ms?: number;
  overdue_since_ms?: number;
}

/** What happened between turns, told in the stream. */
export interface Mark {
  seq: number; at_ms: number; after_turn: number;
  kind:
    | "proposed" | "proposal_declined" | "handed_off" | "queued" | "offered" | "declined" | "missed"
    | "accepted" | "joined" | "returned" | "transferred" | "ticketed" | "callback" | "resolved"
    | "abandoned" | "rated" | "reopened" | "contact_left" | "closed" | "queue_closed" | "refused_by_all" | "stays" | "overdue"
    /** Made by the workspace out of a decision that was held back. */
    | "held";
  /** Plain words, such as "Handed off: about to cancel, third failed payment". */
  text: string;
  /** A time that it speaks of; shown after the text. */
  about_ms?: number;
}

export interface Decision {
  turn: number; action: "answer" | "propose" | "hand_off" | "hold"; reason?: Reason;
  triggers: Evidence[]; confidence: number; hold?: string;
}

/** A conversation as the workspace shows it. */
export interface View {
  row: Row;
  package: ContextPackage;
  marks: Mark[];
  /** The last decisions, newest last, at most 50. */
  decisions: Decision[];
  /** Present while an agent prepares: the customer sees "Maya is reading your conversation". */
  prepare_until_ms?: number;
  /** Present in wrap-up. */
  wrap_up_until_ms?: number;
  /** The system's own guess of the timing, to prefill the tap. */
  timing_guess?: Timing;
  /** Agents of the organisation by id, for names in the stream. */
  agents: Record<string, { name: string }>;
  /** Whether the customer has the widget open. */
  customer_online: boolean;
  ticket?: { id: string; due_at_ms: number; tag?: SlaTag };
  rating?: { score: number; comment?: string };
}

export type Timing = "too_early" | "right" | "too_late";

/** An agent has been reserved for a conversation. */
export interface Offer {
  conversation: string;
  epoch: number;
  offered_at_ms: number;
  accept_by_ms: number;
  /** Why this agent: "billing 5, English, one free chat". */
  why: string;
  row: Row;
  package: ContextPackage;
}

export type ListName = "mine" | "squads" | "unassigned" | "waiting" | "callbacks" | "open" | "resolved" | "all";

/** The server counts some of the lists. */
export type Counts = Partial<Record<ListName, number>>;

/** Frames from the server on `GET /v1/workspace/socket`. */
export type WorkspaceFrame =
  /** First frame, and again after `hello`. A full snapshot: replace everything. */
  | { type: "welcome"; server_time_ms: number; me: Me; rows: Row[]; counts: Counts; offers: Offer[]; agents: AgentStatus[] }
  /** A row is new or changed; the larger seq wins. */
  | { type: "row"; row: Row }
  | { type: "counts"; counts: Counts }
  /** The conversation that the client has open, whole; replace it where seq is not smaller. */
  | { type: "view"; view: View }
  | { type: "offer"; offer: Offer }
  | { type: "offer_ended"; conversation: string; epoch: number; why: "accepted" | "declined" | "missed" | "withdrawn" }
  | { type: "me"; me: Me }
  | { type: "agent"; agent: AgentStatus }
  | { type: "customer_typing"; conversation: string }
  | { type: "pong"; server_time_ms: number }
  /** The server gives up this socket; reconnect with back-off. */
  | { type: "bye"; code: "overflow" | "shutdown" | "signed_out" };

export interface AgentStatus { id: string; name: string; presence: Presence; load: number; capacity: number }

/** Whether an agent would be asked for a conversation that waits, and what stands in the way where not. */
export type Standing =
  | { kind: "asked" | "may" | "kept_free" | "others_qualify" | "refused" | "no_room" | "not_responding" | "busy" | "not_there" | "never_qualifies" }
  /** Once the customer has waited for so many seconds. */
  | { kind: "later"; after_s: number };

/** An agent, held against a conversation that waits. */
export interface Candidate {
  agent: string;
  name: string;
  /** Of the skill that is needed, 0..=5; 0: without it. */
  level: number;
  speaks: boolean;
  chats: number;
  capacity: number;
  standing: Standing;
  /** What ranks those who may be asked; absent for the others. */
  score: number | null;
}

export interface Comparison {
  needs: { squad: string; skill: string; language?: string | null } | null;
  waiting_since_ms: number | null;
  /** The best first; none where the conversation does not wait in line. */
  candidates: Candidate[];
}

/** Frames to the server. A client that hears nothing for 30 s reconnects. */
export type WorkspaceCommand =
  | { type: "open"; conversation: string | null }
  | { type: "typing"; conversation: string }
  /** Every 10 s. */
  | { type: "ping" };

/*
 * Workspace REST. The session is a cookie; every request that changes something carries `Content-Type:
 * application/json`. All answers are JSON.
 *
 *   GET    /v1/setup                       {needed: boolean, demo: boolean}
 *   POST   /v1/setup                       {organisation, name, email, password, load_demo?: boolean} -> Me, signs in
 *   GET    /v1/demo                        demo only: {accounts: {name, email, password, organisation, role, about}[],
 *                                                      sites: {name, url, organisation}[]}
 *   POST   /v1/sessions                    {email, password} -> Me, sets the cookie
 *   DELETE /v1/sessions/current            204
 *   GET    /v1/me                          Me | 401
 *   PUT    /v1/me/presence                 {presence} -> Me
 *   GET    /v1/lists/{ListName}?cursor=    {rows: Row[], next_cursor: string | null, counts: Counts}
 *   GET    /v1/conversations/{id}/view     View
 *   GET    /v1/conversations/{id}/routing  Comparison
 *   POST   /v1/conversations/{id}/accept   {epoch} -> View        409 where the offer is gone
 *   POST   /v1/conversations/{id}/decline  {epoch} -> 204
 *   POST   /v1/conversations/{id}/claim    {} -> View             takes a waiting conversation by hand
 *   POST   /v1/conversations/{id}/assign   {agent} -> View        a supervisor gives it to somebody
 *   POST   /v1/conversations/{id}/join     {epoch} -> View        ends the preparation early
 *   POST   /v1/conversations/{id}/replies  {client_id, text} -> {seq, turn}
 *   POST   /v1/conversations/{id}/notes    {client_id, text} -> {seq}
 *   POST   /v1/conversations/{id}/resolve  {epoch, disposition: Disposition, timing: Timing, note?: string} -> View
 *   POST   /v1/conversations/{id}/finish   {epoch} -> View        ends the wrap-up early
 *   POST   /v1/conversations/{id}/return   {epoch, summary} -> View   back to the assistant
 *   POST   /v1/conversations/{id}/transfer {epoch, squad?: string, agent?: string, reason} -> View
 *   GET    /v1/squads                      {id, name}[]
 *   GET    /v1/hours                       {squad, open, until_ms?, time_zone, overrides}[]
 *   POST   /v1/squads/{id}/overrides       {open, from_ms?, until_ms, why?, channel?}   opens or closes for a while
 *   DELETE /v1/squads/{id}/overrides       goes by the hours again
 *   GET    /v1/agents                      AgentStatus[]
 *   GET    /v1/tickets                     {tickets: Ticket[]}
 *   GET    /v1/tickets/{id}                Ticket & {package: ContextPackage}
 *   GET    /v1/articles?query=             {articles: {id, title, language, url?, passage?}[]}
 *
 * The studio (types in policy.ts):
 *   GET    /v1/policy                        Overview
 *   GET    /v1/policy/versions/{v}           Written
 *   POST   /v1/policy/check                  {text} -> Checked
 *   POST   /v1/policy/edit                   {text, policy} -> {text}      comments and order kept
 *   POST   /v1/policy/versions               {text, note} -> {version}     422 with `problems` where it has errors
 *   POST   /v1/policy/versions/{v}/stage     Stage -> Overview
 *   POST   /v1/policy/rollback               {why} -> Overview
 *   GET    /v1/policy/versions/{v}/results   Results
 *   POST   /v1/policy/try                    Try -> Tried
 *   POST   /v1/policy/test                   {text} -> TestRun
 *   POST   /v1/policy/diff                   {from, to} -> {changes: Difference[]}
 *   GET    /v1/policy/vocabulary             Vocabulary
 *   GET    /v1/policy/templates              Template[]
 *   GET    /v1/policy/triggers?days=         {days, triggers: TriggerCount[]}
 *   GET    /v1/conversations/{id}/decisions         DecisionRow[]
 *   GET    /v1/conversations/{id}/decisions/{turn}  Explanation
 *   POST   /v1/policy/backtests              {draft: {text} | {version}, against: {version}, days?} -> {id}
 *   GET    /v1/policy/backtests/{id}         Backtest
 *   DELETE /v1/policy/backtests/{id}         204
 *   GET    /v1/policy/proposals              {judged, proposals: PolicyProposal[]}
 *   POST   /v1/policy/proposals/{id}/accept  {version}
 *
 * Routing (types in routing.ts):
 *   GET    /v1/organisation                  Organisation
 *   PUT    /v1/organisation                  Organisation -> Organisation   400 says what is wrong
 *   GET    /v1/staff                         AgentProfile[]
 *   PUT    /v1/staff/{id}/work               AgentWork -> AgentProfile
 *   GET    /v1/routing/what-ifs              WhatIf[]      newest first, without reports
 *   POST   /v1/routing/what-ifs              {days?, change: WhatIfChange} -> WhatIf
 *   GET    /v1/routing/what-ifs/{id}         WhatIf
 *   DELETE /v1/routing/what-ifs/{id}         204
 */

export type Disposition =
  | "solved" | "workaround" | "refunded" | "escalated" | "bug_filed" | "request_filed" | "not_solved" | "no_answer";

export interface Ticket {
  id: string; conversation: string; handoff: string; created_at_ms: number; due_at_ms: number;
  status: "open" | "done"; who: string; line: string; contact?: string; reason?: Reason; tier?: string;
  tag?: SlaTag | ""; overdue_since_ms?: number | null;
}

// ------------------------------------------------------------------ widget

/** One thing in the customer's stream. `seq` orders and resumes. */
export type Item =
  | { kind: "message"; seq: number; at_ms: number; role: "customer" | "assistant" | "agent"; text: string;
      client_id?: string; agent?: AgentCard; citations?: ArticleRef[] }
  /** Segue speaks: the announcement, the handback, the promise of an answer. */
  | { kind: "notice"; seq: number; at_ms: number; what: "announced" | "returned" | "ticketed" | "callback" | "offline" | "ended" | "info"; text: string }
  /** A small centred line: "Maya read your conversation and joined". */
  | { kind: "event"; seq: number; at_ms: number; what: "reading" | "joined" | "left" | "transferred"; text: string; agent?: AgentCard }
  /** The assistant offers a human; buttons yes / no while `open`. */
  | { kind: "proposal"; seq: number; at_ms: number; text: string; open: boolean };

export interface AgentCard { name: string; squad?: string }

/** What the header and the foot of the widget show now; recomputed with every event. */
export interface WidgetState {
  state: State;
  assistant_name: string;
  organisation_name: string;
  agent?: AgentCard;
  /** "Maya is reading your conversation" while present. */
  preparing?: boolean;
  /** Present while waiting. Bounds are absent while unknown: say so. */
  wait?: { since_ms: number; place?: number; low_s?: number; high_s?: number; squad?: string; note?: string };
  /** Choices while waiting or when nobody is there. */
  choices: Choice[];
  /** Ask for a rating: a human ended. */
  ask_rating: boolean;
  rated?: number;
  ticket?: { id: string; due_at_ms: number; due_text: string };
  /** The callback that is agreed on; `elsewhere` where it is in another conversation of the same customer. */
  callback?: CallbackPromise;
  /** The widget shows the field for an address. */
  ask_contact: boolean;
}

export interface CallbackPromise { from_ms: number; until_ms: number; text: string; elsewhere: boolean }

/** Free times for a callback. */
export interface Times { slots: { from_ms: number; until_ms: number; text: string }[]; time_zone: string; callback?: CallbackPromise }

export type Choice =
  | { kind: "email"; label: string }
  | { kind: "callback"; label: string }
  | { kind: "keep_waiting"; label: string }
  | { kind: "article"; label: string; article: ArticleRef };

/** Events of `GET .../stream` (server-sent events; `id:` is the seq for `Last-Event-ID`). */
export type WidgetEvent =
  /** First, and whenever the server cannot continue from the client's seq: replace everything. */
  | { type: "snapshot"; seq: number; items: Item[]; state: WidgetState }
  | { type: "items"; seq: number; items: Item[]; state: WidgetState }
  /** The wait changed without an event in the log. */
  | { type: "state"; state: WidgetState }
  /** A piece of the answer being written; forgotten when the message item arrives. */
  | { type: "delta"; turn: number; text: string }
  | { type: "typing"; role: "assistant" | "agent" };

/*
 * Widget REST. The visitor's token travels as `Authorization: Bearer`. It is bound to one conversation.
 *
 *   GET  /v1/widget/sites/{key}                        {organisation_name, assistant_name, accent, greeting, language,
 *                                                       suggestions: string[], always_human: true}
 *   POST /v1/widget/conversations                      {site, client_id, language?, time_zone?, page?: {url, title},
 *                                                       identity?: JWT} -> {conversation, token, seq, items, state}
 *   GET  /v1/widget/conversations/{id}                 {seq, items, state}
 *   GET  /v1/widget/conversations/{id}/stream?after=   text/event-stream of WidgetEvent
 *   POST /v1/widget/conversations/{id}/messages        {client_id, text} -> {seq}; same id and text: same answer
 *   POST /v1/widget/conversations/{id}/human           {client_id} -> {seq}
 *   POST /v1/widget/conversations/{id}/proposal        {client_id, accept: boolean} -> {seq}
 *   POST /v1/widget/conversations/{id}/contact         {client_id, email} -> {seq}   an address for the answer
 *   POST /v1/widget/conversations/{id}/page            {url, title, context?: object} -> {seq}
 *   POST /v1/widget/conversations/{id}/rating          {client_id, score: 1..5, comment?} -> {seq}
 *   GET  /v1/widget/conversations/{id}/callback        Times
 *   POST /v1/widget/conversations/{id}/callback        {client_id, from_ms, number?, moves?}    409 `slot_gone` | `callback_exists`
 *   POST /v1/widget/conversations/{id}/callback/cancel {client_id}
 *   POST /v1/widget/conversations/{id}/wait            {client_id}   stays in line although nobody is there
 *   POST /v1/widget/conversations/{id}/typing          204
 *
 * The host page loads `/widget.js` with `data-site="KEY"` and may call
 *   segue("boot", {site, identity?}) | segue("identify", JWT) | segue("context", {...}) | segue("open") | segue("close")
 * The frame is `/widget/frame?site=KEY`. Frame and loader talk by postMessage; both check origin and source.
 */
