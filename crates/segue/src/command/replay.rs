//! `segue replay`: recorded conversations through the whole pipeline.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, ErrorKind, IsTerminal, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::atomic::Ordering,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use segue_core::organisation::Organisation;
use segue_server::rehearsal::{Recorded, Rehearser, Replayed};
use segue_understanding::Reader;

use super::policy;
use crate::interruption;
use crate::{
    own_models,
    replay::{Line, Lines, in_order, summary},
};

/// More threads than this only wait for the output.
const THREADS_MAX: usize = 16;
/// How often progress is shown.
const PROGRESS_EVERY: Duration = Duration::from_millis(200);
/// How long the conversation under way may take to end after Ctrl-C.
const INTERRUPTED_WITHIN: Duration = Duration::from_secs(2);

/// Options of `replay`.
#[derive(clap::Args)]
pub struct Args {
    /// Conversations, one JSON document per line; `-` reads standard input.
    file: PathBuf,
    /// A policy in TOML instead of the organisation's own.
    #[arg(long)]
    policy: Option<PathBuf>,
    /// An organisation in TOML instead of one squad with the defaults.
    #[arg(long)]
    organisation: Option<PathBuf>,
    /// A model of the organisation's own intents, made by `segue train intent`.
    #[arg(long, value_name = "MODEL")]
    intents: Option<PathBuf>,
    /// A model of when a human is needed, made by `segue train transfer`.
    #[arg(long, value_name = "MODEL")]
    transfer: Option<PathBuf>,
    /// Prints one JSON document per conversation, one per line.
    #[arg(long)]
    json: bool,
}

/// Replays the file and prints one result per conversation, in order.
pub fn run(args: &Args) -> Result<ExitCode> {
    let reader = Reader::new();
    let models = own_models::read(args.intents.as_deref(), args.transfer.as_deref())?;
    let rehearser = Rehearser::new(&reader, organisation(args)?)?.with_models(models);
    let lines = Lines::new(open(&args.file)?);
    let lanes = thread::available_parallelism().map_or(1, usize::from).min(THREADS_MAX);
    let interrupted = interruption::flag(INTERRUPTED_WITHIN);
    let mut printer = Printer::new(args.json);
    let mut problem = None;
    in_order(
        lines,
        lanes,
        |line| line.and_then(|line| replay(&rehearser, &line)),
        |result| {
            problem = result.and_then(|replayed| printer.print(&replayed)).err();
            problem.is_none() && !interrupted.load(Ordering::Relaxed)
        },
    );
    printer.finish()?;
    match problem {
        // Whoever read the output has seen enough: `segue replay ... | head`.
        Some(problem) if is_broken_pipe(&problem) => Ok(ExitCode::SUCCESS),
        Some(problem) => Err(problem.context(format!("{} was not replayed to its end", name(&args.file)))),
        None if interrupted.load(Ordering::Relaxed) => Ok(ExitCode::from(interruption::EXIT_STATUS)),
        None => Ok(ExitCode::SUCCESS),
    }
}

fn replay(rehearser: &Rehearser<'_>, line: &Line) -> Result<Replayed> {
    let recorded = Recorded::parse(&line.text, line.number)?;
    rehearser.replay(&recorded).with_context(|| format!("line {} cannot be replayed", line.number))
}

fn organisation(args: &Args) -> Result<Organisation> {
    let mut organisation = policy::organisation(args.organisation.as_deref(), "replay")?;
    if let Some(path) = &args.policy {
        let known = args.organisation.as_ref().map(|_| &organisation);
        organisation.policy = policy::read(path, known)?;
    }
    Ok(organisation)
}

fn name(path: &Path) -> String {
    if is_stdin(path) { "standard input".into() } else { path.display().to_string() }
}

fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

fn open(path: &Path) -> Result<Box<dyn BufRead + Send>> {
    if is_stdin(path) {
        return Ok(Box::new(BufReader::new(io::stdin())));
    }
    let file = File::open(path).with_context(|| {
        format!("{} cannot be opened; check the path, or use - for stdin", path.display())
    })?;
    Ok(Box::new(BufReader::with_capacity(1 << 18, file)))
}

fn is_broken_pipe(problem: &anyhow::Error) -> bool {
    problem.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}

struct Printer {
    out: BufWriter<io::Stdout>,
    json: bool,
    progress: bool,
    shown_at: Instant,
    count: u64,
    handed_off: u64,
}

impl Printer {
    fn new(json: bool) -> Self {
        // Where both go to one terminal, the results are the progress.
        let progress = io::stderr().is_terminal() && !io::stdout().is_terminal();
        let out = BufWriter::with_capacity(1 << 16, io::stdout());
        Self { out, json, progress, shown_at: Instant::now(), count: 0, handed_off: 0 }
    }

    fn print(&mut self, replayed: &Replayed) -> Result<()> {
        if self.json {
            serde_json::to_writer(&mut self.out, replayed).map_err(io::Error::from)?;
            self.out.write_all(b"\n")?;
        } else {
            writeln!(self.out, "{}", summary(replayed))?;
        }
        self.count += 1;
        self.handed_off += u64::from(replayed.handoff.is_some());
        if self.shown_at.elapsed() >= PROGRESS_EVERY {
            self.shown_at = Instant::now();
            // Readers at the other end of a pipe see results as they come.
            self.out.flush()?;
            self.show_progress("\r");
        }
        Ok(())
    }

    fn show_progress(&self, start: &str) {
        if self.progress {
            eprint!("{start}{} conversations, {} handed off", self.count, self.handed_off);
        }
    }

    fn finish(&mut self) -> Result<()> {
        if !self.json && self.count > 0 {
            let ended = writeln!(self.out, "{} conversations, {} handed off", self.count, self.handed_off);
            ended.or_else(ignore_broken_pipe)?;
        }
        self.show_progress("\r");
        if self.progress {
            eprintln!();
        }
        self.out.flush().or_else(ignore_broken_pipe)?;
        Ok(())
    }
}

fn ignore_broken_pipe(error: io::Error) -> io::Result<()> {
    if error.kind() == ErrorKind::BrokenPipe { Ok(()) } else { Err(error) }
}
