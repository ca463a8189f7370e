//! `segue bench`: what this machine does.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::Subcommand;
use serde::Serialize;
use serde_json::Value;

use crate::bench::{BacktestBench, HandoffBench, IngestBench, PolicyBench, ReadBench, RouteBench};

/// Options of `bench`.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    bench: Bench,
}

#[derive(Subcommand)]
enum Bench {
    /// Turns per second through a server of its own, durable and decided, and their latency.
    Ingest {
        /// Measured time, after a warm-up.
        #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
        seconds: u64,
        /// Connections that send one turn at a time each.
        #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=1024))]
        connections: u16,
        /// A folder on the disk to measure; its own folder in it is removed afterwards.
        #[arg(long)]
        data: Option<PathBuf>,
        /// Prints one JSON document.
        #[arg(long)]
        json: bool,
    },
    /// Time from a customer's request for a human to the offer, with its package, on the agent's socket.
    Handoff {
        /// Handoffs to measure, one after the other.
        #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..=100_000))]
        count: u32,
        /// Turns per second of other conversations meanwhile.
        #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(0..=100_000))]
        background: u32,
        /// A folder on the disk to measure; its own folder in it is removed afterwards.
        #[arg(long)]
        data: Option<PathBuf>,
        /// Prints one JSON document.
        #[arg(long)]
        json: bool,
    },
    /// A log of many turns decided anew by two policies, without reading a text again.
    Backtest {
        /// Turns in the log, which is written beforehand and removed afterwards.
        #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(100..=10_000_000))]
        turns: u64,
        /// Rules of the draft.
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(0..=500))]
        rules: u32,
        /// A folder on the disk to measure.
        #[arg(long)]
        data: Option<PathBuf>,
        /// Prints one JSON document.
        #[arg(long)]
        json: bool,
    },
    /// What one decision costs on one core, under a policy of many rules.
    Policy {
        /// Measured time, twice: without and with the rules.
        #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=600))]
        seconds: u64,
        /// Rules of the policy.
        #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(0..=500))]
        rules: u32,
        /// Prints one JSON document.
        #[arg(long)]
        json: bool,
    },
    /// Who gets the next conversation, on a floor of ten thousand agents with twenty thousand waiting.
    Route {
        /// Agents.
        #[arg(long, default_value_t = 10_000)]
        agents: usize,
        /// Conversations that wait at any time.
        #[arg(long, default_value_t = 20_000)]
        waiting: usize,
        /// Decisions.
        #[arg(long, default_value_t = 300_000)]
        decisions: usize,
        /// Prints one JSON document.
        #[arg(long)]
        json: bool,
    },
    /// What reading one turn costs on one core, all heads and facts included.
    Read {
        /// Measured time.
        #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=600))]
        seconds: u64,
        /// Prints one JSON document.
        #[arg(long)]
        json: bool,
    },
}

/// Measures.
pub fn run(args: &Args) -> Result<ExitCode> {
    match &args.bench {
        Bench::Ingest { seconds, connections, data, json } => {
            let bench = IngestBench { seconds: *seconds, connections: *connections, data: data.clone() };
            print(&bench.run()?, *json)?;
        }
        Bench::Handoff { count, background, data, json } => {
            let bench = HandoffBench { count: *count, background: *background, data: data.clone() };
            print(&bench.run()?, *json)?;
        }
        Bench::Backtest { turns, rules, data, json } => {
            print(&BacktestBench { turns: *turns, rules: *rules, data: data.clone() }.run()?, *json)?;
        }
        Bench::Policy { seconds, rules, json } => {
            print(&PolicyBench { seconds: *seconds, rules: *rules }.run(), *json)?;
        }
        Bench::Route { agents, waiting, decisions, json } => {
            let bench = RouteBench { agents: *agents, waiting: *waiting, decisions: *decisions };
            print(&bench.run(), *json)?;
        }
        Bench::Read { seconds, json } => print(&ReadBench { seconds: *seconds }.run(), *json)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn print(result: &impl Serialize, json: bool) -> Result<()> {
    let result = serde_json::to_value(result)?;
    match result {
        Value::Object(fields) if !json => {
            fields.iter().for_each(|(name, value)| println!("{name:<24} {value:>14}"));
        }
        result => println!("{result}"),
    }
    Ok(())
}
