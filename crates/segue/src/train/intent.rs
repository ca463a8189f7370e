//! `segue train intent`.

use std::{ops::ControlFlow, path::PathBuf, process::ExitCode, time::Instant};

use anyhow::Result;
use segue_understanding::{IntentModel, IntentSettings, Reader};
use serde_json::json;

use super::{Rounds, write_model};
use crate::{examples::intent_examples, interruption};

/// Options of `train intent`.
#[derive(clap::Args)]
pub struct Args {
    /// Labelled texts, one JSON document per line: `{"text", "intent"}` (null: out of scope) or `{"text", "intents"}`.
    #[arg(long)]
    data: PathBuf,
    /// Texts of the same form to set probabilities and thresholds on, instead of cross-validation.
    #[arg(long)]
    dev: Option<PathBuf>,
    /// Where the model goes.
    #[arg(long)]
    out: PathBuf,
    /// The same examples and seed give the same bytes.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Prints one JSON document.
    #[arg(long)]
    json: bool,
}

/// Trains and writes the model.
pub fn run(args: &Args) -> Result<ExitCode> {
    let reader = Reader::rules_only();
    let examples = intent_examples(&args.data, &reader)?;
    let dev = args.dev.as_deref().map(|path| intent_examples(path, &reader)).transpose()?;
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
            json!({"task": "intent", "items": items, "classes": classes, "seconds": seconds, "model_bytes": bytes.len()})
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
