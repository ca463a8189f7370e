//! Durable commits per second: many writers, each with conversations of its own. Each commit has two or three
//! events, a dedupe key and a projection, as a turn does.
//!
//! `cargo bench -p segue-store --bench commit -- [WRITERS] [SECONDS] [DIR]`

use std::time::{Duration, Instant};

use segue_core::ids::{ConversationId, CustomerId, OrganisationId};
use segue_store::{Commit, CommitOutcome, ConversationRow, Dedupe, MasterKey, NewEvent, Store, StoreConfig};

const CONVERSATIONS_PER_WRITER: u64 = 16;
const TURNS: u64 = 40;

fn main() {
    let numbers: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let number = |n: usize, default| numbers.get(n).and_then(|a| a.parse().ok()).unwrap_or(default);
    let (writers, seconds): (u64, u64) = (number(0, 64), number(1, 10));
    let dir = match numbers.get(2) {
        Some(parent) => tempfile::tempdir_in(parent),
        None => tempfile::tempdir(),
    };
    let dir = dir.expect("a directory to write in");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(run(dir.path(), writers, Duration::from_secs(seconds)));
}

async fn run(dir: &std::path::Path, writers: u64, time: Duration) {
    let config = StoreConfig::embedded(dir, MasterKey::from_bytes([1; 32]));
    let store = Store::open(config).expect("a store");
    // Data keys first: the start of a conversation is not what is measured.
    let tasks: Vec<_> = (0..writers).map(|w| tokio::spawn(warm(store.clone(), w))).collect();
    for task in tasks {
        task.await.expect("a writer");
    }
    let (begin, cpu_before) = (Instant::now(), cpu_seconds());
    let tasks: Vec<_> = (0..writers).map(|w| tokio::spawn(write(store.clone(), w, begin + time))).collect();
    let (mut waits_us, mut events) = (Vec::new(), 0);
    for task in tasks {
        let (waits, written) = task.await.expect("a writer");
        waits_us.extend(waits);
        events += written;
    }
    let elapsed = begin.elapsed().as_secs_f64();
    let cpu_us = (cpu_seconds() - cpu_before) * 1e6 / waits_us.len() as f64;
    waits_us.sort_unstable();
    let at = |share: f64| f64::from(waits_us[((waits_us.len() - 1) as f64 * share) as usize]) / 1000.0;
    println!(
        "writers {writers}  commits/s {:.0}  events/s {:.0}  p50 {:.2} ms  p99 {:.2} ms  p99.9 {:.2} ms  max {:.1} ms  \
         cpu {cpu_us:.1} us/commit",
        waits_us.len() as f64 / elapsed,
        events as f64 / elapsed,
        at(0.5),
        at(0.99),
        at(0.999),
        at(1.0),
    );
}

/// What this process used, user and system, on Linux; counts ticks of 10 ms. It says what a commit costs even
/// where other processes take the cores.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

fn conversation(writer: u64, round: u64, slot: u64) -> (ConversationId, CustomerId) {
    let id = format!("conv_{writer:04}_{round:06}_{slot:02}");
    let customer = format!("cust_{writer:04}_{slot:02}");
    (
        ConversationId::parse(&id).expect("plain characters"),
        CustomerId::parse(&customer).expect("plain characters"),
    )
}

async fn warm(store: Store, writer: u64) {
    for slot in 0..CONVERSATIONS_PER_WRITER {
        let (id, customer) = conversation(writer, 999_999, slot);
        store.commit(turn(&id, &customer, 0, 2)).await.expect("a commit");
    }
}

async fn write(store: Store, writer: u64, until: Instant) -> (Vec<u32>, u64) {
    let (mut waits, mut events) = (Vec::with_capacity(1 << 16), 0);
    for round in 0.. {
        let mut seqs = [0; CONVERSATIONS_PER_WRITER as usize];
        for step in 0..TURNS * CONVERSATIONS_PER_WRITER {
            let slot = step % CONVERSATIONS_PER_WRITER;
            let (id, customer) = conversation(writer, round, slot);
            let count = 2 + step % 2;
            let commit = turn(&id, &customer, seqs[slot as usize], count);
            let begin = Instant::now();
            if begin >= until {
                return (waits, events);
            }
            let CommitOutcome::Committed { seq } = store.commit(commit).await.expect("a commit") else {
                panic!("nobody else writes here");
            };
            waits.push(begin.elapsed().as_micros() as u32);
            seqs[slot as usize] = seq;
            events += count;
        }
    }
    unreachable!("time ends")
}

fn turn(conversation: &ConversationId, customer: &CustomerId, expected_seq: u64, events: u64) -> Commit {
    let organisation = OrganisationId::parse("acme").expect("plain characters");
    let event = |n| NewEvent {
        at_ms: 1_700_000_000_000 + n,
        kind: "message_received",
        version: 1,
        open: br#"{"channel":"chat","intent":"where_is_my_order","probability":0.91,"stage":"linear"}"#
            .to_vec(),
        content: vec![b'x'; 180],
    };
    let events = (0..events.cast_signed()).map(event).collect();
    let mut commit = Commit::new(organisation, conversation.clone(), customer.clone(), expected_seq, events);
    commit.dedupe = Some(Dedupe {
        key: format!("018f6f2e-0000-7000-8000-{expected_seq:012}"),
        body_hash: [expected_seq as u8; 32],
        answer: b"{\"decision\":\"answer\"}".to_vec(),
    });
    commit.row = Some(ConversationRow {
        organisation: commit.organisation.clone(),
        conversation: conversation.clone(),
        customer: customer.clone(),
        state: "ai".into(),
        closed: false,
        squad: None,
        agent: None,
        channel: "chat".into(),
        language: "en".into(),
        tier: "gold".into(),
        reason: None,
        opened_at_ms: 1_700_000_000_000,
        updated_at_ms: 1_700_000_000_000 + expected_seq.cast_signed(),
        waiting_since_ms: None,
        sla_due_at_ms: None,
        deadline_at_ms: None,
        deadline_kind: None,
        epoch: 0,
        frustration: b"[0.1,0.2,0.15]".to_vec(),
        sealed: vec![b'y'; 120],
    });
    commit
}
