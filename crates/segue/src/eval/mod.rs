//! `segue eval`: how good a model is, in the numbers that others publish.

mod intent;
mod plot;
mod report;
mod transfer;

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use segue_understanding::HeadLabel;

pub(crate) use report::Report;

/// Options of `eval`.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// What customers want, in your own labels.
    Intent(intent::Args),
    /// Whether a human should take over at a turn.
    Transfer(transfer::Args),
    /// Whether the customer is dissatisfied at a turn.
    Mood(transfer::Args),
}

/// Scores and prints.
pub fn run(args: &Args) -> Result<ExitCode> {
    match &args.task {
        Task::Intent(args) => intent::run(args),
        Task::Transfer(args) => transfer::run(args, HeadLabel::NeedsHuman, "transfer"),
        Task::Mood(args) => transfer::run(args, HeadLabel::Dissatisfied, "mood"),
    }
}
