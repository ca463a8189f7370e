//! What a customer wants, in an organisation's own labels, learned from its examples in seconds: a sparse linear machine and
//! a small network over the same n-grams, averaged and calibrated; and whether the text is about anything that the
//! examples know at all. Where an encoder's vectors are given, a second stage is learned from them, for the texts of which
//! the first is not sure.

mod background;
mod calibration;
mod cascade;
mod combination;
mod examples;
mod folds;
mod gate;
mod meaning;
mod neighbours;
mod train;
mod vectors;
mod weights;

use serde::{Deserialize, Serialize};

pub use background::Background;
pub use cascade::{Cascade, CascadeError, Stage};
pub use examples::{ExampleError, IntentExamples};
pub use train::{IntentProgress, IntentSettings};
pub use vectors::SentenceVectors;

use crate::learn::{
    features::Features,
    file::{self, FileError},
};
use calibration::Calibration;
use cascade::SecondStage;
use weights::Weights;

const KIND: &str = "intent";
/// With a second stage; a file without one is what it was before there was any.
const KIND_IN_STAGES: &str = "intent in stages";

/// A trained model of intents. Immutable; share it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IntentModel {
    classes: Vec<String>,
    weights: Weights,
    calibration: Calibration,
    #[serde(skip)]
    second: Option<SecondStage>,
}

/// What a text asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct IntentPrediction {
    /// By class: the probability that the text asks for it. Together with `out_of_scope` they sum to 1 where examples have one
    /// label each; else each stands alone.
    pub probabilities: Vec<f32>,
    /// By class: the probability given that it is one of the classes. Equal to `probabilities` where examples have several labels.
    pub in_scope: Vec<f32>,
    /// The probability that the text is about nothing the examples know. 0 where examples have several labels.
    pub out_of_scope: f32,
}

impl IntentPrediction {
    /// The class with the highest probability.
    pub fn best(&self) -> usize {
        let by = |a: &usize, b: &usize| self.in_scope[*a].total_cmp(&self.in_scope[*b]);
        (0..self.in_scope.len()).max_by(by).unwrap_or(0)
    }
}

impl IntentModel {
    /// The labels, ascending.
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// Whether a text can have several labels at once.
    pub fn is_multi_label(&self) -> bool {
        matches!(self.calibration, Calibration::Many { .. })
    }

    /// The probability from which a class counts as asked for: the best F1 on held-out examples.
    pub fn threshold(&self, class: usize) -> f32 {
        self.calibration.threshold(class)
    }

    /// Reads the n-grams of a text.
    pub fn predict(&self, text: &Features) -> IntentPrediction {
        self.calibration.apply(&self.weights.raw(text))
    }

    /// The model with an encoder of this [id](crate::encoder::Encoder::id) as its second stage.
    ///
    /// # Errors
    /// Where it was trained without an encoder, or with another.
    pub fn cascade(&self, encoder: &str) -> Result<Cascade<'_>, CascadeError> {
        Cascade::new(self, encoder)
    }

    /// The id of the encoder that its second stage was trained with, where it has one.
    pub fn encoder(&self) -> Option<&str> {
        self.second.as_ref().map(|second| second.encoder.as_str())
    }

    /// The model as a file.
    pub fn to_bytes(&self) -> Vec<u8> {
        match &self.second {
            Some(second) => file::write(KIND_IN_STAGES, &(self, second)),
            None => file::write(KIND, self),
        }
    }

    /// The model of a file.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FileError> {
        let model = match file::read(KIND, bytes) {
            Err(FileError::OtherKind { found, .. }) if found == KIND_IN_STAGES => {
                let (model, second): (Self, SecondStage) = file::read(KIND_IN_STAGES, bytes)?;
                Self { second: Some(second), ..model }
            }
            other => other?,
        };
        let classes = model.classes.len();
        let is_sound = model.weights.is_sound(classes)
            && model.calibration.fits(classes)
            && model.second.as_ref().is_none_or(|second| second.is_sound(classes));
        if is_sound { Ok(model) } else { Err(FileError::Damaged("its parts do not fit each other")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four intents in words of their own, with filler that all share.
    fn examples() -> IntentExamples {
        let kinds = [
            ("refund", ["money back", "refund my order", "return the payment"]),
            ("login", ["cannot sign in", "password is wrong", "locked out"]),
            ("delivery", ["parcel not here", "courier is late", "tracking says nothing"]),
            ("invoice", ["send the bill", "invoice copy", "receipt for taxes"]),
        ];
        let frames =
            ["hello, {}", "{} please", "i need help: {}", "{} since monday", "why {}?", "so {} again"];
        let mut examples = IntentExamples::one_label();
        for (label, phrases) in kinds {
            for frame in frames {
                for phrase in phrases {
                    examples.push(Features::of(&frame.replace("{}", phrase)), &[label.to_owned()]).unwrap();
                }
            }
        }
        examples
    }

    fn train(examples: &IntentExamples) -> IntentModel {
        IntentModel::train(examples, None, &IntentSettings::default(), &|_| {
            std::ops::ControlFlow::Continue(())
        })
        .unwrap()
        .unwrap()
    }

    #[test]
    fn learns_labels_and_says_what_it_does_not_know() {
        let model = train(&examples());
        let prediction = model.predict(&Features::of("hey, i am locked out and the password fails"));
        assert_eq!(model.classes()[prediction.best()], "login");
        let sum: f32 = prediction.probabilities.iter().sum::<f32>() + prediction.out_of_scope;
        assert!((sum - 1.0).abs() < 1e-3, "{prediction:?}");
        let odd = model.predict(&Features::of("quantum beetles sing opera"));
        assert!(odd.out_of_scope > prediction.out_of_scope, "{odd:?} {prediction:?}");
        assert!(model.predict(&Features::of("")).in_scope.iter().all(|p| p.is_finite()));
    }

    #[test]
    fn the_same_examples_give_the_same_bytes() {
        let bytes = train(&examples()).to_bytes();
        assert_eq!(bytes, train(&examples()).to_bytes());
        let loaded = IntentModel::from_bytes(&bytes).unwrap();
        assert_eq!(
            loaded.predict(&Features::of("refund")),
            train(&examples()).predict(&Features::of("refund"))
        );
    }

    #[test]
    fn several_labels_stand_alone() {
        let mut examples = IntentExamples::many_labels();
        for at in 0..40 {
            let (mut text, mut labels) = (format!("note {at}"), Vec::new());
            for (label, words) in
                [("card", " my card"), ("refund", " money back"), ("human", " talk to a person")]
            {
                if (at + label.len()) % 3 != 0 {
                    text.push_str(words);
                    labels.push(label.to_owned());
                }
            }
            examples.push(Features::of(&text), &labels).unwrap();
        }
        let model = train(&examples);
        let said = |text: &str, label: &str| {
            let class = model.classes().iter().position(|known| known == label).unwrap();
            model.predict(&Features::of(text)).probabilities[class] >= model.threshold(class)
        };
        assert!(
            said("about my card and money back", "card") && said("about my card and money back", "refund")
        );
        assert!(!said("about my card", "human"));
    }

    #[test]
    fn too_little_to_learn_from_is_said() {
        let mut examples = IntentExamples::one_label();
        examples.push(Features::of("hello"), &["greeting".to_owned()]).unwrap();
        let result = IntentModel::train(&examples, None, &IntentSettings::default(), &|_| {
            std::ops::ControlFlow::Continue(())
        });
        assert_eq!(result.unwrap_err(), ExampleError::FewClasses { found: 1 });
    }

    #[test]
    fn training_can_be_ended() {
        let result = IntentModel::train(&examples(), None, &IntentSettings::default(), &|_| {
            std::ops::ControlFlow::Break(())
        });
        assert!(result.unwrap().is_none());
    }
}
