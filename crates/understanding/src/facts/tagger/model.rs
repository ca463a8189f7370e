//! The trained tagger: weights of one byte each, and what a turn's scores are.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
};

use segue_core::reading::FactKind;
use serde::{Deserialize, Serialize};

use super::{
    Label,
    chain::{LABELS_MAX, Ties, Transitions},
    features::{FORMAT, Lattice},
    sums::ExpTransitions,
};
use crate::learn::{
    calibrate::Platt,
    file::{self, FileError},
};

/// What the file says it is.
pub(crate) const KIND: &str = "facts";

/// A trained tagger of facts. Immutable; build it once and share it.
#[derive(Clone, Debug)]
pub struct FactTagger {
    stored: Stored,
    exp: ExpTransitions,
    /// The most by which steps between labels differ.
    spread: f32,
    /// A bit for each feature: most that a turn has are not in the model, and this is small enough to stay near.
    present: Vec<u64>,
    /// Open addressing: each feature with its weights.
    slots: Vec<Slot>,
    /// Label and weight, those of a feature together.
    weights: Vec<(u8, i8)>,
}

/// The weights of a feature: `count` from `start`. Free where `count` is 0.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    hash: u32,
    start: u32,
    count: u32,
}

/// Bits of the table of features present, as a power of two.
const PRESENT_BITS: u32 = 20;

/// What the file holds.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Stored {
    /// The format of the features.
    pub format: u32,
    pub labels: Vec<Label>,
    /// ISO 639-1 codes of the languages of the examples; empty where they could not be told.
    pub languages: Vec<String>,
    pub transitions: Transitions,
    /// Of a span's log-odds.
    pub calibration: Platt,
    /// Hashes of words that are never in a fact, ascending.
    pub idle: Vec<u32>,
    /// Hashes of the features, ascending, each as the distance from the one before.
    pub hashes: Vec<u32>,
    /// How many weights each feature has.
    pub counts: Vec<u8>,
    /// The label of each weight.
    pub places: Vec<u8>,
    /// Each weight, as a signed byte.
    pub weights: Vec<u8>,
    /// What a weight of 1 is worth.
    pub scale: f32,
}

impl FactTagger {
    /// The one that ships with Segue, trained on the sets that `NOTICE` names.
    pub fn shipped() -> Arc<Self> {
        static SHIPPED: LazyLock<Arc<FactTagger>> = LazyLock::new(|| {
            let bytes = include_bytes!("../../../models/facts.bin");
            Arc::new(FactTagger::from_bytes(bytes).expect("a test reads the shipped file"))
        });
        SHIPPED.clone()
    }

    /// The model as a file.
    pub fn to_bytes(&self) -> Vec<u8> {
        file::write(KIND, &self.stored)
    }

    /// The model of a file.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FileError> {
        let stored: Stored = file::read(KIND, bytes)?;
        let weights: usize = stored.counts.iter().map(|&count| usize::from(count)).sum();
        let labels = 2 * stored.labels.len() + 1;
        let sound = stored.transitions.is_sound(stored.labels.len())
            && labels <= LABELS_MAX
            && stored.hashes.len() == stored.counts.len()
            && stored.places.len() == weights
            && stored.weights.len() == weights
            && stored.places.iter().all(|&label| usize::from(label) < labels)
            && stored.scale.is_finite();
        if !sound {
            return Err(FileError::Damaged("its parts do not fit each other"));
        }
        if stored.format != FORMAT {
            return Err(FileError::Damaged("it was trained for other features"));
        }
        Ok(Self::new(stored))
    }

    pub(crate) fn new(stored: Stored) -> Self {
        let mask = (stored.hashes.len() * 2).next_power_of_two().max(2) - 1;
        let mut slots = vec![Slot::default(); mask + 1];
        let mut present = vec![0_u64; 1 << (PRESENT_BITS - 6)];
        let (mut hash, mut start) = (0_u32, 0_u32);
        for (distance, &count) in stored.hashes.iter().zip(&stored.counts) {
            hash = hash.wrapping_add(*distance);
            let count = u32::from(count);
            let mut at = hash as usize & mask;
            while slots[at].count > 0 {
                at = (at + 1) & mask;
            }
            slots[at] = Slot { hash, start, count };
            start += count;
            let bit = hash >> (32 - PRESENT_BITS);
            present[bit as usize / 64] |= 1 << (bit % 64);
        }
        let weights = stored.places.iter().zip(&stored.weights);
        let weights = weights.map(|(&label, &weight)| (label, weight as i8)).collect();
        let exp = ExpTransitions::new(&stored.transitions);
        let spread = stored.transitions.spread();
        Self { stored, exp, spread, present, slots, weights }
    }

    /// The kinds of facts it knows.
    pub fn kinds(&self) -> impl Iterator<Item = FactKind> {
        self.stored.labels.iter().filter_map(Label::fact)
    }

    /// What its labels stand for, by index.
    pub(crate) fn labels(&self) -> &[Label] {
        &self.stored.labels
    }

    /// The best sequence of labels.
    pub(crate) fn best(&self, scores: &[f32], ties: Ties<'_>) -> Vec<u8> {
        self.stored.transitions.best(scores, ties, self.spread)
    }

    pub(crate) fn exp(&self) -> &ExpTransitions {
        &self.exp
    }

    pub(crate) fn calibration(&self) -> Platt {
        self.stored.calibration
    }

    /// Whether a word is never in a fact.
    pub(crate) fn is_idle(&self, word: u32) -> bool {
        self.stored.idle.binary_search(&word).is_ok()
    }

    /// Whether it was trained on texts of a language.
    pub(crate) fn speaks(&self, language: &str) -> bool {
        self.stored.languages.is_empty() || self.stored.languages.iter().any(|known| known == language)
    }

    /// The scores of every token for every label.
    pub(crate) fn scores(&self, lattice: &Lattice) -> Vec<f32> {
        let labels = self.stored.transitions.labels();
        let mut sums = vec![0_i32; (lattice.groups + lattice.len()) * labels];
        let mut found: Vec<Slot> = Vec::with_capacity(64);
        for (at, sum) in sums.chunks_exact_mut(labels).enumerate() {
            // All look-ups first: they wait for memory, and so wait together.
            found.clear();
            found.extend(lattice.part(at).iter().filter_map(|&hash| self.slot(hash)));
            for slot in &found {
                let weights = &self.weights[slot.start as usize..][..slot.count as usize];
                weights.iter().for_each(|&(label, weight)| sum[usize::from(label)] += i32::from(weight));
            }
        }
        let (shared, own) = sums.split_at(lattice.groups * labels);
        let mut scores = vec![0.0; own.len()];
        for (at, members) in lattice.members.iter().enumerate() {
            let group = |group: u8| &shared[usize::from(group) * labels..][..labels];
            let (class, look) = (group(members[0]), group(members[1]));
            let places = at * labels..(at + 1) * labels;
            for (label, (score, own)) in scores[places.clone()].iter_mut().zip(&own[places]).enumerate() {
                *score = (own + shared[label] + class[label] + look[label]) as f32 * self.stored.scale;
            }
        }
        scores
    }

    /// Where the weights of a feature are.
    fn slot(&self, hash: u32) -> Option<Slot> {
        let bit = hash >> (32 - PRESENT_BITS);
        if self.present[bit as usize / 64] & (1 << (bit % 64)) == 0 {
            return None;
        }
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let slot = self.slots[at];
            if slot.count == 0 {
                return None;
            }
            if slot.hash == hash {
                return Some(slot);
            }
            at = (at + 1) & mask;
        }
    }
}

impl Stored {
    /// Packs rows of `labels` floats, each with the hash of its feature: to bytes worth `scale`, without those below
    /// `least`.
    pub fn pack(
        &mut self,
        features: &HashMap<u32, u32>,
        weights: &[f32],
        labels: usize,
        (scale, least): (f32, u8),
    ) {
        let mut ordered: Vec<(u32, u32)> = features.iter().map(|(&hash, &row)| (hash, row)).collect();
        ordered.sort_unstable();
        self.scale = scale;
        let mut last = 0;
        for (hash, row) in ordered {
            let row = &weights[row as usize * labels..][..labels];
            let before = self.weights.len();
            for (label, weight) in row.iter().enumerate() {
                let byte = (weight / scale).round().clamp(-127.0, 127.0) as i8;
                if byte.unsigned_abs() >= least {
                    self.places.push(label as u8);
                    self.weights.push(byte as u8);
                }
            }
            if self.weights.len() > before {
                self.hashes.push(hash - last);
                self.counts.push((self.weights.len() - before) as u8);
                last = hash;
            }
        }
    }
}
