//! One head against yes-or-no labels.

use std::{path::Path, process::ExitCode, time::Instant};

use anyhow::Result;
use segue_understanding::{
    Head, Reader,
    learn::measure::{Counts, Scored, auprc, auroc, ece},
};

use super::{Report, plot};

/// What the product's reader says of each text, beside the truth.
pub struct Binary {
    curve: Vec<Scored>,
    ms_per_item: f64,
}

impl Binary {
    /// Reads every text as a turn on its own.
    pub fn read(texts: &[&str], gold: &[bool], head: Head) -> Self {
        let reader = Reader::new();
        let started = Instant::now();
        let said: Vec<f32> = texts.iter().map(|text| reader.probability(head, text)).collect();
        let ms_per_item = started.elapsed().as_secs_f64() * 1000.0 / texts.len().max(1) as f64;
        Self { curve: said.into_iter().zip(gold.iter().copied()).collect(), ms_per_item }
    }

    /// Adds the figures at a threshold.
    pub fn report<'r>(&self, report: &'r mut Report, threshold: f32) -> &'r mut Report {
        let counts = Counts::of(&self.curve, threshold);
        report
            .number("f1", counts.f1())
            .number("precision", counts.precision())
            .number("recall", counts.recall())
            .number("auroc", auroc(&self.curve))
            .number("auprc", auprc(&self.curve))
            .number("ece", ece(&self.curve))
            .number("ms_per_item", self.ms_per_item)
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
