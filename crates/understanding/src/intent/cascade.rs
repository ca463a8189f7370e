//! Two stages: n-grams for every text, an encoder's vector for those of which n-grams are not sure.

use serde::{Deserialize, Serialize};

use super::{
    IntentModel, IntentPrediction,
    combination::Combination,
    gate::{self, Both},
    meaning::Meaning,
    train::Held,
};
use crate::{intent::calibration::Calibration, learn::features::Features};

/// Why a model cannot be used with an encoder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CascadeError {
    /// It has learned nothing from vectors.
    #[error("the model was trained without an encoder; train it again with one")]
    NoEncoder,
    /// Its vectors were another encoder's.
    #[error(
        "the model was trained with the encoder {wanted}, not with {found}; name that one or train again"
    )]
    OtherEncoder {
        /// The encoder it was trained with.
        wanted: String,
        /// The one that was given.
        found: String,
    },
}

/// Which stage decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// N-grams alone.
    Linear,
    /// N-grams and the encoder's vector together.
    Encoder,
}

/// What a model knows of one encoder's vectors.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct SecondStage {
    pub encoder: String,
    meaning: Meaning,
    combination: Combination,
    gate: f32,
}

impl SecondStage {
    /// Sets combination and gate on held-out texts. `border` are those that show where the scope ends, where the
    /// examples do not.
    pub fn fit(
        (encoder, meaning): (String, Meaning),
        calibration: &Calibration,
        held: &Held<'_>,
        (classes, many): (usize, bool),
    ) -> Self {
        let combination = if many {
            Combination::many(&held.items, classes)
        } else {
            Combination::one(&held.items, held.scope(), classes)
        };
        let both = |item: &super::calibration::HeldOut<'_>| {
            let both = combination.apply(&item.raw, item.seen.as_ref()?);
            Some((calibration.apply(&item.raw), both))
        };
        let mut items: Vec<Both<'_>> = held
            .items
            .iter()
            .chain(&held.border)
            .filter_map(|item| {
                let (first, both) = both(item)?;
                Some(Both { first, both, labels: item.labels })
            })
            .collect();
        let thresholds = |of: &dyn Fn(usize) -> f32| (0..classes).map(of).collect::<Vec<f32>>();
        let first = thresholds(&|class| calibration.threshold(class));
        let second = thresholds(&|class| combination.threshold(class));
        let gate = gate::choose(&mut items, many, (&first, &second));
        Self { encoder, meaning, combination, gate }
    }

    /// Whether the parts fit each other.
    pub fn is_sound(&self, classes: usize) -> bool {
        self.meaning.is_sound(classes) && self.combination.fits(classes)
    }
}

/// A model together with the encoder that it was trained with.
#[derive(Clone, Copy, Debug)]
pub struct Cascade<'a> {
    model: &'a IntentModel,
    second: &'a SecondStage,
}

impl<'a> Cascade<'a> {
    pub(super) fn new(model: &'a IntentModel, encoder: &str) -> Result<Self, CascadeError> {
        let second = model.second.as_ref().ok_or(CascadeError::NoEncoder)?;
        if second.encoder != encoder {
            let (wanted, found) = (second.encoder.clone(), encoder.to_owned());
            return Err(CascadeError::OtherEncoder { wanted, found });
        }
        Ok(Self { model, second })
    }

    /// Reads a text. `encode` gives its vector and is asked only where stage 1 is not sure; where it has none in time,
    /// or one of another length, stage 1 decides alone.
    pub fn predict(
        &self,
        text: &Features,
        encode: impl FnOnce() -> Option<Vec<f32>>,
    ) -> (IntentPrediction, Stage) {
        let raw = self.model.weights.raw(text);
        let first = self.model.calibration.apply(&raw);
        if gate::sureness(&first, self.model.is_multi_label()) >= self.second.gate {
            return (first, Stage::Linear);
        }
        match encode().filter(|vector| vector.len() == self.second.meaning.dimensions()) {
            Some(vector) => {
                let seen = self.second.meaning.read(&vector);
                (self.second.combination.apply(&raw, &seen), Stage::Encoder)
            }
            None => (first, Stage::Linear),
        }
    }

    /// The probability from which a class counts as asked for, by the stage that decided.
    pub fn threshold(&self, class: usize, stage: Stage) -> f32 {
        match stage {
            Stage::Linear => self.model.threshold(class),
            Stage::Encoder => self.second.combination.threshold(class),
        }
    }
}
