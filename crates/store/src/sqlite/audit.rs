//! The audit chain.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use segue_core::ids::OrganisationId;

use super::{Sqlite, committer::Writer, sql, unsigned};
use crate::{
    StoreError,
    audit_chain::link,
    model::audit::{AuditHead, AuditRow, NewAudit},
};

impl Sqlite {
    pub async fn audit_append(&self, act: NewAudit) -> Result<AuditHead, StoreError> {
        self.committer.write(move |writer: &mut Writer<'_>| append(writer.connection, &act)).await
    }

    pub async fn audit_after(
        &self,
        organisation: OrganisationId,
        n: u64,
        limit: u32,
    ) -> Result<Vec<AuditRow>, StoreError> {
        self.readers.read(move |db| rows(db, sql::AUDIT_AFTER, &organisation, n, limit)).await
    }

    pub async fn audit_before(
        &self,
        organisation: OrganisationId,
        n: u64,
        limit: u32,
    ) -> Result<Vec<AuditRow>, StoreError> {
        self.readers.read(move |db| rows(db, sql::AUDIT_BEFORE, &organisation, n, limit)).await
    }
}

fn append(db: &Connection, act: &NewAudit) -> Result<AuditHead, StoreError> {
    let organisation = act.organisation.as_str();
    let mut head = db.prepare_cached(sql::AUDIT_HEAD)?;
    let head = head.query_row([organisation], |row| Ok((unsigned(row, 0)?, row.get(1)?)));
    let (last, previous) = head.optional()?.unwrap_or((0, [0; 32]));
    let n = last + 1;
    let hash = link(&previous, n, act);
    let NewAudit { at_ms, actor, action, detail, .. } = act;
    let mut add = db.prepare_cached(sql::ADD_AUDIT)?;
    add.execute(params![organisation, n, at_ms, actor, action, detail, previous, hash])?;
    Ok(AuditHead { rows: n, hash })
}

fn rows(
    db: &Transaction<'_>,
    sql: &str,
    organisation: &OrganisationId,
    n: u64,
    limit: u32,
) -> Result<Vec<AuditRow>, StoreError> {
    let mut select = db.prepare_cached(sql)?;
    let n = i64::try_from(n).unwrap_or(i64::MAX);
    let rows = select.query_map(params![organisation.as_str(), n, limit], row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn row(row: &Row<'_>) -> rusqlite::Result<AuditRow> {
    Ok(AuditRow {
        n: unsigned(row, 0)?,
        at_ms: row.get(1)?,
        actor: row.get(2)?,
        action: row.get(3)?,
        detail: row.get(4)?,
        previous: row.get(5)?,
        hash: row.get(6)?,
    })
}
