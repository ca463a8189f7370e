//! `segue train facts`.

use std::{ops::ControlFlow, path::PathBuf, process::ExitCode, time::Instant};

use anyhow::{Context, Result};
use segue_understanding::facts::{FactSettings, FactTagger, LabelledConversation};
use serde_json::json;

use super::{Rounds, write_model};
use crate::{
    interruption,
    marked::{KindMap, labelled_conversations},
};

/// Options of `train facts`.
#[derive(clap::Args)]
pub struct Args {
    /// Conversations, one JSON document per line: `{"turns": [{"role", "text", "slots": [{"kind", "start", "end"}]}]}`,
    /// offsets in characters, end exclusive. Several files are read one after another.
    #[arg(long, required = true, num_args = 1..)]
    data: Vec<PathBuf>,
    /// Which of their kinds are facts, and of which kind: a TOML file of lines such as `zipcode = "postal_code"`.
    #[arg(long)]
    map: PathBuf,
    /// Conversations of the same form to set probabilities on, instead of a sixth of the data.
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
    let map = KindMap::read(&args.map)?;
    let conversations = labelled_conversations(&args.data, &map)?;
    let dev = args.dev.as_deref().map(|path| labelled_conversations(&[path], &map)).transpose()?;
    let started = Instant::now();
    let settings = FactSettings { seed: args.seed, ..FactSettings::default() };
    let Some(tagger) = tagger(&conversations, dev.as_deref(), &settings)? else {
        eprintln!("interrupted: no model was written");
        return Ok(ExitCode::from(interruption::EXIT_STATUS));
    };
    let bytes = tagger.to_bytes();
    write_model(&args.out, &bytes)?;
    let seconds = (started.elapsed().as_secs_f64() * 10.0).round() / 10.0;
    let items: usize = conversations.iter().flat_map(|conversation| &conversation.turns).map(facts).sum();
    if args.json {
        println!(
            "{}",
            json!({"task": "facts", "items": items, "conversations": conversations.len(), "kinds": tagger.kinds().count(),
                   "seconds": seconds, "model_bytes": bytes.len()})
        );
    } else {
        println!("{} conversations, {items} facts, {seconds} s, {} bytes", conversations.len(), bytes.len());
    }
    Ok(ExitCode::SUCCESS)
}

/// Trains with its progress shown; `None` where it was interrupted.
///
/// # Errors
/// Why the conversations cannot be used.
pub(super) fn tagger(
    conversations: &[LabelledConversation],
    dev: Option<&[LabelledConversation]>,
    settings: &FactSettings,
) -> Result<Option<FactTagger>> {
    let rounds = Rounds::new("facts");
    let tagger = FactTagger::train(conversations, dev, settings, &|progress| {
        if rounds.at(progress.rounds_done, progress.rounds) {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    });
    rounds.finish();
    tagger.context("the conversations cannot be learned from")
}

fn facts(turn: &segue_understanding::facts::LabelledTurn) -> usize {
    turn.spans.iter().filter(|span| span.label.fact().is_some()).count()
}
