//! `segue eval`: how good a model is, in the numbers that others publish.

mod intent;
mod plot;
mod report;

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;

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
}

/// Scores and prints.
pub fn run(args: &Args) -> Result<ExitCode> {
    match &args.task {
        Task::Intent(args) => intent::run(args),
    }
}
