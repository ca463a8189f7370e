//! Effects, claims and tickets.

use segue_store::CommitOutcome;

use crate::support::*;

pub async fn effects_are_leased_put_off_and_buried(place: Place) {
    let store = place.store();
    let mut first = commit("a", 0, &["one"]);
    first.outbox = vec![effect("late", 200, "second"), effect("soon", 100, "first"), effect("far", 900, "")];
    committed(&store, first).await;
    assert_eq!(store.outbox_next().await.unwrap(), Some(100));
    assert!(store.outbox_due(99, 9, 50).await.unwrap().is_empty());

    let due = store.outbox_due(250, 9, 50).await.unwrap();
    assert_eq!(due.iter().map(|d| d.id.as_str()).collect::<Vec<_>>(), ["soon", "late"]);
    assert_eq!((due[0].payload.as_slice(), due[0].attempts, due[0].due_at_ms), (&b"first"[..], 1, 100));
    assert_eq!((&due[0].organisation, &due[0].conversation), (&org(), &conversation("a")));
    assert!(store.outbox_due(299, 9, 50).await.unwrap().is_empty(), "leased");
    assert_eq!(store.outbox_next().await.unwrap(), Some(300));

    // The worker vanished: the lease ends.
    assert!(store.outbox_due(300, 9, 50).await.unwrap().iter().all(|d| d.attempts == 2));
    assert!(store.outbox_retry("soon", 5_000, "busy").await.unwrap());
    let mut done = commit("a", 1, &["delivered"]);
    done.outbox_done = vec!["late".into()];
    committed(&store, done).await;
    assert!(!store.outbox_done("late").await.unwrap());
    let due = store.outbox_due(1_000, 9, 50).await.unwrap();
    assert_eq!(due.iter().map(|d| d.id.as_str()).collect::<Vec<_>>(), ["far"]);
    assert!(store.outbox_done("far").await.unwrap());

    let due = store.outbox_due(5_000, 9, 50).await.unwrap();
    assert_eq!((due[0].attempts, due[0].error.as_deref()), (3, Some("busy")));
    assert!(store.outbox_dead("soon", "gone").await.unwrap());
    assert!(!store.outbox_retry("soon", 1, "late").await.unwrap());
    assert_eq!(store.outbox_next().await.unwrap(), None);
    let dead = store.dead_letters(&org(), 9).await.unwrap();
    assert_eq!((dead[0].id.as_str(), dead[0].error.as_deref()), ("soon", Some("gone")));
    assert_eq!(dead[0].payload, b"first");
    assert!(store.outbox_revive("soon", 6_000).await.unwrap());
    assert_eq!(store.outbox_due(6_000, 9, 50).await.unwrap()[0].attempts, 1);
}

pub async fn an_effect_happens_under_one_id_only(place: Place) {
    let store = place.store();
    for (seq, done) in [(0, false), (1, true), (2, false)] {
        let mut again = commit("a", seq, &["x"]);
        again.outbox = vec![effect("once", 0, "do")];
        if done {
            again.outbox_done = vec!["once".into()];
        }
        committed(&store, again).await;
    }
    assert!(store.outbox_due(9, 9, 9).await.unwrap().is_empty());
}

pub async fn claims_are_bounded_and_returned(place: Place) {
    let store = place.store();
    committed(&store, commit("a", 0, &["one"])).await;
    let with = |seq, claims| {
        let mut commit = commit("a", seq, &["x"]);
        commit.claims = claims;
        commit
    };
    committed(&store, with(1, vec![take("bob", 1, 2), take("bob", 2, 2)])).await;
    // What one holds may be taken again, even when there is no room.
    committed(&store, with(2, vec![take("bob", 1, 2)])).await;
    assert_eq!(store.commit(with(3, vec![take("bob", 3, 2)])).await.unwrap(), CommitOutcome::NoCapacity);
    let taken = CommitOutcome::Taken { owner: agent("bob") };
    assert_eq!(store.commit(with(3, vec![take("cat", 1, 2)])).await.unwrap(), taken);
    // Only the holder gives back.
    let foreign = with(3, vec![release("cat", 1), take("cat", 1, 2)]);
    assert_eq!(store.commit(foreign).await.unwrap(), taken);
    committed(&store, with(3, vec![release("bob", 1), take("cat", 1, 2), take("bob", 3, 2)])).await;
    let claims = store.claims(&org()).await.unwrap();
    let held: Vec<_> = claims.iter().map(|c| (c.agent.as_str(), c.handoff.as_str())).collect();
    assert_eq!(held, [("bob", "handoff-2"), ("bob", "handoff-3"), ("cat", "handoff-1")]);
}

pub async fn a_handoff_has_one_ticket(place: Place) {
    let store = place.store();
    let mut first = commit("a", 0, &["one"]);
    let mut wanted = ticket(&first, "t1", "h");
    first.ticket = Some(wanted.clone());
    committed(&store, first).await;
    assert_eq!(store.ticket(&org(), &wanted.ticket).await.unwrap(), Some(wanted.clone()));
    assert_eq!(store.ticket_of_handoff(&org(), &wanted.handoff).await.unwrap(), Some(wanted.clone()));
    wanted.status = "done".into();
    wanted.body = b"{}".to_vec();
    let mut update = commit("a", 1, &["two"]);
    update.ticket = Some(wanted.clone());
    committed(&store, update).await;
    assert_eq!(store.ticket(&org(), &wanted.ticket).await.unwrap(), Some(wanted));
    assert_eq!(store.ticket_of_handoff(&org(), &handoff("other")).await.unwrap(), None);
}

pub async fn tickets_come_in_pages(place: Place) {
    let store = place.store();
    for n in 0..10 {
        let mut commit = commit(n, 0, &["one"]);
        let mut ticket = ticket(&commit, &format!("t{n}"), &format!("h{n}"));
        ticket.created_at_ms = n / 3;
        ticket.status = if n % 2 == 0 { "open".into() } else { "done".into() };
        commit.ticket = Some(ticket);
        committed(&store, commit).await;
    }
    for (status, wanted) in [(None, 10), (Some("open"), 5)] {
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let page = store.tickets(&org(), status, cursor, 3).await.unwrap();
            seen.extend(page.rows.into_iter().map(|t| t.ticket.as_str().to_owned()));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), wanted);
        let mut sorted = seen.clone();
        sorted.sort_by(|a, b| b.cmp(a));
        assert_eq!(seen, sorted);
    }
}
