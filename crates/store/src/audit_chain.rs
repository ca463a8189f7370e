//! How one audit row seals the one before.

use sha2::{Digest, Sha256};

use crate::model::audit::{AuditRow, NewAudit};

/// The hash of row `n`: SHA-256 over the previous hash and every field, each preceded by its length.
pub(crate) fn link(previous: &[u8; 32], n: u64, act: &NewAudit) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(previous);
    hash.update(n.to_be_bytes());
    hash.update(act.at_ms.to_be_bytes());
    for part in
        [act.organisation.as_str().as_bytes(), act.actor.as_bytes(), act.action.as_bytes(), &act.detail]
    {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// Whether `row` follows `previous` at place `n` unaltered.
pub(crate) fn follows(
    row: &AuditRow,
    previous: &[u8; 32],
    n: u64,
    organisation: &segue_core::ids::OrganisationId,
) -> bool {
    let act = NewAudit {
        organisation: organisation.clone(),
        at_ms: row.at_ms,
        actor: row.actor.clone(),
        action: row.action.clone(),
        detail: row.detail.clone(),
    };
    row.n == n && row.previous == *previous && row.hash == link(previous, n, &act)
}
