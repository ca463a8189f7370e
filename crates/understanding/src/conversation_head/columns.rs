//! From the n-grams of a turn to a sparse row.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::turn::{FAMILIES, NUMBERS, Seen};

/// Length of each family's part of a row: chosen on surrogate labels over public conversations with opaque words.
pub(super) const WEIGHTS: [f32; FAMILIES] = [1.0, 0.5, 0.6, 0.4, 0.3, 0.3, 0.3, 0.3];
/// The fewest turns that must hold an n-gram.
const TURNS_MIN: [u32; FAMILIES] = [2, 2, 2, 2, 2, 2, 2, 3];
/// Weight of a plain number that is one deviation off.
const NUMBER_WEIGHT: f32 = 0.15;

/// Known n-grams with their rarity, and what is usual for the plain numbers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub(super) struct Columns {
    stored: Stored,
    column_of: HashMap<(u8, u32), u32>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Stored {
    weights: [f32; FAMILIES],
    /// Ascending.
    grams: Vec<(u8, u32)>,
    rarity: Vec<f32>,
    /// Mean and deviation.
    usual: Vec<(f32, f32)>,
}

impl From<Stored> for Columns {
    fn from(stored: Stored) -> Self {
        let column_of = stored.grams.iter().enumerate().map(|(at, &gram)| (gram, at as u32)).collect();
        Self { stored, column_of }
    }
}

impl From<Columns> for Stored {
    fn from(columns: Columns) -> Self {
        columns.stored
    }
}

impl Columns {
    /// The columns for these turns.
    pub fn of<'a>(turns: impl Iterator<Item = &'a Seen> + Clone, weights: [f32; FAMILIES]) -> Self {
        let mut counts: HashMap<(u8, u32), u32> = HashMap::new();
        let mut total = 0u32;
        for turn in turns.clone() {
            total += 1;
            for &gram in turn.grams.iter().filter(|gram| weights[usize::from(gram.0)] > 0.0) {
                *counts.entry(gram).or_default() += 1;
            }
        }
        counts.retain(|gram, count| *count >= TURNS_MIN[usize::from(gram.0)]);
        let mut kept: Vec<((u8, u32), u32)> = counts.into_iter().collect();
        kept.sort_unstable();
        let rarity = |&(_, count): &(_, u32)| ((1.0 + total as f32) / (1.0 + count as f32)).ln() + 1.0;
        let stored = Stored {
            weights,
            grams: kept.iter().map(|(gram, _)| *gram).collect(),
            rarity: kept.iter().map(rarity).collect(),
            usual: usual(turns),
        };
        stored.into()
    }

    /// Columns of a row: one per n-gram, one per plain number, and one that every row has.
    pub fn count(&self) -> usize {
        self.stored.grams.len() + NUMBERS + 1
    }

    /// The row of a turn.
    pub fn row(&self, turn: &Seen) -> Vec<(u32, f32)> {
        let mut row = Vec::with_capacity(turn.grams.len() / 2 + NUMBERS + 1);
        for family in turn.grams.chunk_by(|a, b| a.0 == b.0) {
            let start = row.len();
            let mut length = 0.0;
            for gram in family {
                if let Some(&column) = self.column_of.get(gram) {
                    let rarity = self.stored.rarity[column as usize];
                    length += rarity * rarity;
                    row.push((column, rarity));
                }
            }
            let scale = self.stored.weights[usize::from(family[0].0)] / f32::sqrt(length).max(1e-6);
            row[start..].iter_mut().for_each(|(_, value)| *value *= scale);
        }
        let first = self.stored.grams.len() as u32;
        for (at, (number, (mean, deviation))) in turn.numbers.iter().zip(&self.stored.usual).enumerate() {
            let off = ((number - mean) / deviation).clamp(-4.0, 4.0);
            row.push((first + at as u32, off * NUMBER_WEIGHT));
        }
        row.push((first + NUMBERS as u32, 0.5));
        row
    }

    /// Whether the parts fit each other, as they do unless a file was made by hand.
    pub fn is_sound(&self) -> bool {
        let Stored { weights, grams, rarity, usual } = &self.stored;
        weights.iter().chain(rarity).all(|weight| weight.is_finite())
            && grams.len() == rarity.len()
            && grams.iter().all(|gram| usize::from(gram.0) < FAMILIES)
            && usual.len() == NUMBERS
            && usual.iter().all(|(mean, deviation)| mean.is_finite() && *deviation > 0.0)
    }
}

fn usual<'a>(turns: impl Iterator<Item = &'a Seen>) -> Vec<(f32, f32)> {
    let (mut sums, mut squares, mut total) = ([0.0f64; NUMBERS], [0.0f64; NUMBERS], 0.0f64);
    for turn in turns {
        total += 1.0;
        for (at, &number) in turn.numbers.iter().enumerate() {
            sums[at] += f64::from(number);
            squares[at] += f64::from(number) * f64::from(number);
        }
    }
    let moments = |(sum, square): (f64, f64)| {
        let mean = sum / total.max(1.0);
        let deviation = (square / total.max(1.0) - mean * mean).max(0.0).sqrt();
        // A number that never changed says nothing when it does.
        (mean as f32, if deviation > 1e-4 { deviation as f32 } else { 1e6 })
    };
    sums.into_iter().zip(squares).map(moments).collect()
}
