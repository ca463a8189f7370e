//! `bench backtest`: a log of many turns decided anew by two policies, without reading a text again.

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context, Result, bail};
use futures::{StreamExt, TryStreamExt, stream};
use segue_core::{
    event::{Event, VERSION},
    ids::{ConversationId, CustomerId, OrganisationId},
    organisation::Organisation,
    policy::Policy,
};
use segue_server::{
    backtest::{Log, Plan},
    rehearsal::{Recorded, Rehearser},
};
use segue_store::{Commit, CommitOutcome, ConversationRow, MasterKey, NewEvent, Store, StoreConfig};
use segue_understanding::Reader;
use serde::Serialize;
use serde_json::json;

use super::{
    corpus::{self, EXCHANGES},
    measure::{cpu_time, rounded, rss_bytes},
    policy::of_rules,
    server,
};

/// Turns of a conversation.
const TURNS: u64 = 10;
/// Commits under way while the log is written.
const WRITERS: usize = 64;
/// Events of one kind of conversation that are read and then written many times under other names.
const KINDS: u64 = 97;

/// A log to write and to decide anew.
pub struct BacktestBench {
    /// Turns in the log.
    pub turns: u64,
    /// Rules of the draft.
    pub rules: u32,
    /// The disk; absent: where the system keeps temporary folders.
    pub data: Option<PathBuf>,
}

/// What was measured.
#[derive(Clone, Debug, Serialize)]
pub struct BacktestResult {
    /// Turns that were decided anew, by both policies.
    pub turns: u64,
    /// Conversations.
    pub conversations: u64,
    /// The backtest, from the first page of the log to the report, seconds.
    pub seconds: f64,
    /// Turns per second.
    pub turns_per_s: f64,
    /// Processor time per turn, µs, the reading of the log included.
    pub cpu_us_per_op: Option<f64>,
    /// Memory at the end.
    pub rss_bytes: Option<u64>,
    /// Writing the log beforehand, seconds; not part of what is measured.
    pub written_s: f64,
}

impl BacktestBench {
    /// Writes the log, decides it anew and removes it.
    pub fn run(&self) -> Result<BacktestResult> {
        let folder = server::folder(self.data.as_deref())?;
        let runtime = tokio::runtime::Runtime::new()?;
        let organisation = Organisation::new(OrganisationId::parse("bench")?, "Bench");
        let started = Instant::now();
        let store = runtime.block_on(write(folder.path(), &organisation, self.turns / TURNS))?;
        let written_s = started.elapsed().as_secs_f64();
        let plan = Plan::new(&organisation, Policy::default(), of_rules(self.rules));
        let cpu = || cpu_time(std::process::id());
        let (cpu_before, started) = (cpu(), Instant::now());
        let log = Log {
            store: &store,
            organisation: &organisation.id,
            since_ms: i64::MIN,
            runtime: runtime.handle(),
        };
        let report = plan.run(log, &|_| ControlFlow::Continue(()))?;
        let (report, seconds) = (report.context("nobody breaks it off")?, started.elapsed().as_secs_f64());
        let spent = cpu_before.zip(cpu()).map(|(before, after)| (after - before).as_secs_f64());
        Ok(BacktestResult {
            turns: report.turns,
            conversations: report.conversations,
            seconds: rounded(seconds, 1),
            turns_per_s: rounded(report.turns as f64 / seconds, 1),
            cpu_us_per_op: spent.map(|spent| rounded(spent * 1e6 / report.turns.max(1) as f64, 1)),
            rss_bytes: rss_bytes(std::process::id()),
            written_s: rounded(written_s, 1),
        })
    }
}

/// A log of so many conversations: a few are read and written again and again under other names.
async fn write(folder: &Path, organisation: &Organisation, conversations: u64) -> Result<Store> {
    let store = Store::open(StoreConfig::embedded(folder, MasterKey::from_bytes([7; 32])))?;
    let reader = Reader::new();
    let rehearser = Rehearser::new(&reader, organisation.clone())?;
    let kinds: Vec<Vec<Event>> = (0..KINDS.min(EXCHANGES.len() as u64))
        .map(|kind| rehearser.history(&recorded(kind)).events)
        .collect();
    let commits = (0..conversations).map(|number| {
        let events = &kinds[(number % kinds.len() as u64) as usize];
        commit(&store, organisation, number, events)
    });
    stream::iter(commits).buffer_unordered(WRITERS).try_collect::<()>().await?;
    Ok(store)
}

fn recorded(kind: u64) -> Recorded {
    let turn = |turn| {
        let role = if corpus::is_customer(turn) { "customer" } else { "assistant" };
        json!({ "role": role, "text": corpus::text(kind, turn) })
    };
    let turns: Vec<_> = (0..TURNS as usize).map(turn).collect();
    Recorded::parse(&json!({ "id": kind, "turns": turns }).to_string(), 1).expect("a conversation just made")
}

async fn commit(store: &Store, organisation: &Organisation, number: u64, events: &[Event]) -> Result<()> {
    let id = ConversationId::parse(&format!("c-{number}"))?;
    let customer = CustomerId::parse(&format!("u-{number}"))?;
    let mut conversation = segue_core::conversation::Conversation::new(organisation.id.clone(), id.clone());
    events.iter().for_each(|event| conversation.apply(event));
    let package = &conversation.package;
    let (opened_at_ms, updated_at_ms) = (conversation.opened_at_ms, package.updated_at_ms);
    let events = events.iter().map(|event| NewEvent {
        at_ms: event.at_ms,
        kind: event.body.kind(),
        version: VERSION,
        open: event.open_json(),
        content: event.body.content_json(),
    });
    let mut commit = Commit::new(organisation.id.clone(), id.clone(), customer.clone(), 0, events.collect());
    commit.row = Some(ConversationRow {
        organisation: organisation.id.clone(),
        conversation: id,
        customer,
        state: "ai".into(),
        closed: false,
        squad: None,
        agent: None,
        channel: package.channel.clone(),
        language: String::new(),
        tier: String::new(),
        reason: None,
        opened_at_ms,
        updated_at_ms,
        waiting_since_ms: None,
        sla_due_at_ms: None,
        deadline_at_ms: None,
        deadline_kind: None,
        epoch: 0,
        frustration: b"[]".to_vec(),
        sealed: vec![],
    });
    match store.commit(commit).await? {
        CommitOutcome::Committed { .. } => Ok(()),
        other => bail!("a new conversation met {other:?}"),
    }
}
