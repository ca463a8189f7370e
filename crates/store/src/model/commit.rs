//! One commit: everything that one command changes, written in one transaction or not at all.

use segue_core::ids::{AgentId, AtMs, ConversationId, CustomerId, HandoffId, OrganisationId};

use super::{row::ConversationRow, ticket::TicketRow};
use crate::StoreError;

/// The most events one commit may carry.
pub const EVENTS_MAX: usize = 256;
/// The most bytes one part of a commit (an event's open or sealed part, a payload, a snapshot) may have.
pub const PART_MAX_BYTES: usize = 4 << 20;
/// The most events one conversation may have (2^20 - 1; the engine packs the sequence into 20 bits).
pub const SEQ_MAX: u64 = (1 << 20) - 1;

/// An event to append.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// When it happened.
    pub at_ms: AtMs,
    /// The event's name in the vocabulary, such as `message_received`.
    pub kind: &'static str,
    /// The version of its shape.
    pub version: u16,
    /// JSON without personal content; stays readable after an erasure.
    pub open: Vec<u8>,
    /// Plain JSON with what people wrote; sealed under the customer's data key. May be empty.
    pub content: Vec<u8>,
}

/// Makes a repeated request harmless: unique per (organisation, conversation, key).
#[derive(Clone, Debug)]
pub struct Dedupe {
    /// The client's message id, 1 to 200 bytes, without personal content.
    pub key: String,
    /// SHA-256 of the request's body.
    pub body_hash: [u8; 32],
    /// What to answer when the request comes again; sealed, empty after an erasure.
    pub answer: Vec<u8>,
}

/// An agent's place for a handoff. The primary key is the handoff, so it never has two owners.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Takes the handoff for the agent. Taking what one already holds changes nothing.
    Take {
        /// Who takes it.
        agent: AgentId,
        /// What is taken.
        handoff: HandoffId,
        /// The most handoffs this agent may hold, this one included.
        limit: u32,
    },
    /// Gives the handoff back; nothing happens when this agent does not hold it.
    Release {
        /// Who gives it back.
        agent: AgentId,
        /// What is given back.
        handoff: HandoffId,
    },
}

/// An effect to perform after the commit, at least once.
#[derive(Clone, Debug)]
pub struct OutboxItem {
    /// Unique in the store for ever: an id that was there before is ignored, done or not.
    pub id: String,
    /// Which worker performs it.
    pub kind: String,
    /// Not before this time.
    pub due_at_ms: AtMs,
    /// What the worker needs; sealed.
    pub payload: Vec<u8>,
}

/// Everything that one command changes.
#[derive(Clone, Debug)]
pub struct Commit {
    /// The tenant.
    pub organisation: OrganisationId,
    /// The conversation that changes.
    pub conversation: ConversationId,
    /// Whose data key seals the content. When it differs from the conversation's customer, the conversation
    /// moves to this one, and erasing this one also erases what was written under the former.
    pub customer: CustomerId,
    /// The sequence the command was decided on; 0 starts a conversation.
    pub expected_seq: u64,
    /// Appended as `expected_seq + 1`, `+ 2`, and so on. A new conversation needs at least one.
    pub events: Vec<NewEvent>,
    /// The request's idempotency key.
    pub dedupe: Option<Dedupe>,
    /// The conversation's new projection; must name the same organisation, conversation and customer.
    pub row: Option<ConversationRow>,
    /// Effects to perform.
    pub outbox: Vec<OutboxItem>,
    /// Ids of effects that this commit completes.
    pub outbox_done: Vec<String>,
    /// Places taken and given back, in this order.
    pub claims: Vec<Claim>,
    /// The handoff's ticket, created or updated.
    pub ticket: Option<TicketRow>,
    /// Replaces the conversation's snapshot at the new sequence; sealed.
    pub snapshot: Option<Vec<u8>>,
}

impl Commit {
    /// A commit that appends events and nothing else.
    pub fn new(
        organisation: OrganisationId,
        conversation: ConversationId,
        customer: CustomerId,
        expected_seq: u64,
        events: Vec<NewEvent>,
    ) -> Self {
        Self {
            organisation,
            conversation,
            customer,
            expected_seq,
            events,
            dedupe: None,
            row: None,
            outbox: Vec::new(),
            outbox_done: Vec::new(),
            claims: Vec::new(),
            ticket: None,
            snapshot: None,
        }
    }

    /// The conversation's sequence once this is committed.
    pub fn new_seq(&self) -> u64 {
        self.expected_seq + self.events.len() as u64
    }

    /// Refuses what no correct caller sends, before anything is sealed.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        if self.expected_seq == 0 && self.events.is_empty() {
            return Err(StoreError::Invalid("a new conversation needs an event"));
        }
        if self.events.len() > EVENTS_MAX {
            return Err(StoreError::Invalid("too many events in one commit"));
        }
        if self.new_seq() > SEQ_MAX {
            return Err(StoreError::Invalid("the conversation has as many events as it can hold"));
        }
        if let Some(row) = &self.row {
            let same = row.organisation == self.organisation
                && row.conversation == self.conversation
                && row.customer == self.customer;
            if !same {
                return Err(StoreError::Invalid("the row belongs to another conversation"));
            }
        }
        if self.dedupe.as_ref().is_some_and(|d| d.key.is_empty() || d.key.len() > 200) {
            return Err(StoreError::Invalid("a dedupe key has 1 to 200 bytes"));
        }
        self.parts().try_for_each(|(what, bytes)| {
            if bytes.len() <= PART_MAX_BYTES {
                return Ok(());
            }
            Err(StoreError::TooLarge { what, size_bytes: bytes.len(), limit_bytes: PART_MAX_BYTES })
        })
    }

    /// About how many bytes this writes; bounds a batch.
    pub(crate) fn size_bytes(&self) -> usize {
        self.parts().map(|(_, bytes)| bytes.len()).sum()
    }

    fn parts(&self) -> impl Iterator<Item = (&'static str, &[u8])> {
        let events = self.events.iter();
        let events = events.flat_map(|e| [("an event's open part", &e.open[..]), ("content", &e.content)]);
        let outbox = self.outbox.iter().map(|o| ("an outbox payload", &o.payload[..]));
        let answer = self.dedupe.iter().map(|d| ("a remembered answer", &d.answer[..]));
        let row = self.row.iter().map(|r| ("a row's sealed part", &r.sealed[..]));
        let ticket = self.ticket.iter().map(|t| ("a ticket's body", &t.body[..]));
        let snapshot = self.snapshot.iter().map(|s| ("a snapshot", &s[..]));
        events.chain(outbox).chain(answer).chain(row).chain(ticket).chain(snapshot)
    }
}

/// What became of a commit. Everything but `Committed` wrote nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommitOutcome {
    /// Durable on disk.
    Committed {
        /// The conversation's sequence now.
        seq: u64,
    },
    /// The same request came before.
    Replayed {
        /// What was answered then; empty when the customer was erased since.
        answer: Vec<u8>,
        /// The conversation's sequence right after the first time.
        seq: u64,
    },
    /// Somebody else was faster: load again and decide again.
    Conflict {
        /// The conversation's sequence now; 0 when it does not exist.
        actual_seq: u64,
    },
    /// The agent holds as many handoffs as allowed.
    NoCapacity,
    /// Another agent holds the handoff.
    Taken {
        /// The one who holds it.
        owner: AgentId,
    },
}
