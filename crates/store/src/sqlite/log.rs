//! Committing, loading, scanning and hashing the log.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use segue_core::ids::{ConversationId, CustomerId, OrganisationId};
use sha2::{Digest, Sha256};
use tokio::sync::oneshot;

use super::{
    Sqlite,
    apply::{Answer, CommitJob, position},
    sql, unsigned,
};
use crate::{
    StoreError,
    engine::{Found, Sealed},
    model::{
        commit::{Commit, SEQ_MAX},
        log::{Loaded, StoredEvent},
    },
};

impl Sqlite {
    pub async fn commit(&self, commit: Sealed<Commit>) -> Answer {
        let (answer, answered) = oneshot::channel();
        self.committer.send(Box::new(CommitJob::new(commit, answer))).await?;
        answered.await.map_err(|_| StoreError::stopped("the committer has ended"))?
    }

    pub async fn load(
        &self,
        organisation: OrganisationId,
        conversation: ConversationId,
    ) -> Result<Option<Sealed<Loaded>>, StoreError> {
        self.readers.read(move |db| load(db, &organisation, &conversation)).await
    }

    pub async fn events(
        &self,
        organisation: OrganisationId,
        conversation: ConversationId,
        after_seq: u64,
        limit: u32,
    ) -> Result<Sealed<Vec<StoredEvent>>, StoreError> {
        let read = move |db: &Transaction<'_>| match head(db, &organisation, &conversation)? {
            Some((key, _, _)) => events(db, key, after_seq, limit),
            None => Ok(Vec::new()),
        };
        self.readers.read(read).await.map(Sealed)
    }

    pub async fn organisations(&self) -> Result<Vec<OrganisationId>, StoreError> {
        let read = |db: &Transaction<'_>| {
            let mut select = db.prepare_cached(sql::ORGANISATIONS)?;
            let rows = select.query_map([], |row| super::id(row, 0, OrganisationId::parse))?;
            Ok(rows.collect::<Result<_, _>>()?)
        };
        self.readers.read(read).await
    }

    pub async fn conversations_after(
        &self,
        organisation: OrganisationId,
        after: Option<ConversationId>,
        limit: u32,
    ) -> Result<Vec<Found>, StoreError> {
        let read = move |db: &Transaction<'_>| {
            let after = after.as_ref().map_or("", |id| id.as_str());
            let mut select = db.prepare_cached(sql::CONVERSATIONS_AFTER)?;
            let rows = select.query_map(params![organisation.as_str(), after, limit], |row| {
                Ok(Found {
                    key: row.get(0)?,
                    conversation: super::id(row, 1, ConversationId::parse)?,
                    customer: super::id(row, 2, CustomerId::parse)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        };
        self.readers.read(read).await
    }

    pub async fn events_of(&self, key: i64) -> Result<Sealed<Vec<StoredEvent>>, StoreError> {
        self.readers.read(move |db| events(db, key, 0, u32::MAX)).await.map(Sealed)
    }

    pub async fn state_hash(&self, organisation: Option<OrganisationId>) -> Result<[u8; 32], StoreError> {
        self.readers.read(move |db| state_hash(db, organisation.as_ref())).await
    }
}

type Head = (i64, u64, CustomerId);

fn head(
    db: &Connection,
    organisation: &OrganisationId,
    conversation: &ConversationId,
) -> Result<Option<Head>, StoreError> {
    let mut select = db.prepare_cached(sql::ORGANISATION)?;
    let key: Option<i64> = select.query_row([organisation.as_str()], |row| row.get(0)).optional()?;
    let Some(key) = key else { return Ok(None) };
    let mut select = db.prepare_cached(sql::HEAD)?;
    let head = select.query_row(params![key, conversation.as_str()], |row| {
        Ok((row.get(0)?, unsigned(row, 1)?, super::id(row, 2, CustomerId::parse)?))
    });
    Ok(head.optional()?)
}

fn load(
    db: &Connection,
    organisation: &OrganisationId,
    conversation: &ConversationId,
) -> Result<Option<Sealed<Loaded>>, StoreError> {
    let Some((key, seq, customer)) = head(db, organisation, conversation)? else { return Ok(None) };
    let mut select = db.prepare_cached(sql::SNAPSHOT)?;
    let snapshot = select.query_row([key], |row| Ok((unsigned(row, 0)?, row.get(1)?))).optional()?;
    let after = snapshot.as_ref().map_or(0, |(seq, _)| *seq);
    let tail = events(db, key, after, u32::MAX)?;
    Ok(Some(Sealed(Loaded { customer, snapshot, tail, seq })))
}

fn events(db: &Connection, key: i64, after_seq: u64, limit: u32) -> Result<Vec<StoredEvent>, StoreError> {
    let mut select = db.prepare_cached(sql::EVENTS)?;
    let (after, last) = (position(key, after_seq.min(SEQ_MAX)), position(key, SEQ_MAX));
    let rows = select.query_map(params![after, last, limit], event)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The content is still sealed; `None` when the event has none.
fn event(row: &Row<'_>) -> rusqlite::Result<StoredEvent> {
    Ok(StoredEvent {
        seq: unsigned(row, 0)?,
        at_ms: row.get(1)?,
        kind: row.get(2)?,
        version: row.get(3)?,
        open: row.get(4)?,
        content: row.get(5)?,
    })
}

/// Over ids rather than the engine's keys, in the order of ids. Sealed bytes enter as they are, so an erasure,
/// which leaves the log alone, leaves the hash alone.
fn state_hash(db: &Connection, organisation: Option<&OrganisationId>) -> Result<[u8; 32], StoreError> {
    let mut hash = Sha256::new();
    let mut field = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    };
    let mut conversations = db.prepare_cached(sql::CONVERSATIONS_OF_ALL)?;
    let mut events = db.prepare_cached(sql::EVENTS)?;
    let mut conversations = conversations.query([])?;
    while let Some(row) = conversations.next()? {
        let (tenant, id) = (row.get_ref(0)?.as_str().map_err(unreadable)?, row.get_ref(1)?);
        if organisation.is_some_and(|only| only.as_str() != tenant) {
            continue;
        }
        field(tenant.as_bytes());
        field(id.as_str().map_err(unreadable)?.as_bytes());
        let key: i64 = row.get(2)?;
        let mut events = events.query(params![position(key, 0), position(key, SEQ_MAX), u32::MAX])?;
        while let Some(row) = events.next()? {
            for number in [row.get::<_, i64>(0)?, row.get(1)?, row.get(3)?] {
                field(&number.to_be_bytes());
            }
            for column in [2, 4, 5] {
                field(row.get_ref(column)?.as_bytes_or_null().map_err(unreadable)?.unwrap_or_default());
            }
        }
    }
    Ok(hash.finalize().into())
}

fn unreadable(error: rusqlite::types::FromSqlError) -> StoreError {
    rusqlite::Error::from(error).into()
}
