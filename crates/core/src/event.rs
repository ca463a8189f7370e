//! The stored vocabulary: what happened in one conversation, in the past tense, append-only, versioned.
//!
//! An event has two parts. The *open* part holds what is needed to count, route and replay and nothing about
//! the person. The *content* holds what people wrote or what tells who they are; the store seals it under the
//! customer's key, and after erasure it reads as [`Content::Erased`].

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    callback::{Cancelled, Moved},
    context::{ArticleRef, Baseline, Cited, Customer, Evidence, Page, Role},
    handoff::{Disposition, Needs, Timing},
    ids::{AgentId, AtMs, CustomerId, HandoffId, SquadId, TicketId},
    reading::{Reading, Repeat},
    ticket::SlaTag,
    trigger::{Action, Reason, Shadow},
};

/// The version that new events are written in; older ones go through [`crate::upcast`].
pub const VERSION: u16 = 1;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Position in the conversation, from 1, without gaps.
    pub seq: u64,
    /// When, Unix ms. Never used for order.
    pub at_ms: AtMs,
    /// What.
    pub body: Body,
}

/// Personal content, or what is left of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Content<T> {
    /// Readable.
    Known(T),
    /// The customer's key is gone.
    #[default]
    Erased,
}

impl<T> Content<T> {
    /// The content, unless it was erased.
    pub fn known(&self) -> Option<&T> {
        match self {
            Content::Known(content) => Some(content),
            Content::Erased => None,
        }
    }
}

impl<T> From<T> for Content<T> {
    fn from(content: T) -> Self {
        Content::Known(content)
    }
}

/// Who answers before a human does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AssistantKind {
    /// Segue's own.
    #[default]
    BuiltIn,
    /// Another one, which reports its turns.
    External,
}

/// What a turn says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TurnContent {
    /// The words, after redaction.
    pub text: String,
    /// What was understood.
    pub reading: Reading,
    /// Articles the assistant used.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<ArticleRef>,
}

/// A summary in somebody's words.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SummaryContent {
    /// In order of turns.
    pub lines: Vec<Cited>,
}

/// The words behind a decision.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DecisionContent {
    /// Every trigger with what it saw.
    pub triggers: Vec<Evidence>,
    /// What would have led to something else.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub counterfactual: Vec<String>,
}

/// What the agent is told first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FocusContent {
    /// One or two sentences.
    pub focus: String,
}

/// Words written by somebody or told to the customer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TextContent {
    /// The words.
    pub text: String,
}

/// What was agreed on with the customer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CallbackContent {
    /// What the customer is told.
    pub text: String,
    /// Where to reach them: a number, or a word of theirs; absent where the conversation itself will do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
}

macro_rules! bodies {
    ($(
        $(#[$doc:meta])*
        $variant:ident = $kind:literal {
            $($(#[$field_doc:meta])* $field:ident: $ty:ty,)*
            $(; content: $content:ty)?
        }
    )*) => {
        /// What happened.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "type")]
        #[allow(missing_docs)]
        pub enum Body {$(
            $(#[$doc])*
            #[serde(rename = $kind)]
            $variant {
                $($(#[$field_doc])* $field: $ty,)*
                $(
                    /// What people wrote or what tells who they are.
                    #[serde(skip)]
                    content: Content<$content>,
                )?
            },
        )*}

        impl Body {
            /// The stored name, such as `turn.received`.
            pub fn kind(&self) -> &'static str {
                match self { $(Body::$variant { .. } => $kind,)* }
            }

            /// Every stored name.
            pub const KINDS: &'static [&'static str] = &[$($kind),*];

            /// The content as JSON; empty where the event has none or it was erased.
            pub fn content_json(&self) -> Vec<u8> {
                match self {
                    $($(Body::$variant { content, .. } => content_json::<$content>(content),)?)*
                    #[allow(unreachable_patterns)]
                    _ => Vec::new(),
                }
            }

            fn fill(&mut self, json: &[u8]) -> Result<(), serde_json::Error> {
                match self {
                    $($(Body::$variant { content, .. } => *content = filled::<$content>(json)?,)?)*
                    #[allow(unreachable_patterns)]
                    _ => {}
                }
                Ok(())
            }
        }
    };
}

bodies! {
    /// A customer came.
    ConversationOpened = "conversation.opened" {
        customer: CustomerId,
        channel: String,
        assistant: AssistantKind,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<String>,
        verified: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tier: Option<String>,
        ; content: Customer
    }
    /// The customer turned out to be somebody.
    CustomerIdentified = "customer.identified" {
        verified: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tier: Option<String>,
        ; content: Customer
    }
    /// The customer opened a page.
    PageSeen = "page.seen" {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        area: Option<String>,
        ; content: Page
    }
    /// Somebody said something.
    TurnReceived = "turn.received" {
        turn: u32,
        role: Role,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        agent: Option<AgentId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        client_id: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        confidence: Option<f32>,
        ; content: TurnContent
    }
    /// A slower reader found that a turn of the customer says the same as an earlier one.
    TurnReread = "turn.reread" {
        turn: u32,
        repeats: Repeat,
    }
    /// It was measured what is usual for this customer and the product area they are in.
    BaselineMeasured = "baseline.measured" {
        baseline: Baseline,
    }
    /// The summary of the turns up to one was worded anew.
    SummaryWorded = "summary.worded" {
        until: u32,
        ; content: SummaryContent
    }
    /// It was decided what happens next.
    DecisionMade = "decision.made" {
        turn: u32,
        action: Action,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
        confidence: f32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hold: Option<String>,
        triggers: Vec<(String, f32)>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        policy: Option<u32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        shadow: Option<Shadow>,
        ; content: DecisionContent
    }
    /// The customer was offered a human.
    HumanProposed = "human.proposed" {
        turn: u32,
        reason: Reason,
        deadline_at_ms: AtMs,
        ; content: TextContent
    }
    /// The customer answered the proposal, or let it lapse.
    ProposalAnswered = "proposal.answered" {
        /// Absent where the deadline passed.
        accepted: Option<bool>,
    }
    /// A handoff began.
    HandoffRequested = "handoff.requested" {
        handoff: HandoffId,
        epoch: u64,
        turn: u32,
        reason: Reason,
        needs: Needs,
        ; content: FocusContent
    }
    /// The customer was told. Exactly once for each handoff, in the transaction that requests it.
    HandoffAnnounced = "handoff.announced" {
        handoff: HandoffId,
        ; content: TextContent
    }
    /// A queue owns the handoff.
    HandoffQueued = "handoff.queued" {
        epoch: u64,
        squad: SquadId,
        waiting_since_ms: AtMs,
        sla_due_at_ms: AtMs,
        deadline_at_ms: AtMs,
    }
    /// An agent is reserved.
    AgentOffered = "agent.offered" {
        epoch: u64,
        agent: AgentId,
        deadline_at_ms: AtMs,
        /// Why this one, without personal data: "billing 5, English, one free chat".
        why: String,
    }
    /// The agent said no, did not answer, or went away; the queue owns the handoff again, age and place kept.
    OfferEnded = "offer.ended" {
        epoch: u64,
        agent: AgentId,
        why: OfferEnd,
        deadline_at_ms: AtMs,
    }
    /// Everybody who could take it now has said no or missed it. It waits on, and supervisors are told.
    HandoffRefused = "handoff.refused" {
        epoch: u64,
    }
    /// The agent reads the briefing.
    OfferAccepted = "offer.accepted" {
        epoch: u64,
        agent: AgentId,
        prepare_until_ms: AtMs,
    }
    /// The agent is with the customer.
    AgentJoined = "agent.joined" {
        agent: AgentId,
        deadline_at_ms: AtMs,
    }
    /// The agent vanished; the queue owns the handoff again, age and place kept.
    AgentLost = "agent.lost" {
        epoch: u64,
        agent: AgentId,
        deadline_at_ms: AtMs,
    }
    /// The agent passed the conversation on to another squad or person.
    HandoffTransferred = "handoff.transferred" {
        epoch: u64,
        agent: AgentId,
        needs: Needs,
        deadline_at_ms: AtMs,
        ; content: TextContent
    }
    /// The agent gave the conversation back to the assistant, with a summary for it.
    HandoffReturned = "handoff.returned" {
        epoch: u64,
        agent: AgentId,
        ; content: TextContent
    }
    /// The agent settled the matter; wrap-up begins.
    HandoffResolved = "handoff.resolved" {
        agent: AgentId,
        disposition: Disposition,
        timing: Timing,
        wrap_up_until_ms: AtMs,
        ; content: TextContent
    }
    /// The agent is free again.
    WrapUpEnded = "wrap_up.ended" {
        epoch: u64,
        agent: AgentId,
    }
    /// Nobody can come now: a ticket owns the handoff, and an answer is promised.
    HandoffTicketed = "handoff.ticketed" {
        epoch: u64,
        ticket: TicketId,
        due_at_ms: AtMs,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tag: Option<SlaTag>,
        ; content: TextContent
    }
    /// The squad has closed, or closed without its being seen; whoever waits in its queue goes elsewhere.
    QueueClosed = "queue.closed" {
        squad: SquadId,
    }
    /// The customer knows that nobody is there, and stays in line.
    WaitChosen = "wait.chosen" {
        epoch: u64,
    }
    /// The customer booked a callback; the calendar owns the handoff until then, age and place kept.
    CallbackBooked = "callback.booked" {
        epoch: u64,
        squad: SquadId,
        from_ms: AtMs,
        until_ms: AtMs,
        ; content: CallbackContent
    }
    /// The callback is another time.
    CallbackMoved = "callback.moved" {
        epoch: u64,
        from_ms: AtMs,
        until_ms: AtMs,
        why: Moved,
        ; content: CallbackContent
    }
    /// The callback is off; the handoff is queued or ticketed in the same transaction.
    CallbackCancelled = "callback.cancelled" {
        epoch: u64,
        why: Cancelled,
    }
    /// The time has come; the handoff is queued in the same transaction.
    CallbackDue = "callback.due" {
        epoch: u64,
    }
    /// Somebody called back and the customer did not answer; the callback is moved or a ticket is written in the same
    /// transaction.
    CallbackMissed = "callback.missed" {
        agent: AgentId,
        /// How often by now, from 1.
        missed: u32,
    }
    /// What was promised for a time has not happened by then.
    PromiseOverdue = "promise.overdue" {
        due_at_ms: AtMs,
        /// The new deadline of what is still under way; absent for a ticket, which just stays.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deadline_at_ms: Option<AtMs>,
    }
    /// The customer left an address for the answer.
    ContactLeft = "contact.left" {
        ; content: TextContent
    }
    /// The customer went away before a human came.
    HandoffAbandoned = "handoff.abandoned" {
        epoch: u64,
    }
    /// An agent wrote a private note.
    NoteAdded = "note.added" {
        agent: AgentId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        client_id: Option<String>,
        ; content: TextContent
    }
    /// The customer judged the conversation with a human.
    ConversationRated = "conversation.rated" {
        /// 1 (bad) to 5 (good).
        score: u8,
        ; content: TextContent
    }
    /// Articles were found that may help with the issue.
    ArticlesSuggested = "articles.suggested" {
        articles: Vec<ArticleRef>,
    }
}

/// Why an offer ended without an accept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferEnd {
    /// The agent said no.
    Declined,
    /// The accept deadline passed.
    Missed,
    /// The agent went away, or the offer no longer stands.
    Withdrawn,
}

/// A stored event that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("event {seq} of kind {kind}, version {version}: {source}")]
pub struct UnreadableEvent {
    seq: u64,
    kind: String,
    version: u16,
    source: serde_json::Error,
}

impl Event {
    /// The open part as JSON.
    pub fn open_json(&self) -> Vec<u8> {
        serde_json::to_vec(&self.body).expect("events hold no maps with odd keys")
    }

    /// Reads an event back from its stored parts; `content` is absent where the key is gone.
    pub fn read(
        seq: u64,
        at_ms: AtMs,
        kind: &str,
        version: u16,
        open: &[u8],
        content: Option<&[u8]>,
    ) -> Result<Self, UnreadableEvent> {
        let unreadable = |source| UnreadableEvent { seq, kind: kind.to_owned(), version, source };
        let mut body: Body = crate::upcast::open(kind, version, open).map_err(unreadable)?;
        if let Some(content) = content.filter(|content| !content.is_empty()) {
            body.fill(content).map_err(unreadable)?;
        }
        Ok(Self { seq, at_ms, body })
    }

    /// The event for the API: `{seq, at_ms, type, data}` with open part and content merged.
    pub fn to_json(&self) -> Value {
        let mut data = serde_json::to_value(&self.body).expect("events are plain JSON");
        if let Some(fields) = data.as_object_mut() {
            fields.remove("type");
            if let Ok(Value::Object(content)) = serde_json::from_slice(&self.body.content_json()) {
                fields.extend(content);
            }
        }
        serde_json::json!({ "seq": self.seq, "at_ms": self.at_ms, "type": self.body.kind(), "data": data })
    }
}

fn content_json<T: Serialize>(content: &Content<T>) -> Vec<u8> {
    content
        .known()
        .map(|content| serde_json::to_vec(content).expect("contents are plain JSON"))
        .unwrap_or_default()
}

fn filled<T: DeserializeOwned>(json: &[u8]) -> Result<Content<T>, serde_json::Error> {
    serde_json::from_slice(json).map(Content::Known)
}
