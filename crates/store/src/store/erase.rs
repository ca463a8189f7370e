//! Erasure: destroying a customer's keys, then everything that was sealed under them outside the log.

use segue_core::ids::{AtMs, CustomerId, OrganisationId};

use super::Store;
use crate::{StoreError, engine::on_engine, keys::Subject};

/// What an erasure reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erased {
    /// The customer and every former identity that was erased along.
    pub customers: Vec<CustomerId>,
    /// How many data keys were destroyed; 0 when the customer was erased before or never wrote.
    pub keys: u64,
    /// How many conversations they were in. Their events remain, without content.
    pub conversations: u64,
}

impl Store {
    /// Makes everything that was sealed for a customer unreadable for ever, here and in every backup; see
    /// `keys.rs` for how. Drops snapshots, remembered answers and sealed projections, empties tickets, and turns
    /// pending effects into dead ones. Identities that the customer had before being identified go along.
    ///
    /// May be repeated. A failure in between is finished by the next call or the next start.
    ///
    /// Afterwards: rebuild search indexes, delete the customer's records and attachments, and replace the copy
    /// of the keys with [`backup_keys`](Self::backup_keys).
    ///
    /// # Errors
    /// What the disk gives.
    pub async fn erase(
        &self,
        organisation: &OrganisationId,
        customer: &CustomerId,
        at_ms: AtMs,
    ) -> Result<Erased, StoreError> {
        let ids = (organisation.clone(), customer.clone());
        let former = on_engine!(self.engine(), engine => engine.former_customers(ids.0, ids.1).await)?;
        let customers: Vec<_> = std::iter::once(customer.clone()).chain(former).collect();
        let subject = |customer: &CustomerId| Subject {
            organisation: organisation.clone(),
            customer: Some(customer.clone()),
        };
        let subjects = customers.iter().map(subject).collect();
        let erasures = self.0.keys.destroy(subjects, at_ms).await?;
        let keys = erasures.len() as u64;
        let purge = (organisation.clone(), customers.clone());
        let conversations = on_engine!(self.engine(), e => e.purge(purge.0, purge.1, erasures).await)?;
        tracing::info!(%organisation, keys, conversations, "erased a customer");
        Ok(Erased { customers, keys, conversations })
    }
}
