//! Privileged acts, chained so that none can be changed or removed unnoticed.

use segue_core::ids::{AtMs, OrganisationId};

/// An act to record.
#[derive(Clone, Debug)]
pub struct NewAudit {
    /// The tenant.
    pub organisation: OrganisationId,
    /// When.
    pub at_ms: AtMs,
    /// Who: an agent's id, an API key's id, or `system`.
    pub actor: String,
    /// What, such as `policy.published`.
    pub action: String,
    /// JSON without personal content.
    pub detail: Vec<u8>,
}

/// A recorded act. `hash` is SHA-256 over `previous` and every other field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Its place in the organisation's chain, from 1.
    pub n: u64,
    /// When.
    pub at_ms: AtMs,
    /// Who.
    pub actor: String,
    /// What.
    pub action: String,
    /// JSON without personal content.
    pub detail: Vec<u8>,
    /// The hash of the row before; zeros for the first.
    pub previous: [u8; 32],
    /// The hash of this row.
    pub hash: [u8; 32],
}

/// The end of a chain that verified. Keep it elsewhere to notice a chain cut short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditHead {
    /// How many rows the chain has.
    pub rows: u64,
    /// The hash of the last one; zeros when there is none.
    pub hash: [u8; 32],
}
