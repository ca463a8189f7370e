//! `segue eval act`: a shipped head, with the rules beside it, on somebody's labels.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, Result};
use segue_understanding::Head;

use super::{Report, binary::Binary, model::StagedModel};
use crate::{
    encoding::EncoderOption,
    examples::{Utterance, documents},
};

/// Options of `eval act`.
#[derive(clap::Args)]
pub struct Args {
    /// Labelled texts: `{"text", "intent"}` or `{"text", "intents"}`.
    #[arg(long)]
    data: PathBuf,
    /// A model of `train act` instead of what ships with Segue.
    #[arg(long)]
    model: Option<PathBuf>,
    /// The act, such as `asks_human`, `complains` or `confirms_solved`.
    #[arg(long)]
    act: String,
    /// The labels that mean the act, separated by commas.
    #[arg(long, value_delimiter = ',', required = true)]
    positive: Vec<String>,
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
    let utterances: Vec<Utterance> = documents(&args.data)?;
    let is_positive = |line: &Utterance| line.labels().iter().any(|label| args.positive.contains(label));
    let texts: Vec<&str> = utterances.iter().map(|line| line.text.as_str()).collect();
    let gold: Vec<bool> = utterances.iter().map(is_positive).collect();
    let binary = match &args.model {
        Some(path) => Binary::read_with(&StagedModel::open(path, &args.encoder)?, &args.act, &texts, &gold)?,
        None => {
            args.encoder.none_for("what ships with Segue has")?;
            Binary::read(&texts, &gold, head(&args.act)?)
        }
    };
    let mut report = Report::new("act", texts.len());
    report.value("act", args.act.as_str());
    binary.report(&mut report);
    binary.finish(&mut report, args.plot.as_deref(), &args.act, args.json)
}

fn head(act: &str) -> Result<Head> {
    Head::parse(act).with_context(|| {
        let names: Vec<&str> = Head::ALL.iter().map(|head| head.name()).collect();
        format!("there is no act \"{act}\"; there are {}", names.join(", "))
    })
}
