//! Records and the audit chain.

use segue_core::ids::OrganisationId;
use segue_store::{NewAudit, NewRecord, RecordKind, StoreError};

use crate::support::*;

fn record(id: &str, lookup: Option<&str>, body: &str) -> NewRecord {
    NewRecord {
        organisation: org(),
        id: id.into(),
        lookup: lookup.map(Into::into),
        body: body.into(),
        at_ms: 5,
        expires_at_ms: None,
        expected_version: None,
    }
}

pub async fn records_keep_versions_and_lookups(place: Place) {
    let store = place.store();
    let kind = RecordKind::Agent;
    assert_eq!(store.put_record(kind, record("bob", Some("bob@acme.test"), "{1}")).await.unwrap(), 1);
    let found = store.record(kind, &org(), "bob", 9).await.unwrap().unwrap();
    assert_eq!((found.body.as_slice(), found.version, found.updated_at_ms), (&b"{1}"[..], 1, 5));
    assert_eq!(store.find_records(kind, "bob@acme.test", 9).await.unwrap(), [found]);
    assert!(store.find_records(kind, "cat@acme.test", 9).await.unwrap().is_empty());
    assert_eq!(store.record(RecordKind::Squad, &org(), "bob", 9).await.unwrap(), None);

    let mut late = record("bob", Some("bob@acme.test"), "{late}");
    late.expected_version = Some(0);
    let refused = store.put_record(kind, late).await;
    assert!(matches!(refused, Err(StoreError::VersionConflict { actual: 1 })));
    let mut next = record("bob", Some("robert@acme.test"), "{2}");
    next.expected_version = Some(1);
    assert_eq!(store.put_record(kind, next).await.unwrap(), 2);
    assert!(store.find_records(kind, "bob@acme.test", 9).await.unwrap().is_empty());
    assert_eq!(store.find_records(kind, "robert@acme.test", 9).await.unwrap()[0].body, b"{2}");

    for id in ["cat", "ann", "dan"] {
        store.put_record(kind, record(id, None, "{}")).await.unwrap();
    }
    let first = store.records(kind, &org(), None, 2, 9).await.unwrap();
    assert_eq!(first.iter().map(|r| r.id.as_str()).collect::<Vec<_>>(), ["ann", "bob"]);
    let rest = store.records(kind, &org(), Some("bob"), 9, 9).await.unwrap();
    assert_eq!(rest.iter().map(|r| r.id.as_str()).collect::<Vec<_>>(), ["cat", "dan"]);
    assert!(store.delete_record(kind, &org(), "bob").await.unwrap());
    assert!(!store.delete_record(kind, &org(), "bob").await.unwrap());
    assert!(store.find_records(kind, "robert@acme.test", 9).await.unwrap().is_empty());
}

pub async fn sessions_expire(place: Place) {
    let store = place.store();
    let mut session = record("s1", Some("token-hash"), "{}");
    session.expires_at_ms = Some(100);
    store.put_record(RecordKind::Session, session).await.unwrap();
    assert_eq!(store.find_records(RecordKind::Session, "token-hash", 99).await.unwrap().len(), 1);
    assert!(store.find_records(RecordKind::Session, "token-hash", 100).await.unwrap().is_empty());
    assert_eq!(store.record(RecordKind::Session, &org(), "s1", 100).await.unwrap(), None);
    assert_eq!(store.expire_records(99).await.unwrap(), 0);
    assert_eq!(store.expire_records(100).await.unwrap(), 1);
}

pub async fn a_lookup_is_unique_in_its_scope(place: Place) {
    let store = place.store();
    let elsewhere = |id: &str| {
        let mut theirs = record(id, Some("same"), "{}");
        theirs.organisation = OrganisationId::parse("other").unwrap();
        theirs
    };
    store.put_record(RecordKind::Agent, record("bob", Some("same"), "{}")).await.unwrap();
    let refused = store.put_record(RecordKind::Agent, record("cat", Some("same"), "{}")).await;
    assert!(matches!(refused, Err(StoreError::LookupTaken)), "{refused:?}");
    assert_eq!(store.record(RecordKind::Agent, &org(), "cat", 9).await.unwrap(), None);
    store.put_record(RecordKind::Agent, elsewhere("bob")).await.unwrap();
    assert_eq!(store.find_records(RecordKind::Agent, "same", 9).await.unwrap().len(), 2);
    store.put_record(RecordKind::ApiKey, record("k", Some("same"), "{}")).await.unwrap();
    let refused = store.put_record(RecordKind::ApiKey, elsewhere("k")).await;
    assert!(matches!(refused, Err(StoreError::LookupTaken)), "{refused:?}");
}

pub async fn the_audit_chain_notices_any_change(place: Place) {
    let store = place.store();
    let act = |n: i64| NewAudit {
        organisation: org(),
        at_ms: n,
        actor: "bob".into(),
        action: "policy.published".into(),
        detail: br#"{"policy":1}"#.to_vec(),
    };
    for n in 1..=5 {
        assert_eq!(store.audit_append(act(n)).await.unwrap().rows, n.cast_unsigned());
    }
    let head = store.audit_verify(&org()).await.unwrap();
    let rows = store.audit_rows(&org(), None, 2).await.unwrap();
    assert_eq!(rows.iter().map(|r| r.n).collect::<Vec<_>>(), [5, 4]);
    assert_eq!((head.rows, head.hash), (5, rows[0].hash));
    assert_eq!(store.audit_rows(&org(), Some(2), 9).await.unwrap().len(), 1);
    let none = OrganisationId::parse("other").unwrap();
    assert_eq!(store.audit_verify(&none).await.unwrap().rows, 0);
}
