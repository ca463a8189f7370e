//! Lists, counts, deadlines.

use segue_core::ids::ConversationId;
use segue_store::{ConversationRow, Cursor, ListQuery, ListView, Store};

use crate::support::*;

async fn put(store: &Store, n: u32, change: impl FnOnce(&mut ConversationRow)) {
    let commit = with_row(commit(n, 0, &["one"]), |row| {
        row.updated_at_ms = i64::from(n) * 10;
        change(row);
    });
    committed(store, commit).await;
}

async fn listed(store: &Store, view: ListView) -> Vec<ConversationId> {
    let query = ListQuery { view, cursor: None, limit: 500 };
    let page = store.list(&org(), query).await.unwrap();
    assert_eq!(page.next, None);
    page.rows.into_iter().map(|row| row.conversation).collect()
}

fn names(ns: &[u32]) -> Vec<ConversationId> {
    ns.iter().map(conversation).collect()
}

async fn five(store: &Store) {
    put(store, 1, |_| {}).await;
    put(store, 2, |row| (row.waiting_since_ms, row.squad) = (Some(200), Some(squad("sales")))).await;
    put(store, 3, |row| {
        (row.agent, row.squad) = (Some(agent("bob")), Some(squad("care")));
        row.state = "callback".into();
    })
    .await;
    put(store, 4, |row| {
        (row.agent, row.squad, row.waiting_since_ms) = (Some(agent("bob")), Some(squad("sales")), Some(100));
    })
    .await;
    put(store, 5, |row| {
        (row.agent, row.closed, row.state) = (Some(agent("bob")), true, "callback".into());
    })
    .await;
}

pub async fn views_hold_what_they_say(place: Place) {
    let store = place.store();
    five(&store).await;
    assert_eq!(listed(&store, ListView::Mine(agent("bob"))).await, names(&[4, 3]));
    assert_eq!(listed(&store, ListView::Squads(vec![squad("sales")])).await, names(&[4, 2]));
    let both = vec![squad("sales"), squad("care"), squad("sales")];
    assert_eq!(listed(&store, ListView::Squads(both.clone())).await, names(&[4, 3, 2]));
    assert_eq!(listed(&store, ListView::Unassigned).await, names(&[2]));
    assert_eq!(listed(&store, ListView::Waiting).await, names(&[4, 2]));
    assert_eq!(listed(&store, ListView::InState("callback".into())).await, names(&[3]), "open ones only");
    assert_eq!(listed(&store, ListView::InState("nowhere".into())).await, names(&[]));
    assert_eq!(listed(&store, ListView::Open).await, names(&[4, 3, 2, 1]));
    assert_eq!(listed(&store, ListView::Resolved).await, names(&[5]));
    assert_eq!(listed(&store, ListView::All).await, names(&[5, 4, 3, 2, 1]));

    let counts = store.counts(&org(), &agent("bob"), &both).await.unwrap();
    assert_eq!((counts.mine, counts.squads, counts.unassigned), (2, 3, 1));
    assert_eq!((counts.waiting, counts.open), (2, 4));

    let resolve = with_row(commit(4, 1, &["done"]), |row| {
        (row.agent, row.closed, row.updated_at_ms) = (Some(agent("bob")), true, 60);
    });
    committed(&store, resolve).await;
    assert_eq!(listed(&store, ListView::Mine(agent("bob"))).await, names(&[3]));
    assert_eq!(listed(&store, ListView::Waiting).await, names(&[2]));
    assert_eq!(listed(&store, ListView::Resolved).await, names(&[4, 5]));
    let of_ann = store.of_customer(&org(), &customer("ann"), 2).await.unwrap();
    assert_eq!(of_ann.into_iter().map(|r| r.conversation).collect::<Vec<_>>(), names(&[5, 4]));
}

pub async fn pages_join_without_gap_or_overlap(place: Place) {
    let store = place.store();
    for n in 0..50 {
        // Many share a rank, so that the key has to decide.
        put(&store, n, |row| {
            row.updated_at_ms = i64::from(n / 7);
            row.waiting_since_ms = Some(i64::from(n / 9));
            row.squad = Some(squad(if n % 2 == 0 { "even" } else { "odd" }));
            row.closed = n % 5 == 0;
        })
        .await;
    }
    let squads = ListView::Squads(vec![squad("even"), squad("odd")]);
    for (view, total) in [(ListView::All, 50), (ListView::Open, 40), (ListView::Waiting, 40), (squads, 40)] {
        let whole = listed(&store, view.clone()).await;
        let mut joined = Vec::new();
        let mut cursor = None;
        loop {
            let query = ListQuery { view: view.clone(), cursor, limit: 6 };
            let page = store.list(&org(), query).await.unwrap();
            joined.extend(page.rows.into_iter().map(|row| row.conversation));
            let Some(next) = page.next else { break };
            // As it comes back from a client.
            cursor = Some(next.to_string().parse::<Cursor>().unwrap());
        }
        assert_eq!(joined, whole, "{view:?}");
        assert_eq!(joined.len(), total, "{view:?}");
    }
    assert!("12".parse::<Cursor>().is_err());
    assert!("x.y".parse::<Cursor>().is_err());
}

pub async fn the_most_urgent_comes_first(place: Place) {
    let store = place.store();
    let day = segue_store::DUE_WITHOUT_SLA_MS;
    put(&store, 1, |row| row.waiting_since_ms = Some(0)).await;
    put(&store, 2, |row| (row.waiting_since_ms, row.sla_due_at_ms) = (Some(50), Some(60))).await;
    put(&store, 3, |row| (row.waiting_since_ms, row.sla_due_at_ms) = (Some(10), Some(day + 1))).await;
    assert_eq!(listed(&store, ListView::Waiting).await, names(&[2, 1, 3]));
}

pub async fn deadlines_pass_in_order(place: Place) {
    let store = place.store();
    assert_eq!(store.next_deadline().await.unwrap(), None);
    for (n, at_ms) in [(1, 300), (2, 100), (3, 200)] {
        put(&store, n, |row| {
            (row.deadline_at_ms, row.deadline_kind, row.epoch) =
                (Some(at_ms), Some("offer".into()), u64::from(n));
        })
        .await;
    }
    assert_eq!(store.next_deadline().await.unwrap(), Some(100));
    let due = store.deadlines_before(200, 9).await.unwrap();
    assert_eq!(due.iter().map(|d| d.conversation.clone()).collect::<Vec<_>>(), names(&[2, 3]));
    assert_eq!((due[0].at_ms, due[0].kind.as_str(), due[0].epoch), (100, "offer", 2));
    assert_eq!(store.deadlines_before(200, 1).await.unwrap().len(), 1);
    let served = with_row(commit(2, 1, &["served"]), |_| {});
    committed(&store, served).await;
    assert_eq!(store.next_deadline().await.unwrap(), Some(200));
}

pub async fn waiting_and_claims_rebuild_a_router(place: Place) {
    let store = place.store();
    five(&store).await;
    let waiting = store.waiting(&org()).await.unwrap();
    assert_eq!(waiting.iter().map(|r| r.waiting_since_ms).collect::<Vec<_>>(), [Some(100), Some(200)]);
    assert_eq!(waiting[0].sealed, br#"{"who":"Ann Secret"}"#);
    let mut accept = commit(3, 1, &["accepted"]);
    accept.claims = vec![take("bob", "h3", 9)];
    committed(&store, accept).await;
    let claims = store.claims(&org()).await.unwrap();
    assert_eq!(claims.len(), 1);
    assert_eq!((&claims[0].agent, &claims[0].handoff), (&agent("bob"), &handoff("h3")));
    assert_eq!(claims[0].conversation, conversation(3));
}
