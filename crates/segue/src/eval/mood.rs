//! `segue eval mood`.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, Result, ensure};
use segue_understanding::{Head, HeadLabel};

use super::{Report, binary::Binary, model::StagedModel, transfer};
use crate::{
    encoding::EncoderOption,
    examples::{FRUSTRATED, FRUSTRATION, Utterance, documents, has_conversations},
};

/// Options of `eval mood`.
#[derive(clap::Args)]
pub struct Args {
    /// Texts `{"text", "emotions"}`, or conversations whose turns have `dissatisfied`.
    #[arg(long)]
    data: PathBuf,
    /// A model of `train mood`. Without it, texts are read by what ships with Segue; conversations need one.
    #[arg(long)]
    model: Option<PathBuf>,
    /// Conversations of the same form to set probabilities and the threshold on before scoring.
    #[arg(long)]
    dev: Option<PathBuf>,
    #[command(flatten)]
    encoder: EncoderOption,
    /// Writes a reliability diagram.
    #[arg(long)]
    plot: Option<PathBuf>,
    /// Prints one JSON document.
    #[arg(long)]
    json: bool,
}

/// Scores and prints.
pub fn run(args: &Args) -> Result<ExitCode> {
    if !has_conversations(&args.data)? {
        return texts(args);
    }
    args.encoder.none_for("conversations are scored with")?;
    let model = args
        .model
        .clone()
        .context("conversations are scored by a model of `train mood`; name it with --model")?;
    let (data, dev, plot) = (args.data.clone(), args.dev.clone(), args.plot.clone());
    transfer::run(
        &transfer::Args { data, model, dev, plot, json: args.json },
        HeadLabel::Dissatisfied,
        "mood",
    )
}

/// Frustration of single texts.
fn texts(args: &Args) -> Result<ExitCode> {
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
    let binary = match &args.model {
        Some(path) => {
            Binary::read_with(&StagedModel::open(path, &args.encoder)?, FRUSTRATION, &texts, &gold)?
        }
        None => {
            args.encoder.none_for("what ships with Segue has")?;
            Binary::read(&texts, &gold, Head::Frustration)
        }
    };
    let mut report = Report::new("mood", texts.len());
    binary.report(&mut report);
    binary.finish(&mut report, args.plot.as_deref(), "Frustration", args.json)
}
