//! Many at once.

use segue_store::{CommitOutcome, Store};

use crate::support::*;

async fn race(store: &Store, commits: impl Iterator<Item = segue_store::Commit>) -> Vec<CommitOutcome> {
    let tasks: Vec<_> = commits
        .map(|commit| {
            let store = store.clone();
            tokio::spawn(async move { store.commit(commit).await.unwrap() })
        })
        .collect();
    let mut outcomes = Vec::new();
    for task in tasks {
        outcomes.push(task.await.unwrap());
    }
    outcomes
}

fn won(outcomes: &[CommitOutcome]) -> usize {
    outcomes.iter().filter(|o| matches!(o, CommitOutcome::Committed { .. })).count()
}

pub async fn one_of_a_thousand_starts_wins(place: Place) {
    let store = place.store();
    let commits = (0..1000).map(|n| {
        let mut start = commit("a", 0, &["hello"]);
        start.dedupe = dedupe(&format!("m{n}"), 1, "");
        start
    });
    let outcomes = race(&store, commits).await;
    assert_eq!(won(&outcomes), 1);
    let lost = outcomes.iter().filter(|o| **o == CommitOutcome::Conflict { actual_seq: 1 }).count();
    assert_eq!(lost, 999);
    assert_eq!(heard(&store, "a").await.len(), 1);
}

pub async fn one_of_a_hundred_takers_owns(place: Place) {
    let store = place.store();
    let commits = (0..100).map(|n| {
        // Conversations of their own, so that only the claim can decide.
        let mut accept = commit(n, 0, &["accepted"]);
        accept.claims = vec![take(&format!("agent-{n}"), "wanted", 5)];
        accept
    });
    let outcomes = race(&store, commits).await;
    assert_eq!(won(&outcomes), 1);
    let claims = store.claims(&org()).await.unwrap();
    assert_eq!(claims.len(), 1);
    for outcome in outcomes {
        match outcome {
            CommitOutcome::Committed { .. } => {}
            other => assert_eq!(other, CommitOutcome::Taken { owner: claims[0].agent.clone() }),
        }
    }
}

pub async fn one_of_a_hundred_repeats_writes(place: Place) {
    let store = place.store();
    let commits = (0..100).map(|_| {
        let mut start = commit("a", 0, &["hello"]);
        start.dedupe = dedupe("m1", 1, "answer");
        start
    });
    let outcomes = race(&store, commits).await;
    assert_eq!(won(&outcomes), 1);
    let replayed = CommitOutcome::Replayed { answer: b"answer".to_vec(), seq: 1 };
    assert_eq!(outcomes.iter().filter(|o| **o == replayed).count(), 99);
}

pub async fn writers_of_many_conversations_do_not_disturb_each_other(place: Place) {
    let store = place.store();
    let writers: Vec<_> = (0..32)
        .map(|writer| {
            let store = store.clone();
            tokio::spawn(async move {
                for seq in 0..20 {
                    assert_eq!(committed(&store, commit(writer, seq, &["x"])).await, seq + 1);
                    // A loser in the same batch must not take the winner along.
                    let stale = store.commit(commit(writer, seq, &["stale"])).await.unwrap();
                    assert_eq!(stale, CommitOutcome::Conflict { actual_seq: seq + 1 });
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    for writer in 0..32 {
        assert_eq!(heard(&store, writer).await.len(), 20);
    }
}
