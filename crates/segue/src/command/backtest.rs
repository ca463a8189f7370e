//! `segue backtest`: history decided anew by two policies, and what would change.

use std::process::ExitCode;

use anyhow::{Result, ensure};
use segue_core::{
    backtest::{Report, report::ReportSide},
    share::{Interval, Rate},
};
use segue_server::backtest::Plan;

use crate::{
    interruption,
    past::{Past, PastArgs, Source},
};

/// Options of `backtest`.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    past: PastArgs,
    /// The policy that decides today, in TOML; `default` is the one that ships with Segue, `live` that of the data.
    #[arg(long, value_name = "A")]
    policy: String,
    /// The draft, in TOML, or `default` or `live`.
    #[arg(long, value_name = "B")]
    against: String,
    /// Prints one JSON document.
    #[arg(long)]
    json: bool,
}

/// Runs the backtest and prints its report.
pub fn run(args: &Args) -> Result<ExitCode> {
    let past = Past::open(&args.past)?;
    let plan = Plan::new(past.organisation(), past.policy(&args.policy)?, past.policy(&args.against)?);
    let report = past.counted(|past, progress| match past {
        Source::Recordings(recordings) => plan.run(recordings, progress),
        Source::Log(log) => Ok(plan.run(log, progress)?),
    })?;
    let Some(report) = report else {
        eprintln!("interrupted: there is no report");
        return Ok(ExitCode::from(interruption::EXIT_STATUS));
    };
    ensure!(report.conversations > 0, "there is no conversation in the history");
    if args.json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        tell(&report);
    }
    Ok(ExitCode::SUCCESS)
}

fn tell(report: &Report) {
    println!(
        "{} conversations, {} turns in {:.1} s ({:.0} turns/s); {} labelled",
        report.conversations, report.turns, report.runtime_s, report.turns_per_s, report.labelled
    );
    if report.undecided > 0 {
        println!("{} went on with a human before either had decided: unknown from there", report.undecided);
    }
    println!("{:<12} {:>24} {:>24}   difference", "", report.a.policy, report.b.policy);
    let (a, b, difference) = (&report.a, &report.b, &report.difference);
    row("handoffs", Some(a.handoffs), Some(b.handoffs), Some(difference.handoffs));
    row("proposals", Some(a.proposals), Some(b.proposals), None);
    row("premature", a.premature, b.premature, difference.premature);
    row("right", a.right, b.right, difference.right);
    row("late", a.late, b.late, difference.late);
    row("missed", a.missed, b.missed, difference.missed);
    let side = |of: fn(&ReportSide) -> Option<Rate>| (of(a), of(b));
    let (precision, recall) = (side(|side| side.precision), side(|side| side.recall));
    row("precision", precision.0, precision.1, None);
    row("recall", recall.0, recall.1, None);
    for queue in &report.queues {
        println!("{:<12} {:>22.1} a day {:>18.1} a day", queue.squad, queue.a_per_day, queue.b_per_day);
    }
    println!("{} conversations change", report.changed.count);
    for kind in &report.changed.by_kind {
        println!("  {:>8} {:?}", kind.count, kind.kind);
    }
    for finding in &report.findings {
        println!("{:?} {:?}: {}", finding.side, finding.kind, finding.words);
    }
}

fn row(name: &str, a: Option<Rate>, b: Option<Rate>, difference: Option<Interval>) {
    let (Some(a), Some(b)) = (a, b) else { return };
    let told = |rate: Rate| {
        format!("{:.1} % ({:.1} to {:.1})", rate.value * 100.0, rate.low * 100.0, rate.high * 100.0)
    };
    let difference = difference.map_or_else(String::new, |by| {
        format!("{:+.1} ({:+.1} to {:+.1})", by.value * 100.0, by.low * 100.0, by.high * 100.0)
    });
    println!("{name:<12} {:>24} {:>24}   {difference}", told(a), told(b));
}
