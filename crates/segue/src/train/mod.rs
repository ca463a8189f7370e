//! `segue train`: models from an organisation's own examples.

mod facts;
mod intent;
mod shipped;
mod transfer;

use std::{
    fs,
    path::Path,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anyhow::{Context, Result};
use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};
use segue_understanding::HeadLabel;

use crate::{
    examples::{has_conversations, intent_examples, mood_examples},
    interruption,
};

/// How long a round of training may take to notice Ctrl-C.
const INTERRUPTED_WITHIN: Duration = Duration::from_secs(5);

/// Options of `train`.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// What customers want, in your own labels.
    Intent(intent::TextArgs),
    /// What a turn does, in your own labels: any number of `intents` per text.
    Act(intent::TextArgs),
    /// How customers feel: frustration from texts with `emotions`, dissatisfaction from conversations.
    Mood(intent::TextArgs),
    /// What customers state: spans with their kinds.
    Facts(facts::Args),
    /// Whether a human should take over at a turn.
    Transfer(intent::Args),
    /// The models that ship with Segue, from public data and Segue's own examples (`cargo xtask models`).
    #[command(hide = true)]
    Shipped(shipped::Args),
}

/// Trains and writes the model. A model that was there before is replaced only by a whole one.
pub fn run(args: &Args) -> Result<ExitCode> {
    match &args.task {
        Task::Intent(args) => intent::run(args, "intent", intent_examples),
        Task::Act(args) => intent::run(args, "act", intent_examples),
        Task::Mood(args) if has_conversations(&args.rest.data)? => {
            args.encoder.none_for("dissatisfaction in conversations is learned with")?;
            transfer::run(&args.rest, HeadLabel::Dissatisfied, "mood")
        }
        Task::Mood(args) => intent::run(args, "mood", mood_examples),
        Task::Facts(args) => facts::run(args),
        Task::Transfer(args) => transfer::run(args, HeadLabel::NeedsHuman, "transfer"),
        Task::Shipped(args) => shipped::run(args),
    }
}

/// Progress on the terminal, and whether to go on.
pub(crate) struct Rounds {
    bar: ProgressBar,
    interrupted: Arc<AtomicBool>,
}

impl Rounds {
    pub fn new(what: &'static str) -> Self {
        let style = ProgressStyle::with_template("{msg} [{bar:30}] {pos}/{len} {elapsed}");
        let bar = ProgressBar::new(1).with_message(what);
        bar.set_style(style.expect("the template is valid"));
        Self { bar, interrupted: interruption::flag(INTERRUPTED_WITHIN) }
    }

    /// Shows how far it is; true to go on.
    pub fn at(&self, done: usize, all: usize) -> bool {
        self.bar.set_length(all as u64);
        self.bar.set_position(done as u64);
        !self.interrupted.load(Ordering::Relaxed)
    }

    /// Goes on with something else.
    pub fn now(&self, what: &'static str) {
        self.bar.set_message(what);
    }

    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// Writes a model whole or not at all.
pub(crate) fn write_model(path: &Path, bytes: &[u8]) -> Result<()> {
    let draft = path.with_extension("part");
    fs::write(&draft, bytes)
        .and_then(|()| fs::rename(&draft, path))
        .with_context(|| format!("{} cannot be written", path.display()))
}
