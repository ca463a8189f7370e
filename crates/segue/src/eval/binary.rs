//! One head against yes-or-no labels.

use std::{path::Path, process::ExitCode, time::Instant};

use anyhow::{Context, Result};
use segue_core::context::Role;
use segue_understanding::{
    Head, Heads, IntentModel, Reader, TurnText,
    learn::measure::{Counts, Scored, auprc, auroc, ece},
};

use super::{Report, plot};

/// What the product's reader says of each text, beside the truth.
pub struct Binary {
    curve: Vec<Scored>,
    threshold: f32,
    ms_per_item: f64,
    model_bytes: usize,
}

impl Binary {
    /// What ships with Segue says of each text as a turn on its own.
    pub fn read(texts: &[&str], gold: &[bool], head: Head) -> Self {
        let reader = Reader::new();
        let bytes = Heads::shipped().to_bytes().len();
        Self::of(texts, gold, 0.5, bytes, |text| reader.probability(head, text))
    }

    /// What a model of one's own says of a label.
    ///
    /// # Errors
    /// Where the model does not know the label.
    pub fn read_with(model: &IntentModel, label: &str, texts: &[&str], gold: &[bool]) -> Result<Self> {
        let class = class(model, label)?;
        let reader = Reader::rules_only();
        let said = |text: &str| {
            let turn = TurnText { role: Role::Customer, text };
            model.predict(&reader.features(turn)).probabilities[class]
        };
        Ok(Self::of(texts, gold, model.threshold(class), model.to_bytes().len(), said))
    }

    fn of(
        texts: &[&str],
        gold: &[bool],
        threshold: f32,
        model_bytes: usize,
        said: impl Fn(&str) -> f32,
    ) -> Self {
        let started = Instant::now();
        let curve = texts.iter().zip(gold).map(|(text, &held)| (said(text), held)).collect();
        let ms_per_item = started.elapsed().as_secs_f64() * 1000.0 / texts.len().max(1) as f64;
        Self { curve, threshold, ms_per_item, model_bytes }
    }

    /// Adds the figures.
    pub fn report(&self, report: &mut Report) {
        let counts = Counts::of(&self.curve, self.threshold);
        report
            .number("f1", counts.f1())
            .number("precision", counts.precision())
            .number("recall", counts.recall())
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
        report.value("stage_share", serde_json::json!({"linear": 1.0, "encoder": 0.0}));
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
