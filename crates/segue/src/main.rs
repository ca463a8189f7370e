//! The `segue` binary: reads the command line and runs one command.

use std::process::ExitCode;

use clap::Parser;
use segue::cli::Cli;

fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(code) => code,
        Err(problem) => {
            eprintln!("segue: {problem:#}");
            ExitCode::FAILURE
        }
    }
}
