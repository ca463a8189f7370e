//! One commit: all of it or nothing.

use segue_store::{CommitOutcome, StoreError};

use crate::support::*;

pub async fn sequences_have_no_gaps(place: Place) {
    let store = place.store();
    assert_eq!(committed(&store, commit("a", 0, &["one", "two"])).await, 2);
    assert_eq!(committed(&store, commit("a", 2, &["three"])).await, 3);
    let loaded = store.load(&org(), &conversation("a")).await.unwrap().unwrap();
    assert_eq!(loaded.seq, 3);
    assert_eq!(loaded.customer, customer("ann"));
    assert_eq!(loaded.tail.iter().map(|e| e.seq).collect::<Vec<_>>(), [1, 2, 3]);
    let first = &loaded.tail[0];
    assert_eq!((first.at_ms, first.kind.as_str(), first.version), (1_000, "message_received", 1));
    assert_eq!(first.open, br#"{"channel":"chat"}"#);
    assert_eq!(first.content.as_deref(), Some(&b"one"[..]));
    assert_eq!(store.load(&org(), &conversation("b")).await.unwrap(), None);
}

pub async fn a_stale_command_conflicts(place: Place) {
    let store = place.store();
    committed(&store, commit("a", 0, &["one", "two"])).await;
    for stale in [0, 1, 3] {
        let outcome = store.commit(commit("a", stale, &["late"])).await.unwrap();
        assert_eq!(outcome, CommitOutcome::Conflict { actual_seq: 2 });
    }
    let outcome = store.commit(commit("none", 4, &["late"])).await.unwrap();
    assert_eq!(outcome, CommitOutcome::Conflict { actual_seq: 0 });
    assert_eq!(heard(&store, "a").await.len(), 2);
}

pub async fn a_repeated_request_is_answered_as_before(place: Place) {
    let store = place.store();
    let mut first = commit("a", 0, &["one"]);
    first.dedupe = dedupe("m1", 1, "hello");
    committed(&store, first.clone()).await;
    let mut again = commit("a", 1, &["one"]);
    again.dedupe = dedupe("m1", 1, "another answer");
    let replayed = CommitOutcome::Replayed { answer: b"hello".to_vec(), seq: 1 };
    assert_eq!(store.commit(again).await.unwrap(), replayed);
    assert_eq!(store.commit(first).await.unwrap(), replayed);
    assert_eq!(heard(&store, "a").await.len(), 1);
    let mut elsewhere = commit("b", 0, &["one"]);
    elsewhere.dedupe = dedupe("m1", 2, "");
    committed(&store, elsewhere).await;
}

pub async fn a_used_id_with_another_body_is_refused(place: Place) {
    let store = place.store();
    let mut first = commit("a", 0, &["one"]);
    first.dedupe = dedupe("m1", 1, "hello");
    committed(&store, first).await;
    for expected_seq in [0, 1] {
        let mut other = commit("a", expected_seq, &["two"]);
        other.dedupe = dedupe("m1", 2, "hello");
        assert!(matches!(store.commit(other).await, Err(StoreError::IdReused)));
    }
    assert_eq!(heard(&store, "a").await.len(), 1);
}

pub async fn a_refused_commit_writes_nothing(place: Place) {
    let store = place.store();
    committed(&store, commit("a", 0, &["one"])).await;
    let mut holder = commit("b", 0, &["one"]);
    holder.claims = vec![take("bob", "held", 1)];
    holder.ticket = Some(ticket(&holder, "t-held", "held"));
    committed(&store, holder).await;

    let everything = |expected_seq| {
        let mut commit = with_row(commit("a", expected_seq, &["two"]), |row| row.state = "queued".into());
        commit.dedupe = dedupe("m1", 1, "hello");
        commit.outbox = vec![effect("x1", 0, "do")];
        commit.claims = vec![take("cat", "new", 9)];
        commit.ticket = Some(ticket(&commit, "t-new", "new"));
        commit.snapshot = Some(b"state".to_vec());
        commit
    };
    let mut no_capacity = everything(1);
    no_capacity.claims.push(take("bob", "other", 1));
    assert_eq!(store.commit(no_capacity).await.unwrap(), CommitOutcome::NoCapacity);
    let mut taken = everything(1);
    taken.claims.push(take("dan", "held", 9));
    assert_eq!(store.commit(taken).await.unwrap(), CommitOutcome::Taken { owner: agent("bob") });
    let mut second_ticket = everything(1);
    second_ticket.ticket = Some(ticket(&second_ticket, "t-other", "held"));
    assert!(matches!(store.commit(second_ticket).await, Err(StoreError::TicketExists)));
    let conflict = store.commit(everything(7)).await.unwrap();
    assert_eq!(conflict, CommitOutcome::Conflict { actual_seq: 1 });

    let loaded = store.load(&org(), &conversation("a")).await.unwrap().unwrap();
    assert_eq!((loaded.seq, loaded.snapshot, loaded.tail.len()), (1, None, 1));
    assert_eq!(store.row(&org(), &conversation("a")).await.unwrap(), None);
    assert_eq!(store.outbox_next().await.unwrap(), None);
    assert_eq!(store.claims(&org()).await.unwrap().len(), 1);
    assert_eq!(store.tickets(&org(), None, None, 9).await.unwrap().rows.len(), 1);
    // Nothing is in the way of the same commit when it is allowed, its dedupe key included.
    assert_eq!(committed(&store, everything(1)).await, 2);
}

pub async fn a_replay_wins_over_a_conflict_and_a_full_agent(place: Place) {
    let store = place.store();
    committed(&store, commit("a", 0, &["one"])).await;
    let mut accept = commit("a", 1, &["accepted"]);
    accept.dedupe = dedupe("accept", 1, "yes");
    accept.claims = vec![take("bob", "h", 1)];
    committed(&store, accept.clone()).await;
    let mut leave = commit("a", 2, &["left"]);
    leave.claims = vec![release("bob", "h"), take("bob", "next", 1)];
    committed(&store, leave).await;
    accept.expected_seq = 3;
    let replayed = CommitOutcome::Replayed { answer: b"yes".to_vec(), seq: 2 };
    assert_eq!(store.commit(accept).await.unwrap(), replayed);
}

pub async fn malformed_commits_are_refused(place: Place) {
    let store = place.store();
    assert!(matches!(store.commit(commit("a", 0, &[])).await, Err(StoreError::Invalid(_))));
    let long = commit("a", 0, &["x"; segue_store::EVENTS_MAX + 1]);
    assert!(matches!(store.commit(long).await, Err(StoreError::Invalid(_))));
    let full = commit("a", segue_store::SEQ_MAX, &["x"]);
    assert!(matches!(store.commit(full).await, Err(StoreError::Invalid(_))));
    let mut large = commit("a", 0, &["x"]);
    large.events[0].content = vec![0; segue_store::PART_MAX_BYTES + 1];
    assert!(matches!(store.commit(large).await, Err(StoreError::TooLarge { what: "content", .. })));
    let foreign = with_row(commit("a", 0, &["x"]), |row| row.conversation = conversation("b"));
    assert!(matches!(store.commit(foreign).await, Err(StoreError::Invalid(_))));
    assert_eq!(store.load(&org(), &conversation("a")).await.unwrap(), None);
}

pub async fn a_snapshot_shortens_the_tail(place: Place) {
    let store = place.store();
    let mut first = commit("a", 0, &["one", "two"]);
    first.snapshot = Some(b"after two".to_vec());
    committed(&store, first).await;
    committed(&store, commit("a", 2, &["three"])).await;
    let loaded = store.load(&org(), &conversation("a")).await.unwrap().unwrap();
    assert_eq!(loaded.snapshot, Some((2, b"after two".to_vec())));
    assert_eq!(loaded.tail.iter().map(|e| e.seq).collect::<Vec<_>>(), [3]);
    let mut second = commit("a", 3, &["four"]);
    second.snapshot = Some(b"after four".to_vec());
    committed(&store, second).await;
    let loaded = store.load(&org(), &conversation("a")).await.unwrap().unwrap();
    assert_eq!(loaded.snapshot, Some((4, b"after four".to_vec())));
    assert_eq!((loaded.tail.len(), loaded.seq), (0, 4));
}

pub async fn reopening_finds_everything(place: Place) {
    let store = place.store();
    let mut first = with_row(commit("a", 0, &["one"]), |row| row.agent = Some(agent("bob")));
    first.outbox = vec![effect("x1", 5, "do")];
    first.claims = vec![take("bob", "h", 1)];
    first.dedupe = dedupe("m1", 1, "hello");
    committed(&store, first.clone()).await;
    let hash = store.state_hash(None).await.unwrap();
    drop(store);
    let store = place.store();
    assert_eq!(heard(&store, "a").await, [Some("one".to_owned())]);
    assert_eq!(store.row(&org(), &conversation("a")).await.unwrap(), first.row);
    assert_eq!(store.outbox_due(9, 9, 9).await.unwrap()[0].payload, b"do");
    assert_eq!(store.claims(&org()).await.unwrap().len(), 1);
    assert!(matches!(store.commit(first).await.unwrap(), CommitOutcome::Replayed { .. }));
    assert_eq!(store.state_hash(None).await.unwrap(), hash);
}

pub async fn a_scan_sees_every_conversation(place: Place) {
    let store = place.store();
    // More than one page of the scan.
    let starts = (0..300).map(|n| commit(format!("{n:04}"), 0, &["one", "two"]));
    let tasks: Vec<_> = starts
        .map(|start| {
            let store = store.clone();
            tokio::spawn(async move { committed(&store, start).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let mut scan = store.scan(&org());
    let mut seen = 0;
    while let Some(found) = scan.next().await.unwrap() {
        assert_eq!(found.conversation, conversation(format!("{seen:04}")));
        assert_eq!(found.events.len(), 2);
        assert_eq!(found.events[1].content.as_deref(), Some(&b"two"[..]));
        seen += 1;
    }
    assert_eq!(seen, 300);
    assert_eq!(store.organisations().await.unwrap(), [org()]);
}

pub async fn events_come_in_pages(place: Place) {
    let store = place.store();
    committed(&store, commit("a", 0, &["1", "2", "3", "4", "5"])).await;
    committed(&store, commit("b", 0, &["other"])).await;
    let page = store.events(&org(), &conversation("a"), 1, 3).await.unwrap();
    assert_eq!(page.iter().map(|e| e.seq).collect::<Vec<_>>(), [2, 3, 4]);
    let rest = store.events(&org(), &conversation("a"), 4, 99).await.unwrap();
    assert_eq!(rest.iter().map(|e| e.seq).collect::<Vec<_>>(), [5]);
    assert!(store.events(&org(), &conversation("a"), 5, 99).await.unwrap().is_empty());
    assert!(store.events(&org(), &conversation("none"), 0, 99).await.unwrap().is_empty());
}

pub async fn organisations_do_not_see_each_other(place: Place) {
    let store = place.store();
    let other = segue_core::ids::OrganisationId::parse("other").unwrap();
    let mut first = with_row(commit("a", 0, &["one"]), |row| row.waiting_since_ms = Some(1));
    first.claims = vec![take("bob", "h", 1)];
    committed(&store, first).await;
    let mut theirs = commit("a", 0, &["theirs"]);
    theirs.organisation = other.clone();
    theirs.claims = vec![take("bob", "h", 1)];
    committed(&store, theirs).await;
    let loaded = store.load(&other, &conversation("a")).await.unwrap().unwrap();
    assert_eq!(loaded.tail[0].content.as_deref(), Some(&b"theirs"[..]));
    assert_eq!(store.row(&other, &conversation("a")).await.unwrap(), None);
    assert!(store.waiting(&other).await.unwrap().is_empty());
    assert_eq!(store.claims(&other).await.unwrap().len(), 1);
    let hashes =
        [store.state_hash(Some(&org())).await.unwrap(), store.state_hash(Some(&other)).await.unwrap()];
    assert_ne!(hashes[0], hashes[1]);
}
