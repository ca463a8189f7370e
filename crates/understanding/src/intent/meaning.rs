//! Stage 2's opinion of a text, from its vector: a machine per class, a small network, and the nearest examples.

use serde::{Deserialize, Serialize};

use super::{
    neighbours::{Near, Neighbours},
    weights::{Layers, Raw},
};
use crate::learn::{net::NetSettings, svm::SvmSettings};

/// The length to which vectors are scaled: what the steps of the network's training are made for.
const LENGTH: f32 = 4.0;
/// The value of the column that every row has.
const BIAS: f32 = 0.5;

/// How the layers over vectors are trained. Chosen by cross-validation on public intent sets; vectors are longer
/// than rows of n-grams, so an error costs less.
pub(super) fn settings(seed: u64) -> (SvmSettings, NetSettings) {
    let machine = SvmSettings { cost: 0.25, seed, ..SvmSettings::default() };
    (machine, NetSettings { seed, ..NetSettings::default() })
}

/// A vector as a row of the layers.
pub(super) fn row(vector: &[f32]) -> impl Iterator<Item = (u32, f32)> {
    (0u32..).zip(vector.iter().map(|value| value * LENGTH).chain([BIAS]))
}

/// What is learned from vectors of one encoder.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Meaning {
    pub layers: Layers,
    pub neighbours: Neighbours,
}

/// What stage 2 says of a text.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub raw: Raw,
    pub near: Near,
}

impl Meaning {
    pub fn read(&self, vector: &[f32]) -> Seen {
        Seen { raw: self.layers.raw(row(vector)), near: self.neighbours.read(vector) }
    }

    /// Values per vector.
    pub fn dimensions(&self) -> usize {
        self.neighbours.width()
    }

    /// Whether the parts fit each other.
    pub fn is_sound(&self, classes: usize) -> bool {
        self.neighbours.classes() == classes && self.layers.is_sound(self.dimensions() + 1, classes)
    }
}
