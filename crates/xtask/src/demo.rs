//! `cargo xtask demo`: build, then become the demo.

use std::process::Command;

use anyhow::Result;

use crate::shell;

/// Options of `demo`.
#[derive(clap::Args)]
pub struct Args {
    /// Where the demo listens.
    #[arg(long, default_value = "127.0.0.1:7879")]
    listen: String,
    /// Builds with all optimisations: slower to build, quicker to run.
    #[arg(long)]
    release: bool,
}

/// Builds Segue and runs the demo until Ctrl-C.
pub fn run(args: &Args) -> Result<()> {
    println!("Building Segue. The first time this takes a few minutes; cargo shows how far it is.");
    let binary = shell::built_segue(args.release)?;
    println!("Starting the demo on http://{}. Ctrl-C ends it.", args.listen);
    become_program(Command::new(binary).args(["demo", "--listen", &args.listen]))
}

/// Replaces this process, so that Ctrl-C and every other signal reach Segue itself.
#[cfg(unix)]
fn become_program(command: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    Err(anyhow::Error::new(command.exec()).context("could not start Segue"))
}

/// Runs the program and ends with its status; the console gives Ctrl-C to both.
#[cfg(not(unix))]
fn become_program(command: &mut Command) -> Result<()> {
    std::process::exit(command.status()?.code().unwrap_or(1));
}
