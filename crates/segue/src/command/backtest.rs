//! `segue backtest`: history decided anew by two policies, and what would change.

use std::{
    fs::File,
    io::{BufReader, IsTerminal},
    ops::ControlFlow,
    path::PathBuf,
    process::ExitCode,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use segue_core::{
    backtest::{
        Report,
        report::ReportSide,
        stats::{Interval, Rate},
    },
    ids::OrganisationId,
    organisation::Organisation,
    policy::Policy,
};
use segue_server::{App, Config, backtest::Plan, rehearsal::Rehearser};
use segue_understanding::Reader;

use super::policy;
use crate::{interruption, own_models, replay::Lines};

/// How long the conversations under way may take to end after Ctrl-C.
const INTERRUPTED_WITHIN: Duration = Duration::from_secs(2);
const MS_PER_DAY: i64 = 86_400_000;

/// Options of `backtest`.
#[derive(clap::Args)]
pub struct Args {
    /// The folder of a server's data: its own log is the history.
    #[arg(long, conflicts_with = "history", required_unless_present = "history")]
    data: Option<PathBuf>,
    /// Recorded conversations, one JSON document per line; turns may carry `needs_human` and `reading`.
    #[arg(long)]
    history: Option<PathBuf>,
    /// The policy that decides today, in TOML; `default` is the one that ships with Segue, `live` that of the data.
    #[arg(long, value_name = "A")]
    policy: String,
    /// The draft, in TOML, or `default` or `live`.
    #[arg(long, value_name = "B")]
    against: String,
    /// The organisation in the data, where there are several; with `--history`, a TOML file.
    #[arg(long)]
    organisation: Option<String>,
    /// Only the last so many days of the data.
    #[arg(long, requires = "data")]
    days: Option<u32>,
    /// A model of when a human is needed, made by `segue train transfer`; for turns that carry no reading.
    #[arg(long, value_name = "MODEL", requires = "history")]
    transfer: Option<PathBuf>,
    /// Prints one JSON document.
    #[arg(long)]
    json: bool,
}

/// Runs the backtest and prints its report.
pub fn run(args: &Args) -> Result<ExitCode> {
    let interrupted = interruption::flag(INTERRUPTED_WITHIN);
    let shown = Shown::new();
    let progress = |done: u64| {
        shown.at(done);
        if interrupted.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let report = match (&args.data, &args.history) {
        (Some(data), _) => over_data(args, data.clone(), &progress)?,
        (None, Some(file)) => over_history(args, file, &progress)?,
        (None, None) => bail!("give --data or --history"),
    };
    shown.finish();
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

fn over_history(
    args: &Args,
    file: &PathBuf,
    progress: &(dyn Fn(u64) -> ControlFlow<()> + Sync),
) -> Result<Option<Report>> {
    let path = args.organisation.as_ref().map(PathBuf::from);
    let organisation = policy::organisation(path.as_deref(), "backtest")?;
    let plan = plan(args, &organisation, path.is_some())?;
    let reader = Reader::new();
    let models = own_models::read(None, args.transfer.as_deref())?;
    let rehearser = Rehearser::new(&reader, organisation)?.with_models(models);
    let opened =
        File::open(file).with_context(|| format!("{} cannot be opened; check the path", file.display()))?;
    let lines = Lines::new(BufReader::with_capacity(1 << 18, opened));
    let lines = lines.map(|line| line.map(|line| (line.number, line.text)));
    plan.over_recordings(lines, &rehearser, progress).with_context(|| file.display().to_string())
}

fn over_data(
    args: &Args,
    data: PathBuf,
    progress: &(dyn Fn(u64) -> ControlFlow<()> + Sync),
) -> Result<Option<Report>> {
    ensure!(data.is_dir(), "{} is no folder; give the one that `segue serve --data` uses", data.display());
    let runtime = tokio::runtime::Runtime::new()?;
    let app = runtime.block_on(App::open(Config { data, ..Config::default() }))?;
    let tenants = app.tenants();
    let tenant = match (&args.organisation, tenants.as_slice()) {
        (Some(id), _) => {
            let id = OrganisationId::parse(id)?;
            let found = tenants.iter().find(|tenant| tenant.id == id);
            found.with_context(|| format!("the data has no organisation `{id}`"))?
        }
        (None, [tenant]) => tenant,
        (None, []) => bail!("the data has no organisation yet"),
        (None, _) => bail!("the data has several organisations; name one with --organisation"),
    };
    let settings = tenant.settings();
    let plan = plan(args, &settings, true)?;
    let since_ms = args.days.map_or(i64::MIN, |days| app.now_ms() - i64::from(days) * MS_PER_DAY);
    Ok(plan.over_log(app.store(), since_ms, runtime.handle(), progress)?)
}

fn plan(args: &Args, organisation: &Organisation, is_known: bool) -> Result<Plan> {
    let read = |name: &str| -> Result<Policy> {
        match name {
            "default" => Ok(Policy::default()),
            "live" => Ok(organisation.policy.clone()),
            path => policy::read(path.as_ref(), is_known.then_some(organisation)),
        }
    };
    Ok(Plan::new(organisation, read(&args.policy)?, read(&args.against)?))
}

/// The count on a terminal, a few times a second.
struct Shown {
    bar: ProgressBar,
    started: Instant,
    last_ms: AtomicU64,
}

const EVERY_MS: u64 = 200;

impl Shown {
    fn new() -> Self {
        let target = if std::io::stderr().is_terminal() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        bar.set_style(
            ProgressStyle::with_template("{human_pos} conversations, {per_sec}")
                .expect("a template known at compile time"),
        );
        Self { bar, started: Instant::now(), last_ms: AtomicU64::new(0) }
    }

    fn at(&self, done: u64) {
        let now_ms = self.started.elapsed().as_millis() as u64;
        let last_ms = self.last_ms.load(Ordering::Relaxed);
        if now_ms >= last_ms + EVERY_MS {
            self.last_ms.store(now_ms, Ordering::Relaxed);
            self.bar.set_position(done);
        }
    }

    fn finish(&self) {
        self.bar.finish_and_clear();
    }
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
