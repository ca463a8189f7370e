//! One head against yes-or-no labels.

use std::{path::Path, process::ExitCode, time::Instant};

use anyhow::{Context, Result};
use segue_understanding::{
    Head, Heads, IntentModel, Reader, Stage,
    learn::measure::{Counts, Scored, auprc, auroc, ece},
};

use super::{
    Report,
    model::{StagedModel, stage_share},
    plot,
};

/// What the product's reader says of each text, beside the truth.
pub struct Binary {
    curve: Vec<Scored>,
    counts: Counts,
    stages: Vec<Stage>,
    threshold: f32,
    ms_per_item: f64,
    model_bytes: usize,
}

impl Binary {
    /// What ships with Segue says of each text as a turn on its own.
    pub fn read(texts: &[&str], gold: &[bool], head: Head) -> Self {
        let reader = Reader::new();
        let bytes = Heads::shipped().to_bytes().len();
        let said = |text: &str| (reader.probability(head, text), Stage::Linear);
        Self::of(texts, gold, bytes, |_| 0.5, said)
    }

    /// What a model of one's own says of a label.
    ///
    /// # Errors
    /// Where the model does not know the label.
    pub fn read_with(staged: &StagedModel, label: &str, texts: &[&str], gold: &[bool]) -> Result<Self> {
        let class = class(&staged.model, label)?;
        let said = |text: &str| {
            let (prediction, stage) = staged.read(text);
            (prediction.probabilities[class], stage)
        };
        Ok(Self::of(texts, gold, staged.size_bytes, |stage| staged.threshold(class, stage), said))
    }

    fn of(
        texts: &[&str],
        gold: &[bool],
        model_bytes: usize,
        threshold: impl Fn(Stage) -> f32,
        said: impl Fn(&str) -> (f32, Stage),
    ) -> Self {
        let started = Instant::now();
        let read: Vec<(f32, Stage)> = texts.iter().map(|text| said(text)).collect();
        let ms_per_item = started.elapsed().as_secs_f64() * 1000.0 / texts.len().max(1) as f64;
        let (mut curve, mut counts) = (Vec::new(), Counts::default());
        for (&(probability, stage), &held) in read.iter().zip(gold) {
            counts.add(probability >= threshold(stage), held);
            curve.push((probability, held));
        }
        let stages = read.into_iter().map(|(_, stage)| stage).collect();
        Self { curve, counts, stages, threshold: threshold(Stage::Linear), ms_per_item, model_bytes }
    }

    /// Adds the figures.
    pub fn report(&self, report: &mut Report) {
        report
            .number("f1", self.counts.f1())
            .number("precision", self.counts.precision())
            .number("recall", self.counts.recall())
            .number("threshold", f64::from(self.threshold))
            .number("auroc", auroc(&self.curve))
            .number("auprc", auprc(&self.curve))
            .number("ece", ece(&self.curve))
            .number("ms_per_item", self.ms_per_item)
            .value("model_bytes", self.model_bytes);
    }

    /// Draws and prints.
    pub fn finish(
        &self,
        report: &mut Report,
        path: Option<&Path>,
        title: &str,
        json: bool,
    ) -> Result<ExitCode> {
        report.value("stage_share", stage_share(self.stages.iter().copied()));
        if let Some(path) = path {
            plot::write(path, title, &self.curve)?;
        }
        report.print(json);
        Ok(ExitCode::SUCCESS)
    }
}

/// The place of a label in a model.
///
/// # Errors
/// Names the labels that the model knows.
pub fn class(model: &IntentModel, label: &str) -> Result<usize> {
    model.classes().iter().position(|known| known == label).with_context(|| {
        format!("the model does not know the label \"{label}\"; it knows {}", model.classes().join(", "))
    })
}
