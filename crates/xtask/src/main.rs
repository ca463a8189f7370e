//! The chores of the project, written once for every machine: `cargo xtask <chore>`.
//!
//! **Architecture invariant:** no other crate depends on this one, and this one depends on no other crate. It
//! knows Segue only from outside: its command line, its HTTP interface and its files.

mod bench;
mod demo;
mod encoder;
mod faults;
mod models;
mod shell;
mod stages;
mod tally;
mod tools;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The chores of the project.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Builds Segue and starts it with the demo: two organisations and customers who chat. Needs no Node.
    Demo(demo::Args),
    /// Runs every check and every test, and rebuilds the front end to compare it with the committed one.
    Test(stages::Args),
    /// The quick part of `test`: format, lints and types of both halves.
    Check,
    /// Measures a release build and prints a table.
    Bench(bench::Args),
    /// Trains the models that ship with Segue again and says whether the bytes are the same.
    Models(models::Args),
    /// Breaks a running Segue on purpose and compares what it kept with what it acknowledged.
    Faults(faults::Args),
}

fn main() -> ExitCode {
    let result = match Cli::parse().chore {
        Chore::Demo(args) => demo::run(&args),
        Chore::Test(args) => stages::test(&args),
        Chore::Check => stages::check(),
        Chore::Bench(args) => bench::run(&args),
        Chore::Models(args) => models::run(&args),
        Chore::Faults(args) => faults::run(&args),
    };
    if let Err(problem) = result {
        eprintln!("error: {problem:#}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
