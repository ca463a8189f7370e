//! The log as it is read.

use segue_core::ids::{AtMs, ConversationId, CustomerId, OrganisationId};

/// An event as it was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its place in the conversation, from 1, without gaps.
    pub seq: u64,
    /// When it happened.
    pub at_ms: AtMs,
    /// The event's name in the vocabulary.
    pub kind: String,
    /// The version of its shape.
    pub version: u16,
    /// JSON without personal content.
    pub open: Vec<u8>,
    /// What people wrote; empty when the event never had any; `None` once the customer was erased.
    pub content: Option<Vec<u8>>,
}

/// A conversation ready to be folded: its snapshot and the events after it, read in one transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// Whose conversation it is now.
    pub customer: CustomerId,
    /// The newest snapshot with its sequence; gone after an erasure.
    pub snapshot: Option<(u64, Vec<u8>)>,
    /// Every event after the snapshot, in order.
    pub tail: Vec<StoredEvent>,
    /// The sequence of the last event.
    pub seq: u64,
}

/// A whole conversation, as [`Store::scan`](crate::Store::scan) yields it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScannedConversation {
    /// The tenant.
    pub organisation: OrganisationId,
    /// The conversation.
    pub conversation: ConversationId,
    /// Whose conversation it is now.
    pub customer: CustomerId,
    /// Every event from 1.
    pub events: Vec<StoredEvent>,
}
