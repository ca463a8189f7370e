//! `segue eval mood`: frustration on single texts, or dissatisfaction in conversations.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Result, ensure};
use segue_understanding::{ConversationLabel, Head, Heads};

use super::{Report, binary::Binary, transfer};
use crate::examples::{FRUSTRATED, Utterance, documents};

/// Options of `eval mood`.
#[derive(clap::Args)]
pub struct Args {
    /// Labelled texts: `{"text", "emotions"}`; with `--model`, conversations in the form of `train mood`.
    #[arg(long)]
    data: PathBuf,
    /// A model of `train mood`, to score on conversations.
    #[arg(long)]
    model: Option<PathBuf>,
    /// Conversations to set the model's probabilities and threshold on before scoring.
    #[arg(long, requires = "model")]
    dev: Option<PathBuf>,
    /// Writes a reliability diagram.
    #[arg(long)]
    plot: Option<PathBuf>,
    /// Prints one JSON document.
    #[arg(long)]
    json: bool,
}

/// Scores and prints.
pub fn run(args: &Args) -> Result<ExitCode> {
    if let Some(model) = &args.model {
        let args = transfer::Args {
            data: args.data.clone(),
            model: model.clone(),
            dev: args.dev.clone(),
            plot: args.plot.clone(),
            json: args.json,
        };
        return transfer::score(&args, ConversationLabel::Dissatisfied, "mood");
    }
    let utterances: Vec<Utterance> = documents(&args.data)?;
    ensure!(
        utterances.iter().any(|line| line.emotions.is_some()),
        "{} has no \"emotions\"; texts need them to score frustration on",
        args.data.display()
    );
    let is_frustrated = |line: &Utterance| {
        line.emotions.iter().flatten().any(|emotion| FRUSTRATED.contains(&emotion.as_str()))
    };
    let texts: Vec<&str> = utterances.iter().map(|line| line.text.as_str()).collect();
    let gold: Vec<bool> = utterances.iter().map(is_frustrated).collect();
    let binary = Binary::read(&texts, &gold, Head::Frustration);
    let mut report = Report::new("mood", texts.len());
    binary.report(&mut report, 0.5).value("model_bytes", Heads::shipped().to_bytes().len());
    binary.finish(&mut report, args.plot.as_deref(), "Frustration", args.json)
}
