//! Lists, counts and deadlines.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use segue_core::ids::{AgentId, AtMs, ConversationId, CustomerId, HandoffId, OrganisationId, SquadId};

use super::{Sqlite, bytes, optional_id, sql, unsigned};
use crate::{
    StoreError,
    engine::Sealed,
    model::row::{
        ConversationRow, Counts, Cursor, Deadline, HeldClaim, ListQuery, ListView, PAGE_MAX, Page, Visit,
    },
};

impl Sqlite {
    pub async fn row(
        &self,
        organisation: OrganisationId,
        conversation: ConversationId,
    ) -> Result<Option<Sealed<ConversationRow>>, StoreError> {
        let read = move |db: &Transaction<'_>| {
            let mut select = db.prepare_cached(sql::ROW)?;
            let keys = params![organisation.as_str(), conversation.as_str()];
            Ok(select.query_row(keys, |r| Ok(Sealed(row(r, &organisation)?))).optional()?)
        };
        self.readers.read(read).await
    }

    pub async fn list(
        &self,
        organisation: OrganisationId,
        query: ListQuery,
    ) -> Result<Page<Sealed<ConversationRow>>, StoreError> {
        self.readers.read(move |db| list(db, &organisation, &query)).await
    }

    pub async fn of_customer(
        &self,
        organisation: OrganisationId,
        customer: CustomerId,
        limit: u32,
    ) -> Result<Vec<Sealed<ConversationRow>>, StoreError> {
        let read = move |db: &Transaction<'_>| {
            let mut select = db.prepare_cached(sql::LIST_CUSTOMER)?;
            let rows = params![organisation.as_str(), customer.as_str(), limit.min(PAGE_MAX)];
            let rows = select.query_map(rows, |r| Ok(Sealed(row(r, &organisation)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        };
        self.readers.read(read).await
    }

    pub async fn visits(&self, organisation: OrganisationId) -> Result<Vec<Visit>, StoreError> {
        let read = move |db: &Transaction<'_>| {
            let mut select = db.prepare_cached(sql::VISITS)?;
            let visit = |r: &Row<'_>| {
                Ok(Visit {
                    conversation: super::id(r, 0, ConversationId::parse)?,
                    customer: super::id(r, 1, CustomerId::parse)?,
                    opened_at_ms: r.get(2)?,
                    updated_at_ms: r.get(3)?,
                })
            };
            let visits = select.query_map([organisation.as_str()], visit)?;
            Ok(visits.collect::<Result<_, _>>()?)
        };
        self.readers.read(read).await
    }

    pub async fn waiting(
        &self,
        organisation: OrganisationId,
    ) -> Result<Vec<Sealed<ConversationRow>>, StoreError> {
        let read = move |db: &Transaction<'_>| {
            let everything = Cursor { rank: i64::MIN, key: i64::MIN };
            let ranked = walk(db, sql::LIST_WAITING, &organisation, everything, u32::MAX, None)?;
            Ok(ranked.into_iter().map(|r| Sealed(r.row)).collect())
        };
        self.readers.read(read).await
    }

    pub async fn counts(
        &self,
        organisation: OrganisationId,
        agent: AgentId,
        squads: Vec<SquadId>,
    ) -> Result<Counts, StoreError> {
        self.readers.read(move |db| counts(db, &organisation, &agent, &squads)).await
    }

    pub async fn deadlines_before(&self, at_ms: AtMs, limit: u32) -> Result<Vec<Deadline>, StoreError> {
        let read = move |db: &Transaction<'_>| {
            let mut select = db.prepare_cached(sql::DEADLINES)?;
            let rows = select.query_map(params![at_ms, limit], |row| {
                Ok(Deadline {
                    organisation: super::id(row, 0, OrganisationId::parse)?,
                    conversation: super::id(row, 1, ConversationId::parse)?,
                    at_ms: row.get(2)?,
                    kind: row.get::<_, Option<_>>(3)?.unwrap_or_default(),
                    epoch: unsigned(row, 4)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        };
        self.readers.read(read).await
    }

    pub async fn next_deadline(&self) -> Result<Option<AtMs>, StoreError> {
        let read = |db: &Transaction<'_>| {
            Ok(db.prepare_cached(sql::NEXT_DEADLINE)?.query_row([], |row| row.get(0))?)
        };
        self.readers.read(read).await
    }

    pub async fn claims(&self, organisation: OrganisationId) -> Result<Vec<HeldClaim>, StoreError> {
        let read = move |db: &Transaction<'_>| {
            let mut select = db.prepare_cached(sql::CLAIMS)?;
            let rows = select.query_map([organisation.as_str()], |row| {
                Ok(HeldClaim {
                    agent: super::id(row, 0, AgentId::parse)?,
                    handoff: super::id(row, 1, HandoffId::parse)?,
                    conversation: super::id(row, 2, ConversationId::parse)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        };
        self.readers.read(read).await
    }
}

/// A row with its place in the view.
struct Ranked {
    at: Cursor,
    row: ConversationRow,
}

fn list(
    db: &Connection,
    organisation: &OrganisationId,
    query: &ListQuery,
) -> Result<Page<Sealed<ConversationRow>>, StoreError> {
    let limit = query.limit.clamp(1, PAGE_MAX);
    let urgent = query.view.by_urgency();
    let start = if urgent { i64::MIN } else { i64::MAX };
    let from = query.cursor.unwrap_or(Cursor { rank: start, key: start });
    // One more than asked for tells whether there is a next page.
    let walk = |sql, value| walk(db, sql, organisation, from, limit + 1, value);
    let mut rows = match &query.view {
        ListView::Mine(agent) => walk(sql::LIST_MINE, Some(agent.as_str()))?,
        ListView::InState(state) => walk(sql::LIST_STATE, Some(state))?,
        ListView::Unassigned => walk(sql::LIST_UNASSIGNED, None)?,
        ListView::Waiting => walk(sql::LIST_WAITING, None)?,
        ListView::Open => walk(sql::LIST_OPEN, None)?,
        ListView::Resolved => walk(sql::LIST_CLOSED, None)?,
        ListView::All => {
            let mut rows = walk(sql::LIST_OPEN, None)?;
            rows.extend(walk(sql::LIST_CLOSED, None)?);
            rows
        }
        ListView::Squads(squads) => {
            let mut rows = Vec::new();
            for squad in squads {
                rows.extend(walk(sql::LIST_SQUAD, Some(squad.as_str()))?);
            }
            rows
        }
    };
    if matches!(query.view, ListView::All | ListView::Squads(_)) {
        // Each part is in order; together they have to be merged. A squad named twice must not count twice.
        rows.sort_by_key(|r| std::cmp::Reverse((r.at.rank, r.at.key)));
        rows.dedup_by_key(|r| r.at.key);
    }
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| more).map(|r| r.at);
    Ok(Page { rows: rows.into_iter().map(|r| Sealed(r.row)).collect(), next })
}

fn walk(
    db: &Connection,
    sql: &str,
    organisation: &OrganisationId,
    from: Cursor,
    limit: u32,
    value: Option<&str>,
) -> Result<Vec<Ranked>, StoreError> {
    let urgent = sql == sql::LIST_WAITING || sql == sql::LIST_UNASSIGNED;
    let read = |r: &Row<'_>| {
        let row = row(r, organisation)?;
        let rank = if urgent { r.get(19)? } else { row.updated_at_ms };
        Ok(Ranked { at: Cursor { rank, key: r.get(20)? }, row })
    };
    let mut select = db.prepare_cached(sql)?;
    let rows = match value {
        Some(value) => {
            let values = params![organisation.as_str(), from.rank, from.key, limit, value];
            select.query_map(values, read)?.collect::<Result<_, _>>()?
        }
        None => {
            let values = params![organisation.as_str(), from.rank, from.key, limit];
            select.query_map(values, read)?.collect::<Result<_, _>>()?
        }
    };
    Ok(rows)
}

/// Reads the columns that `row!` in sql.rs names. The sealed part stays sealed.
fn row(row: &Row<'_>, organisation: &OrganisationId) -> rusqlite::Result<ConversationRow> {
    Ok(ConversationRow {
        organisation: organisation.clone(),
        conversation: super::id(row, 0, ConversationId::parse)?,
        customer: super::id(row, 1, CustomerId::parse)?,
        state: row.get(2)?,
        closed: row.get(3)?,
        squad: optional_id(row, 4, SquadId::parse)?,
        agent: optional_id(row, 5, AgentId::parse)?,
        channel: row.get(6)?,
        language: row.get(7)?,
        tier: row.get(8)?,
        reason: row.get(9)?,
        opened_at_ms: row.get(10)?,
        updated_at_ms: row.get(11)?,
        waiting_since_ms: row.get(12)?,
        sla_due_at_ms: row.get(13)?,
        deadline_at_ms: row.get(14)?,
        deadline_kind: row.get(15)?,
        epoch: unsigned(row, 16)?,
        frustration: bytes(row, 17)?,
        sealed: bytes(row, 18)?,
    })
}

fn counts(
    db: &Connection,
    organisation: &OrganisationId,
    agent: &AgentId,
    squads: &[SquadId],
) -> Result<Counts, StoreError> {
    let organisation = organisation.as_str();
    let count = |sql, value: &str| -> Result<u64, StoreError> {
        let mut select = db.prepare_cached(sql)?;
        Ok(select.query_row(params![organisation, value], |row| unsigned(row, 0))?)
    };
    let mut named: Vec<_> = squads.iter().map(SquadId::as_str).collect();
    named.sort_unstable();
    named.dedup();
    let mut in_squads = 0;
    for squad in named {
        in_squads += count(sql::COUNT_SQUAD, squad)?;
    }
    let mut waiting = db.prepare_cached(sql::COUNT_WAITING)?;
    let waiting = waiting.query_row([organisation], |row| Ok((unsigned(row, 0)?, unsigned(row, 1)?)))?;
    let open = db.prepare_cached(sql::COUNT_OPEN)?.query_row([organisation], |row| unsigned(row, 0))?;
    Ok(Counts {
        mine: count(sql::COUNT_MINE, agent.as_str())?,
        squads: in_squads,
        unassigned: waiting.1,
        waiting: waiting.0,
        open,
    })
}
