//! Builders: a place for a store, and commits with as little in them as a test needs.

use std::path::{Path, PathBuf};

use segue_core::ids::{AgentId, ConversationId, CustomerId, HandoffId, OrganisationId, SquadId, TicketId};
use segue_store::{
    Claim, Commit, CommitOutcome, ConversationRow, Dedupe, MasterKey, NewEvent, OutboxItem, Store,
    StoreConfig, StoreError, TicketRow,
};
use tempfile::TempDir;

/// Where a store of one engine lives; opening it again finds the same store.
pub struct Place {
    dir: TempDir,
}

impl Place {
    pub fn sqlite() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn store(&self) -> Store {
        self.store_in("data")
    }

    pub fn store_in(&self, name: &str) -> Store {
        self.try_store_in(name).unwrap()
    }

    pub fn try_store_in(&self, name: &str) -> Result<Store, StoreError> {
        Store::open(config(&self.path(name)))
    }
}

pub fn config(dir: &Path) -> StoreConfig {
    StoreConfig::embedded(dir, MasterKey::from_bytes([7; 32]))
}

pub fn org() -> OrganisationId {
    OrganisationId::parse("acme").unwrap()
}

pub fn conversation(name: impl std::fmt::Display) -> ConversationId {
    ConversationId::parse(&format!("conversation-{name}")).unwrap()
}

pub fn customer(name: &str) -> CustomerId {
    CustomerId::parse(name).unwrap()
}

pub fn agent(name: &str) -> AgentId {
    AgentId::parse(name).unwrap()
}

pub fn handoff(name: impl std::fmt::Display) -> HandoffId {
    HandoffId::parse(&format!("handoff-{name}")).unwrap()
}

pub fn squad(name: &str) -> SquadId {
    SquadId::parse(name).unwrap()
}

pub fn said(text: &str) -> NewEvent {
    NewEvent {
        at_ms: 1_000,
        kind: "message_received",
        version: 1,
        open: br#"{"channel":"chat"}"#.to_vec(),
        content: text.as_bytes().to_vec(),
    }
}

/// Ann says something in a conversation.
pub fn commit(name: impl std::fmt::Display, expected_seq: u64, texts: &[&str]) -> Commit {
    let events = texts.iter().map(|text| said(text)).collect();
    Commit::new(org(), conversation(name), customer("ann"), expected_seq, events)
}

pub fn dedupe(key: &str, body: u8, answer: &str) -> Option<Dedupe> {
    Some(Dedupe { key: key.into(), body_hash: [body; 32], answer: answer.into() })
}

pub fn effect(id: &str, due_at_ms: i64, payload: &str) -> OutboxItem {
    OutboxItem { id: id.into(), kind: "ticket".into(), due_at_ms, payload: payload.into() }
}

pub fn take(who: &str, what: impl std::fmt::Display, limit: u32) -> Claim {
    Claim::Take { agent: agent(who), handoff: handoff(what), limit }
}

pub fn release(who: &str, what: impl std::fmt::Display) -> Claim {
    Claim::Release { agent: agent(who), handoff: handoff(what) }
}

pub fn row(commit: &Commit) -> ConversationRow {
    ConversationRow {
        organisation: commit.organisation.clone(),
        conversation: commit.conversation.clone(),
        customer: commit.customer.clone(),
        state: "ai".into(),
        closed: false,
        squad: None,
        agent: None,
        channel: "chat".into(),
        language: "en".into(),
        tier: "gold".into(),
        reason: None,
        opened_at_ms: 1_000,
        updated_at_ms: 1_000,
        waiting_since_ms: None,
        sla_due_at_ms: None,
        deadline_at_ms: None,
        deadline_kind: None,
        epoch: 0,
        frustration: b"[0.1]".to_vec(),
        sealed: br#"{"who":"Ann Secret"}"#.to_vec(),
    }
}

pub fn with_row(mut commit: Commit, change: impl FnOnce(&mut ConversationRow)) -> Commit {
    let mut row = row(&commit);
    change(&mut row);
    commit.row = Some(row);
    commit
}

pub fn ticket(commit: &Commit, name: &str, handoff_name: &str) -> TicketRow {
    TicketRow {
        ticket: TicketId::parse(name).unwrap(),
        organisation: commit.organisation.clone(),
        conversation: commit.conversation.clone(),
        handoff: handoff(handoff_name),
        customer: commit.customer.clone(),
        created_at_ms: 1_000,
        due_at_ms: Some(9_000),
        tag: "today".into(),
        status: "open".into(),
        body: br#"{"summary":"Ann Secret is late"}"#.to_vec(),
    }
}

/// Commits and insists.
pub async fn committed(store: &Store, commit: Commit) -> u64 {
    match store.commit(commit).await.unwrap() {
        CommitOutcome::Committed { seq } => seq,
        other => panic!("not committed: {other:?}"),
    }
}

/// What was said in a conversation; `None` where it was erased.
pub async fn heard(store: &Store, name: impl std::fmt::Display) -> Vec<Option<String>> {
    let loaded = store.load(&org(), &conversation(name)).await.unwrap().expect("the conversation is there");
    let text = |content: Vec<u8>| String::from_utf8(content).unwrap();
    loaded.tail.into_iter().map(|event| event.content.map(text)).collect()
}
