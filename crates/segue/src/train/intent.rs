//! `segue train intent`, and what else is learned from single texts.

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use anyhow::Result;
use segue_understanding::{IntentModel, IntentSettings, Reader, SentenceVectors};
use serde_json::json;

use super::{Rounds, write_model};
use crate::{encoding::EncoderOption, examples::Examples, interruption};

/// Threads that encode; training itself uses as many.
const THREADS: usize = 2;

/// Options of every task of `train`.
#[derive(clap::Args)]
pub struct Args {
    /// Labelled texts or conversations, one JSON document per line: `{"text", "intent"}` (null: out of scope), `{"text", "intents"}`, `{"text",
    /// "emotions"}`, or `{"turns": [{"role", "text", "needs_human", "dissatisfied"}]}`. Turns without a label are context.
    #[arg(long)]
    pub data: PathBuf,
    /// Examples of the same form to set probabilities and thresholds on, instead of cross-validation.
    #[arg(long)]
    pub dev: Option<PathBuf>,
    /// Where the model goes.
    #[arg(long)]
    pub out: PathBuf,
    /// The same examples and seed give the same bytes.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Prints one JSON document.
    #[arg(long)]
    pub json: bool,
}

/// Options of the tasks that learn from single texts.
#[derive(clap::Args)]
pub struct TextArgs {
    #[command(flatten)]
    pub rest: Args,
    #[command(flatten)]
    pub encoder: EncoderOption,
}

/// Trains on what `load` reads and writes the model; `task` is the name of the subcommand.
pub fn run(args: &TextArgs, task: &str, load: fn(&Path, &Reader) -> Result<Examples>) -> Result<ExitCode> {
    let TextArgs { rest: args, encoder } = args;
    let reader = Reader::rules_only();
    let mut examples = load(&args.data, &reader)?;
    let mut dev = args.dev.as_deref().map(|path| load(path, &reader)).transpose()?;
    let encoder = encoder.load()?;
    let settings = IntentSettings { seed: args.seed, ..IntentSettings::default() };
    let rounds = Rounds::new("training");
    let started = Instant::now();
    let go_on = |done, all| match rounds.at(done, all) {
        true => ControlFlow::Continue(()),
        false => ControlFlow::Break(()),
    };
    if let Some(encoder) = &encoder {
        rounds.now("encoding");
        for part in std::iter::once(&mut examples).chain(&mut dev) {
            let texts: Vec<&str> = part.texts.iter().map(String::as_str).collect();
            let vectors = SentenceVectors::encode(encoder, &texts, THREADS, &|done| go_on(done, texts.len()));
            let Some(vectors) = vectors else { return Ok(interrupted(&rounds)) };
            part.labelled.set_vectors(vectors)?;
        }
        rounds.now("training");
    }
    let (examples, dev) = (examples.labelled, dev.map(|dev| dev.labelled));
    let model = IntentModel::train(&examples, dev.as_ref(), &settings, &|progress| {
        go_on(progress.rounds_done, progress.rounds)
    })?;
    let Some(model) = model else { return Ok(interrupted(&rounds)) };
    rounds.finish();
    let bytes = model.to_bytes();
    write_model(&args.out, &bytes)?;
    let seconds = (started.elapsed().as_secs_f64() * 10.0).round() / 10.0;
    if args.json {
        let (items, classes) = (examples.len(), model.classes().len());
        println!(
            "{}",
            json!({
                "task": task, "items": items, "classes": classes, "seconds": seconds, "model_bytes": bytes.len(),
                "encoder": model.encoder(),
            })
        );
    } else {
        println!(
            "{} texts, {} labels, {seconds} s, {} bytes",
            examples.len(),
            model.classes().len(),
            bytes.len()
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn interrupted(rounds: &Rounds) -> ExitCode {
    rounds.finish();
    eprintln!("interrupted: no model was written");
    ExitCode::from(interruption::EXIT_STATUS)
}
