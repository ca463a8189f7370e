//! Effects on their way out.

use segue_core::ids::{AtMs, ConversationId, CustomerId, OrganisationId};

/// An effect leased to a worker. Complete it with [`Commit::outbox_done`](crate::Commit) or
/// [`Store::outbox_done`](crate::Store::outbox_done), or put it off with
/// [`Store::outbox_retry`](crate::Store::outbox_retry); otherwise it is due again when the lease ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueItem {
    /// Its id, for ever unique.
    pub id: String,
    /// Which worker performs it.
    pub kind: String,
    /// The tenant.
    pub organisation: OrganisationId,
    /// The conversation it came from.
    pub conversation: ConversationId,
    /// The customer of that conversation.
    pub customer: CustomerId,
    /// When it became due first.
    pub due_at_ms: AtMs,
    /// How often it was leased, this time included; 1 at the first attempt.
    pub attempts: u32,
    /// The last failure, if any.
    pub error: Option<String>,
    /// What the worker needs; empty when the customer was erased since.
    pub payload: Vec<u8>,
}
