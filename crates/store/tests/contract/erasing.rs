//! Erasure, backup and restore.

use segue_store::{CommitOutcome, ListQuery, ListView, Store, StoreError};

use crate::support::*;

fn of(name: &str, who: &str, expected_seq: u64, text: &str) -> segue_store::Commit {
    let mut commit = commit(name, expected_seq, &[text]);
    commit.customer = customer(who);
    commit
}

/// A conversation that has one of everything.
async fn everything(store: &Store, name: &str, who: &str) {
    let mut commit = with_row(of(name, who, 0, "my secret"), |_| {});
    commit.dedupe = dedupe("m1", 1, "a secret answer");
    commit.outbox = vec![effect(&format!("x-{name}"), 5, "secret payload")];
    commit.ticket = Some(ticket(&commit, &format!("t-{name}"), &format!("h-{name}")));
    commit.snapshot = Some(b"secret state".to_vec());
    committed(store, commit).await;
}

pub async fn an_erased_customer_is_unreadable_and_others_are_not(place: Place) {
    let store = place.store();
    everything(&store, "a", "ann").await;
    everything(&store, "b", "ben").await;
    let hash = store.state_hash(None).await.unwrap();
    let erased = store.erase(&org(), &customer("ann"), 77).await.unwrap();
    assert_eq!((erased.keys, erased.conversations), (1, 1));

    let check = async |store: &Store| {
        let loaded = store.load(&org(), &conversation("a")).await.unwrap().unwrap();
        assert_eq!((loaded.seq, loaded.snapshot), (1, None));
        assert_eq!(loaded.tail[0].content, None);
        assert_eq!(loaded.tail[0].open, br#"{"channel":"chat"}"#);
        let row = store.row(&org(), &conversation("a")).await.unwrap().unwrap();
        assert_eq!((row.sealed.len(), row.frustration.len()), (0, 0));
        let found = store.ticket_of_handoff(&org(), &handoff("h-a")).await.unwrap().unwrap();
        assert!(found.body.is_empty());
        let mut again = of("a", "ann", 1, "my secret");
        again.dedupe = dedupe("m1", 1, "");
        let replayed = CommitOutcome::Replayed { answer: Vec::new(), seq: 1 };
        assert_eq!(store.commit(again).await.unwrap(), replayed);
        let loaded = store.load(&org(), &conversation("b")).await.unwrap().unwrap();
        assert_eq!(loaded.snapshot, Some((1, b"secret state".to_vec())));
        assert_eq!(
            store.events(&org(), &conversation("b"), 0, 9).await.unwrap()[0].content.as_deref(),
            Some(&b"my secret"[..])
        );
    };
    check(&store).await;
    let due = store.outbox_due(9, 9, 9).await.unwrap();
    assert_eq!(due.iter().map(|d| d.id.as_str()).collect::<Vec<_>>(), ["x-b"]);
    assert_eq!(store.state_hash(None).await.unwrap(), hash, "the log is never rewritten");
    drop(store);
    let store = place.store();
    check(&store).await;
    let again = store.erase(&org(), &customer("ann"), 78).await.unwrap();
    // Asking for the replay above made a new key; nothing of the old one is left.
    assert!(again.keys <= 1);
    let never = store.erase(&org(), &customer("nobody"), 78).await.unwrap();
    assert_eq!((never.keys, never.conversations), (0, 0));
}

pub async fn an_erased_customer_may_come_back(place: Place) {
    let store = place.store();
    everything(&store, "a", "ann").await;
    store.erase(&org(), &customer("ann"), 77).await.unwrap();
    let mut back = with_row(of("a", "ann", 1, "hello again"), |_| {});
    back.snapshot = None;
    committed(&store, back).await;
    assert_eq!(heard(&store, "a").await, [None, Some("hello again".to_owned())]);
    drop(store);
    let store = place.store();
    assert_eq!(heard(&store, "a").await, [None, Some("hello again".to_owned())]);
    let query = ListQuery { view: ListView::All, cursor: None, limit: 9 };
    assert_eq!(store.list(&org(), query).await.unwrap().rows[0].sealed, br#"{"who":"Ann Secret"}"#);
    store.erase(&org(), &customer("ann"), 78).await.unwrap();
    assert_eq!(heard(&store, "a").await, [None, None]);
}

pub async fn former_identities_go_along(place: Place) {
    let store = place.store();
    committed(&store, of("a", "visitor-1", 0, "anonymous")).await;
    committed(&store, of("a", "visitor-2", 1, "still anonymous")).await;
    committed(&store, of("a", "ann", 2, "it is me, ann")).await;
    let loaded = store.load(&org(), &conversation("a")).await.unwrap().unwrap();
    assert_eq!(loaded.customer, customer("ann"));
    assert_eq!(heard(&store, "a").await.iter().flatten().count(), 3);
    let erased = store.erase(&org(), &customer("ann"), 77).await.unwrap();
    assert_eq!((erased.customers.len(), erased.keys), (3, 3));
    assert_eq!(heard(&store, "a").await, [None, None, None]);
}

pub async fn a_backup_restores_to_the_same_hash(place: Place) {
    let store = place.store();
    for name in ["a", "b", "c"] {
        everything(&store, name, name).await;
    }
    store.backup(&place.path("backup")).await.unwrap();
    store.backup_keys(&place.path("vault/keys.db")).await.unwrap();
    store.backup_keys(&place.path("vault/keys.db")).await.unwrap();
    let hash = store.state_hash(None).await.unwrap();
    committed(&store, of("a", "a", 1, "later")).await;
    assert_ne!(store.state_hash(None).await.unwrap(), hash);

    Store::restore(&place.path("backup"), Some(&place.path("vault/keys.db")), &place.path("restored"))
        .unwrap();
    let restored = place.store_in("restored");
    assert_eq!(restored.state_hash(None).await.unwrap(), hash);
    assert_eq!(restored.state_hash(Some(&org())).await.unwrap(), hash);
    let loaded = restored.load(&org(), &conversation("b")).await.unwrap().unwrap();
    assert_eq!(loaded.snapshot, Some((1, b"secret state".to_vec())));
    committed(&restored, of("a", "a", 1, "goes on")).await;
    assert_eq!(restored.events(&org(), &conversation("a"), 0, 9).await.unwrap().len(), 2);
}

pub async fn an_old_backup_stays_unreadable(place: Place) {
    let store = place.store();
    everything(&store, "a", "ann").await;
    everything(&store, "b", "ben").await;
    store.backup(&place.path("before")).await.unwrap();
    store.erase(&org(), &customer("ann"), 77).await.unwrap();
    store.backup_keys(&place.path("keys.db")).await.unwrap();

    Store::restore(&place.path("before"), Some(&place.path("keys.db")), &place.path("restored")).unwrap();
    let restored = place.store_in("restored");
    let loaded = restored.load(&org(), &conversation("a")).await.unwrap().unwrap();
    assert_eq!((loaded.snapshot, loaded.tail[0].content.clone()), (None, None));
    assert!(restored.row(&org(), &conversation("a")).await.unwrap().unwrap().sealed.is_empty());
    assert_eq!(restored.outbox_due(9, 9, 9).await.unwrap().len(), 1);
    assert!(restored.load(&org(), &conversation("b")).await.unwrap().unwrap().snapshot.is_some());
}

pub async fn an_old_copy_of_the_keys_learns_of_erasures(place: Place) {
    let store = place.store();
    everything(&store, "a", "ann").await;
    store.backup_keys(&place.path("old-keys.db")).await.unwrap();
    store.erase(&org(), &customer("ann"), 77).await.unwrap();
    store.backup(&place.path("after")).await.unwrap();

    Store::restore(&place.path("after"), Some(&place.path("old-keys.db")), &place.path("restored")).unwrap();
    let restored = place.store_in("restored");
    assert_eq!(heard(&restored, "a").await, [None]);
}

pub async fn restoring_never_overwrites(place: Place) {
    let store = place.store();
    everything(&store, "a", "ann").await;
    store.backup(&place.path("backup")).await.unwrap();
    let again = store.backup(&place.path("backup")).await;
    assert!(matches!(again, Err(StoreError::Exists(_))));
    let onto = Store::restore(&place.path("backup"), None, &place.path("data"));
    assert!(matches!(onto, Err(StoreError::Exists(_))));
    // Without its keys the record opens, and says that they are missing rather than erased.
    Store::restore(&place.path("backup"), None, &place.path("bare")).unwrap();
    let bare = place.store_in("bare");
    let missing = bare.load(&org(), &conversation("a")).await;
    assert!(matches!(missing, Err(StoreError::KeyMissing(_))), "{missing:?}");
}
