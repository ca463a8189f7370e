//! `cargo xtask test` and `cargo xtask check`: what has to be green before a change goes in.

mod budget;
mod front_end;

use std::{env, fs, path::PathBuf};

use anyhow::{Context, Result, bail};

use crate::{
    encoder,
    shell::{cargo, root, run, run_counted},
    tally::{Report, Tally},
    tools,
};

/// Options of `test`.
#[derive(clap::Args)]
pub struct Args {
    /// Runs one part alone.
    #[arg(long, value_enum)]
    only: Option<Part>,
}

/// A part of the test command.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// Format and lints of the Rust half.
    Lint,
    /// The front end: lint, types, tests, a rebuild compared with what is committed, sizes.
    Web,
    /// The tests of all crates.
    Rust,
    /// The real pages in a real browser.
    Browser,
}

/// Runs all parts in order, or the one asked for. A failed part does not keep the next from running.
pub fn test(args: &Args) -> Result<()> {
    let wanted = |part| args.only.is_none_or(|only| only == part);
    let mut report = Report::default();
    if wanted(Part::Lint) {
        report.stage("format", |tally| {
            format(tally);
            Ok(())
        });
        report.stage("lint", |tally| {
            clippy(tally);
            Ok(())
        });
    }
    if wanted(Part::Web) {
        report.stage("web", front_end::all);
    }
    if wanted(Part::Rust) {
        report.stage("rust", |tally| {
            let mut tests = cargo(["test", "--workspace", "--no-fail-fast"]);
            tests.envs(encoder::folder().map(|folder| (encoder::VARIABLE, folder)));
            tally.tests("cargo test", run_counted(&mut tests));
            Ok(())
        });
    }
    if wanted(Part::Browser) {
        report.stage("browser", browser);
    }
    report.finish()
}

/// Format, lints and types of both halves; no test runs and nothing is built to be run.
pub fn check() -> Result<()> {
    let mut report = Report::default();
    report.stage("format", |tally| {
        format(tally);
        Ok(())
    });
    report.stage("lint", |tally| {
        clippy(tally);
        Ok(())
    });
    report.stage("web", front_end::lint_and_types);
    report.finish()
}

fn format(tally: &mut Tally) {
    let result = run(&mut cargo(["fmt", "--all", "--check"]));
    tally.check("cargo fmt", result.context("`cargo fmt --all` puts it right"));
}

fn clippy(tally: &mut Tally) {
    tally.check(
        "cargo clippy",
        run(&mut cargo(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])),
    );
}

/// Builds Segue and runs every `web/e2e/*.test.mjs`, one after the other, against it.
fn browser(tally: &mut Tally) -> Result<()> {
    let files = browser_tests()?;
    front_end::packages()?;
    let chromium = tools::chromium()?;
    let segue = crate::shell::built_segue(false)?;
    let mut tests = crate::shell::command(
        "node",
        ["--test", "--test-concurrency=1", "--test-reporter=spec"],
        &root().join("web"),
    );
    tests.args(files).env("SEGUE_BIN", segue).env("SEGUE_CHROMIUM", chromium).env("NO_COLOR", "1");
    tally.tests("browser tests", run_counted(&mut tests));
    Ok(())
}

fn browser_tests() -> Result<Vec<PathBuf>> {
    let folder = root().join("web/e2e");
    let entries = fs::read_dir(&folder).context("web/e2e is missing: the browser tests belong there")?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".test.mjs") {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        bail!("web/e2e holds no *.test.mjs: the browser tests belong there");
    }
    Ok(files)
}

/// Whether continuous integration runs us: then nothing that lies around is trusted.
fn in_ci() -> bool {
    env::var("CI").is_ok_and(|value| !value.is_empty() && value != "false" && value != "0")
}
