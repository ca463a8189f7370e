//! `segue eval`: how good a model is, in the numbers that others publish.

mod act;
mod binary;
mod facts;
mod intent;
mod model;
mod mood;
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
    /// What a turn does: a head that ships with Segue, or a model of your own, on your labels.
    Act(act::Args),
    /// How customers feel: frustration on single texts, dissatisfaction on conversations.
    Mood(mood::Args),
    /// What customers state: exact spans, by kind.
    Facts(facts::Args),
    /// Whether a human should take over at a turn.
    Transfer(transfer::Args),
}

/// Scores and prints.
pub fn run(args: &Args) -> Result<ExitCode> {
    match &args.task {
        Task::Intent(args) => intent::run(args),
        Task::Act(args) => act::run(args),
        Task::Mood(args) => mood::run(args),
        Task::Facts(args) => facts::run(args),
        Task::Transfer(args) => transfer::run(args, HeadLabel::NeedsHuman, "transfer"),
    }
}
