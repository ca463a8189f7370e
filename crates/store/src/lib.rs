//! The record: an append-only, sealed log with its outbox, claims and projections.
//!
//! **What one commit is.** Events, dedupe key, projection, outbox, claims, ticket and snapshot of one command,
//! in one transaction, answered only when it is durable. Many conversations share one fsync.
//!
//! **What is sealed.** Whatever people wrote: event content, the projection's `sealed` part, outbox payloads,
//! remembered answers, tickets and snapshots under a key per customer; records under a key per organisation.
//! Callers hand over and receive plain bytes; engines and files see ciphertext only. What stands in `open`
//! parts, states, tags and ids is readable in the file and survives an erasure: keep personal content out of it.
//!
//! Architecture invariants:
//! * The store knows names ([`segue_core::ids`]) and bytes, not events: it never parses a body, and there is no
//!   word of the domain's vocabulary in it.
//! * It has no clock; times come from callers.
//! * Nothing outside [`engine`] and `sqlite` knows which engine runs.
//! * One process holds a data directory at a time.
//!
//! How keys, backups and erasure fit together is told in `keys.rs`; the committer's rules in
//! `sqlite/committer.rs`; the settings in `sqlite/connection.rs`.

mod audit_chain;
mod config;
mod engine;
mod error;
mod keys;
mod master_key;
mod model;
mod seal;
mod sqlite;
mod store;

pub use config::{FatalHook, StoreConfig};
pub use error::StoreError;
pub use master_key::{MASTER_KEY_ENV, MASTER_KEY_FILE, MasterKey};
pub use model::{
    audit::{AuditHead, AuditRow, NewAudit},
    commit::{
        Claim, Commit, CommitOutcome, Dedupe, EVENTS_MAX, NewEvent, OutboxItem, PART_MAX_BYTES, SEQ_MAX,
    },
    log::{Loaded, ScannedConversation, StoredEvent},
    outbox::DueItem,
    record::{LookupScope, NewRecord, Record, RecordKind},
    row::{
        ConversationRow, Counts, Cursor, DUE_WITHOUT_SLA_MS, Deadline, HeldClaim, ListQuery, ListView,
        PAGE_MAX, Page, Visit,
    },
    ticket::TicketRow,
};
pub use store::{Store, erase::Erased, log::Scan};
