//! A model of one's own as it reads texts, in one stage or two.

use std::{fs, path::Path, sync::Arc};

use anyhow::{Context, Result};
use segue_core::context::Role;
use segue_understanding::{IntentModel, IntentPrediction, Reader, Stage, TurnText, encoder::Encoder};
use serde_json::{Value, json};

use crate::encoding::EncoderOption;

/// A model, and the encoder of its second stage where one was named.
pub struct StagedModel {
    /// The model.
    pub model: IntentModel,
    /// Bytes of its file.
    pub size_bytes: usize,
    encoder: Option<Arc<Encoder>>,
    reader: Reader,
}

impl StagedModel {
    /// Opens a model's file.
    ///
    /// # Errors
    /// What is wrong with the file, and where the encoder is not the model's.
    pub fn open(path: &Path, encoder: &EncoderOption) -> Result<Self> {
        let bytes =
            fs::read(path).with_context(|| format!("{} cannot be opened; check the path", path.display()))?;
        let model = IntentModel::from_bytes(&bytes).with_context(|| path.display().to_string())?;
        let encoder = encoder.load()?;
        if let Some(encoder) = &encoder {
            model.cascade(encoder.id()).with_context(|| path.display().to_string())?;
        }
        Ok(Self { model, size_bytes: bytes.len(), encoder, reader: Reader::rules_only() })
    }

    /// Reads a text, and says which stage decided.
    pub fn read(&self, text: &str) -> (IntentPrediction, Stage) {
        let features = self.reader.features(TurnText { role: Role::Customer, text });
        let cascade = self.encoder.as_ref().and_then(|encoder| {
            // Checked when the model was opened.
            Some((self.model.cascade(encoder.id()).ok()?, encoder))
        });
        match cascade {
            Some((cascade, encoder)) => cascade.predict(&features, || Some(encoder.encode(text))),
            None => (self.model.predict(&features), Stage::Linear),
        }
    }

    /// The probability from which a class counts as asked for.
    pub fn threshold(&self, class: usize, stage: Stage) -> f32 {
        let cascade = self.encoder.as_ref().and_then(|encoder| self.model.cascade(encoder.id()).ok());
        cascade.map_or_else(|| self.model.threshold(class), |cascade| cascade.threshold(class, stage))
    }
}

/// The shares of texts that each stage decided; they sum to 1.
pub fn stage_share(stages: impl ExactSizeIterator<Item = Stage>) -> Value {
    let all = stages.len().max(1) as f64;
    let asked = stages.filter(|stage| *stage == Stage::Encoder).count() as f64;
    let rounded = |share: f64| (share * 1e4).round() / 1e4;
    let encoder = rounded(asked / all);
    json!({"linear": rounded(1.0 - encoder), "encoder": encoder})
}
