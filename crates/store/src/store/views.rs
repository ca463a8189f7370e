//! Lists, counts, deadlines and claims.

use segue_core::ids::{AgentId, AtMs, ConversationId, CustomerId, OrganisationId, SquadId};

use super::{Opener, Store, commit::ROW};
use crate::{
    StoreError,
    engine::{Sealed, on_engine},
    model::row::{ConversationRow, Counts, Deadline, HeldClaim, ListQuery, Page, Visit},
    seal::Binding,
};

impl Store {
    /// One conversation's projection; `None` until a commit carried one.
    ///
    /// # Errors
    /// [`StoreError::Tampered`] when a part does not open, and what the disk gives; so for every read here.
    pub async fn row(
        &self,
        organisation: &OrganisationId,
        conversation: &ConversationId,
    ) -> Result<Option<ConversationRow>, StoreError> {
        let ids = (organisation.clone(), conversation.clone());
        let row = on_engine!(self.engine(), engine => engine.row(ids.0, ids.1).await)?;
        let Some(row) = row else { return Ok(None) };
        open_row(&mut self.opener(), row).await.map(Some)
    }

    /// One page of a view. A conversation that changes while somebody pages may move to a page already seen.
    ///
    /// # Errors
    /// As [`row`](Self::row).
    pub async fn list(
        &self,
        organisation: &OrganisationId,
        query: ListQuery,
    ) -> Result<Page<ConversationRow>, StoreError> {
        let organisation = organisation.clone();
        let page = on_engine!(self.engine(), engine => engine.list(organisation, query).await)?;
        Ok(Page { rows: self.open_rows(page.rows).await?, next: page.next })
    }

    /// A customer's conversations, begun last first; at most `limit` and [`PAGE_MAX`](crate::PAGE_MAX).
    ///
    /// # Errors
    /// As [`row`](Self::row).
    pub async fn of_customer(
        &self,
        organisation: &OrganisationId,
        customer: &CustomerId,
        limit: u32,
    ) -> Result<Vec<ConversationRow>, StoreError> {
        let ids = (organisation.clone(), customer.clone());
        let rows = on_engine!(self.engine(), engine => engine.of_customer(ids.0, ids.1, limit).await)?;
        self.open_rows(rows).await
    }

    /// When every customer wrote, in no order: to see who came back.
    ///
    /// # Errors
    /// What the disk gives.
    pub async fn visits(&self, organisation: &OrganisationId) -> Result<Vec<Visit>, StoreError> {
        let organisation = organisation.clone();
        on_engine!(self.engine(), engine => engine.visits(organisation).await)
    }

    /// Every waiting conversation, most urgent first: what the router is rebuilt from.
    ///
    /// # Errors
    /// As [`row`](Self::row).
    pub async fn waiting(&self, organisation: &OrganisationId) -> Result<Vec<ConversationRow>, StoreError> {
        let organisation = organisation.clone();
        let rows = on_engine!(self.engine(), engine => engine.waiting(organisation).await)?;
        self.open_rows(rows).await
    }

    /// How many conversations each view of an agent has. Closed ones are not counted: there is no bound on them.
    ///
    /// # Errors
    /// What the disk gives.
    pub async fn counts(
        &self,
        organisation: &OrganisationId,
        agent: &AgentId,
        squads: &[SquadId],
    ) -> Result<Counts, StoreError> {
        let (organisation, agent, squads) = (organisation.clone(), agent.clone(), squads.to_vec());
        on_engine!(self.engine(), engine => engine.counts(organisation, agent, squads).await)
    }

    /// Deadlines at or before a time, across organisations, oldest first: for the sweeper. A deadline stays
    /// until a commit moves or removes it.
    ///
    /// # Errors
    /// What the disk gives.
    pub async fn deadlines_before(&self, at_ms: AtMs, limit: u32) -> Result<Vec<Deadline>, StoreError> {
        on_engine!(self.engine(), engine => engine.deadlines_before(at_ms, limit).await)
    }

    /// When the sweeper has to look next; `None` when nothing has a deadline.
    ///
    /// # Errors
    /// What the disk gives.
    pub async fn next_deadline(&self) -> Result<Option<AtMs>, StoreError> {
        on_engine!(self.engine(), engine => engine.next_deadline().await)
    }

    /// Every place that agents hold, by agent.
    ///
    /// # Errors
    /// What the disk gives.
    pub async fn claims(&self, organisation: &OrganisationId) -> Result<Vec<HeldClaim>, StoreError> {
        let organisation = organisation.clone();
        on_engine!(self.engine(), engine => engine.claims(organisation).await)
    }

    async fn open_rows(
        &self,
        rows: Vec<Sealed<ConversationRow>>,
    ) -> Result<Vec<ConversationRow>, StoreError> {
        let mut opener = self.opener();
        let mut opened = Vec::with_capacity(rows.len());
        for row in rows {
            opened.push(open_row(&mut opener, row).await?);
        }
        Ok(opened)
    }
}

async fn open_row(
    opener: &mut Opener<'_>,
    Sealed(mut row): Sealed<ConversationRow>,
) -> Result<ConversationRow, StoreError> {
    let mut binding = Binding::conversation(&row.organisation, &row.conversation);
    let sealed = std::mem::take(&mut row.sealed);
    row.sealed = opener.open_or_empty(binding.named(ROW, ""), sealed, "a row").await?;
    Ok(row)
}
