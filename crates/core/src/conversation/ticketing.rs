//! The ticket that owns a handoff when nobody can come.

use super::Conversation;
use crate::{
    command::Env,
    event::{Body, TextContent},
    ticket::{self, SlaTag},
    wording::{self, Said},
};

/// Why there is a ticket instead of a human.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketFor {
    /// Nobody can come.
    Nobody,
    /// The squad has just closed.
    Closing,
    /// The customer did not answer the callbacks.
    NotReached,
}

/// Writes the ticket, or the one that the handoff has had before, with a new promise.
pub(crate) fn ticket(conversation: &Conversation, env: &Env<'_>, why: TicketFor) -> Body {
    let organisation = env.organisation;
    let package = &conversation.package;
    let customer = &package.customer;
    let handoff = conversation.handoff.as_ref();
    let squad = handoff.and_then(|handoff| organisation.squad(&handoff.needs.squad));
    let tag = handoff.map_or(SlaTag::Normal, |handoff| ticket::tag(organisation, package, handoff));
    let due_at_ms = ticket::due(organisation, squad, &package.channel, tag, env.now_ms);
    let zone = customer.time_zone.as_deref().unwrap_or(&organisation.time_zone);
    let language = package.language.as_deref().unwrap_or(&organisation.language);
    let due = wording::moment(due_at_ms, env.now_ms, zone, language);
    let known = handoff.and_then(|handoff| handoff.ticket.as_ref());
    let ticket = known.map_or_else(|| env.ticket.clone(), |ticket| ticket.id.clone());
    let said = Said::Ticketed {
        why,
        ticket: ticket.as_str(),
        due: &due,
        contact_known: customer.contact.is_some() || customer.email.is_some(),
    };
    Body::HandoffTicketed {
        epoch: conversation.epoch + 1,
        ticket: ticket.clone(),
        due_at_ms,
        tag: Some(tag),
        content: TextContent { text: wording::say(said, language) }.into(),
    }
}
