//! The context package: what an agent needs to know, updated with every turn (schema v1).

pub(crate) mod fold;
mod given;
mod promised;
pub(crate) mod summary;

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    ids::{AgentId, AtMs, ConversationId, CustomerId, OrganisationId},
    reading::{FactKind, Outcome, TopicKind},
};

/// The schema's name, in every package.
pub const SCHEMA: &str = "segue.context/1";

/// Everything known about a conversation. Every statement cites its turn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ContextPackage {
    /// `segue.context/1`.
    pub schema: String,
    /// The tenant.
    pub organisation: OrganisationId,
    /// The conversation.
    pub conversation: ConversationId,
    /// The last event folded in.
    pub seq: u64,
    /// When that event happened, Unix ms.
    pub updated_at_ms: AtMs,
    /// `chat`, `email`, `voice`, `api` ...
    pub channel: String,
    /// ISO 639-1 code of the customer's language; absent where unknown.
    pub language: Option<String>,
    /// The customer.
    pub customer: Customer,
    /// What it is about.
    pub issue: Issue,
    /// What the customer wants, in their words.
    pub wants: Option<Cited>,
    /// Three to five sentences, in order: out of the transcript, or worded by a model and checked against it.
    pub summary: Vec<Cited>,
    /// The last turn that a worded summary covers; absent where the sentences are the transcript's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary_until: Option<u32>,
    /// All turns, oldest first, at most [`TRANSCRIPT_MAX`].
    pub transcript: Vec<Arc<Turn>>,
    /// Turns dropped from the front of `transcript`.
    pub transcript_omitted: u32,
    /// One point per customer turn.
    pub mood: Vec<MoodPoint>,
    /// Where the mood turned.
    pub turning_points: Vec<TurningPoint>,
    /// What has already been given.
    pub facts: Vec<GivenFact>,
    /// What the assistant and agents asked.
    #[serde(default)]
    pub questions: Vec<AskedQuestion>,
    /// What was promised to the customer.
    pub promises: Vec<GivenPromise>,
    /// The callback that is agreed on; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback: Option<AgreedCallback>,
    /// What was tried.
    pub steps: Vec<TriedStep>,
    /// Why a human is needed; absent while none is.
    pub handoff: Option<HandoffReason>,
    /// Where the customer is now.
    pub page: Option<Page>,
    /// Pages before it, oldest first, at most [`JOURNEY_MAX`].
    pub journey: Vec<Page>,
    /// Openings an agent could start with; empty while no handoff is under way.
    pub opening_lines: Vec<OpeningLine>,
    /// What is usual for this customer and this product area; absent until it was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Baseline>,
    /// Articles that may help with this issue, best first.
    pub suggested_articles: Vec<ArticleRef>,
    /// Private notes of agents.
    pub notes: Vec<Note>,
    /// Sources that should have been there.
    pub missing_sources: Vec<MissingSource>,
}

/// The most turns a package carries.
pub const TRANSCRIPT_MAX: usize = 500;
/// The most facts, questions, promises, steps, notes each.
pub const LIST_MAX: usize = 100;
/// The most pages a journey carries.
pub const JOURNEY_MAX: usize = 20;

/// The person who asks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Customer {
    /// Segue's id; absent before the first event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<CustomerId>,
    /// As given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// As given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether a signed identity vouches for name, e-mail and tier.
    pub verified: bool,
    /// The organisation's word for the customer's importance, such as `enterprise`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// The customer's company.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// IANA name, such as `Europe/Madrid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// Address for an answer later, left by the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// Other attributes of the signed identity (plan, value, owner ...), as given.
    #[serde(skip_serializing_if = "serde_json::Map::is_empty")]
    pub attributes: serde_json::Map<String, serde_json::Value>,
}

impl Customer {
    /// How well the customer fares, 0 (lost) to 1, by the attribute `health`: a share, per cent, or a colour.
    pub fn health(&self) -> Option<f32> {
        let health = match self.attributes.get("health")? {
            serde_json::Value::Number(number) => number.as_f64()? as f32,
            serde_json::Value::String(word) => match word.to_lowercase().as_str() {
                "red" | "poor" | "at_risk" | "at risk" | "critical" => 0.2,
                "yellow" | "amber" | "fair" | "neutral" => 0.5,
                "green" | "good" | "healthy" => 0.9,
                text => text.trim_end_matches('%').trim().parse().ok()?,
            },
            _ => return None,
        };
        let share = if health > 1.0 { health / 100.0 } else { health };
        share.is_finite().then_some(share.clamp(0.0, 1.0))
    }

    /// What the customer is worth a year, by the attribute `value`, `arr` or `annual_value`.
    pub fn value(&self) -> Option<f64> {
        let names = ["value", "arr", "annual_value"];
        names.iter().find_map(|name| self.attributes.get(*name)).and_then(serde_json::Value::as_f64)
    }
}

/// What is usual, and what there was lately.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Baseline {
    /// The customer's conversations.
    pub customer: Usual,
    /// A product area, and the conversations that began there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<(String, Usual)>,
}

/// A count against what is usual.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Usual {
    /// So many there were within the last `hours`, this conversation included.
    pub recent: u32,
    /// So many there are on average in such a time.
    pub expected: f32,
    /// Length of the time, hours.
    pub hours: u32,
}

/// What a conversation is about.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Issue {
    /// The main subject; absent where unknown.
    pub topic: Option<TopicKind>,
    /// All subjects seen, in order of first mention.
    pub topics: Vec<TopicKind>,
    /// One line.
    pub title: String,
    /// 0..=1.
    pub complexity: f32,
}

/// A statement with the turn it comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cited {
    /// The words.
    pub text: String,
    /// Index of the turn.
    pub turn: u32,
}

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The person who asks.
    Customer,
    /// The AI.
    Assistant,
    /// A human who answers.
    Agent,
    /// Segue itself: announcements, and actions of systems told in words.
    System,
}

/// One turn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Turn {
    /// Index, from 0, without gaps.
    pub turn: u32,
    /// Who speaks.
    pub role: Role,
    /// Which agent, where an agent speaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentId>,
    /// When, Unix ms.
    pub at_ms: AtMs,
    /// The words.
    pub text: String,
    /// The assistant's own confidence, 0..=1, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
    /// Articles the assistant used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<ArticleRef>,
}

/// An article of the knowledge base.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ArticleRef {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its public address, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// The mood at one customer turn.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MoodPoint {
    /// Index of the turn.
    pub turn: u32,
    /// -1..=1.
    pub valence: f32,
    /// 0..=1.
    pub frustration: f32,
    /// 0..=1.
    pub urgency: f32,
}

/// A turn at which the mood changed for good or bad.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TurningPoint {
    /// Index of the turn.
    pub turn: u32,
    /// Change of valence against the mean of the turns before, -2..=2.
    pub change: f32,
    /// The customer's words.
    pub quote: String,
    /// What the customer answered: the last turn of the assistant or an agent before it; absent where nobody had spoken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<u32>,
}

/// A fact with its source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GivenFact {
    /// What it is.
    pub kind: FactKind,
    /// As typed.
    pub value: String,
    /// In a form that compares; absent where it equals `value`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub normalised: Option<String>,
    /// Index of the turn.
    pub turn: u32,
    /// First character in that turn.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// Whether a record or a signed identity confirms it.
    pub verified: bool,
    /// Who gave it: the customer, or an assistant or agent who told the customer a number of the company's own.
    #[serde(default = "customer")]
    pub by: Role,
    /// The turn in which the customer took it back for another value of the same kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrected: Option<u32>,
}

fn customer() -> Role {
    Role::Customer
}

/// A question of the assistant or an agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AskedQuestion {
    /// The sentence.
    pub text: String,
    /// The kind of fact it asks for; absent where it asks for something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asks_for: Option<FactKind>,
    /// Who asked.
    pub by: Role,
    /// Index of the turn.
    pub turn: u32,
    /// First character in that turn.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// The turn that gave the fact. Before `turn`: it had been given already, and was asked for again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<u32>,
}

/// A promise with its source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GivenPromise {
    /// The sentence.
    pub text: String,
    /// Who made it; `system` where Segue promised an answer or a callback.
    pub by: Role,
    /// Index of the turn; for what Segue promised, of the last one before it.
    pub turn: u32,
    /// First character in that turn.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// By when, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
    /// By when, Unix ms, where the words can be counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at_ms: Option<AtMs>,
    /// When a human kept it, Unix ms; known for what Segue itself promised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_at_ms: Option<AtMs>,
    /// When it was seen to be overdue, Unix ms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overdue_at_ms: Option<AtMs>,
    /// How much, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
}

impl GivenPromise {
    /// Whether somebody said it, rather than Segue for all of them.
    pub fn is_spoken(&self) -> bool {
        self.by != Role::System
    }

    /// Whether Segue promised it and nobody has kept it yet.
    pub fn is_owed(&self) -> bool {
        self.by == Role::System && self.kept_at_ms.is_none()
    }
}

/// A time at which somebody calls back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AgreedCallback {
    /// From, Unix ms.
    pub from_ms: AtMs,
    /// Until, Unix ms.
    pub until_ms: AtMs,
    /// When the customer asked for it, Unix ms.
    pub asked_at_ms: AtMs,
    /// Where to reach the customer, in their words; absent where the conversation will do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// How often the customer was not reached.
    pub missed: u32,
}

/// A step with its source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TriedStep {
    /// In a few words.
    pub what: String,
    /// What came of it.
    pub outcome: Outcome,
    /// Who named it.
    pub by: Role,
    /// Index of the turn that named it.
    pub turn: u32,
    /// First character in that turn.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// Index of the turn that told the outcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome_turn: Option<u32>,
}

/// Why a human is needed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HandoffReason {
    /// Word of the fixed vocabulary.
    pub reason: crate::trigger::Reason,
    /// What to do first, one or two sentences.
    pub focus: String,
    /// What led to it, strongest first.
    pub evidence: Vec<Evidence>,
    /// The turn at which it was decided.
    pub turn: u32,
    /// When, Unix ms.
    pub at_ms: AtMs,
}

/// One trigger's share in a decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// The trigger.
    pub name: String,
    /// 0..=1.
    pub strength: f32,
    /// In words, citing what was seen.
    pub evidence: String,
    /// The turn it comes from.
    pub turn: u32,
}

/// A page of the organisation's site or product.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Page {
    /// Its address without fragment.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Product area by the organisation's site map, such as `billing`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// When it was opened, Unix ms.
    pub at_ms: AtMs,
    /// Errors that the page reported.
    #[serde(default, skip_serializing_if = "is_none")]
    pub errors: u32,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn is_none(count: &u32) -> bool {
    *count == 0
}

/// A first line for the agent, with what makes it specific.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OpeningLine {
    /// Ready to send.
    pub text: String,
    /// What it refers to, for the agent.
    pub because: String,
    /// The turns it cites.
    pub turns: Vec<u32>,
}

/// A private note.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Note {
    /// Who wrote it.
    pub agent: AgentId,
    /// When, Unix ms.
    pub at_ms: AtMs,
    /// The words.
    pub text: String,
}

/// A source that could not be asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MissingSource {
    /// Its name.
    pub source: String,
    /// Why.
    pub why: String,
}
