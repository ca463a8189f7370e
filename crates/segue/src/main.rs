//! The `segue` binary: reads the command line and runs one command.

use std::process::ExitCode;

use clap::Parser;
use segue::cli::Cli;

/// Turns are many small allocations on several threads: `bench ingest` shows 5 to 10% less processor time a turn.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(code) => code,
        Err(problem) => {
            eprintln!("segue: {problem:#}");
            ExitCode::FAILURE
        }
    }
}
