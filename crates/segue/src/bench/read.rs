//! `bench read`: what reading one turn costs, all heads and facts included.

use std::{
    hint::black_box,
    process,
    time::{Duration, Instant},
};

use segue_core::{
    context::{ContextPackage, Role},
    ids::{ConversationId, OrganisationId},
};
use segue_understanding::{Reader, TurnText};
use serde::Serialize;

use super::{
    corpus::EXCHANGES,
    measure::{cpu_time, rounded},
};

/// Turns in a row by one thread.
#[derive(Clone, Debug)]
pub struct ReadBench {
    /// Measured time.
    pub seconds: u64,
}

/// What was measured.
#[derive(Clone, Debug, Serialize)]
pub struct ReadResult {
    /// Processor time per turn, µs. Of the whole process, in which one thread reads and nothing else happens.
    pub cpu_us_per_op: f64,
    /// The median, µs.
    pub p50_us: f64,
    /// The 99th percentile, µs.
    pub p99_us: f64,
    /// Turns per second.
    pub ops_per_s: f64,
    /// Turns read.
    pub ops: u64,
}

impl ReadBench {
    /// Reads the turns of everyday conversations, customers' and assistants', over and over.
    pub fn run(&self) -> ReadResult {
        let reader = Reader::new();
        let turns = turns();
        let empty = ContextPackage::new(
            OrganisationId::parse("bench").expect("a plain id"),
            ConversationId::parse("bench").expect("a plain id"),
        );
        let mut ns: Vec<u64> = Vec::new();
        // The first round warms the caches.
        turns.iter().for_each(|(role, text)| drop(reader.read(TurnText { role: *role, text }, &empty)));
        let cpu = || cpu_time(process::id()).unwrap_or_default();
        let (cpu_before, started) = (cpu(), Instant::now());
        while started.elapsed() < Duration::from_secs(self.seconds) {
            for (role, text) in &turns {
                let at = Instant::now();
                black_box(reader.read(TurnText { role: *role, text }, &empty));
                ns.push(at.elapsed().as_nanos() as u64);
            }
        }
        let (cpu_spent, elapsed, ops) = (cpu() - cpu_before, started.elapsed(), ns.len());
        ns.sort_unstable();
        let at = |share: f64| ns[((ops as f64 * share) as usize).min(ops - 1)] as f64 / 1000.0;
        ReadResult {
            cpu_us_per_op: rounded(cpu_spent.as_secs_f64() * 1e6 / ops as f64, 2),
            p50_us: rounded(at(0.5), 2),
            p99_us: rounded(at(0.99), 2),
            ops_per_s: rounded(ops as f64 / elapsed.as_secs_f64(), 0),
            ops: ops as u64,
        }
    }
}

/// Both sides of the exchanges, with numbers as in `bench ingest`.
fn turns() -> Vec<(Role, String)> {
    let numbered = |text: &str| text.replace("{n}", "58213377");
    let both = |(question, answer): &(&str, &str)| {
        [(Role::Customer, numbered(question)), (Role::Assistant, numbered(answer))]
    };
    EXCHANGES.iter().flat_map(both).collect()
}
