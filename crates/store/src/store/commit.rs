//! Committing: sealed on the caller's task, so that the committer only writes.

use super::{Store, seal};
use crate::{
    StoreError,
    engine::{Sealed, on_engine},
    model::commit::{Commit, CommitOutcome},
    seal::{Binding, DataKey},
};

/// Kinds of parts as the seal binds them; a change makes stored parts unreadable.
pub(super) const ANSWER: &str = "answer";
pub(super) const OUTBOX: &str = "outbox";
pub(super) const ROW: &str = "row";
pub(super) const TICKET: &str = "ticket";

impl Store {
    /// Writes everything that one command changes, or nothing. Returns once it is durable.
    ///
    /// A caller that stops waiting does not undo the commit: repeat it with the same dedupe key to learn what
    /// became of it.
    ///
    /// # Errors
    /// [`StoreError::IdReused`], [`StoreError::TicketExists`], [`StoreError::Invalid`],
    /// [`StoreError::TooLarge`]; [`StoreError::Full`] and [`StoreError::Busy`] may pass;
    /// [`StoreError::Stopped`] does not, and leaves open whether it was written.
    pub async fn commit(&self, commit: Commit) -> Result<CommitOutcome, StoreError> {
        commit.check()?;
        let mut binding = Binding::conversation(&commit.organisation, &commit.conversation);
        let dedupe_key = commit.dedupe.as_ref().map(|dedupe| dedupe.key.clone());
        let key = self.customer_key(&commit.organisation, &commit.customer).await?;
        let commit = seal_commit(commit, &key, &mut binding);
        let Sealed(outcome) = on_engine!(self.engine(), engine => engine.commit(commit).await)?;
        match (outcome, dedupe_key) {
            (CommitOutcome::Replayed { answer, seq }, Some(dedupe_key)) => {
                let aad = binding.named(ANSWER, &dedupe_key);
                let answer = self.opener().open_or_empty(aad, answer, "a remembered answer").await?;
                Ok(CommitOutcome::Replayed { answer, seq })
            }
            (outcome, _) => Ok(outcome),
        }
    }
}

fn seal_commit(mut commit: Commit, key: &DataKey, binding: &mut Binding) -> Sealed<Commit> {
    let new_seq = commit.new_seq();
    for (event, seq) in commit.events.iter_mut().zip(commit.expected_seq + 1..) {
        seal(key, binding.event(seq, event.kind), &mut event.content);
    }
    if let Some(dedupe) = &mut commit.dedupe {
        seal(key, binding.named(ANSWER, &dedupe.key), &mut dedupe.answer);
    }
    if let Some(row) = &mut commit.row {
        seal(key, binding.named(ROW, ""), &mut row.sealed);
    }
    for item in &mut commit.outbox {
        seal(key, binding.named(OUTBOX, &item.id), &mut item.payload);
    }
    if let Some(ticket) = &mut commit.ticket {
        seal(key, binding.named(TICKET, ticket.ticket.as_str()), &mut ticket.body);
    }
    if let Some(snapshot) = &mut commit.snapshot {
        *snapshot = key.seal(binding.snapshot(new_seq), snapshot);
    }
    Sealed(commit)
}
