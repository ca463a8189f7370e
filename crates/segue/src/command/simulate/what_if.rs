//! `segue simulate --data`: an organisation's own last weeks, replayed with other people or other rules.

use std::{
    fs,
    io::IsTerminal,
    ops::ControlFlow,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::atomic::Ordering,
    thread,
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use segue_server::what_if;
use segue_simulator::replay::{Change, Outcome, Report, Span, Trial};

use crate::{
    interruption,
    past::{Past, PastArgs},
};

/// How long the runs under way may take to end after Ctrl-C.
const INTERRUPTED_WITHIN: Duration = Duration::from_secs(60);
/// The most days back.
const DAYS_MAX: u32 = 366;
/// Lines of the table of what changes most.
const LINES: usize = 12;

/// Options of a what-if.
#[derive(clap::Args)]
pub struct WhatIfArgs {
    /// The folder of a server's data: its own last weeks are replayed. The server must not run on it meanwhile.
    #[arg(long, conflicts_with_all = ["scenario", "trace"], requires = "change")]
    data: Option<PathBuf>,
    /// The organisation in the data, where there are several.
    #[arg(long, requires = "data")]
    organisation: Option<String>,
    /// How many days back.
    #[arg(long, default_value_t = 14, requires = "data", value_parser = clap::value_parser!(u32).range(1..=i64::from(DAYS_MAX)))]
    days: u32,
    /// What would be different: more `agents`, people to do `without`, `demand`, `routing`, `tiers`.
    #[arg(long, value_name = "FILE.toml", requires = "data")]
    change: Option<PathBuf>,
}

impl WhatIfArgs {
    /// The folder and the change, where a what-if is wanted.
    pub fn wanted(&self) -> Option<(&Path, &Path)> {
        self.data.as_deref().zip(self.change.as_deref())
    }
}

/// Replays, and prints what changes.
pub fn run(args: &WhatIfArgs, (data, change): (&Path, &Path), json: bool) -> Result<ExitCode> {
    let text = fs::read_to_string(change)
        .with_context(|| format!("{} cannot be read; check the path", change.display()))?;
    let wanted: Change = toml::from_str(&text).with_context(|| change.display().to_string())?;
    let past = Past::open(&PastArgs::log(data, args.organisation.as_deref()))?;
    let problems = wanted.problems(past.organisation(), &past.staff());
    ensure!(problems.is_empty(), "{}: {}", change.display(), problems.join(" "));
    let interrupted = interruption::flag(INTERRUPTED_WITHIN);
    let on = || {
        if interrupted.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let bar = bar();
    let report = past.replay(args.days, &|_| on())?.and_then(|replay| {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        what_if::run(&replay.trial(&wanted), threads, &|done| {
            bar.set_position(done);
            on()
        })
    });
    bar.finish_and_clear();
    let Some(report) = report else {
        eprintln!("interrupted: there is no report");
        return Ok(ExitCode::from(interruption::EXIT_STATUS));
    };
    if json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        tell(&report);
    }
    Ok(ExitCode::SUCCESS)
}

fn bar() -> ProgressBar {
    let on_terminal = std::io::stderr().is_terminal();
    let target = if on_terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(Trial::RUNS), target);
    bar.set_style(
        ProgressStyle::with_template("{bar:30} {pos} of {len} runs, {eta} left")
            .expect("a template known at compile time"),
    );
    bar
}

fn tell(report: &Report) {
    println!(
        "{} handoffs on {} days, each lived through {} times",
        report.handoffs, report.days, report.draws
    );
    println!("{:<22} {:>10} {:>10} {:>10}   difference", "", "recorded", "as is", "changed");
    let [recorded, is, changed] = [&report.recorded, &report.as_is, &report.changed];
    let by = &report.difference;
    let share = |name: &str, of: &dyn Fn(&Outcome) -> f64, span: Option<Span>| {
        let span = span.map_or_else(String::new, |by| {
            format!("{:+.1} ({:+.1} to {:+.1})", by.mean * 100.0, by.low * 100.0, by.high * 100.0)
        });
        let [recorded, is, changed] = [recorded, is, changed].map(|outcome| of(outcome) * 100.0);
        println!("{name:<22} {recorded:>9.1}% {is:>9.1}% {changed:>9.1}%   {span}");
    };
    share("in time", &|outcome| outcome.in_time, Some(by.in_time));
    for (at, of) in is.tiers.iter().enumerate().filter(|(_, of)| of.handoffs > 0.0) {
        share(&format!("  {}", of.tier), &|outcome| outcome.tiers[at].in_time, None);
    }
    share("taken by nobody", &|outcome| outcome.abandoned, Some(by.abandoned));
    let seconds = |name: &str, of: &dyn Fn(&Outcome) -> f64, span: Option<Span>| {
        let span = span
            .map_or_else(String::new, |by| format!("{:+.0} ({:+.0} to {:+.0})", by.mean, by.low, by.high));
        let [recorded, is, changed] = [recorded, is, changed].map(of);
        println!("{name:<22} {recorded:>9.0}s {is:>9.0}s {changed:>9.0}s   {span}");
    };
    seconds("mean wait", &|outcome| outcome.mean_wait_s, Some(by.mean_wait_s));
    seconds("95 % wait no longer", &|outcome| outcome.p95_wait_s, None);
    if let (Some(is), Some(changed)) = (is.utilisation, changed.utilisation) {
        println!("{:<22} {:>10} {:>9.1}% {:>9.1}%", "busy", "", is * 100.0, changed * 100.0);
    }
    let mut lines: Vec<_> = report.lines.iter().collect();
    let moved = |line: &segue_simulator::replay::Line| {
        (line.changed.in_time - line.as_is.in_time).abs() * line.handoffs as f64
    };
    lines.sort_by(|a, b| moved(b).total_cmp(&moved(a)));
    for line in lines.iter().take(LINES) {
        let language = line.language.as_deref().unwrap_or("any language");
        println!(
            "  {:>6} {} / {} / {language}: in time {:.1} % to {:.1} %",
            line.handoffs,
            line.squad,
            line.skill,
            line.as_is.in_time * 100.0,
            line.changed.in_time * 100.0,
        );
    }
    report.notes.iter().for_each(|note| println!("{note}"));
}
