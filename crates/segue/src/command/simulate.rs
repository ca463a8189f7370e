//! `segue simulate`: a virtual desk, run by the product's router and by what others do, on the same days.

mod what_if;

use std::{
    collections::BTreeMap,
    fs,
    io::{BufWriter, IsTerminal, Write},
    ops::{ControlFlow, RangeInclusive},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use segue_simulator::{
    log, report,
    run::{How, Plan, SeedRun, policies},
    scenario::{Scenario, ScenarioError, trace::Trace},
    summary::Summary,
};
use tempfile::NamedTempFile;

use crate::interruption;

/// How long the policies under way may take to end after Ctrl-C.
const INTERRUPTED_WITHIN: Duration = Duration::from_secs(30);
/// The most seeds of one call.
const SEEDS_MAX: u64 = 10_000;

/// Options of `simulate`.
#[derive(clap::Args)]
pub struct Args {
    /// The desk, in TOML; the folder `scenarios` has some.
    #[arg(long, value_name = "FILE.toml", required_unless_present = "data")]
    scenario: Option<PathBuf>,
    #[command(flatten)]
    what_if: what_if::WhatIfArgs,
    /// One policy, or `all`: ours and what others do, on the same days.
    #[arg(long, default_value = "all")]
    policy: String,
    /// From which seed to which; each draws a day of its own.
    #[arg(long, default_value = "1-30", value_parser = seeds)]
    seeds: RangeInclusive<u64>,
    /// Prints one JSON document.
    #[arg(long)]
    json: bool,
    /// Writes one line of JSON for each conversation.
    #[arg(long, value_name = "FILE.jsonl")]
    log: Option<PathBuf>,
    /// Writes one row for each seed and policy.
    #[arg(long, value_name = "FILE.csv")]
    csv: Option<PathBuf>,
    /// Writes a page with charts.
    #[arg(long, value_name = "FILE.html")]
    report: Option<PathBuf>,
    /// Replays what once arrived: `arrival_s,skill,language,tier,work_s,patience_s`.
    #[arg(long, value_name = "FILE.csv")]
    trace: Option<PathBuf>,
    /// Seeds at the same time; by default as many as there are processors. Decisions are timed best with 1.
    #[arg(long)]
    threads: Option<usize>,
}

fn seeds(text: &str) -> Result<RangeInclusive<u64>, String> {
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    let number =
        |text: &str| text.trim().parse::<u64>().map_err(|_| "write one seed, or from-to, as in 1-30");
    let (from, to) = (number(from)?, number(to)?);
    if from > to || to - from >= SEEDS_MAX {
        return Err(format!("write from-to, where to is not below from, at most {SEEDS_MAX} seeds"));
    }
    Ok(from..=to)
}

/// Runs the simulation and writes what was asked for; where it is interrupted, nothing.
pub fn run(args: &Args) -> Result<ExitCode> {
    if let Some(wanted) = args.what_if.wanted() {
        return what_if::run(&args.what_if, wanted, args.json);
    }
    let plan = plan(args)?;
    let mut files = Files::open(args)?;
    let Some(runs) = run_all(&plan, args, &mut files)? else {
        eprintln!("interrupted: nothing is written");
        return Ok(ExitCode::from(interruption::EXIT_STATUS));
    };
    let summary = Summary::of(&plan, &runs);
    if let Some(csv) = &mut files.csv {
        csv.write(&log::csv(&plan, &runs))?;
    }
    if let Some(page) = &mut files.report {
        page.write(&report::page(&plan, &runs, &summary))?;
    }
    files.keep()?;
    if args.json {
        println!("{}", serde_json::to_string(&summary)?);
    } else {
        tell(&summary);
    }
    let breach = runs.iter().flat_map(|run| &run.policies).find_map(|of| of.breaches.first());
    ensure!(breach.is_none(), "the router broke a rule: {}", breach.map_or("", String::as_str));
    Ok(ExitCode::SUCCESS)
}

fn plan(args: &Args) -> Result<Plan> {
    let named = |path: &Path| path.display().to_string();
    let read = |path: &Path| {
        fs::read_to_string(path).with_context(|| format!("{} cannot be read; check the path", path.display()))
    };
    let file = args.scenario.as_deref().context("give --scenario, or --data with --change")?;
    let scenario = Scenario::parse(&read(file)?).with_context(|| named(file))?;
    let trace = args
        .trace
        .as_deref()
        .map(|path| -> Result<Trace> { Trace::parse(&read(path)?).with_context(|| named(path)) });
    let policies = policies(&args.policy).map_err(anyhow::Error::msg)?;
    Ok(Plan { scenario, trace: trace.transpose()?, policies })
}

/// Runs every seed; absent where it was interrupted.
fn run_all(plan: &Plan, args: &Args, files: &mut Files) -> Result<Option<Vec<SeedRun>>> {
    let interrupted = interruption::flag(INTERRUPTED_WITHIN);
    let (next, stop) = (AtomicU64::new(*args.seeds.start()), AtomicBool::new(false));
    let on = || {
        let broken_off = interrupted.load(Ordering::Relaxed) || stop.load(Ordering::Relaxed);
        if broken_off { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let with_log = files.log.is_some();
    let count = args.seeds.end() - args.seeds.start() + 1;
    let threads = args.threads.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from));
    let bar = bar(count);
    let (sender, receiver) = mpsc::sync_channel::<Result<Option<SeedRun>, ScenarioError>>(1);
    let runs = thread::scope(|scope| {
        for _ in 0..threads.clamp(1, count as usize) {
            let (sender, next, on) = (sender.clone(), &next, &on);
            scope.spawn(move || {
                let began = Instant::now();
                let clock_ns = || began.elapsed().as_nanos() as u64;
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if !args.seeds.contains(&seed) {
                        return;
                    }
                    let run = plan.run(seed, How { clock_ns: &clock_ns, log: with_log, on });
                    let last = !matches!(run, Ok(Some(_)));
                    if sender.send(run).is_err() || last {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let runs = collect(&receiver, *args.seeds.start(), files, &bar);
        // Whoever still runs has nobody to tell.
        stop.store(true, Ordering::Relaxed);
        drop(receiver);
        runs
    });
    bar.finish_and_clear();
    runs
}

/// Takes the runs as they come, and writes their log in the order of the seeds.
fn collect(
    receiver: &mpsc::Receiver<Result<Option<SeedRun>, ScenarioError>>,
    first: u64,
    files: &mut Files,
    bar: &ProgressBar,
) -> Result<Option<Vec<SeedRun>>> {
    let (mut early, mut runs) = (BTreeMap::new(), vec![]);
    for run in receiver {
        let Some(run) = run? else { return Ok(None) };
        bar.inc(1);
        early.insert(run.seed, run);
        while let Some(mut run) = early.remove(&(first + runs.len() as u64)) {
            if let Some(log) = &mut files.log {
                log.write(&std::mem::take(&mut run.log))?;
            }
            runs.push(run);
        }
    }
    Ok(Some(runs))
}

fn bar(seeds: u64) -> ProgressBar {
    let on_terminal = std::io::stderr().is_terminal();
    let target = if on_terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(seeds), target);
    bar.set_style(
        ProgressStyle::with_template("{bar:30} {pos} of {len} seeds, {eta} left")
            .expect("a template known at compile time"),
    );
    bar
}

/// What is written appears under its name only when it is whole.
#[derive(Default)]
struct Files {
    log: Option<Draft>,
    csv: Option<Draft>,
    report: Option<Draft>,
}

struct Draft {
    file: BufWriter<NamedTempFile>,
    name: PathBuf,
}

impl Files {
    fn open(args: &Args) -> Result<Self> {
        let draft = |name: &Option<PathBuf>| name.as_deref().map(Draft::open).transpose();
        Ok(Self { log: draft(&args.log)?, csv: draft(&args.csv)?, report: draft(&args.report)? })
    }

    fn keep(self) -> Result<()> {
        [self.log, self.csv, self.report].into_iter().flatten().try_for_each(Draft::keep)
    }
}

impl Draft {
    fn open(name: &Path) -> Result<Self> {
        let folder = name.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file = NamedTempFile::new_in(folder)
            .with_context(|| format!("{} cannot be written; check the folder", name.display()))?;
        Ok(Self { file: BufWriter::new(file), name: name.to_owned() })
    }

    fn write(&mut self, text: &str) -> Result<()> {
        self.file.write_all(text.as_bytes()).with_context(|| self.name.display().to_string())
    }

    fn keep(self) -> Result<()> {
        let file = self.file.into_inner().map_err(|error| error.into_error())?;
        file.persist(&self.name).with_context(|| self.name.display().to_string())?;
        Ok(())
    }
}

fn tell(summary: &Summary) {
    println!("{}: {} seeds, state {}", summary.scenario, summary.seeds.len(), summary.state_hash);
    let tiers = summary.policies.0.first().map(|(_, of)| of.sla.0.iter().map(|(name, _)| name.as_str()));
    let tiers: Vec<&str> = tiers.into_iter().flatten().collect();
    println!(
        "{:<16} {:>8} {:>16}  {}  abandon  mean s  p95 s  skill   gini  misuse  us p50/p99",
        "policy",
        "J/100",
        "95 %",
        tiers.iter().map(|tier| format!("{tier:>10}")).collect::<String>()
    );
    for (name, of) in &summary.policies.0 {
        let sla: String = of.sla.0.iter().map(|(_, share)| format!("{:>9.1}%", share * 100.0)).collect();
        println!(
            "{name:<16} {:>8.1} {:>16}  {sla} {:>7.1}% {:>7.1} {:>6.0} {:>6.2} {:>6.3} {:>6.1}%  {:.1}/{:.1}",
            of.j_per_100,
            format!("{:.1} to {:.1}", of.j_ci95[0], of.j_ci95[1]),
            of.abandon * 100.0,
            of.mean_wait_s,
            of.p95_wait_s,
            of.proficiency,
            of.gini,
            of.misuse * 100.0,
            of.decision_us_p50,
            of.decision_us_p99,
        );
    }
    println!("strict floor {:.1}, pooled reference {:.1}", summary.floor, summary.pooled);
    if let (Some(peer), Some(ratio), Some([low, high])) =
        (&summary.best_peer, summary.ratio_to_best_peer, summary.ratio_ci95)
    {
        println!("index costs {ratio:.3} ({low:.3} to {high:.3}) of {peer}, the best peer");
    }
    if let Some(waits) = &summary.waits {
        println!(
            "waits foretold: off by {:.0} s on average (last wait {:.0}, head {:.0}); {:.1} % within the high end, of {}",
            waits.mae_s,
            waits.mae_les_s,
            waits.mae_hol_s,
            waits.p90_coverage * 100.0,
            waits.n
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_one_or_a_range() {
        assert_eq!(seeds("7"), Ok(7..=7));
        assert_eq!(seeds("3-9"), Ok(3..=9));
        assert!(
            seeds("9-3").is_err() && seeds("").is_err() && seeds("1-x").is_err() && seeds("1-99999").is_err()
        );
    }
}
