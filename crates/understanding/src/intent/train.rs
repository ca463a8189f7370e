//! From examples to a model.

use std::{
    ops::ControlFlow,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

use super::{
    Background, ExampleError, IntentExamples, IntentModel,
    calibration::{Calibration, HeldOut},
    cascade::SecondStage,
    folds::{self, Fold},
    meaning::{self, Meaning, Seen},
    neighbours::Neighbours,
    weights::{Task, Weights},
};
use crate::learn::{
    features::Features,
    net::NetSettings,
    sparse::Rows,
    svm::SvmSettings,
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
        let encoder = |examples: &IntentExamples| examples.vectors.as_ref().map(|v| v.encoder.clone());
        if dev.is_some_and(|dev| encoder(dev) != encoder(examples)) {
            return Err(ExampleError::DevVectors);
        }
        let encoder = |examples: &IntentExamples| examples.vectors.as_ref().map(|v| v.encoder.clone());
        if dev.is_some_and(|dev| encoder(dev) != encoder(examples)) {
            return Err(ExampleError::DevVectors);
        }
        let training = Training::new(examples, labels, classes.len(), settings);
        let rounds = Rounds::new(&training, dev.is_some(), progress);
        let Some(held) = training.held_out(&rounds) else { return Ok(None) };
        let Some((weights, meaning)) = training.everything(&rounds) else { return Ok(None) };
        let held = match dev.zip(dev_labels.as_deref()) {
            Some((dev, labels)) => Held::of_dev(dev, labels, &weights, meaning.as_ref()),
            None => held,
        };
        let calibration = if examples.many {
            Calibration::many(&held.items, classes.len())
        } else {
            Calibration::one(&held.items, held.scope(), classes.len())
        };
        let second = encoder(examples).zip(meaning);
        let kind = (classes.len(), examples.many);
        let second = second.map(|second| SecondStage::fit(second, &calibration, &held, kind));
        Ok(Some(Self { classes, weights, calibration, second }))
    }
}

/// Texts that training has not seen, to set probabilities, combination and gate on.
#[derive(Default)]
pub(super) struct Held<'a> {
    pub items: Vec<HeldOut<'a>>,
    /// Where the examples do not show the border of the scope: texts of classes that training has not seen, and others.
    pub border: Vec<HeldOut<'a>>,
}

impl<'a> Held<'a> {
    /// What to set the border of the scope on.
    pub fn scope(&self) -> &[HeldOut<'a>] {
        if self.border.is_empty() { &self.items } else { &self.border }
    }

    fn of_dev(
        dev: &IntentExamples,
        labels: &'a [Vec<usize>],
        weights: &Weights,
        meaning: Option<&Meaning>,
    ) -> Self {
        let item = |(at, labels): (usize, &'a Vec<usize>)| {
            let vector = dev.vectors.as_ref().map(|vectors| &vectors.values[at]);
            let seen = meaning.zip(vector).map(|(meaning, vector)| meaning.read(vector));
            HeldOut { raw: weights.raw(&dev.texts[at]), seen, labels }
        };
        Self { items: labels.iter().enumerate().map(item).collect(), border: Vec::new() }
    }
}

/// What is trained in turn, and who hears of it.
struct Rounds<'a> {
    plain: Vec<Fold>,
    border: Vec<Fold>,
    done: AtomicUsize,
    progress: Progress<'a>,
}

impl<'a> Rounds<'a> {
    fn new(training: &Training<'_>, with_dev: bool, progress: Progress<'a>) -> Self {
        let Training { labels, own, classes, many, seed, .. } = training;
        let count = if *own >= LARGE { 3 } else { 5 };
        let outside = labels[..*own].iter().filter(|labels| labels.is_empty()).count();
        let (mut plain, mut border) = (Vec::new(), Vec::new());
        if !with_dev {
            plain = folds::plain(labels, *own, count, *seed);
        }
        if !with_dev && !many && outside < OUT_OF_SCOPE_MIN {
            border = folds::leaving_classes_out(labels, *own, *classes, 3, *seed);
        }
        Self { plain, border, done: AtomicUsize::new(0), progress }
    }

    fn step(&self) -> ControlFlow<()> {
        let rounds = self.plain.len() + self.border.len() + 1;
        (self.progress)(IntentProgress { rounds_done: self.done.load(Relaxed), rounds })
    }
}

/// Everything that the rounds share.
struct Training<'a> {
    texts: Vec<&'a Features>,
    background: Vec<Features>,
    vectors: Option<(&'a [Vec<f32>], Rows)>,
    /// Of the examples, then of the background (none).
    labels: Vec<Vec<usize>>,
    own: usize,
    classes: usize,
    many: bool,
    seed: u64,
}

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
        let vectors = examples.vectors.as_ref().map(|vectors| {
            let mut rows = Rows::new();
            vectors.values.iter().for_each(|vector| rows.push(meaning::row(vector)));
            (vectors.values.as_slice(), rows)
        });
        let (many, seed) = (examples.many, settings.seed);
        Self { texts, background, vectors, labels, own, classes, many, seed }
    }

    /// What weights say that have not seen the text; nothing where a dev part is there for that.
    fn held_out(&self, rounds: &Rounds<'_>) -> Option<Held<'_>> {
        let held = |folds: &[Fold]| -> Option<Vec<HeldOut<'_>>> {
            let mut items = Vec::new();
            for fold in folds {
                items.extend(self.held_out_of(fold, &|| rounds.step())?);
                rounds.done.fetch_add(1, Relaxed);
            }
            Some(items)
        };
        Some(Held { items: held(&rounds.plain)?, border: held(&rounds.border)? })
    }

    /// The final round.
    fn everything(&self, rounds: &Rounds<'_>) -> Option<(Weights, Option<Meaning>)> {
        let step = || rounds.step();
        let everything: Vec<u32> = (0..self.labels.len() as u32).collect();
        let (rows, vocabulary) = self.rows(&everything);
        let trained = self.stage_1(&rows, &everything, vocabulary.columns()).train(&|_| step())?;
        let meaning = match &self.vectors {
            Some((vectors, rows)) => {
                let trained = self.stage_2(rows, &everything).train(&|_| step())?;
                let layers = trained.pack(vectors.first().map_or(0, Vec::len) + 1);
                Some(Meaning { layers, neighbours: self.neighbours(vectors, &everything) })
            }
            None => None,
        };
        Some((Weights::new(vocabulary, trained), meaning))
    }

    /// Trains without a part and reads that part.
    fn held_out_of(
        &self,
        fold: &Fold,
        progress: &(dyn Fn() -> ControlFlow<()> + Sync),
    ) -> Option<Vec<HeldOut<'_>>> {
        let (rows, vocabulary) = self.rows(&fold.train);
        let trained = self.stage_1(&rows, &fold.train, vocabulary.columns()).train(&|_| progress())?;
        let mut seen = match &self.vectors {
            Some((vectors, rows)) => {
                let trained = self.stage_2(rows, &fold.train).train(&|_| progress())?;
                let test: Vec<&[f32]> =
                    fold.test.iter().map(|&(row, _)| vectors[row as usize].as_slice()).collect();
                let near = self.neighbours(vectors, &fold.train).read_all(&test);
                let raws = fold.test.iter().map(|&(row, _)| trained.raw(rows, row as usize));
                raws.zip(near).map(|(raw, near)| Seen { raw, near }).collect()
            }
            None => Vec::new(),
        }
        .into_iter();
        let read = |&(row, is_new): &(u32, bool)| HeldOut {
            raw: trained.raw(&rows, row as usize),
            seen: seen.next(),
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

    fn neighbours(&self, vectors: &[Vec<f32>], take: &[u32]) -> Neighbours {
        let rows = take.iter().map(|&row| row as usize).filter(|&row| row < self.own);
        let examples: Vec<(&[f32], &[usize])> =
            rows.map(|row| (vectors[row].as_slice(), self.labels[row].as_slice())).collect();
        Neighbours::of(&examples, self.classes)
    }

    fn stage_1<'r>(&'r self, rows: &'r Rows, take: &[u32], columns: usize) -> Task<'r> {
        let machine = SvmSettings { seed: self.seed, ..SvmSettings::default() };
        let net = NetSettings { seed: self.seed, ..NetSettings::default() };
        let (labels, classes, many) = (&self.labels, self.classes, self.many);
        Task { rows, take: take.to_vec(), labels, classes, many, columns, machine, net }
    }

    /// On the organisation's own texts: the background has no vectors.
    fn stage_2<'r>(&'r self, rows: &'r Rows, take: &[u32]) -> Task<'r> {
        let (machine, net) = meaning::settings(self.seed);
        let take = take.iter().copied().filter(|&row| (row as usize) < self.own).collect();
        let columns = rows.row(0).0.len();
        let (labels, classes, many) = (&self.labels, self.classes, self.many);
        Task { rows, take, labels, classes, many, columns, machine, net }
    }
}
