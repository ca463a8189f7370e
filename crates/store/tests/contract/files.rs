//! What only the embedded engine has: files.

use std::{fs, path::Path};

use rusqlite::Connection;
use segue_store::{MasterKey, NewAudit, NewRecord, RecordKind, Store, StoreConfig, StoreError};

use crate::support::*;

fn contains(path: &Path, needle: &[u8]) -> bool {
    let Ok(bytes) = fs::read(path) else { return false };
    bytes.windows(needle.len()).any(|window| window == needle)
}

fn anywhere(dir: &Path, needle: &[u8]) -> bool {
    fs::read_dir(dir).unwrap().any(|entry| contains(&entry.unwrap().path(), needle))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_plain_word_reaches_the_disk() {
    let place = Place::sqlite();
    let store = place.store();
    let mut commit = with_row(commit("a", 0, &["my SECRETWORD"]), |row| {
        row.sealed = b"SECRETWORD".to_vec();
    });
    commit.dedupe = dedupe("m1", 1, "SECRETWORD");
    commit.outbox = vec![effect("x1", 5, "SECRETWORD")];
    let mut ticket = ticket(&commit, "t1", "h");
    ticket.body = b"SECRETWORD".to_vec();
    commit.ticket = Some(ticket);
    commit.snapshot = Some(b"SECRETWORD".to_vec());
    committed(&store, commit).await;
    let record = NewRecord {
        organisation: org(),
        id: "k".into(),
        lookup: Some("SECRETWORD".into()),
        body: b"SECRETWORD".to_vec(),
        at_ms: 1,
        expires_at_ms: None,
        expected_version: None,
    };
    store.put_record(RecordKind::ApiKey, record).await.unwrap();
    assert!(!anywhere(&place.path("data"), b"SECRETWORD"));
    assert!(anywhere(&place.path("data"), b"message_received"), "the search works");
}

/// Each page's cells stay where they are, so zeroing one leaves no copy: tried with many keys and erasures.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_destroyed_key_leaves_no_bytes() {
    let place = Place::sqlite();
    let store = place.store();
    let tasks: Vec<_> = (0..1500)
        .map(|n| {
            let (store, mut commit) = (store.clone(), commit(n, 0, &["hello"]));
            commit.customer = customer(&format!("customer-{n}"));
            tokio::spawn(async move { committed(&store, commit).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let keys = place.path("copy/keys.db");
    store.backup_keys(&keys).await.unwrap();
    let copy = Connection::open(&keys).unwrap();
    let mut victims = Vec::new();
    for n in (0..1500).step_by(31) {
        let name = format!("customer-{n}");
        let sql = "SELECT wrapped FROM data_key WHERE customer = ?1";
        let wrapped: Vec<u8> = copy.query_row(sql, [&name], |row| row.get(0)).unwrap();
        assert!(anywhere(&place.path("data"), &wrapped), "the search works");
        victims.push((name, wrapped));
    }
    for (name, _) in &victims {
        assert_eq!(store.erase(&org(), &customer(name), 7).await.unwrap().keys, 1);
    }
    store.backup_keys(&keys).await.unwrap();
    for (name, wrapped) in &victims {
        // Half of it would be as bad.
        for half in [&wrapped[..30], &wrapped[30..]] {
            assert!(!anywhere(&place.path("data"), half), "{name}");
            assert!(!anywhere(&place.path("copy"), half), "{name}");
        }
    }
    assert_eq!(heard(&store, 1).await, [Some("hello".to_owned())]);
    assert_eq!(heard(&store, 31).await, [None]);
}

#[tokio::test]
async fn the_start_refuses_what_it_must() {
    let place = Place::sqlite();
    let store = place.store();
    assert!(matches!(place.try_store_in("data"), Err(StoreError::InUse(_))));
    drop(store);
    let other = StoreConfig::embedded(place.path("data"), MasterKey::from_bytes([8; 32]));
    assert!(matches!(Store::open(other), Err(StoreError::WrongMasterKey)));
    let file = Connection::open(place.path("data/segue.db")).unwrap();
    file.execute("INSERT INTO schema_version VALUES (1000, 'later')", []).unwrap();
    drop(file);
    let newer = place.try_store_in("data");
    assert!(matches!(newer, Err(StoreError::NewerSchema { file: "segue.db", found: 1000, .. })), "{newer:?}");
}

/// As after a crash: the transaction was written, in part or in whole, and never committed.
#[tokio::test]
async fn an_uncommitted_transaction_leaves_nothing() {
    let place = Place::sqlite();
    let store = place.store();
    committed(&store, commit("a", 0, &["one"])).await;
    let hash = store.state_hash(None).await.unwrap();
    drop(store);
    let file = Connection::open(place.path("data/segue.db")).unwrap();
    file.execute_batch("PRAGMA cache_size = 1; BEGIN IMMEDIATE; UPDATE conversation SET seq = 99;").unwrap();
    let rows = "WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
        INSERT INTO event SELECT 1048576 + i, 0, 'lost', 1, zeroblob(500), NULL FROM n";
    file.execute(rows, []).unwrap();
    // The files as they are at this moment, with what spilled into the WAL.
    fs::create_dir(place.path("crashed")).unwrap();
    for name in ["segue.db", "segue.db-wal", "keys.db"] {
        fs::copy(place.path("data").join(name), place.path("crashed").join(name)).unwrap();
    }
    assert!(contains(&place.path("crashed/segue.db-wal"), b"lost"), "something did spill");
    let store = place.store_in("crashed");
    assert_eq!(store.state_hash(None).await.unwrap(), hash);
    assert_eq!(committed(&store, commit("a", 1, &["two"])).await, 2);
}

#[tokio::test]
async fn rows_cannot_be_swapped_or_altered() {
    let place = Place::sqlite();
    let store = place.store();
    committed(&store, commit("a", 0, &["one", "two"])).await;
    for n in 1..=5 {
        let detail = Vec::new();
        let (actor, action) = ("bob".to_owned(), "signed_in".to_owned());
        store.audit_append(NewAudit { organisation: org(), at_ms: n, actor, action, detail }).await.unwrap();
    }
    drop(store);
    let file = Connection::open(place.path("data/segue.db")).unwrap();
    let swap = "UPDATE event SET content = (SELECT content FROM event e WHERE e.position <> event.position)";
    assert_eq!(file.execute(swap, []).unwrap(), 2);
    file.execute("UPDATE audit SET actor = 'mallory' WHERE n = 3", []).unwrap();
    drop(file);
    let store = place.store();
    let swapped = store.load(&org(), &conversation("a")).await;
    assert!(matches!(swapped, Err(StoreError::Tampered("an event"))), "{swapped:?}");
    assert!(matches!(store.audit_verify(&org()).await, Err(StoreError::AuditBroken(3))));
    drop(store);
    let file = Connection::open(place.path("data/segue.db")).unwrap();
    file.execute("DELETE FROM audit WHERE n = 2", []).unwrap();
    drop(file);
    let store = place.store();
    assert!(matches!(store.audit_verify(&org()).await, Err(StoreError::AuditBroken(2))));
}

#[tokio::test]
async fn keys_may_live_elsewhere() {
    let place = Place::sqlite();
    let open = || Store::open(config(&place.path("data")).keys_in(place.path("vault"))).unwrap();
    let store = open();
    committed(&store, commit("a", 0, &["one"])).await;
    drop(store);
    assert!(place.path("vault/keys.db").exists() && !place.path("data/keys.db").exists());
    assert_eq!(heard(&open(), "a").await, [Some("one".to_owned())]);
}
