//! Tickets of the local inbox, one per handoff.

use segue_core::ids::{AtMs, ConversationId, CustomerId, HandoffId, OrganisationId, TicketId};

/// A ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketRow {
    /// Its id, unique in the organisation.
    pub ticket: TicketId,
    /// The tenant.
    pub organisation: OrganisationId,
    /// Where it came from.
    pub conversation: ConversationId,
    /// The handoff it stands for; a handoff has at most one ticket.
    pub handoff: HandoffId,
    /// For whom.
    pub customer: CustomerId,
    /// When it was opened.
    pub created_at_ms: AtMs,
    /// When it is promised.
    pub due_at_ms: Option<AtMs>,
    /// The SLA tag.
    pub tag: String,
    /// Its state, such as `open` or `done`; a word of the caller.
    pub status: String,
    /// The whole package as plain JSON; sealed in the store, empty once the customer was erased.
    pub body: Vec<u8>,
}
