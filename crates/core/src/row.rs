//! One row of the agents' list: a projection of a conversation.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    context::GivenPromise,
    conversation::Conversation,
    handoff::{Handoff, State},
    ids::{AgentId, AtMs, ConversationId, SquadId},
    ticket::SlaTag,
    trigger::Reason,
    wording,
};

/// The most points of the frustration line.
const FRUSTRATION_MAX: usize = 12;
/// The longest line, in characters.
const LINE_MAX: usize = 120;

/// What the list shows of a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Row {
    /// The conversation.
    pub conversation: ConversationId,
    /// The last event folded in.
    pub seq: u64,
    /// Where it stands.
    pub state: State,
    /// Fencing number of the current owner.
    pub epoch: u64,
    /// The customer's name, or a word for a visitor.
    pub who: String,
    /// One line: what it is about, or the last thing said.
    pub line: String,
    /// Why a human is needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// The customer's tier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// ISO 639-1 code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// `chat`, `api` ...
    pub channel: String,
    /// The squad that owns or owned the handoff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub squad: Option<SquadId>,
    /// The agent who holds it, or who settled it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentId>,
    /// When it began, Unix ms.
    pub opened_at_ms: AtMs,
    /// When it last changed, Unix ms.
    pub updated_at_ms: AtMs,
    /// Since when the customer waits for a human, Unix ms; absent while nobody waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting_since_ms: Option<AtMs>,
    /// First human reply is due, Unix ms; absent once it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sla_due_at_ms: Option<AtMs>,
    /// Frustration of the last customer turns, 0..=1, oldest first.
    pub frustration: Vec<f32>,
    /// The callback that is agreed on, until the matter is settled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback: Option<CallbackRow>,
    /// How urgent the ticket is that owns it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<SlaTag>,
    /// Everybody who could take it had said no or missed it then, and nobody has taken it since, Unix ms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused_since_ms: Option<AtMs>,
    /// What Segue promised the customer was due then and nobody has kept it, Unix ms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overdue_since_ms: Option<AtMs>,
}

/// What the list shows of a callback.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CallbackRow {
    /// From, Unix ms.
    pub from_ms: AtMs,
    /// Until, Unix ms.
    pub until_ms: AtMs,
    /// When the customer asked for it, Unix ms.
    pub asked_at_ms: AtMs,
    /// Whether its time has come.
    pub due: bool,
    /// How often the customer was not reached.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub missed: u32,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// The row of a conversation.
pub fn row(conversation: &Conversation) -> Row {
    let package = &conversation.package;
    let handoff = conversation.handoff.as_ref().filter(|_| conversation.state != State::Ai);
    let unanswered = handoff.filter(|handoff| handoff.first_reply_at_ms.is_none());
    let waits = conversation.state.waits() || conversation.state == State::Human;
    let ticket = handoff.filter(|_| conversation.state == State::Ticketed);
    let overdue = |promise: &&GivenPromise| promise.is_owed() && promise.overdue_at_ms.is_some();
    let points = &package.mood[package.mood.len().saturating_sub(FRUSTRATION_MAX)..];
    Row {
        conversation: conversation.id().clone(),
        seq: conversation.seq,
        state: conversation.state,
        epoch: conversation.epoch,
        who: who(conversation),
        line: line(conversation),
        reason: handoff.map(|handoff| handoff.reason),
        tier: package.customer.tier.clone(),
        language: package.language.clone(),
        channel: package.channel.clone(),
        squad: handoff.map(|handoff| handoff.needs.squad.clone()),
        agent: handoff.and_then(|handoff| handoff.agent.clone()),
        opened_at_ms: conversation.opened_at_ms,
        updated_at_ms: package.updated_at_ms,
        waiting_since_ms: unanswered.filter(|_| waits).map(|handoff| handoff.waiting_since_ms),
        sla_due_at_ms: unanswered.filter(|_| waits).map(|handoff| handoff.sla_due_at_ms),
        frustration: points.iter().map(|point| (point.frustration * 100.0).round() / 100.0).collect(),
        callback: handoff.filter(|handoff| handoff.disposition.is_none()).and_then(callback),
        tag: ticket.and_then(|handoff| handoff.ticket.as_ref()?.tag),
        refused_since_ms: handoff
            .filter(|_| conversation.state.waits())
            .and_then(|handoff| handoff.refused_at_ms),
        overdue_since_ms: package.promises.iter().rfind(overdue).and_then(|promise| promise.due_at_ms),
    }
}

fn callback(handoff: &Handoff) -> Option<CallbackRow> {
    let callback = handoff.callback.as_ref()?;
    Some(CallbackRow {
        from_ms: callback.slot.from_ms,
        until_ms: callback.slot.until_ms,
        asked_at_ms: callback.asked_at_ms,
        due: callback.due_at_ms.is_some(),
        missed: callback.missed,
    })
}

fn who(conversation: &Conversation) -> String {
    let customer = &conversation.package.customer;
    let named = customer.name.as_ref().or(customer.email.as_ref()).or(customer.contact.as_ref());
    named.cloned().unwrap_or_else(|| "Visitor".into())
}

/// What a conversation is about, in one line; empty where nothing was said, or the customer was erased.
pub fn title(conversation: &Conversation) -> String {
    let package = &conversation.package;
    let said = || package.transcript.first().map_or("", |turn| turn.text.as_str());
    let title = if package.issue.title.is_empty() { said() } else { package.issue.title.as_str() };
    shortened(title.to_owned())
}

/// While an agent answers: the last thing said. Before: what it is about.
fn line(conversation: &Conversation) -> String {
    let package = &conversation.package;
    let last = package.transcript.last();
    let text = match (conversation.state, last) {
        (State::Human | State::WrapUp, Some(turn)) => turn.text.clone(),
        (_, Some(turn)) if package.issue.title.is_empty() => turn.text.clone(),
        _ => package.issue.title.clone(),
    };
    let reason = conversation.handoff.as_ref().map(|handoff| wording::reason(handoff.reason));
    // Somebody who has only pressed a button has said nothing yet.
    let text = if text.is_empty() { reason.unwrap_or("just came").to_owned() } else { text };
    shortened(text)
}

fn shortened(text: String) -> String {
    match text.char_indices().nth(LINE_MAX) {
        Some((cut, _)) => format!("{}…", text[..cut].trim_end()),
        None => text,
    }
}
