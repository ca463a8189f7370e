//! Tickets. They are written by commits only.

use segue_core::ids::{HandoffId, OrganisationId, TicketId};

use super::{Opener, Store, commit::TICKET};
use crate::{
    StoreError,
    engine::{Sealed, on_engine},
    model::{
        row::{Cursor, Page},
        ticket::TicketRow,
    },
    seal::Binding,
};

impl Store {
    /// A ticket.
    ///
    /// # Errors
    /// [`StoreError::Tampered`] when its body does not open, and what the disk gives; so for every read here.
    pub async fn ticket(
        &self,
        organisation: &OrganisationId,
        ticket: &TicketId,
    ) -> Result<Option<TicketRow>, StoreError> {
        let ids = (organisation.clone(), ticket.clone());
        let found = on_engine!(self.engine(), engine => engine.ticket(ids.0, ids.1).await)?;
        self.open_ticket(found).await
    }

    /// The ticket of a handoff.
    ///
    /// # Errors
    /// As [`ticket`](Self::ticket).
    pub async fn ticket_of_handoff(
        &self,
        organisation: &OrganisationId,
        handoff: &HandoffId,
    ) -> Result<Option<TicketRow>, StoreError> {
        let ids = (organisation.clone(), handoff.clone());
        let found = on_engine!(self.engine(), engine => engine.ticket_of_handoff(ids.0, ids.1).await)?;
        self.open_ticket(found).await
    }

    /// One page of tickets, newest first, of one status or all.
    ///
    /// # Errors
    /// As [`ticket`](Self::ticket).
    pub async fn tickets(
        &self,
        organisation: &OrganisationId,
        status: Option<&str>,
        cursor: Option<Cursor>,
        limit: u32,
    ) -> Result<Page<TicketRow>, StoreError> {
        let (organisation, status) = (organisation.clone(), status.map(str::to_owned));
        let page = on_engine!(self.engine(), e => e.tickets(organisation, status, cursor, limit).await)?;
        let mut opener = self.opener();
        let mut rows = Vec::with_capacity(page.rows.len());
        for ticket in page.rows {
            rows.push(open(&mut opener, ticket).await?);
        }
        Ok(Page { rows, next: page.next })
    }

    async fn open_ticket(&self, found: Option<Sealed<TicketRow>>) -> Result<Option<TicketRow>, StoreError> {
        let Some(ticket) = found else { return Ok(None) };
        open(&mut self.opener(), ticket).await.map(Some)
    }
}

async fn open(
    opener: &mut Opener<'_>,
    Sealed(mut ticket): Sealed<TicketRow>,
) -> Result<TicketRow, StoreError> {
    let mut binding = Binding::conversation(&ticket.organisation, &ticket.conversation);
    let sealed = std::mem::take(&mut ticket.body);
    let aad = binding.named(TICKET, ticket.ticket.as_str());
    ticket.body = opener.open_or_empty(aad, sealed, "a ticket").await?;
    Ok(ticket)
}
