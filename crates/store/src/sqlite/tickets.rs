//! Tickets of the local inbox.

use rusqlite::{OptionalExtension, Row, Transaction, params};
use segue_core::ids::{ConversationId, CustomerId, HandoffId, OrganisationId, TicketId};

use super::{Sqlite, bytes, sql};
use crate::{
    StoreError,
    engine::Sealed,
    model::{
        row::{Cursor, PAGE_MAX, Page},
        ticket::TicketRow,
    },
};

impl Sqlite {
    pub async fn ticket(
        &self,
        organisation: OrganisationId,
        ticket: TicketId,
    ) -> Result<Option<Sealed<TicketRow>>, StoreError> {
        self.one_ticket(sql::TICKET, organisation, ticket.as_str().to_owned()).await
    }

    pub async fn ticket_of_handoff(
        &self,
        organisation: OrganisationId,
        handoff: HandoffId,
    ) -> Result<Option<Sealed<TicketRow>>, StoreError> {
        self.one_ticket(sql::TICKET_OF_HANDOFF, organisation, handoff.as_str().to_owned()).await
    }

    async fn one_ticket(
        &self,
        sql: &'static str,
        organisation: OrganisationId,
        key: String,
    ) -> Result<Option<Sealed<TicketRow>>, StoreError> {
        let read = move |db: &Transaction<'_>| {
            let mut select = db.prepare_cached(sql)?;
            let keys = params![organisation.as_str(), key];
            Ok(select.query_row(keys, |row| ticket(row, &organisation)).optional()?.map(Sealed))
        };
        self.readers.read(read).await
    }

    pub async fn tickets(
        &self,
        organisation: OrganisationId,
        status: Option<String>,
        cursor: Option<Cursor>,
        limit: u32,
    ) -> Result<Page<Sealed<TicketRow>>, StoreError> {
        let limit = limit.clamp(1, PAGE_MAX);
        let from = cursor.unwrap_or(Cursor { rank: i64::MAX, key: i64::MAX });
        let read = move |db: &Transaction<'_>| {
            let read = |row: &Row<'_>| {
                let ticket = ticket(row, &organisation)?;
                Ok((Cursor { rank: ticket.created_at_ms, key: row.get(9)? }, Sealed(ticket)))
            };
            let tenant = organisation.as_str();
            let mut rows: Vec<_> = match &status {
                Some(status) => {
                    let mut select = db.prepare_cached(sql::TICKETS_OF_STATUS)?;
                    let values = params![tenant, from.rank, from.key, limit + 1, status];
                    select.query_map(values, read)?.collect::<Result<_, _>>()?
                }
                None => {
                    let mut select = db.prepare_cached(sql::TICKETS)?;
                    let values = params![tenant, from.rank, from.key, limit + 1];
                    select.query_map(values, read)?.collect::<Result<_, _>>()?
                }
            };
            let more = rows.len() > limit as usize;
            rows.truncate(limit as usize);
            let next = rows.last().filter(|_| more).map(|(at, _)| *at);
            Ok(Page { rows: rows.into_iter().map(|(_, row)| row).collect(), next })
        };
        self.readers.read(read).await
    }
}

fn ticket(row: &Row<'_>, organisation: &OrganisationId) -> rusqlite::Result<TicketRow> {
    Ok(TicketRow {
        ticket: super::id(row, 0, TicketId::parse)?,
        organisation: organisation.clone(),
        conversation: super::id(row, 1, ConversationId::parse)?,
        handoff: super::id(row, 2, HandoffId::parse)?,
        customer: super::id(row, 3, CustomerId::parse)?,
        created_at_ms: row.get(4)?,
        due_at_ms: row.get(5)?,
        tag: row.get(6)?,
        status: row.get(7)?,
        body: bytes(row, 8)?,
    })
}
