//! The audit chain.

use segue_core::ids::OrganisationId;

use super::Store;
use crate::{
    StoreError,
    audit_chain::follows,
    engine::on_engine,
    model::audit::{AuditHead, AuditRow, NewAudit},
};

const VERIFY_PAGE: u32 = 1000;

impl Store {
    /// Records a privileged act at the end of its organisation's chain; durable when this returns.
    ///
    /// # Errors
    /// What the disk gives.
    pub async fn audit_append(&self, act: NewAudit) -> Result<AuditHead, StoreError> {
        on_engine!(self.engine(), engine => engine.audit_append(act).await)
    }

    /// At most `limit` rows before a place, newest first; `None` begins at the end.
    ///
    /// # Errors
    /// What the disk gives.
    pub async fn audit_rows(
        &self,
        organisation: &OrganisationId,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<AuditRow>, StoreError> {
        let (organisation, before) = (organisation.clone(), before.unwrap_or(u64::MAX));
        on_engine!(self.engine(), engine => engine.audit_before(organisation, before, limit).await)
    }

    /// Recomputes an organisation's chain. Compare the head with one that was kept elsewhere: a chain cut short
    /// verifies as well.
    ///
    /// # Errors
    /// [`StoreError::AuditBroken`] with the first row that was altered, removed or put in.
    pub async fn audit_verify(&self, organisation: &OrganisationId) -> Result<AuditHead, StoreError> {
        let mut head = AuditHead { rows: 0, hash: [0; 32] };
        loop {
            let (tenant, after) = (organisation.clone(), head.rows);
            let rows = on_engine!(self.engine(), e => e.audit_after(tenant, after, VERIFY_PAGE).await)?;
            for row in &rows {
                let n = head.rows + 1;
                if !follows(row, &head.hash, n, organisation) {
                    return Err(StoreError::AuditBroken(n));
                }
                head = AuditHead { rows: n, hash: row.hash };
            }
            if rows.len() < VERIFY_PAGE as usize {
                return Ok(head);
            }
        }
    }
}
