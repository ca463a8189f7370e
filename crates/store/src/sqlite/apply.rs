//! One commit inside a batch.
//!
//! The writer is alone inside `BEGIN IMMEDIATE`, so what it reads stays true until it writes: the head and the
//! dedupe key are checked first and a refused commit has touched nothing. Only claims and tickets, which are
//! rare, run behind a savepoint. The unique indexes remain as the last line.

use rusqlite::{CachedStatement, OptionalExtension, params};
use segue_core::ids::AgentId;
use tokio::sync::oneshot;

use super::{
    committer::{Job, Writer, with_savepoint},
    sql,
};
use crate::{
    StoreError,
    engine::Sealed,
    model::{
        commit::{Claim, Commit, CommitOutcome, Dedupe},
        row::ConversationRow,
        ticket::TicketRow,
    },
};

/// How many bits of an event's position are its sequence.
const SEQ_BITS: u32 = 20;

/// Where an event lies in the log.
pub(super) fn position(conversation: i64, seq: u64) -> i64 {
    (conversation << SEQ_BITS) | seq.cast_signed()
}

/// What the caller gets; a replay's answer is still sealed.
pub(super) type Answer = Result<Sealed<CommitOutcome>, StoreError>;

/// A sealed commit on its way through the committer.
pub(super) struct CommitJob {
    commit: Commit,
    result: Option<Answer>,
    answer: oneshot::Sender<Answer>,
}

impl CommitJob {
    pub fn new(sealed: Sealed<Commit>, answer: oneshot::Sender<Answer>) -> Self {
        Self { commit: sealed.0, result: None, answer }
    }
}

impl Job for CommitJob {
    fn size_bytes(&self) -> usize {
        self.commit.size_bytes()
    }

    fn apply(&mut self, writer: &mut Writer<'_>) -> Result<(), StoreError> {
        let careful = !self.commit.claims.is_empty() || self.commit.ticket.is_some();
        let result = if careful {
            let committed = |r: &Result<_, _>| matches!(r, Ok(CommitOutcome::Committed { .. }));
            with_savepoint(writer, |writer| apply(&self.commit, writer), committed)?
        } else {
            match apply(&self.commit, writer) {
                Err(error) if error.severity() != crate::error::Severity::Job => return Err(error),
                result => result,
            }
        };
        self.result = Some(result.map(Sealed));
        Ok(())
    }

    fn finish(self: Box<Self>, durable: Result<(), StoreError>) {
        let result = self.result.unwrap_or_else(|| Err(StoreError::stopped("the commit did not run")));
        // A caller that went away needs no answer; its commit stands.
        let _ = self.answer.send(durable.and(result));
    }
}

struct Head {
    key: i64,
    seq: u64,
    customer_moves: Option<String>,
}

fn apply(commit: &Commit, writer: &mut Writer<'_>) -> Result<CommitOutcome, StoreError> {
    let known = writer.known_organisation(&commit.organisation)?;
    let organisation = match known {
        Some(key) => key,
        None if commit.expected_seq > 0 => return Ok(CommitOutcome::Conflict { actual_seq: 0 }),
        None => writer.organisation(&commit.organisation)?,
    };
    let head = head(commit, organisation, writer)?;
    let actual_seq = head.as_ref().map_or(0, |h| h.seq);
    let rare = actual_seq != commit.expected_seq || !commit.claims.is_empty();
    if rare && let (Some(head), Some(dedupe)) = (&head, &commit.dedupe) {
        // A repeated request is answered as the first time, whatever happened since.
        if let Some(replayed) = remembered(head.key, dedupe, writer)? {
            return replayed;
        }
    }
    if actual_seq != commit.expected_seq {
        return Ok(CommitOutcome::Conflict { actual_seq });
    }
    let key = match &head {
        Some(head) => head.key,
        None => add_conversation(commit, organisation, writer)?,
    };
    if let Some(dedupe) = &commit.dedupe
        && !remember(key, dedupe, commit.new_seq(), writer)?
    {
        let replayed = remembered(key, dedupe, writer)?;
        return replayed.unwrap_or(Err(StoreError::Invalid("a dedupe key that is there and is not")));
    }
    if let Some(refused) = claims(commit, organisation, key, writer)? {
        return Ok(refused);
    }
    add_events(commit, key, writer)?;
    project(commit, key, writer)?;
    if let Some(former) = head.and_then(|h| h.customer_moves) {
        let connection = writer.connection;
        connection.prepare_cached(sql::ADD_FORMER_CUSTOMER)?.execute(params![key, former])?;
        connection.prepare_cached(sql::MOVE_CUSTOMER)?.execute(params![key, commit.customer.as_str()])?;
    }
    if let Some(snapshot) = &commit.snapshot {
        let mut put = writer.connection.prepare_cached(sql::PUT_SNAPSHOT)?;
        put.execute(params![key, commit.new_seq(), snapshot])?;
    }
    effects(commit, key, writer)?;
    if let Some(ticket) = &commit.ticket {
        put_ticket(ticket, organisation, key, writer)?;
    }
    Ok(CommitOutcome::Committed { seq: commit.new_seq() })
}

fn head(commit: &Commit, organisation: i64, writer: &Writer<'_>) -> Result<Option<Head>, StoreError> {
    let mut select = writer.connection.prepare_cached(sql::HEAD)?;
    let head = select.query_row(params![organisation, commit.conversation.as_str()], |row| {
        let customer = row.get_ref(2)?.as_str()?;
        let moves = customer != commit.customer.as_str();
        Ok(Head {
            key: row.get(0)?,
            seq: row.get::<_, i64>(1)?.cast_unsigned(),
            customer_moves: moves.then(|| customer.to_owned()),
        })
    });
    Ok(head.optional()?)
}

fn add_conversation(commit: &Commit, organisation: i64, writer: &Writer<'_>) -> Result<i64, StoreError> {
    let mut add = writer.connection.prepare_cached(sql::ADD_CONVERSATION)?;
    let seq = commit.new_seq();
    let row = params![organisation, commit.conversation.as_str(), commit.customer.as_str(), seq];
    Ok(add.insert(row)?)
}

/// `false` when the key was there.
fn remember(key: i64, dedupe: &Dedupe, seq: u64, writer: &Writer<'_>) -> Result<bool, StoreError> {
    let answer = (!dedupe.answer.is_empty()).then_some(&dedupe.answer);
    let mut add = writer.connection.prepare_cached(sql::ADD_DEDUPE)?;
    Ok(add.execute(params![key, dedupe.key, dedupe.body_hash, seq, answer])? == 1)
}

type Replay = Result<CommitOutcome, StoreError>;

fn remembered(key: i64, dedupe: &Dedupe, writer: &Writer<'_>) -> Result<Option<Replay>, StoreError> {
    let mut select = writer.connection.prepare_cached(sql::DEDUPE)?;
    let found = select.query_row(params![key, dedupe.key], |row| {
        let hash: Option<[u8; 32]> = row.get(0)?;
        if hash.is_some_and(|hash| hash != dedupe.body_hash) {
            return Ok(Err(StoreError::IdReused));
        }
        Ok(Ok(CommitOutcome::Replayed {
            seq: row.get::<_, i64>(1)?.cast_unsigned(),
            answer: row.get::<_, Option<_>>(2)?.unwrap_or_default(),
        }))
    });
    Ok(found.optional()?)
}

/// The outcome that refuses the commit, if any.
fn claims(
    commit: &Commit,
    organisation: i64,
    key: i64,
    writer: &Writer<'_>,
) -> Result<Option<CommitOutcome>, StoreError> {
    for claim in &commit.claims {
        match claim {
            Claim::Release { agent, handoff } => {
                let mut release = writer.connection.prepare_cached(sql::RELEASE_CLAIM)?;
                release.execute(params![organisation, handoff.as_str(), agent.as_str()])?;
            }
            Claim::Take { agent, handoff, limit } => {
                let mut owner = writer.connection.prepare_cached(sql::CLAIM_OWNER)?;
                let owner = owner.query_row(params![organisation, handoff.as_str()], |row| row.get(0));
                let owner: Option<String> = owner.optional()?;
                if owner.as_deref() == Some(agent.as_str()) {
                    continue;
                }
                if let Some(owner) = owner {
                    let owner =
                        AgentId::parse(&owner).map_err(|_| StoreError::Tampered("a claim's owner"))?;
                    return Ok(Some(CommitOutcome::Taken { owner }));
                }
                let mut held = writer.connection.prepare_cached(sql::CLAIMS_HELD)?;
                let held: u32 = held.query_row(params![organisation, agent.as_str()], |row| row.get(0))?;
                if held >= *limit {
                    return Ok(Some(CommitOutcome::NoCapacity));
                }
                let mut take = writer.connection.prepare_cached(sql::TAKE_CLAIM)?;
                take.execute(params![organisation, handoff.as_str(), agent.as_str(), key])?;
            }
        }
    }
    Ok(None)
}

fn add_events(commit: &Commit, key: i64, writer: &Writer<'_>) -> Result<(), StoreError> {
    let mut add = writer.connection.prepare_cached(sql::ADD_EVENT)?;
    for (event, seq) in commit.events.iter().zip(commit.expected_seq + 1..) {
        let content = (!event.content.is_empty()).then_some(&event.content);
        let at = position(key, seq);
        add.execute(params![at, event.at_ms, event.kind, event.version, event.open, content])?;
    }
    Ok(())
}

fn project(commit: &Commit, key: i64, writer: &Writer<'_>) -> Result<(), StoreError> {
    let seq = commit.new_seq();
    if let Some(row) = &commit.row {
        let mut put = writer.connection.prepare_cached(sql::PROJECT)?;
        bind_row(&mut put, key, seq, row)?;
        put.raw_execute()?;
    } else if commit.expected_seq > 0 && !commit.events.is_empty() {
        writer.connection.prepare_cached(sql::ADVANCE)?.execute(params![key, seq])?;
    }
    Ok(())
}

fn bind_row(
    put: &mut CachedStatement<'_>,
    key: i64,
    seq: u64,
    row: &ConversationRow,
) -> Result<(), StoreError> {
    let values: [&dyn rusqlite::ToSql; 20] = [
        &key,
        &seq,
        &row.state,
        &row.closed,
        &row.squad.as_ref().map(|id| id.as_str()),
        &row.agent.as_ref().map(|id| id.as_str()),
        &row.channel,
        &row.language,
        &row.tier,
        &row.reason,
        &row.opened_at_ms,
        &row.updated_at_ms,
        &row.waiting_since_ms,
        &row.sla_due_at_ms,
        &row.urgent_at_ms(),
        &row.deadline_at_ms,
        &row.deadline_kind,
        &row.epoch,
        &row.frustration,
        &row.sealed,
    ];
    for (place, value) in (1..).zip(values) {
        put.raw_bind_parameter(place, value)?;
    }
    Ok(())
}

fn effects(commit: &Commit, key: i64, writer: &Writer<'_>) -> Result<(), StoreError> {
    for item in &commit.outbox {
        let payload = (!item.payload.is_empty()).then_some(&item.payload);
        let mut add = writer.connection.prepare_cached(sql::ADD_OUTBOX)?;
        add.execute(params![item.id, key, item.kind, item.due_at_ms, payload])?;
    }
    for id in &commit.outbox_done {
        writer.connection.prepare_cached(sql::OUTBOX_DONE)?.execute([id])?;
    }
    Ok(())
}

fn put_ticket(
    ticket: &TicketRow,
    organisation: i64,
    key: i64,
    writer: &Writer<'_>,
) -> Result<(), StoreError> {
    let mut put = writer.connection.prepare_cached(sql::PUT_TICKET)?;
    put.execute(params![
        organisation,
        ticket.ticket.as_str(),
        key,
        ticket.handoff.as_str(),
        ticket.customer.as_str(),
        ticket.created_at_ms,
        ticket.due_at_ms,
        ticket.tag,
        ticket.status,
        ticket.body,
    ])?;
    Ok(())
}
