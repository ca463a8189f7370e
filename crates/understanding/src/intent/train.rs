//! From examples to a model.

use std::ops::ControlFlow;

use super::{
    Background, ExampleError, IntentExamples, IntentModel,
    calibration::{Calibration, HeldOut},
    folds::{self, Fold},
    weights::Task,
};
use crate::learn::{
    features::Features,
    sparse::Rows,
    vocabulary::{Families, Vocabulary},
};

/// How a model is trained.
#[derive(Clone, Debug)]
pub struct IntentSettings {
    /// Seed of everything random. The same examples and seed give the same bytes.
    pub seed: u64,
    /// Texts of other fields that show where the intents end; used where the examples hold few out-of-scope texts.
    pub background: Background,
}

impl Default for IntentSettings {
    fn default() -> Self {
        Self { seed: 1, background: Background::shipped() }
    }
}

/// How far a training is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IntentProgress {
    /// Rounds that are done.
    pub rounds_done: usize,
    /// Rounds in all: those of cross-validation and the final one.
    pub rounds: usize,
}

/// Out-of-scope examples from which no others are needed to learn and to set the border.
const OUT_OF_SCOPE_MIN: usize = 30;
/// From this many examples on, three folds do.
const LARGE: usize = 3_000;

type Progress<'a> = &'a (dyn Fn(IntentProgress) -> ControlFlow<()> + Sync);

impl IntentModel {
    /// Trains on examples. Probabilities are calibrated on `dev`, or by cross-validation where there is none. `Ok(None)` where
    /// `progress` ended it.
    ///
    /// # Errors
    /// Why the examples cannot be used.
    pub fn train(
        examples: &IntentExamples,
        dev: Option<&IntentExamples>,
        settings: &IntentSettings,
        progress: Progress<'_>,
    ) -> Result<Option<Self>, ExampleError> {
        let classes = examples.classes()?;
        let labels = examples.indices(&classes)?;
        let dev_labels = dev.map(|dev| dev.indices(&classes)).transpose()?;
        let training = Training::new(examples, labels, classes.len(), settings);
        let result = match (dev, dev_labels) {
            (Some(dev), Some(labels)) => training.with_dev(&dev.texts, &labels, progress),
            _ => training.with_folds(progress),
        };
        let Some((calibration, weights)) = result else { return Ok(None) };
        Ok(Some(Self { classes, weights, calibration }))
    }
}

/// Everything that the rounds share.
struct Training<'a> {
    texts: Vec<&'a Features>,
    background: Vec<Features>,
    /// Of the examples, then of the background (none).
    labels: Vec<Vec<usize>>,
    own: usize,
    classes: usize,
    many: bool,
    seed: u64,
}

type Outcome = Option<(Calibration, super::weights::Weights)>;

impl<'a> Training<'a> {
    fn new(
        examples: &'a IntentExamples,
        mut labels: Vec<Vec<usize>>,
        classes: usize,
        settings: &IntentSettings,
    ) -> Self {
        let outside = labels.iter().filter(|labels| labels.is_empty()).count();
        let background = if examples.many || outside >= OUT_OF_SCOPE_MIN {
            Vec::new()
        } else {
            settings.background.clone().apart_from(&examples.texts)
        };
        let own = examples.len();
        labels.extend(background.iter().map(|_| Vec::new()));
        let texts = examples.texts.iter().collect();
        Self { texts, background, labels, own, classes, many: examples.many, seed: settings.seed }
    }

    fn with_folds(&self, progress: Progress<'_>) -> Outcome {
        let count = if self.own >= LARGE { 3 } else { 5 };
        let outside = self.labels[..self.own].iter().filter(|labels| labels.is_empty()).count();
        let learn_border = !self.many && outside < OUT_OF_SCOPE_MIN;
        let plain = folds::plain(&self.labels, self.own, count, self.seed);
        let border = if learn_border {
            folds::leaving_classes_out(&self.labels, self.own, self.classes, 3, self.seed)
        } else {
            Vec::new()
        };
        let rounds = plain.len() + border.len() + 1;
        let mut done = 0;
        let mut held = |folds: &[Fold]| -> Option<Vec<HeldOut<'_>>> {
            let mut items = Vec::new();
            for fold in folds {
                items
                    .extend(self.held_out(fold, &|| progress(IntentProgress { rounds_done: done, rounds }))?);
                done += 1;
            }
            Some(items)
        };
        let items = held(&plain)?;
        let border = held(&border)?;
        let calibration = if self.many {
            Calibration::many(&items, self.classes)
        } else if learn_border {
            Calibration::one(&items, &border, self.classes)
        } else {
            Calibration::one(&items, &items, self.classes)
        };
        let weights = self.last(&|| progress(IntentProgress { rounds_done: rounds - 1, rounds }))?;
        Some((calibration, weights))
    }

    fn with_dev(&self, texts: &[Features], labels: &[Vec<usize>], progress: Progress<'_>) -> Outcome {
        let weights = self.last(&|| progress(IntentProgress { rounds_done: 0, rounds: 1 }))?;
        let items: Vec<HeldOut<'_>> = texts
            .iter()
            .zip(labels)
            .map(|(text, labels)| HeldOut { raw: weights.raw(text), labels })
            .collect();
        let calibration = if self.many {
            Calibration::many(&items, self.classes)
        } else {
            Calibration::one(&items, &items, self.classes)
        };
        Some((calibration, weights))
    }

    /// The final round, on everything.
    fn last(&self, progress: &(dyn Fn() -> ControlFlow<()> + Sync)) -> Option<super::weights::Weights> {
        let everything: Vec<u32> = (0..self.labels.len() as u32).collect();
        let (rows, vocabulary) = self.rows(&everything);
        let trained = self.task(&rows, everything, vocabulary.columns()).train(&|_| progress())?;
        Some(trained.pack(vocabulary))
    }

    /// Trains without a part and reads that part.
    fn held_out(
        &self,
        fold: &Fold,
        progress: &(dyn Fn() -> ControlFlow<()> + Sync),
    ) -> Option<Vec<HeldOut<'_>>> {
        let (rows, vocabulary) = self.rows(&fold.train);
        let trained = self.task(&rows, fold.train.clone(), vocabulary.columns()).train(&|_| progress())?;
        let read = |&(row, is_new): &(u32, bool)| HeldOut {
            raw: trained.raw(&rows, row as usize),
            labels: if is_new { &[] } else { self.labels[row as usize].as_slice() },
        };
        Some(fold.test.iter().map(read).collect())
    }

    /// All rows over the vocabulary of some of them.
    fn rows(&self, take: &[u32]) -> (Rows, Vocabulary) {
        let text =
            |row: usize| self.texts.get(row).copied().unwrap_or_else(|| &self.background[row - self.own]);
        let families = Families::default();
        let vocabulary = Vocabulary::of(take.iter().map(|&row| text(row as usize)), families);
        let mut rows = Rows::new();
        (0..self.labels.len()).for_each(|row| rows.push(vocabulary.row(text(row))));
        (rows, vocabulary)
    }

    fn task<'r>(&'r self, rows: &'r Rows, take: Vec<u32>, columns: usize) -> Task<'r> {
        let (labels, classes, many, seed) = (&self.labels, self.classes, self.many, self.seed);
        Task { rows, take, labels, classes, many, columns, seed }
    }
}
