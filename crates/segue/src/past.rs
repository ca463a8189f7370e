//! History from the command line: recorded conversations, or the log of a server's data.

use std::{
    fs::File,
    io::{BufReader, IsTerminal},
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use segue_core::{
    ids::OrganisationId,
    organisation::{AgentProfile, Organisation},
    policy::Policy,
};
use segue_server::{
    App, Config, Tenant,
    backtest::{Log, Progress, Recordings},
    rehearsal::Rehearser,
    what_if,
};
use segue_simulator::replay::Replay;
use segue_understanding::Reader;
use tokio::runtime::Runtime;

use crate::{command::policy, interruption, own_models, replay::Lines};

/// How long the conversations under way may take to end after Ctrl-C.
const INTERRUPTED_WITHIN: Duration = Duration::from_secs(2);
const MS_PER_DAY: i64 = 86_400_000;

/// Where the history is.
#[derive(clap::Args)]
pub struct PastArgs {
    /// The folder of a server's data: its own log is the history.
    #[arg(long, conflicts_with = "history", required_unless_present = "history")]
    data: Option<PathBuf>,
    /// Recorded conversations, one JSON document per line; turns may carry `needs_human` and `reading`.
    #[arg(long)]
    history: Option<PathBuf>,
    /// The organisation in the data, where there are several; with `--history`, a TOML file.
    #[arg(long)]
    organisation: Option<String>,
    /// Only the last so many days of the data.
    #[arg(long, requires = "data")]
    days: Option<u32>,
    /// A model of when a human is needed, made by `segue train transfer`; for turns that carry no reading.
    #[arg(long, value_name = "MODEL", requires = "history")]
    transfer: Option<PathBuf>,
}

impl PastArgs {
    /// The log of a server's data.
    pub fn log(data: &Path, organisation: Option<&str>) -> Self {
        Self {
            data: Some(data.to_owned()),
            history: None,
            organisation: organisation.map(str::to_owned),
            days: None,
            transfer: None,
        }
    }
}

/// History that is open to be read once.
pub struct Past {
    organisation: Organisation,
    /// Whether the organisation's squads are its own.
    is_known: bool,
    kept: Kept,
}

enum Kept {
    File { path: PathBuf, reader: Box<Reader>, transfer: Option<PathBuf> },
    Data { runtime: Runtime, app: App, tenant: Arc<Tenant>, since_ms: i64 },
}

type NumberedLines = Box<dyn Iterator<Item = Result<(u64, String)>> + Send>;

/// What is read.
pub enum Source<'a> {
    /// A file.
    Recordings(Recordings<'a, NumberedLines>),
    /// A log.
    Log(Log<'a>),
}

impl Past {
    /// Opens it.
    pub fn open(args: &PastArgs) -> Result<Self> {
        match (&args.data, &args.history) {
            (Some(data), _) => Self::open_data(args, data),
            (None, Some(file)) => {
                let path = args.organisation.as_ref().map(PathBuf::from);
                let organisation = policy::organisation(path.as_deref(), "history")?;
                let transfer = args.transfer.clone();
                let kept = Kept::File { path: file.clone(), reader: Box::new(Reader::new()), transfer };
                Ok(Self { organisation, is_known: path.is_some(), kept })
            }
            (None, None) => bail!("give --data or --history"),
        }
    }

    fn open_data(args: &PastArgs, data: &Path) -> Result<Self> {
        ensure!(
            data.is_dir(),
            "{} is no folder; give the one that `segue serve --data` uses",
            data.display()
        );
        let runtime = Runtime::new()?;
        let app = runtime.block_on(App::open(Config { data: data.to_owned(), ..Config::default() }))?;
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
        let (tenant, organisation) = (tenant.clone(), Organisation::clone(&tenant.settings()));
        let since_ms = args.days.map_or(i64::MIN, |days| app.now_ms() - i64::from(days) * MS_PER_DAY);
        Ok(Self { organisation, is_known: true, kept: Kept::Data { runtime, app, tenant, since_ms } })
    }

    /// The organisation that decides.
    pub fn organisation(&self) -> &Organisation {
        &self.organisation
    }

    /// The organisation's people; nobody where it is no log.
    pub fn staff(&self) -> Vec<AgentProfile> {
        match &self.kept {
            Kept::Data { tenant, .. } => {
                tenant.agents().values().map(|agent| agent.as_ref().clone()).collect()
            }
            Kept::File { .. } => vec![],
        }
    }

    /// The handoffs of the last days, to be replayed; absent where Ctrl-C broke off. Only of a log.
    pub fn replay(&self, days: u32, progress: Progress<'_>) -> Result<Option<Replay>> {
        let Kept::Data { runtime, app, tenant, .. } = &self.kept else {
            bail!("recorded conversations do not tell who waited for whom; give --data");
        };
        Ok(what_if::replay(app, tenant, days, runtime.handle(), progress)?)
    }

    /// A policy by its file, or `default`, or `live`.
    pub fn policy(&self, name: &str) -> Result<Policy> {
        match name {
            "default" => Ok(Policy::default()),
            "live" => Ok(self.organisation.policy.clone()),
            path => policy::read(path.as_ref(), self.is_known.then_some(&self.organisation)),
        }
    }

    /// Reads it once, with progress on a terminal; Ctrl-C breaks off.
    pub fn counted<T>(&self, count: impl FnOnce(Source<'_>, Progress<'_>) -> Result<T>) -> Result<T> {
        let interrupted = interruption::flag(INTERRUPTED_WITHIN);
        let shown = Shown::new();
        let progress = |done: u64| {
            shown.at(done);
            if interrupted.load(Ordering::Relaxed) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        };
        let counted = match &self.kept {
            Kept::File { path, reader, transfer } => {
                let models = own_models::read(None, transfer.as_deref())?;
                let rehearser = Rehearser::new(reader, self.organisation.clone())?.with_models(models);
                let file = File::open(path)
                    .with_context(|| format!("{} cannot be opened; check the path", path.display()))?;
                let lines = Lines::new(BufReader::with_capacity(1 << 18, file));
                let lines = Box::new(lines.map(|line| line.map(|line| (line.number, line.text))));
                let recordings = Recordings { lines: lines as Box<_>, rehearser: &rehearser };
                count(Source::Recordings(recordings), &progress).with_context(|| path.display().to_string())
            }
            Kept::Data { runtime, app, tenant, since_ms } => {
                let log = Log {
                    store: app.store(),
                    organisation: &tenant.id,
                    since_ms: *since_ms,
                    runtime: runtime.handle(),
                };
                count(Source::Log(log), &progress)
            }
        };
        shown.finish();
        counted
    }
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
