//! What happened in one conversation.

use super::label::Label;
use crate::{
    event::{Body, Event},
    ids::{AtMs, ConversationId, OrganisationId},
};

/// A conversation of the past.
#[derive(Clone, Debug)]
pub struct Past {
    /// The tenant.
    pub organisation: OrganisationId,
    /// Its id.
    pub conversation: ConversationId,
    /// Its events, in order.
    pub events: Vec<Event>,
    /// When a human was needed, where that is known.
    pub label: Option<Label>,
}

impl Past {
    /// When it began, Unix ms.
    pub fn began_at_ms(&self) -> AtMs {
        self.events.first().map_or(0, |event| event.at_ms)
    }
}

/// The events before a human took over.
pub fn before_handoff(events: &[Event]) -> impl Iterator<Item = &Event> {
    events.iter().take_while(|event| !matches!(event.body, Body::HandoffRequested { .. }))
}

/// Whether an event is something that happened to the assistant's side, whatever the policy, and so belongs into every
/// rehearsal: what was said, seen and known, but nothing that was decided.
pub(super) fn is_given(body: &Body) -> bool {
    matches!(
        body,
        Body::ConversationOpened { .. }
            | Body::CustomerIdentified { .. }
            | Body::PageSeen { .. }
            | Body::TurnReceived { .. }
            | Body::TurnReread { .. }
            | Body::BaselineMeasured { .. }
    )
}
