//! `segue eval intent`.

use std::{path::PathBuf, process::ExitCode, time::Instant};

use anyhow::Result;
use segue_understanding::{
    IntentModel, IntentPrediction, Stage,
    learn::measure::{Counts, Scored, auprc, auroc, ece},
};

use super::{
    Report,
    binary::class,
    model::{StagedModel, stage_share},
    plot,
};
use crate::{
    encoding::EncoderOption,
    examples::{Utterance, documents},
};

/// Options of `eval intent`.
#[derive(clap::Args)]
pub struct Args {
    /// Labelled texts, in the form of `train intent`.
    #[arg(long)]
    data: PathBuf,
    /// The model.
    #[arg(long)]
    model: PathBuf,
    /// Scores this label alone.
    #[arg(long)]
    label: Option<String>,
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
    let staged = StagedModel::open(&args.model, &args.encoder)?;
    let model = &staged.model;
    let utterances: Vec<Utterance> = documents(&args.data)?;
    let started = Instant::now();
    let read: Vec<(IntentPrediction, Stage)> =
        utterances.iter().map(|line| staged.read(&line.text)).collect();
    let ms = started.elapsed().as_secs_f64() * 1000.0 / utterances.len() as f64;
    let share = stage_share(read.iter().map(|(_, stage)| *stage));
    let items: Vec<Item> = utterances
        .iter()
        .zip(read)
        .map(|(line, (prediction, stage))| Item { labels: line.labels(), prediction, stage })
        .collect();
    let mut report = Report::new("intent", items.len());
    let curve = match (&args.label, model.is_multi_label()) {
        (Some(label), _) => one_label(&mut report, &staged, &items, label)?,
        (None, true) => many_labels(&mut report, &staged, &items),
        (None, false) => single_label(&mut report, model, &items),
    };
    report.number("ece", ece(&curve)).number("ms_per_item", ms).value("model_bytes", staged.size_bytes);
    report.value("stage_share", share);
    if let Some(path) = &args.plot {
        plot::write(path, "Intent", &curve)?;
    }
    report.print(args.json);
    Ok(ExitCode::SUCCESS)
}

/// A text's labels, and what the model says of it.
struct Item {
    labels: Vec<String>,
    prediction: IntentPrediction,
    stage: Stage,
}

/// Accuracy overall (out of scope is a class of its own), inside the scope, and how well the scope is told. The curve is
/// of the best class given that the text is in scope, over the texts that are.
fn single_label(report: &mut Report, model: &IntentModel, items: &[Item]) -> Vec<Scored> {
    let classes = model.classes();
    let (mut right, mut curve, mut scope) = (0usize, Vec::new(), Vec::new());
    let mut by_class = vec![Counts::default(); classes.len()];
    for Item { labels, prediction, .. } in items {
        let best = prediction.best();
        let said = (prediction.out_of_scope < 0.5).then_some(best);
        let gold = labels.first();
        right += usize::from(said.map(|class| &classes[class]) == gold);
        scope.push((prediction.out_of_scope, gold.is_none()));
        if let Some(gold) = gold {
            curve.push((prediction.in_scope[best], &classes[best] == gold));
        }
        for (class, counts) in by_class.iter_mut().enumerate() {
            counts.add(said == Some(class), gold == Some(&classes[class]));
        }
    }
    let inside = curve.iter().filter(|item| item.1).count() as f64;
    report
        .number("accuracy", right as f64 / items.len() as f64)
        .number("macro_f1", macro_f1(&by_class))
        .number("in_scope_accuracy", (!curve.is_empty()).then(|| inside / curve.len() as f64))
        .number("oos_auroc", auroc(&scope));
    curve
}

/// Micro and macro F1 at the model's thresholds; accuracy is the share of texts with exactly the right labels.
fn many_labels(report: &mut Report, staged: &StagedModel, items: &[Item]) -> Vec<Scored> {
    let model = &staged.model;
    let (mut exact, mut curve, mut all) = (0usize, Vec::new(), Counts::default());
    let mut by_class = vec![Counts::default(); model.classes().len()];
    for Item { labels, prediction, stage } in items {
        let mut is_exact = labels.iter().all(|label| model.classes().contains(label));
        for (class, name) in model.classes().iter().enumerate() {
            let (probability, held) = (prediction.probabilities[class], labels.contains(name));
            let said = probability >= staged.threshold(class, *stage);
            is_exact &= said == held;
            by_class[class].add(said, held);
            all.add(said, held);
            curve.push((probability, held));
        }
        exact += usize::from(is_exact);
    }
    report
        .number("accuracy", exact as f64 / items.len() as f64)
        .number("macro_f1", macro_f1(&by_class))
        .number("f1", all.f1())
        .number("precision", all.precision())
        .number("recall", all.recall())
        .number("auroc", auroc(&curve));
    curve
}

fn one_label(report: &mut Report, staged: &StagedModel, items: &[Item], label: &str) -> Result<Vec<Scored>> {
    let class = class(&staged.model, label)?;
    let (mut curve, mut counts) = (Vec::new(), Counts::default());
    for Item { labels, prediction, stage } in items {
        let (probability, held) =
            (prediction.probabilities[class], labels.iter().any(|known| known == label));
        counts.add(probability >= staged.threshold(class, *stage), held);
        curve.push((probability, held));
    }
    report
        .value("label", label)
        .number("f1", counts.f1())
        .number("precision", counts.precision())
        .number("recall", counts.recall())
        .number("threshold", f64::from(staged.model.threshold(class)))
        .number("auroc", auroc(&curve))
        .number("auprc", auprc(&curve));
    Ok(curve)
}

/// The mean F1 of the classes that occur or were said.
fn macro_f1(by_class: &[Counts]) -> f64 {
    let seen = by_class.iter().filter(|counts| **counts != Counts::default());
    let (sum, count) = seen.fold((0.0, 0usize), |(sum, count), counts| (sum + counts.f1(), count + 1));
    sum / count.max(1) as f64
}
