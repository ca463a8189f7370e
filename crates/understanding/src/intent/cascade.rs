//! Two stages: n-grams for every text, an encoder's vector for those of which n-grams are not sure.

use serde::{Deserialize, Serialize};

use super::{
    IntentModel, IntentPrediction,
    calibration::{Calibration, HeldOut},
    combination::Combination,
    gate::{self, Both},
    meaning::Meaning,
    train::Held,
};
use crate::learn::features::Features;

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
        let both = |item: &HeldOut<'_>| {
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

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;
    use crate::intent::{ExampleError, IntentExamples, IntentSettings, SentenceVectors};

    const GO_ON: &(dyn Fn(crate::IntentProgress) -> ControlFlow<()> + Sync) = &|_| ControlFlow::Continue(());

    /// What a good encoder would give: each intent a direction of its own.
    fn vector(class: usize, at: usize) -> Vec<f32> {
        let mut vector = vec![0.1 * (at % 3) as f32, 0.0, 0.0, 0.0, 0.1];
        vector[class + 1] = 1.0;
        vector
    }

    /// One intent in words of its own; two in words that say nothing.
    fn examples() -> IntentExamples {
        let mut examples = IntentExamples::one_label();
        let mut values = Vec::new();
        for at in 0..90 {
            let class = at % 3;
            let text = if class == 0 { format!("refund {at} please") } else { format!("well {}", at / 3) };
            examples.push(Features::of(&text), &[["a", "b", "c"][class].to_owned()]).unwrap();
            values.push(vector(class, at));
        }
        examples.set_vectors(SentenceVectors { encoder: "one".into(), values }).unwrap();
        examples
    }

    fn train(examples: &IntentExamples) -> IntentModel {
        IntentModel::train(examples, None, &IntentSettings::default(), GO_ON).unwrap().unwrap()
    }

    #[test]
    fn the_encoder_decides_what_words_do_not() {
        let model = train(&examples());
        let cascade = model.cascade("one").unwrap();
        for (class, name) in [(1, "b"), (2, "c")] {
            let said = cascade.predict(&Features::of("well 7"), || Some(vector(class, 0)));
            assert_eq!((model.classes()[said.0.best()].as_str(), said.1), (name, Stage::Encoder));
            assert!(said.0.in_scope[class] > 0.8, "{:?}", said.0);
        }
        let sum = |said: &IntentPrediction| said.probabilities.iter().sum::<f32>() + said.out_of_scope;
        let (said, _) = cascade.predict(&Features::of("well 7"), || Some(vector(1, 1)));
        assert!((sum(&said) - 1.0).abs() < 1e-5);
    }

    #[test]
    fn without_a_vector_the_first_stage_decides() {
        let model = train(&examples());
        let text = Features::of("well 7");
        for vector in [None, Some(vec![1.0])] {
            let said = model.cascade("one").unwrap().predict(&text, || vector.clone());
            assert_eq!(said, (model.predict(&text), Stage::Linear));
        }
    }

    #[test]
    fn the_same_examples_give_the_same_bytes() {
        let bytes = train(&examples()).to_bytes();
        assert_eq!(bytes, train(&examples()).to_bytes());
        let read = IntentModel::from_bytes(&bytes).unwrap();
        assert_eq!(read.to_bytes(), bytes);
        assert_eq!(read.encoder(), Some("one"));
    }

    #[test]
    fn the_first_stage_is_the_same_with_and_without_an_encoder() {
        let mut plain = examples();
        plain.vectors = None;
        let (plain, both) = (train(&plain), train(&examples()));
        let text = Features::of("refund now");
        assert_eq!(plain.predict(&text), both.predict(&text));
        let read = IntentModel::from_bytes(&plain.to_bytes()).unwrap();
        assert_eq!(read.cascade("one").unwrap_err(), CascadeError::NoEncoder);
    }

    #[test]
    fn another_encoder_is_refused() {
        let error = train(&examples()).cascade("two").unwrap_err();
        assert!(error.to_string().contains("trained with the encoder one, not with two"), "{error}");
        let mut dev = examples();
        dev.vectors = None;
        let result = IntentModel::train(&examples(), Some(&dev), &IntentSettings::default(), GO_ON);
        assert_eq!(result.unwrap_err(), ExampleError::DevVectors);
        let few = SentenceVectors { encoder: "one".into(), values: Vec::new() };
        assert_eq!(dev.set_vectors(few), Err(ExampleError::VectorCount { found: 0, wanted: 90 }));
    }

    #[test]
    fn texts_can_have_several_labels() {
        let mut examples = IntentExamples::many_labels();
        let mut values = Vec::new();
        for at in 0..90usize {
            let labels = if at % 3 == 1 { vec!["b".to_owned()] } else { Vec::new() };
            examples.push(Features::of(&format!("well {}", at / 3)), &labels).unwrap();
            values.push(vector(at % 3, at));
        }
        examples.set_vectors(SentenceVectors { encoder: "one".into(), values }).unwrap();
        let model = train(&examples);
        let cascade = model.cascade("one").unwrap();
        for class in 0..3 {
            let (said, stage) = cascade.predict(&Features::of("well 7"), || Some(vector(class, 0)));
            assert_eq!(said.probabilities[0] >= cascade.threshold(0, stage), class == 1, "{said:?}");
        }
    }
}
