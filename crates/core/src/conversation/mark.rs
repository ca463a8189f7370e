//! What happened between turns, told in plain words for the agents' stream.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Conversation;
use crate::{
    callback::{Cancelled, Moved},
    event::{Body, Event, OfferEnd},
    ids::{AgentId, AtMs},
    wording,
};

/// One line in the stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Mark {
    /// The event it tells.
    pub seq: u64,
    /// When, Unix ms.
    pub at_ms: AtMs,
    /// The turn before it; -1 where there is none.
    pub after_turn: i64,
    /// What happened.
    pub kind: MarkKind,
    /// A time that it speaks of, Unix ms; faces show it in their own zone, after the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about_ms: Option<AtMs>,
    /// The agent it is about; faces show the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentId>,
    /// Plain words, such as "Handed off: about to cancel".
    pub text: String,
}

/// Kinds of marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum MarkKind {
    Proposed,
    ProposalDeclined,
    HandedOff,
    Announced,
    Queued,
    Offered,
    Declined,
    Missed,
    Accepted,
    Joined,
    Lost,
    Returned,
    Transferred,
    Ticketed,
    Resolved,
    Abandoned,
    Rated,
    ContactLeft,
    Closed,
    Callback,
    QueueClosed,
    RefusedByAll,
    Stays,
    Overdue,
}

/// The mark of an event, if it has one. `conversation` has the event folded in already.
pub(super) fn of(conversation: &Conversation, event: &Event) -> Option<Mark> {
    use MarkKind as Kind;
    let (kind, agent, text) = match &event.body {
        Body::HumanProposed { reason, .. } => {
            (Kind::Proposed, None, format!("Offered a human: {}", wording::reason(*reason)))
        }
        Body::ProposalAnswered { accepted: Some(true) } => return None,
        Body::ProposalAnswered { accepted } => {
            let text =
                if accepted.is_some() { "Declined a human" } else { "Did not answer the offer of a human" };
            (Kind::ProposalDeclined, None, text.into())
        }
        Body::HandoffRequested { reason, .. } => {
            (Kind::HandedOff, None, format!("Handed off: {}", wording::reason(*reason)))
        }
        Body::HandoffAnnounced { content, .. } => {
            (Kind::Announced, None, content.known().map(|said| said.text.clone()).unwrap_or_default())
        }
        Body::HandoffQueued { squad, .. } => (Kind::Queued, None, format!("Waiting for {squad}")),
        Body::AgentOffered { agent, why, .. } => (Kind::Offered, Some(agent), format!("Offered ({why})")),
        Body::OfferEnded { agent, why, .. } => match why {
            OfferEnd::Declined => (Kind::Declined, Some(agent), "Declined the offer".into()),
            OfferEnd::Missed => (Kind::Missed, Some(agent), "Did not answer the offer".into()),
            OfferEnd::Withdrawn => (Kind::Declined, Some(agent), "Offer withdrawn".into()),
        },
        Body::OfferAccepted { agent, .. } => (Kind::Accepted, Some(agent), "Accepted and is reading".into()),
        Body::AgentJoined { agent, .. } => (Kind::Joined, Some(agent), "Joined".into()),
        Body::AgentLost { agent, .. } => (Kind::Lost, Some(agent), "Went away; back in the queue".into()),
        Body::HandoffTransferred { agent, needs, .. } => {
            (Kind::Transferred, Some(agent), format!("Transferred to {}", needs.squad))
        }
        Body::HandoffReturned { agent, .. } => {
            (Kind::Returned, Some(agent), "Returned to the assistant".into())
        }
        Body::HandoffResolved { agent, disposition, .. } => {
            (Kind::Resolved, Some(agent), format!("Resolved: {}", wording::disposition(*disposition)))
        }
        Body::WrapUpEnded { .. } => (Kind::Closed, None, "Closed".into()),
        Body::HandoffTicketed { ticket, tag, .. } => {
            let tag = tag.map(|tag| format!(", {}", tag.name())).unwrap_or_default();
            (Kind::Ticketed, None, format!("Ticket {ticket}{tag}: an answer is promised by"))
        }
        Body::QueueClosed { squad } => (Kind::QueueClosed, None, format!("{squad} has closed")),
        Body::WaitChosen { .. } => (Kind::Stays, None, "Stays in line although nobody is there".into()),
        Body::CallbackBooked { .. } => (Kind::Callback, None, "Callback booked for".into()),
        Body::CallbackMoved { why, .. } => (Kind::Callback, None, moved(*why).into()),
        Body::CallbackCancelled { why, .. } => (Kind::Callback, None, cancelled(*why).into()),
        Body::CallbackDue { .. } => (Kind::Callback, None, "Callback due".into()),
        Body::CallbackMissed { agent, missed } => {
            (Kind::Callback, Some(agent), format!("Called back; no answer ({missed})"))
        }
        Body::HandoffRefused { .. } => {
            (Kind::RefusedByAll, None, "Everybody who could take it declined or missed it".into())
        }
        Body::PromiseOverdue { .. } => (Kind::Overdue, None, "Overdue: the promise was for".into()),
        Body::ContactLeft { .. } => (Kind::ContactLeft, None, "Left an address for the answer".into()),
        Body::HandoffAbandoned { .. } => (Kind::Abandoned, None, "The customer left".into()),
        Body::ConversationRated { score, .. } => (Kind::Rated, None, format!("Rated {score} of 5")),
        _ => return None,
    };
    let after_turn = i64::from(conversation.next_turn()) - 1;
    let about_ms = about(&event.body);
    Some(Mark { seq: event.seq, at_ms: event.at_ms, after_turn, kind, about_ms, agent: agent.cloned(), text })
}

/// The time that a mark speaks of.
fn about(body: &Body) -> Option<AtMs> {
    match body {
        Body::HandoffTicketed { due_at_ms, .. } | Body::PromiseOverdue { due_at_ms, .. } => Some(*due_at_ms),
        Body::CallbackBooked { from_ms, .. } | Body::CallbackMoved { from_ms, .. } => Some(*from_ms),
        _ => None,
    }
}

fn moved(why: Moved) -> &'static str {
    match why {
        Moved::Customer => "The customer moved the callback to",
        Moved::Hours => "The squad is not open then; callback moved to",
        Moved::Missed => "Will be called once more, at",
    }
}

fn cancelled(why: Cancelled) -> &'static str {
    match why {
        Cancelled::Customer => "The customer cancelled the callback",
        Cancelled::Sooner => "No callback any more: somebody can come now",
        Cancelled::NoTime => "No callback any more: there is no open time for it",
    }
}
