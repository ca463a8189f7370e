//! `segue train transfer` and, on labelled conversations, `segue train mood`.

use std::{ops::ControlFlow, path::Path, process::ExitCode, time::Instant};

use anyhow::{Context, Result};
use segue_understanding::{ConversationHead, HeadLabel, HeadSettings, LabelledConversation};
use serde_json::json;

use super::{Rounds, intent::Args, write_model};
use crate::{examples::documents, interruption};

/// Trains and writes the model for `label`; `task` is the name of the subcommand.
pub fn run(args: &Args, label: HeadLabel, task: &str) -> Result<ExitCode> {
    let conversations: Vec<LabelledConversation> = documents(&args.data)?;
    let dev: Option<Vec<LabelledConversation>> = args.dev.as_deref().map(documents).transpose()?;
    let rounds = Rounds::new("training");
    let started = Instant::now();
    let settings = HeadSettings::with_seed(args.seed);
    let head = ConversationHead::train(&conversations, dev.as_deref(), label, &settings, &|progress| {
        if rounds.at(progress.rounds_done, progress.rounds) {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    })
    .with_context(|| source(args, &args.data))?;
    rounds.finish();
    let Some(head) = head else {
        eprintln!("interrupted: no model was written");
        return Ok(ExitCode::from(interruption::EXIT_STATUS));
    };
    let bytes = head.to_bytes();
    write_model(&args.out, &bytes)?;
    let seconds = (started.elapsed().as_secs_f64() * 10.0).round() / 10.0;
    let labelled = |conversation: &LabelledConversation| {
        conversation.turns.iter().filter(|turn| turn.label(label).is_some()).count()
    };
    let items: usize = conversations.iter().map(labelled).sum();
    if args.json {
        println!(
            "{}",
            json!({"task": task, "items": items, "conversations": conversations.len(), "threshold": head.threshold(),
                   "seconds": seconds, "model_bytes": bytes.len()})
        );
    } else {
        println!("{} conversations, {items} turns, {seconds} s, {} bytes", conversations.len(), bytes.len());
    }
    Ok(ExitCode::SUCCESS)
}

/// What an error of the training is about.
fn source(args: &Args, data: &Path) -> String {
    match &args.dev {
        Some(dev) => format!("{} or {}", data.display(), dev.display()),
        None => data.display().to_string(),
    }
}
