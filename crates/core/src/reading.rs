//! What was understood of one turn. Written by the `understanding` crate, stored in the log, so that a replay
//! needs no model.
//!
//! All spans are `[start, end)` in characters (Unicode scalar values) of the turn's text.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Everything understood of one turn. An empty reading is a valid one: nothing was recognised.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Reading {
    /// The language of the text; absent where the text is too short to tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// What the writer does with the text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub acts: Vec<Act>,
    /// What the writer wants, most probable first. Empty means unknown.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub intents: Vec<Intent>,
    /// Subjects that rules care about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<Topic>,
    /// How the writer feels.
    pub mood: Mood,
    /// Things the writer stated that nobody should have to ask for again.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<Fact>,
    /// Commitments the assistant or an agent made to the customer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub promises: Vec<Promise>,
    /// Things proposed or tried, with what came of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
    /// What the writer asks of the other side.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<Question>,
    /// The earlier turn of the same writer that this one says again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeats: Option<Repeat>,
    /// How much of a person's judgement the turn needs, 0..=1: topics, references to the account, length.
    pub complexity: f32,
    /// Probability that a human should take over, 0..=1, by the organisation's own model of the whole conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needs_human: Option<f32>,
    /// Probability that an assistant's answer is right and enough, 0..=1. Assistant turns only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer_confidence: Option<f32>,
}

/// A language by its ISO 639-1 code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Language {
    /// Two letters, lower case, such as `en`.
    pub code: String,
    /// 0..=1.
    pub probability: f32,
}

/// The stage of the cascade that a probability comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// A deterministic rule, which no model can switch off.
    #[default]
    Rule,
    /// Sparse linear models over words and characters.
    Linear,
    /// The sentence encoder.
    Encoder,
    /// A language model.
    Llm,
}

/// One act with its probability and the words that show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Act {
    /// Which act.
    pub kind: ActKind,
    /// 0..=1.
    pub probability: f32,
    /// Who says so.
    pub stage: Stage,
    /// First character of the words that show it.
    pub start: u32,
    /// One past the last.
    pub end: u32,
}

/// What a writer can do with a turn, beside telling something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActKind {
    /// Asks for a human, whatever the phrasing. Always honoured.
    AsksHuman,
    /// Asks for a manager or supervisor. Honoured like `asks_human`.
    AsksManager,
    /// Declines an offer to be connected with a human ("no, I don't need an agent").
    DeclinesHuman,
    /// Says the matter is settled.
    ConfirmsSolved,
    /// Says the matter is not settled, or that a step did not help.
    DeniesSolved,
    /// Is unhappy with the product, the company or the answers.
    Complains,
    /// Announces a consequence: leaving, a review, a lawyer.
    Threatens,
    /// Says they will cancel or leave.
    WantsToCancel,
    /// Thanks.
    Thanks,
    /// Corrects something said before.
    Corrects,
    /// Says the same again, or says that they already said it.
    Repeats,
    /// Greets.
    Greets,
    /// Agrees to what was proposed.
    Agrees,
    /// Refuses what was proposed.
    Refuses,
    /// Says goodbye.
    Leaves,
    /// Assistants and agents from here on: asks the customer for something.
    Asks,
    /// Asks what the customer means.
    Clarifies,
    /// Answers the customer's question.
    Answers,
    /// Commits to something.
    Promises,
    /// Proposes something to try.
    ProposesStep,
    /// Says sorry.
    Apologises,
    /// Says that it does not know or cannot help.
    HasNoAnswer,
    /// Offers a human.
    OffersHuman,
}

/// One thing the writer may want.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Intent {
    /// The organisation's own label, or a built-in one.
    pub name: String,
    /// 0..=1.
    pub probability: f32,
    /// Who says so.
    pub stage: Stage,
}

/// A subject that deterministic rules look at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Topic {
    /// Which subject.
    pub kind: TopicKind,
    /// First character of the words that show it.
    pub start: u32,
    /// One past the last.
    pub end: u32,
}

/// Built-in subjects. The first five are the safety floor or always for a human by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TopicKind {
    /// Harm to oneself.
    SelfHarm,
    /// Violence against others, or danger to life.
    Violence,
    /// Lawyers, courts, regulators, formal complaints.
    Legal,
    /// Account takeover, fraud, phishing, a breach.
    Security,
    /// Requests about personal data: access, erasure.
    Privacy,
    /// Money back, a credit, a charge in dispute.
    Refund,
    /// Charges, invoices, payments, cards.
    Billing,
    /// A replacement or exchange of goods.
    Replacement,
    /// Ending a contract or subscription.
    Cancellation,
    /// Prices, plans, quotes, a first purchase.
    Sales,
    /// A wish for the product.
    FeatureRequest,
    /// Something in the product that is broken.
    Bug,
    /// Parcels, couriers, addresses.
    Delivery,
    /// Signing in, passwords, access.
    Access,
}

/// How the writer feels, from this turn alone; the trajectory is in the package.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Mood {
    /// -1 (bad) to 1 (good).
    pub valence: f32,
    /// 0 (calm) to 1 (furious).
    pub frustration: f32,
    /// 0 (any time) to 1 (now).
    pub urgency: f32,
}

/// Something stated that nobody should ask for again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fact {
    /// What it is.
    pub kind: FactKind,
    /// As typed.
    pub value: String,
    /// In a form that compares: digits of a phone number, `1450.00 EUR`, lower-case e-mail. Absent where it
    /// equals `value`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub normalised: Option<String>,
    /// First character.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// How sure it is, 0..=1. Readings stored before it was measured hold what rules found: 1.
    #[serde(default = "certain")]
    pub probability: f32,
    /// Who says so.
    #[serde(default)]
    pub stage: Stage,
}

fn certain() -> f32 {
    1.0
}

/// Kinds of facts. New ones are added at the end: trained models know them by their place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    /// Number of an order.
    OrderNumber,
    /// Number of an invoice.
    InvoiceNumber,
    /// Booking or reservation.
    BookingReference,
    /// Number of an insurance or warranty claim.
    ClaimNumber,
    /// Number of a policy or contract.
    PolicyNumber,
    /// Parcel tracking.
    TrackingNumber,
    /// Any other reference of the company's: refund, case, cancellation.
    Reference,
    /// Account or customer number, membership, loyalty level.
    AccountNumber,
    /// Name used to sign in.
    Username,
    /// E-mail address.
    Email,
    /// Telephone number.
    Phone,
    /// Name of a person.
    PersonName,
    /// Name of a company.
    Organisation,
    /// Street address or part of one.
    PostalAddress,
    /// Postal code.
    PostalCode,
    /// Sum of money.
    Amount,
    /// Day, moment or span of time.
    Date,
    /// Product by name or code.
    ProductCode,
    /// Error code or message as the product shows it.
    ErrorCode,
    /// Web address.
    Url,
    /// Device, system, browser, version.
    Device,
    /// Membership or plan level.
    MembershipLevel,
    /// Number of a payment card. Redacted before the log.
    PaymentCard,
    /// Government number. Redacted before the log.
    NationalId,
    /// Password, PIN or token. Redacted before the log.
    Secret,
}

/// A commitment made to the customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Promise {
    /// The sentence that makes it.
    pub text: String,
    /// Words that say by when ("within 2 business days", "until Friday"), as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
    /// Days from the turn to the due time where the words can be counted; business days count as days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_in_days: Option<f32>,
    /// The sum of money promised, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// First character of the sentence.
    pub start: u32,
    /// One past the last.
    pub end: u32,
}

/// Something to do or done to settle the matter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    /// In a few words, taken from the text.
    pub what: String,
    /// What came of it as far as this turn tells.
    pub outcome: Outcome,
    /// First character of the words.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// Whether the turn reports on a step proposed before rather than naming a new one ("did that, same
    /// error"): the fold then settles the latest open step instead of adding one.
    #[serde(default)]
    pub reports_earlier: bool,
}

/// What came of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Suggested, nobody said what came of it.
    Proposed,
    /// Being done.
    Started,
    /// Done; whether it helped is unknown.
    Done,
    /// Done and did not help, or could not be done.
    Failed,
    /// Done and helped.
    Worked,
}

/// A question to the other side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Question {
    /// The sentence.
    pub text: String,
    /// The kind of fact it asks for, if it asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asks_for: Option<FactKind>,
    /// First character.
    pub start: u32,
    /// One past the last.
    pub end: u32,
}

/// The same thing said again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Repeat {
    /// The earlier turn.
    pub turn: u32,
    /// 0..=1, 1 the same words.
    pub similarity: f32,
}

impl Reading {
    /// The probability of an act, 0 where it was not seen.
    pub fn act(&self, kind: ActKind) -> f32 {
        self.acts.iter().filter(|act| act.kind == kind).map(|act| act.probability).fold(0.0, f32::max)
    }

    /// Whether a topic was seen.
    pub fn has_topic(&self, kind: TopicKind) -> bool {
        self.topics.iter().any(|topic| topic.kind == kind)
    }
}

/// The part of `text` from character `start` to character `end`, clamped to the text.
pub fn span(text: &str, start: u32, end: u32) -> &str {
    let at = |n: u32| text.char_indices().nth(n as usize).map_or(text.len(), |(i, _)| i);
    let from = at(start);
    &text[from..at(end).max(from)]
}
