/** The policy of the invented bicycle shop, its history, and what has come of it. */
const DAY = 86_400_000;

export const TEXT = `# Larkfield Cycles: when a person comes.
name = "Larkfield support"
version = 3

always_human_topics = ["self_harm", "violence", "legal", "security"]
propose_topics = ["cancellation", "privacy"]
propose_at = 0.5
hand_off_at = 0.75   # agreed with billing, 2 March
answer_confidence_min = 0.35
cool_down_turns = 3

[proactive]
per_day = 1
after_dismissal_days = 7

[emphasis]
frustration = 1.2
complexity = 0.6

[[area]]
area = "cancel"
action = "propose"
reason = "page_context"

[[area]]
area = "checkout"
action = "propose"
reason = "sales"
squad = "sq_orders"
proactive_after_s = 90

# Refunds above 500 need a signature.
[[rule]]
name = "Big refunds"
note = "Finance signs everything above 500."
when = [
  { field = "tier", in = ["fleet", "plus"] },
  { field = "amount", above = 500 },
]
then = "hand_off"
reason = "authority"
squad = "sq_billing"
priority = 80
first_reply_s = 300
say = { en = "Because this refund needs a colleague who can sign it, I'm connecting you with {squad}.", de = "Weil diese Erstattung freigegeben werden muss, verbinde ich Sie mit {squad}." }

[[rule]]
name = "Fleet customer, second failure"
when = [
  { field = "tier", is = "fleet" },
  { any = [{ field = "failed_steps", at_least = 2 }, { field = "frustration", above = 0.6 }] },
]
if = "conversation.turns > 4 && !hours.closed"
then = "propose"
reason = "failed_steps"

[[rule]]
name = "Recall of the Heron fork"
enabled = false
when = [{ field = "text", contains = "heron" }, { not = { field = "verified", is = true } }]
then = "count"
weight = 0.4
reason = "safety"

[[override]]
name = "Fleet customers sooner"
when = [{ field = "tier", is = "fleet" }]
propose_at = 0.35
hand_off_at = 0.6

[[override]]
name = "E-mail waits"
when = [{ field = "channel", is = "email" }]
cool_down_turns = 1

[wording]
authority = { en = "Because this needs an approval,", de = "Weil das eine Freigabe braucht," }
frustration = { en = "You have explained this often enough." }

[[test]]
name = "A big refund goes to billing"
customer = { tier = "fleet" }
turns = [{ customer = "I want my 740 euro back for order LF-48213." }]
expect = "hand_off"
reason = "authority"

[[test]]
name = "Opening hours are answered"
turns = [{ customer = "Are you open on Saturday?" }]
expect = "answer"
`;

export const TEMPLATES = [
  { name: "careful", title: "Careful start", about: "Hands off what is risky, proposes where it is unsure, and otherwise lets the assistant answer.", text: 'name = "Careful start"\n\nalways_human_topics = ["self_harm", "violence", "legal", "security"]\npropose_topics = ["cancellation", "refund"]\npropose_at = 0.4\nhand_off_at = 0.7\nanswer_confidence_min = 0.4\ncool_down_turns = 3\n\n[proactive]\nper_day = 1\nafter_dismissal_days = 7\n\n[[area]]\narea = "cancel"\naction = "propose"\nreason = "page_context"\n' },
  { name: "small-team", title: "Small team", about: "Few agents: proposes late and hands off only what must be.", text: 'name = "Small team"\n\nalways_human_topics = ["self_harm", "violence", "legal", "security"]\npropose_topics = []\npropose_at = 0.65\nhand_off_at = 0.85\nanswer_confidence_min = 0.25\ncool_down_turns = 4\n\n[proactive]\nper_day = 0\nafter_dismissal_days = 30\n\n[[area]]\narea = "cancel"\naction = "propose"\nreason = "page_context"\n' },
];

const field = (name, type, doc, unit = null, values = null) => ({ name, type, unit, doc, values });
export const VOCABULARY = {
  fields: [
    field("tier", "text", "The customer's tier.", null, ["basic", "plus", "fleet"]), field("verified", "boolean", "Whether the customer has signed in."),
    field("channel", "text", "How they write.", null, ["web", "email", "sms"]), field("language", "text", "The customer's language, as a code."),
    field("page.area", "text", "The product area of the page they are on.", null, ["cancel", "checkout", "orders"]), field("page.url", "text", "The address of that page."),
    field("amount", "number", "The largest amount of money that was named.", "euro"), field("topics", "list", "What the message is about.", null, ["refund", "billing", "bug", "delivery"]),
    field("text", "text", "The words of the last message."), field("frustration", "number", "Frustration now, 0 to 1."), field("failed_steps", "number", "Steps that did not help."),
    field("turns", "number", "Messages of the customer so far."), field("wait_s", "number", "The expected wait in the squad's queue.", "s"), field("customer.value_a_year", "number", "What the customer spends a year.", "euro"),
  ],
  signals: [
    { name: "explicit_request", doc: "The customer asks for a person, in any phrasing.", floor: true }, { name: "safety_floor", doc: "Harm, violence, lawyers and regulators.", floor: true },
    { name: "always_human_topic", doc: "A subject that is always for a person.", floor: false }, { name: "propose_topic", doc: "A subject for which a person is proposed.", floor: false },
    { name: "frustration", doc: "Frustration by its trajectory, not by one outburst.", floor: false }, { name: "repetition", doc: "The customer says what they said before.", floor: false },
    { name: "failed_steps", doc: "Two or more steps did not help.", floor: false }, { name: "low_confidence", doc: "The assistant was unsure twice in a row.", floor: false },
    { name: "authority", doc: "Money back, a credit or new goods that somebody has to grant.", floor: false }, { name: "churn_risk", doc: "They say that they will leave, with ground to believe it.", floor: false },
    { name: "complexity", doc: "Several subjects, long explanations; never enough alone.", floor: false }, { name: "sales", doc: "Comes back to prices or plans.", floor: false },
    { name: "page_context", doc: "The page that they write from.", floor: false },
  ],
  reasons: ["explicit_request", "always_human_topic", "legal", "security", "safety", "authority", "private_scope", "low_confidence", "frustration", "repetition", "failed_steps", "complexity", "churn_risk", "page_context", "sales", "product_feedback", "anomaly", "customer_health", "policy"],
  topics: ["self_harm", "violence", "legal", "security", "privacy", "refund", "billing", "replacement", "cancellation", "sales", "feature_request", "bug", "delivery", "access"],
  squads: [{ id: "sq_orders", name: "Orders" }, { id: "sq_workshop", name: "Workshop" }, { id: "sq_billing", name: "Billing" }],
  areas: ["cancel", "checkout", "orders"], tiers: ["basic", "plus", "fleet"],
  operators: {
    text: ["is", "is_not", "in", "not_in", "contains", "starts_with", "ends_with", "known"], number: ["is", "above", "at_least", "below", "at_most", "known"],
    boolean: ["is", "known"], list: ["has", "has_not", "known"],
  },
};

const count = (name, fired, judged, too_early, too_late, held = 0, refused = 0) =>
  ({ name, fired, proposed: Math.round(fired * 0.4), handed_off: Math.round(fired * 0.5), held, refused, judged, too_early, right: judged - too_early - too_late, too_late });
export const TRIGGERS = [
  count("explicit_request", 412, 240, 9, 61), count("frustration", 188, 120, 14, 31, 12, 20), count("repetition", 161, 96, 22, 8, 9, 31), count("failed_steps", 140, 91, 6, 29, 4, 8),
  count("low_confidence", 133, 70, 34, 2, 3, 26), count("authority", 96, 80, 4, 10), count("propose_topic", 88, 30, 9, 1, 2, 41), count("churn_risk", 41, 33, 1, 9), count("complexity", 37, 12, 7, 0, 5, 11),
  count("always_human_topic", 22, 20, 0, 1), count("page_context", 64, 18, 8, 0, 6, 40), count("sales", 30, 9, 3, 0, 0, 12), count("safety_floor", 2, 2, 0, 0),
  count("rule:Big refunds", 31, 27, 2, 3), count("rule:Fleet customer, second failure", 12, 0, 0, 0, 1, 3),
];

const version = (n, stage, days, note, made_by, rules = 3, tests = 2) => (now) => ({ version: n, name: "Larkfield support", stage, made_by, made_at_ms: now - days * DAY, note, rules, tests });
export const overview = (now) => ({
  live: 3, trial: null,
  versions: [
    version(1, "retired", 92, "As shipped", "Segue", 0, 0), version(2, "retired", 61, "Refunds above 500 to billing", "Wanjiru Mbeki", 1, 1), version(3, "live", 21, "Fleet customers sooner, Heron recall", "Wanjiru Mbeki"),
    version(4, "draft", 1.2, "Unsure answers count less; fewer proposals", "Noor Haddad", 3, 2),
  ].map((make) => make(now)),
  history: [
    { at_ms: now - 92 * DAY, actor: "Segue", what: "saved", version: 1 }, { at_ms: now - 92 * DAY + 1, actor: "Segue", what: "went_live", version: 1 }, { at_ms: now - 61 * DAY, actor: "Wanjiru Mbeki", what: "saved", version: 2 },
    { at_ms: now - 58 * DAY, actor: "Wanjiru Mbeki", what: "went_live", version: 2 }, { at_ms: now - 24 * DAY, actor: "Wanjiru Mbeki", what: "rolled_out", version: 3, percent: 20, why: "Fleet contracts renew in May" },
    { at_ms: now - 21 * DAY, actor: "Wanjiru Mbeki", what: "went_live", version: 3 }, { at_ms: now - 1.2 * DAY, actor: "Noor Haddad", what: "saved", version: 4 },
  ],
});

const rate = (value, spread, n) => ({ value, low: Math.max(0, value - spread), high: value + spread, n });
const gap = (value, spread) => ({ value, low: value - spread, high: value + spread });

export const results = (now) => ({
  since_ms: now - 2.4 * DAY, conversations: 1284, decisions: 4310, agreed: 4122, rates: { live: rate(0.212, 0.022, 1284), trial: rate(0.187, 0.021, 1284) },
  changes: [{ live: "propose", trial: "answer", count: 98 }, { live: "hand_off", trial: "propose", count: 51 }, { live: "answer", trial: "propose", count: 27 }, { live: "answer", trial: "hand_off", count: 12 }],
  examples: [
    { conversation: "c_ines", turn: 5, title: "Wrong frame size, third time writing", live: { action: "answer", reason: null, confidence: 0.44 }, trial: { action: "propose", reason: "failed_steps", confidence: 0.52 } },
    { conversation: "c_elena", turn: 1, title: "Saddle too hard", live: { action: "propose", reason: "low_confidence", confidence: 0.55 }, trial: { action: "answer", reason: null, confidence: 0.41 } },
  ],
  guard: { metric: "missed_rate", live: rate(0.06, 0.02, 640), trial: rate(0.071, 0.02, 640), difference: gap(0.011, 0.019), limit: 0.03, verdict: "holds" },
});

const side = (policy, h, p, values) => ({ policy, handoffs: rate(h, 0.014, 3120), proposals: rate(p, 0.012, 3120), premature: rate(values[0], 0.03, 812), right: rate(values[1], 0.035, 812), late: rate(values[2], 0.028, 812), missed: rate(values[3], 0.016, 812), precision: rate(0.78, 0.03, 812), recall: rate(0.86, 0.03, 812) });
export const REPORT = {
  conversations: 3120, turns: 21_480, runtime_s: 9.4, turns_per_s: 2285, labelled: 812, a: side("version 3", 0.212, 0.141, [0.182, 0.641, 0.124, 0.053]), b: side("version 4", 0.187, 0.102, [0.118, 0.688, 0.131, 0.063]),
  difference: { handoffs: gap(-0.025, 0.009), premature: gap(-0.064, 0.021), right: gap(0.047, 0.024), late: gap(0.007, 0.015), missed: gap(0.01, 0.012) },
  queues: [{ squad: "Orders", a_per_day: 14.2, b_per_day: 12.1 }, { squad: "Billing", a_per_day: 8.4, b_per_day: 8.1 }, { squad: "Workshop", a_per_day: 3.1, b_per_day: 2.7 }],
  changed: { count: 131, by_kind: [{ kind: "gone", count: 78 }, { kind: "later", count: 29 }, { kind: "new", count: 14 }, { kind: "reason", count: 10 }] },
  findings: [
    { kind: "premature", where: "low_confidence on web chat", trigger: "low_confidence", segment: "web", side: "a", n: 70, share: rate(0.486, 0.11, 70), baseline: 0.182, words: "When the assistant was unsure twice in web chat, agents said “too early” in about half of the cases. The draft asks for more before it proposes." },
    { kind: "late", where: "fleet customers", trigger: "failed_steps", segment: "fleet", side: "both", n: 41, share: rate(0.317, 0.14, 41), baseline: 0.124, words: "Fleet customers whose steps failed waited too long with both versions." },
    { kind: "never_fires", where: "Recall of the Heron fork", trigger: "rule:Recall of the Heron fork", segment: null, side: "both", n: 3120, share: rate(0, 0.001, 3120), baseline: 0.02, words: "The rule “Recall of the Heron fork” never fires: it is switched off." },
  ],
  examples: [
    { conversation: "c_elena", kind: "gone", title: "Saddle too hard", label: { needed_at: null, source: "agent" }, outcomes: ["premature", "right"], a: { turn: 1, action: "propose", reason: "low_confidence" }, b: null },
    { conversation: "c_ines", kind: "later", title: "Wrong frame size, third time writing", label: { needed_at: 3, source: "agent" }, outcomes: ["late", "late"], a: { turn: 5, action: "propose", reason: "failed_steps" }, b: { turn: 7, action: "hand_off", reason: "churn_risk" } },
    { conversation: "c_sofie", kind: "new", title: "Two parcels, one arrived", label: null, outcomes: [null, null], a: null, b: { turn: 1, action: "propose", reason: "frustration" } },
    { conversation: "c_bram", kind: "reason", title: "Gift card taken, order still asks for payment", label: { needed_at: 3, source: "request" }, outcomes: ["right", "right"], a: { turn: 3, action: "hand_off", reason: "explicit_request" }, b: { turn: 3, action: "hand_off", reason: "failed_steps" } },
  ],
};

export const PROPOSALS = {
  judged: 640,
  proposals: [
    { id: "p_1", setting: "emphasis.low_confidence", from: "1", to: "0.7", words: "Count unsure answers less. 34 of 70 handoffs that began with one were too early.", handoffs: gap(-0.021, 0.008), missed: gap(0.004, 0.009), premature: gap(-0.058, 0.02) },
    { id: "p_2", setting: "override “Fleet customers sooner”.propose_at", from: "0.35", to: "0.3", words: "Propose to fleet customers a little sooner. 13 of 41 came too late.", handoffs: gap(0.006, 0.004), missed: gap(-0.012, 0.01), premature: gap(0.002, 0.004) },
  ],
};
