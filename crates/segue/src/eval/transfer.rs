//! `segue eval transfer` and, on labelled conversations, `segue eval mood`.

use std::{fs, path::PathBuf, process::ExitCode, time::Instant};

use anyhow::{Context, Result, bail};
use segue_understanding::{
    ConversationHead, HeadLabel, LabelledConversation,
    learn::measure::{Counts, Scored, auprc, auroc, ece, golden_transfer},
};

use super::{Report, plot};
use crate::examples::documents;

/// Options of `eval transfer`.
#[derive(clap::Args)]
pub struct Args {
    /// Labelled conversations, in the form of `train transfer`.
    #[arg(long)]
    pub data: PathBuf,
    /// The model.
    #[arg(long)]
    pub model: PathBuf,
    /// Conversations of the same form to set probabilities and the threshold on before scoring.
    #[arg(long)]
    pub dev: Option<PathBuf>,
    /// Writes a reliability diagram.
    #[arg(long)]
    pub plot: Option<PathBuf>,
    /// Prints one JSON document.
    #[arg(long)]
    pub json: bool,
}

/// Scores the turns that carry `label` and prints; `task` is the name of the subcommand.
pub fn run(args: &Args, label: HeadLabel, task: &str) -> Result<ExitCode> {
    let bytes = fs::read(&args.model)
        .with_context(|| format!("{} cannot be opened; check the path", args.model.display()))?;
    let mut head =
        ConversationHead::from_bytes(label, &bytes).with_context(|| args.model.display().to_string())?;
    let conversations: Vec<LabelledConversation> = documents(&args.data)?;
    if let Some(dev) = &args.dev {
        head.recalibrate(&documents::<LabelledConversation>(dev)?)
            .with_context(|| dev.display().to_string())?;
    }
    let started = Instant::now();
    let probabilities: Vec<Vec<f32>> = conversations
        .iter()
        .map(|conversation| {
            head.from_turns(conversation.turns.iter().map(|turn| (turn.role, turn.text.as_str())))
        })
        .collect();
    let turns: usize = probabilities.iter().map(Vec::len).sum();
    let ms = started.elapsed().as_secs_f64() * 1000.0 / turns.max(1) as f64;
    let scored = Scores::of(&conversations, &probabilities, label, head.threshold());
    if scored.items.is_empty() {
        bail!("{}: no turn has \"{}\", so there is nothing to score", args.data.display(), label.field());
    }
    let counts = Counts::of(&scored.items, head.threshold());
    let mut report = Report::new(task, scored.items.len());
    report
        .number("f1", counts.f1())
        .number("precision", counts.precision())
        .number("recall", counts.recall())
        .number("auroc", auroc(&scored.items))
        .number("auprc", auprc(&scored.items))
        .number("ece", ece(&scored.items));
    if label == HeadLabel::NeedsHuman {
        for (name, value) in ["gt1", "gt2", "gt3"].into_iter().zip(scored.golden_transfer()) {
            report.number(name, value);
        }
    }
    report
        .number("threshold", f64::from(head.threshold()))
        .number("ms_per_item", ms)
        .value("model_bytes", bytes.len());
    if let Some(path) = &args.plot {
        plot::write(path, if label == HeadLabel::NeedsHuman { "Transfer" } else { "Mood" }, &scored.items)?;
    }
    report.print(args.json);
    Ok(ExitCode::SUCCESS)
}

/// The labelled turns of all conversations with their probabilities.
struct Scores {
    items: Vec<Scored>,
    /// By conversation: the turns that hold, and those said to.
    positions: Vec<(Vec<usize>, Vec<usize>)>,
}

impl Scores {
    fn of(
        conversations: &[LabelledConversation],
        probabilities: &[Vec<f32>],
        label: HeadLabel,
        threshold: f32,
    ) -> Self {
        let mut scores = Self { items: Vec::new(), positions: Vec::new() };
        for (conversation, probabilities) in conversations.iter().zip(probabilities) {
            let start = scores.items.len();
            let (mut truth, mut said) = (Vec::new(), Vec::new());
            for (at, (turn, &probability)) in conversation.turns.iter().zip(probabilities).enumerate() {
                let Some(held) = turn.label(label) else { continue };
                scores.items.push((probability, held));
                truth.extend(held.then_some(at));
                said.extend((probability >= threshold).then_some(at));
            }
            if scores.items.len() > start {
                scores.positions.push((truth, said));
            }
        }
        scores
    }

    /// Golden transfer within 1, 2 and 3 turns: the mean over the conversations with labels.
    fn golden_transfer(&self) -> [f64; 3] {
        let count = self.positions.len().max(1) as f64;
        [1.0, 2.0, 3.0].map(|k| {
            self.positions.iter().map(|(truth, said)| golden_transfer(truth, said, k)).sum::<f64>() / count
        })
    }
}
