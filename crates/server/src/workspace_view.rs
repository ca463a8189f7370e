//! A conversation as the workspace shows it.

use std::{collections::BTreeMap, sync::Arc};

use schemars::JsonSchema;
use segue_core::{
    context::{ContextPackage, Role},
    conversation::{Conversation, Mark},
    handoff::{State, Timing},
    ids::{AgentId, AtMs, SquadId, TicketId},
    organisation::StaffRole,
    routing::Presence,
    row::{self, Row},
    ticket::SlaTag,
    trigger::Decision,
};
use serde::Serialize;

use crate::{extract::Staff, tenant::Tenant};

/// The member of staff who is signed in.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Me {
    /// Their id.
    pub id: AgentId,
    /// Full name.
    pub name: String,
    /// To sign in.
    pub email: String,
    /// What they may do.
    pub role: StaffRole,
    /// Where they work.
    pub organisation: Named<String>,
    /// Their squads.
    pub squads: Vec<Named<SquadId>>,
    /// Whether they take conversations.
    pub presence: Presence,
    /// Conversations held.
    pub load: u32,
    /// The most they take.
    pub capacity: u32,
}

/// A thing with a name.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "Named{Id}")]
pub struct Named<Id> {
    /// Its id.
    pub id: Id,
    /// Its name.
    pub name: String,
}

/// Conversation, package and what happened between turns.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct View {
    /// As in the list.
    pub row: Row,
    /// The context package.
    pub package: ContextPackage,
    /// What happened between turns.
    pub marks: Vec<Mark>,
    /// The last decisions, newest last.
    pub decisions: Vec<Arc<Decision>>,
    /// Until when the agent reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prepare_until_ms: Option<AtMs>,
    /// Until when the agent wraps up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wrap_up_until_ms: Option<AtMs>,
    /// The system's own guess whether the handoff came at the right moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timing_guess: Option<Timing>,
    /// Names of agents by id.
    pub agents: BTreeMap<AgentId, AgentName>,
    /// Whether the customer has the widget open.
    pub customer_online: bool,
    /// The ticket that owns the handoff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketRef>,
    /// The customer's judgement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rating: Option<Rating>,
}

/// An agent's name.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct AgentName {
    /// Full name.
    pub name: String,
}

/// A ticket by id, with its promise.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct TicketRef {
    /// Its id.
    pub id: TicketId,
    /// The promised answer, Unix ms.
    pub due_at_ms: AtMs,
    /// How urgent it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<SlaTag>,
}

/// A customer's judgement.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Rating {
    /// 1..=5.
    pub score: u8,
    /// In words, if any.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub comment: String,
}

/// An agent is reserved for a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Offer {
    /// Which.
    pub conversation: segue_core::ids::ConversationId,
    /// Sent back with accept or decline.
    pub epoch: u64,
    /// When, Unix ms.
    pub offered_at_ms: AtMs,
    /// Accept until, Unix ms.
    pub accept_by_ms: AtMs,
    /// Why this agent.
    pub why: String,
    /// As in the list.
    pub row: Row,
    /// The context package.
    pub package: ContextPackage,
}

/// Who is signed in.
pub fn me(staff: &Staff) -> Me {
    let Staff { tenant, profile, .. } = staff;
    let settings = tenant.settings();
    let status = tenant.desk.status(&profile.id);
    let squads = profile.work.squads.iter().filter_map(|id| settings.squad(id));
    Me {
        id: profile.id.clone(),
        name: profile.name.clone(),
        email: profile.email.clone(),
        role: profile.role,
        organisation: Named { id: tenant.id.to_string(), name: settings.name.clone() },
        squads: squads.map(|squad| Named { id: squad.id.clone(), name: squad.name.clone() }).collect(),
        presence: status.as_ref().map_or(Presence::Offline, |status| status.presence),
        load: status.as_ref().map_or(0, |status| status.load),
        capacity: profile.work.capacity,
    }
}

/// A conversation as the workspace shows it.
pub fn view(tenant: &Tenant, conversation: &Conversation, customer_online: bool) -> View {
    let agents = tenant.agents();
    let turns = conversation.package.transcript.iter().filter_map(|turn| turn.agent.as_ref());
    let marks = conversation.marks.iter().filter_map(|mark| mark.agent.as_ref());
    let notes = conversation.package.notes.iter().map(|note| &note.agent);
    let names = turns.chain(marks).chain(notes).chain(conversation.agent());
    let names = names.filter_map(|id| Some((id.clone(), AgentName { name: agents.get(id)?.name.clone() })));
    let deadline = |state| conversation.deadline.filter(|deadline| deadline.state == state).map(|d| d.at_ms);
    let ticket = conversation.handoff.as_ref().and_then(|handoff| handoff.ticket.as_ref());
    View {
        row: row::row(conversation),
        package: conversation.package.clone(),
        marks: conversation.marks.clone(),
        decisions: conversation.decisions.clone(),
        prepare_until_ms: conversation.prepare_until_ms,
        wrap_up_until_ms: deadline(State::WrapUp),
        timing_guess: conversation.handoff.as_ref().map(|_| timing_guess(conversation)),
        agents: names.collect(),
        customer_online,
        ticket: ticket.map(|ticket| TicketRef {
            id: ticket.id.clone(),
            due_at_ms: ticket.due_at_ms,
            tag: ticket.tag,
        }),
        rating: conversation.rating.clone().map(|(score, comment)| Rating { score, comment }),
    }
}

/// The offer that stands, where the conversation is offered to this agent.
pub fn offer(conversation: &Conversation, agent: &AgentId) -> Option<Offer> {
    let offered = conversation.state == State::Offered && conversation.agent() == Some(agent);
    let deadline = conversation.deadline.filter(|_| offered)?;
    let mark =
        conversation.marks.iter().rfind(|mark| mark.kind == segue_core::conversation::MarkKind::Offered)?;
    let why = mark.text.trim_start_matches("Offered (").trim_end_matches(')').to_owned();
    Some(Offer {
        conversation: conversation.id().clone(),
        epoch: conversation.epoch,
        offered_at_ms: mark.at_ms,
        accept_by_ms: deadline.at_ms,
        why,
        row: row::row(conversation),
        package: conversation.package.clone(),
    })
}

/// Too late where the customer had to say it several times or was angry before it was decided; too early where
/// nothing had been tried and nobody asked; else right.
fn timing_guess(conversation: &Conversation) -> Timing {
    let package = &conversation.package;
    let Some(handoff) = &package.handoff else { return Timing::Right };
    let before = package.mood.iter().filter(|point| point.turn < handoff.turn);
    let angry_before = before.filter(|point| point.frustration >= 0.6).count();
    let asked = matches!(
        handoff.reason,
        segue_core::trigger::Reason::ExplicitRequest | segue_core::trigger::Reason::Safety
    );
    let customer_turns = package
        .transcript
        .iter()
        .filter(|turn| turn.role == Role::Customer && turn.turn <= handoff.turn)
        .count();
    if angry_before >= 2 || customer_turns >= 6 {
        Timing::TooLate
    } else if customer_turns <= 1 && !asked && handoff.evidence.iter().all(|trigger| trigger.strength < 0.7) {
        Timing::TooEarly
    } else {
        Timing::Right
    }
}
