//! The handoff: a leased and fenced state machine.
//!
//! ```text
//! ai -> proposed -> requested -> queued -> offered -> preparing -> human -> wrap_up -> resolved
//!        exits: returned, transferred, ticketed, callback, abandoned
//! ```
//! The *epoch* rises with every change of owner; an act that carries an older one is refused. Every state but
//! `ai` and the exits has an owner and a deadline that is persisted with it. A callback is an exit for a while: the
//! calendar owns it, its deadline is the slot, and then it is `queued` again. The deadline of a ticket is the promised
//! answer: when it passes, the ticket stays and somebody is told.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    callback::Callback,
    ids::{AgentId, AtMs, HandoffId, SquadId, TicketId},
    ticket::SlaTag,
    trigger::Reason,
};

/// Where a conversation stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The assistant answers.
    #[default]
    Ai,
    /// The assistant answers and has offered a human.
    Proposed,
    /// Decided, not yet in a queue.
    Requested,
    /// Waits for an agent.
    Queued,
    /// An agent is reserved.
    Offered,
    /// An agent reads.
    Preparing,
    /// An agent answers.
    Human,
    /// The agent finishes; the customer is done.
    WrapUp,
    /// Settled by a human.
    Resolved,
    /// Back with the assistant.
    Returned,
    /// Left to another system.
    Transferred,
    /// A ticket owns it.
    Ticketed,
    /// Somebody calls back later: the calendar owns it until then.
    Callback,
    /// The customer went away.
    Abandoned,
}

impl State {
    /// As in JSON.
    pub fn name(self) -> &'static str {
        match self {
            State::Ai => "ai",
            State::Proposed => "proposed",
            State::Requested => "requested",
            State::Queued => "queued",
            State::Offered => "offered",
            State::Preparing => "preparing",
            State::Human => "human",
            State::WrapUp => "wrap_up",
            State::Resolved => "resolved",
            State::Returned => "returned",
            State::Transferred => "transferred",
            State::Ticketed => "ticketed",
            State::Callback => "callback",
            State::Abandoned => "abandoned",
        }
    }

    /// Whether the assistant may speak.
    pub fn assistant_speaks(self) -> bool {
        matches!(self, State::Ai | State::Proposed | State::Returned | State::Resolved | State::Abandoned)
    }

    /// Whether the customer waits for a human.
    pub fn waits(self) -> bool {
        matches!(self, State::Requested | State::Queued | State::Offered | State::Preparing)
    }

    /// Whether an agent holds a slot for it.
    pub fn holds_agent(self) -> bool {
        matches!(self, State::Offered | State::Preparing | State::Human | State::WrapUp)
    }

    /// Whether it must have an owner and a deadline.
    pub fn is_leased(self) -> bool {
        self.waits() || self.holds_agent() || matches!(self, State::Proposed | State::Callback)
    }
}

/// What a handoff needs of an agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Needs {
    /// Whose conversation it is.
    pub squad: SquadId,
    /// The skill.
    pub skill: String,
    /// ISO 639-1 code; absent where any language will do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The customer's tier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// How much sooner than others it is answered, 0..=100, by a rule.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub priority: u8,
    /// Target for the first human reply, seconds, by a rule; the tier's stands where it is quicker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_reply_s: Option<u32>,
    /// Only this agent, after a transfer to a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<AgentId>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn is_zero(number: &u8) -> bool {
    *number == 0
}

/// One transfer to a human, from its request to its end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Handoff {
    /// Its id.
    pub id: HandoffId,
    /// Why.
    pub reason: Reason,
    /// What it needs.
    pub needs: Needs,
    /// Since when the customer waits, Unix ms; kept through declines, misses, crashes and transfers.
    pub waiting_since_ms: AtMs,
    /// First human reply is due, Unix ms.
    pub sla_due_at_ms: AtMs,
    /// The agent who is reserved or answers.
    pub agent: Option<AgentId>,
    /// Who said no or missed, in order.
    pub refused_by: Vec<AgentId>,
    /// When everybody who could take it had said no or missed it, Unix ms; absent before, and once somebody took it.
    #[serde(default)]
    pub refused_at_ms: Option<AtMs>,
    /// When an agent first joined, Unix ms.
    pub joined_at_ms: Option<AtMs>,
    /// When an agent first wrote, Unix ms.
    pub first_reply_at_ms: Option<AtMs>,
    /// How it ended, as the agent says.
    pub disposition: Option<Disposition>,
    /// Whether it came at the right moment, as the agent says.
    pub timing: Option<Timing>,
    /// The ticket that owns it, or owned it.
    pub ticket: Option<Ticketed>,
    /// The callback, from its booking to the end of the handoff or to a ticket.
    pub callback: Option<Callback>,
    /// The customer was told that nobody is there, and stays in line.
    #[serde(default)]
    pub stays: bool,
}

/// The ticket of a handoff.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ticketed {
    /// Its id.
    pub id: TicketId,
    /// The promised answer, Unix ms.
    pub due_at_ms: AtMs,
    /// How urgent it is; absent for those of before tickets had one.
    #[serde(default)]
    pub tag: Option<SlaTag>,
}

/// A moment at which something must have happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// When, Unix ms.
    pub at_ms: AtMs,
    /// The state it ends.
    pub state: State,
}

/// How a conversation with a human ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Disposition {
    Solved,
    Workaround,
    Refunded,
    Escalated,
    BugFiled,
    RequestFiled,
    NotSolved,
    NoAnswer,
}

/// Whether a handoff came at the right moment, by the agent's one tap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Timing {
    TooEarly,
    Right,
    TooLate,
}
