//! What the store alone does in this process: durable events per second of many writers.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use segue_core::ids::{ConversationId, CustomerId, OrganisationId};
use segue_store::{Commit, CommitOutcome, MasterKey, NewEvent, Store, StoreConfig};

use super::server;

/// Writers, each with one commit under way.
const WRITERS: u64 = 64;
/// Conversations of each writer, in turn.
const CONVERSATIONS: u64 = 16;
/// How long is measured.
const TIME: Duration = Duration::from_secs(3);

/// Durable events per second.
pub fn events_per_s(parent: Option<&Path>) -> Result<f64> {
    let folder = server::folder(parent)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let store = Store::open(StoreConfig::embedded(folder.path(), MasterKey::from_bytes([7; 32])))?;
        // The first commit of a conversation makes its customer's key, which is not what is measured.
        all(&store, |store, writer| async move {
            let mut written = 0;
            for slot in 0..CONVERSATIONS {
                written += commit(&store, writer, slot, 0).await?;
            }
            Ok(written)
        })
        .await?;
        let begin = Instant::now();
        let until = begin + TIME;
        let written = all(&store, move |store, writer| async move { write(&store, writer, until).await });
        let written = written.await?;
        Ok(written as f64 / begin.elapsed().as_secs_f64())
    })
}

/// Runs all writers and adds up what they have written.
async fn all<F>(store: &Store, work: impl Fn(Store, u64) -> F) -> Result<u64>
where
    F: Future<Output = Result<u64>> + Send + 'static,
{
    let tasks: Vec<_> = (0..WRITERS).map(|writer| tokio::spawn(work(store.clone(), writer))).collect();
    let mut written = 0;
    for task in tasks {
        written += task.await??;
    }
    Ok(written)
}

async fn write(store: &Store, writer: u64, until: Instant) -> Result<u64> {
    let mut seqs = [2_u64; CONVERSATIONS as usize];
    let mut written = 0;
    loop {
        for (slot, seq) in (0..).zip(&mut seqs) {
            if Instant::now() >= until {
                return Ok(written);
            }
            let events = commit(store, writer, slot, *seq).await?;
            *seq += events;
            written += events;
        }
    }
}

/// Two events, the turn and the decision about it; gives how many were written.
async fn commit(store: &Store, writer: u64, slot: u64, expected_seq: u64) -> Result<u64> {
    let event = |n: i64| NewEvent {
        at_ms: 1_767_225_600_000 + n,
        kind: "turn.received",
        version: 1,
        open: br#"{"type":"turn.received","turn":3,"role":"customer","client_id":"t3"}"#.to_vec(),
        content: vec![b'x'; 200],
    };
    let commit = Commit::new(
        OrganisationId::parse("bench")?,
        ConversationId::parse(&format!("c-{writer}-{slot}"))?,
        CustomerId::parse(&format!("u-{writer}-{slot}"))?,
        expected_seq,
        vec![event(0), event(1)],
    );
    match store.commit(commit).await? {
        CommitOutcome::Committed { .. } => Ok(2),
        other => bail!("a writer of its own conversations met {other:?}"),
    }
}
