//! The outbox as workers see it.

use segue_core::ids::{AtMs, OrganisationId};

use super::{Store, commit::OUTBOX};
use crate::{
    StoreError,
    engine::{Sealed, on_engine},
    model::outbox::DueItem,
    seal::Binding,
};

impl Store {
    /// Leases at most `limit` effects that are due, longest due first. Each is due again after `lease_ms` unless
    /// it is completed, put off or declared dead before. So an effect runs at least once, and never at two
    /// workers within a lease.
    ///
    /// # Errors
    /// [`StoreError::Tampered`] when a payload does not open, and what the disk gives.
    pub async fn outbox_due(
        &self,
        now_ms: AtMs,
        limit: u32,
        lease_ms: i64,
    ) -> Result<Vec<DueItem>, StoreError> {
        let items = on_engine!(self.engine(), engine => engine.outbox_due(now_ms, limit, lease_ms).await)?;
        self.open_items(items).await
    }

    /// When the next effect is due or its lease ends; `None` when nothing is pending.
    ///
    /// # Errors
    /// What the disk gives.
    pub async fn outbox_next(&self) -> Result<Option<AtMs>, StoreError> {
        on_engine!(self.engine(), engine => engine.outbox_next().await)
    }

    /// Completes an effect that changes no conversation; otherwise use `Commit::outbox_done`. `false` when it
    /// was complete or is unknown.
    ///
    /// # Errors
    /// What the disk gives.
    pub async fn outbox_done(&self, id: &str) -> Result<bool, StoreError> {
        on_engine!(self.engine(), engine => engine.outbox_done(id.to_owned()).await)
    }

    /// Puts a pending effect off and notes why. `false` when it is not pending. The error's text is readable in
    /// the file: no personal content.
    ///
    /// # Errors
    /// What the disk gives.
    pub async fn outbox_retry(&self, id: &str, due_at_ms: AtMs, error: &str) -> Result<bool, StoreError> {
        let (id, error) = (id.to_owned(), error.to_owned());
        on_engine!(self.engine(), engine => engine.outbox_retry(id, due_at_ms, error).await)
    }

    /// Gives a pending effect up and keeps it for a person to look at. `false` when it is not pending.
    ///
    /// # Errors
    /// What the disk gives.
    pub async fn outbox_dead(&self, id: &str, error: &str) -> Result<bool, StoreError> {
        let (id, error) = (id.to_owned(), error.to_owned());
        on_engine!(self.engine(), engine => engine.outbox_dead(id, error).await)
    }

    /// Makes a dead effect pending again with its attempts at zero. `false` when it is not dead.
    ///
    /// # Errors
    /// What the disk gives.
    pub async fn outbox_revive(&self, id: &str, due_at_ms: AtMs) -> Result<bool, StoreError> {
        on_engine!(self.engine(), engine => engine.outbox_revive(id.to_owned(), due_at_ms).await)
    }

    /// Dead effects of an organisation, newest first.
    ///
    /// # Errors
    /// As [`outbox_due`](Self::outbox_due).
    pub async fn dead_letters(
        &self,
        organisation: &OrganisationId,
        limit: u32,
    ) -> Result<Vec<DueItem>, StoreError> {
        let organisation = organisation.clone();
        let items = on_engine!(self.engine(), engine => engine.dead_letters(organisation, limit).await)?;
        self.open_items(items).await
    }

    async fn open_items(&self, items: Vec<Sealed<DueItem>>) -> Result<Vec<DueItem>, StoreError> {
        let mut opener = self.opener();
        let mut opened = Vec::with_capacity(items.len());
        for Sealed(mut item) in items {
            let mut binding = Binding::conversation(&item.organisation, &item.conversation);
            let sealed = std::mem::take(&mut item.payload);
            let aad = binding.named(OUTBOX, &item.id);
            item.payload = opener.open_or_empty(aad, sealed, "an outbox payload").await?;
            opened.push(item);
        }
        Ok(opened)
    }
}
