//! The command line.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::{
    command::{admin, backtest, bench, demo, models, policy, replay, serve, simulate},
    eval, train,
};

/// Carries support conversations from an AI assistant to a human agent without losing anything.
#[derive(Parser)]
#[command(name = "segue", version, arg_required_else_help = true, disable_help_subcommand = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the server.
    Serve(serve::Args),
    /// Runs the server with the demo workspace and simulated customers.
    Demo(demo::Args),
    /// Runs recorded conversations through the whole pipeline and shows every decision with its evidence.
    Replay(replay::Args),
    /// Checks, tests, compares and explains policies.
    Policy(policy::Args),
    /// Decides history anew by two policies and tells what would change, with intervals.
    Backtest(backtest::Args),
    /// Runs a virtual desk by our routing and by what others do, and compares them.
    Simulate(simulate::Args),
    /// Trains a model on labelled examples.
    Train(train::Args),
    /// Scores a model, or what ships with Segue, on labelled examples.
    Eval(eval::Args),
    /// Installs and lists sentence encoders, which Segue can use and does not need.
    Models(models::Args),
    /// Measures this machine.
    Bench(bench::Args),
    /// Keeps the house: first organisation, erasure, backup, restore, verification.
    Admin(admin::Args),
}

impl Cli {
    /// Runs the command; an error is one sentence for the person at the terminal.
    pub fn run(self) -> Result<ExitCode> {
        match self.command {
            Command::Serve(args) => serve::run(args),
            Command::Demo(args) => demo::run(args),
            Command::Replay(args) => replay::run(&args),
            Command::Policy(args) => policy::run(&args),
            Command::Backtest(args) => backtest::run(&args),
            Command::Simulate(args) => simulate::run(&args),
            Command::Train(args) => train::run(&args),
            Command::Eval(args) => eval::run(&args),
            Command::Models(args) => models::run(args),
            Command::Bench(args) => bench::run(&args),
            Command::Admin(args) => admin::run(args),
        }
    }
}
