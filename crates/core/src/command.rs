//! The only way in: what may be asked of a conversation, by whom, and what is refused.

use crate::{
    callback::Bookings,
    context::{ArticleRef, Baseline, Cited, Customer, Page, Role},
    event::AssistantKind,
    handoff::{Deadline, Disposition, State, Timing},
    ids::{AgentId, AtMs, CustomerId, HandoffId, SquadId, TicketId},
    organisation::Organisation,
    queue::Coverage,
    reading::{Reading, Repeat},
};

/// The longest turn, note or comment, in characters.
pub const TEXT_MAX_CHARS: usize = 8_000;

/// What may be asked of a conversation.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Command {
    /// Begins it. Changes nothing where it has begun.
    Open {
        customer: CustomerId,
        channel: String,
        assistant: AssistantKind,
        language: Option<String>,
        profile: Customer,
    },
    /// The customer is somebody; `verified` only where a signature was checked.
    Identify { profile: Customer },
    /// The customer opened a page; the area is set by the site map.
    SeePage { page: Page },
    /// Somebody says something, now.
    Speak(Spoken),
    /// Somebody said something elsewhere; taken as given, decided about, but never refused for the state.
    Record(Spoken),
    /// A slower reader found that a turn of the customer says the same as an earlier one.
    Reread { turn: u32, repeats: Repeat },
    /// A visitor who had not written accepts the human whom their page offered.
    AcceptOffer,
    /// What is usual for this customer and the product area they are in.
    Measure { baseline: Baseline },
    /// The summary of all turns up to one, worded anew; each line cites its turn.
    WordSummary { lines: Vec<Cited>, until: u32 },
    /// Articles that may help the agent.
    SuggestArticles { articles: Vec<ArticleRef> },
    /// The customer's word on a proposed human.
    AnswerProposal { accept: bool },
    /// The customer pressed "Talk to a person". Always honoured.
    RequestHuman,
    /// The customer left an address for the answer.
    LeaveContact { address: String },
    /// The customer chooses a time for a callback, or another one; `number` where to reach them.
    BookCallback { from_ms: AtMs, number: Option<String> },
    /// The customer does not want the callback any more.
    CancelCallback,
    /// The customer knows that nobody is there, and stays in line.
    KeepWaiting,
    /// Hours have changed, or a squad has closed: looks whether the wait or the callback still stands.
    CheckHours,
    /// The customer's judgement, 1..=5.
    Rate { score: u8, comment: String },
    /// A private note.
    AddNote { agent: AgentId, client_id: Option<String>, text: String },
    /// The floor reserves an agent who may hold at most `limit` conversations.
    Offer { agent: AgentId, epoch: u64, why: String, limit: u32 },
    /// The floor has seen everybody who could take it refuse it; ignored where that no longer stands, or was said before.
    NobodyTakes { epoch: u64 },
    /// The reserved agent says yes.
    Accept { agent: AgentId, epoch: u64 },
    /// The reserved agent says no.
    Decline { agent: AgentId, epoch: u64 },
    /// An agent takes a waiting or ticketed conversation by hand.
    Take { agent: AgentId, limit: u32 },
    /// A supervisor gives a conversation that waits, or is offered, to an agent, whatever they hold.
    Assign { agent: AgentId },
    /// The agent ends the preparation.
    Join { agent: AgentId, epoch: u64 },
    /// The agent settles the matter.
    Resolve { agent: AgentId, epoch: u64, disposition: Disposition, timing: Timing, note: String },
    /// The agent ends the wrap-up.
    Finish { agent: AgentId, epoch: u64 },
    /// The agent gives the conversation back to the assistant.
    Return { agent: AgentId, epoch: u64, summary: String },
    /// The agent passes the conversation on.
    Transfer { agent: AgentId, epoch: u64, squad: Option<SquadId>, to: Option<AgentId>, reason: String },
    /// The agent went offline.
    AgentGone { agent: AgentId },
    /// A deadline has passed; ignored where it no longer stands.
    DeadlinePassed { deadline: Deadline },
}

/// Something said, with what was understood of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Spoken {
    /// Who speaks.
    pub role: Role,
    /// Which agent, where an agent speaks.
    pub agent: Option<AgentId>,
    /// The sender's id for the message.
    pub client_id: Option<String>,
    /// The words, after redaction, 1..=[`TEXT_MAX_CHARS`] characters.
    pub text: String,
    /// What was understood.
    pub reading: Reading,
    /// The assistant's own confidence, 0..=1.
    pub confidence: Option<f32>,
    /// Articles the assistant used.
    pub citations: Vec<ArticleRef>,
    /// When, Unix ms.
    pub at_ms: AtMs,
}

/// Everything a decision needs to know beside the conversation. Nothing is read from the outside.
#[derive(Clone, Debug)]
pub struct Env<'a> {
    /// Unix ms.
    pub now_ms: AtMs,
    /// The tenant's settings.
    pub organisation: &'a Organisation,
    /// The same with another policy, which is tried in the shadow of the first.
    pub shadow: Option<&'a Organisation>,
    /// Which squads have somebody who can come.
    pub coverage: &'a Coverage,
    /// Callbacks that are booked.
    pub bookings: &'a Bookings,
    /// A fresh id, used if a handoff begins.
    pub handoff: HandoffId,
    /// A fresh id, used if a ticket is written.
    pub ticket: TicketId,
}

/// Why a command was refused. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The conversation has no first event.
    #[error("there is no such conversation")]
    NotOpened,
    /// The assistant spoke although a human owns the conversation.
    #[error("a human has this conversation ({}); the assistant stays silent", .0.name())]
    AssistantSilenced(State),
    /// An act with an old epoch.
    #[error("somebody else has acted in between; the epoch is now {current}")]
    StaleEpoch {
        /// The epoch to look at.
        current: u64,
    },
    /// The offer was taken, declined, missed or withdrawn.
    #[error("the offer no longer stands")]
    OfferGone,
    /// The agent does not hold the conversation.
    #[error("the conversation is not yours")]
    NotYours,
    /// The state does not allow it.
    #[error("not possible while the conversation is in state {}", .0.name())]
    WrongState(State),
    /// No squad of that id.
    #[error("there is no such squad")]
    UnknownSquad,
    /// Nobody may do that.
    #[error("not allowed")]
    NotAllowed,
    /// No words.
    #[error("the text is empty")]
    EmptyText,
    /// Too many words.
    #[error("a text has at most {TEXT_MAX_CHARS} characters")]
    TextTooLong,
    /// The time for a callback was never free, or is no more.
    #[error("nobody can call back at that time; choose another one")]
    SlotGone,
    /// A number too long to be one.
    #[error("a number has at most {} characters", crate::callback::NUMBER_MAX_CHARS)]
    InvalidNumber,
    /// A score out of range.
    #[error("a score is 1 to 5")]
    InvalidScore,
}

impl Rejection {
    /// The stable code of the API error.
    pub fn code(&self) -> &'static str {
        match self {
            Rejection::NotOpened => "unknown_conversation",
            Rejection::AssistantSilenced(_) => "assistant_silenced",
            Rejection::StaleEpoch { .. } => "stale_epoch",
            Rejection::OfferGone => "offer_gone",
            Rejection::NotYours => "not_yours",
            Rejection::WrongState(_) => "wrong_state",
            Rejection::UnknownSquad => "unknown_squad",
            Rejection::NotAllowed => "not_allowed",
            Rejection::EmptyText => "empty_text",
            Rejection::TextTooLong => "text_too_long",
            Rejection::SlotGone => "slot_gone",
            Rejection::InvalidNumber => "invalid_number",
            Rejection::InvalidScore => "invalid_score",
        }
    }
}
