//! `segue train intent`, and what else is learned from single texts.

use std::{
    ops::ControlFlow,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use anyhow::Result;
use segue_understanding::{IntentExamples, IntentModel, IntentSettings, Reader};
use serde_json::json;

use super::{Rounds, write_model};
use crate::interruption;

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

/// Trains on what `load` reads and writes the model; `task` is the name of the subcommand.
pub fn run(args: &Args, task: &str, load: fn(&Path, &Reader) -> Result<IntentExamples>) -> Result<ExitCode> {
    let reader = Reader::rules_only();
    let examples = load(&args.data, &reader)?;
    let dev = args.dev.as_deref().map(|path| load(path, &reader)).transpose()?;
    let settings = IntentSettings { seed: args.seed, ..IntentSettings::default() };
    let rounds = Rounds::new("training");
    let started = Instant::now();
    let model = IntentModel::train(&examples, dev.as_ref(), &settings, &|progress| {
        if rounds.at(progress.rounds_done, progress.rounds) {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    })?;
    rounds.finish();
    let Some(model) = model else {
        eprintln!("interrupted: no model was written");
        return Ok(ExitCode::from(interruption::EXIT_STATUS));
    };
    let bytes = model.to_bytes();
    write_model(&args.out, &bytes)?;
    let seconds = (started.elapsed().as_secs_f64() * 10.0).round() / 10.0;
    if args.json {
        let (items, classes) = (examples.len(), model.classes().len());
        println!(
            "{}",
            json!({"task": task, "items": items, "classes": classes, "seconds": seconds, "model_bytes": bytes.len()})
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
