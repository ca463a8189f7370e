//! From n-grams to columns, weighted by how rare they are.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::features::Features;

/// How much each family of n-grams weighs, and how many texts must hold an n-gram for it to get a column.
#[derive(Clone, Copy, Debug)]
pub struct Families {
    /// Length of the vector of words, pairs, runs of characters and marks.
    pub weights: [f32; 4],
    /// The fewest texts for words, pairs, runs of characters and marks.
    pub texts_min: [u32; 4],
}

impl Default for Families {
    /// Chosen by cross-validation on public intent sets.
    fn default() -> Self {
        Self { weights: [1.0, 1.0, 1.0, 0.7], texts_min: [1, 1, 2, 2] }
    }
}

/// The value of the column that every row has.
const BIAS: f32 = 0.5;

/// The known n-grams, each with a column.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct Vocabulary {
    stored: Stored,
    /// Open addressing: column + 1, or 0 where a slot is free.
    slots: Vec<u32>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Stored {
    weights: [f32; 4],
    /// Ascending.
    hashes: Vec<u32>,
    /// ln((1 + texts) / (1 + texts with it)) + 1, as in the usual smoothed form.
    rarity: Vec<f32>,
}

impl From<Stored> for Vocabulary {
    fn from(stored: Stored) -> Self {
        let size = (stored.hashes.len() * 2).next_power_of_two().max(2);
        let mut slots = vec![0; size];
        for (column, &hash) in stored.hashes.iter().enumerate() {
            let mut slot = hash as usize & (size - 1);
            while slots[slot] != 0 {
                slot = (slot + 1) & (size - 1);
            }
            slots[slot] = column as u32 + 1;
        }
        Self { stored, slots }
    }
}

impl From<Vocabulary> for Stored {
    fn from(vocabulary: Vocabulary) -> Self {
        vocabulary.stored
    }
}

impl Vocabulary {
    /// The vocabulary of these texts.
    pub fn of<'a>(texts: impl Iterator<Item = &'a Features>, families: Families) -> Self {
        let mut counts: HashMap<u32, (u32, usize)> = HashMap::new();
        let (mut total, mut seen) = (0u32, Vec::new());
        for text in texts {
            total += 1;
            for (family, hashes) in text.families().into_iter().enumerate() {
                seen.clear();
                seen.extend_from_slice(hashes);
                seen.sort_unstable();
                seen.dedup();
                seen.iter().for_each(|&hash| counts.entry(hash).or_insert((0, family)).0 += 1);
            }
        }
        let mut kept: Vec<(u32, u32)> = counts
            .into_iter()
            .filter(|(_, (count, family))| *count >= families.texts_min[*family])
            .map(|(hash, (count, _))| (hash, count))
            .collect();
        kept.sort_unstable();
        let rarity = |&(_, count): &(u32, u32)| ((1.0 + total as f32) / (1.0 + count as f32)).ln() + 1.0;
        let stored = Stored {
            weights: families.weights,
            hashes: kept.iter().map(|(hash, _)| *hash).collect(),
            rarity: kept.iter().map(rarity).collect(),
        };
        stored.into()
    }

    /// Columns of a row: one per n-gram, and the last that every row has.
    pub fn columns(&self) -> usize {
        self.stored.hashes.len() + 1
    }

    /// Whether an n-gram is known.
    pub fn knows(&self, hash: u32) -> bool {
        self.column(hash).is_some()
    }

    fn column(&self, hash: u32) -> Option<u32> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut slot = hash as usize & mask;
        loop {
            let column = self.slots[slot].checked_sub(1)?;
            if self.stored.hashes[column as usize] == hash {
                return Some(column);
            }
            slot = (slot + 1) & mask;
        }
    }

    /// A text as a row: each family scaled to its weight, damped counts times rarity inside.
    pub fn row(&self, text: &Features) -> Vec<(u32, f32)> {
        let mut row = Vec::with_capacity(text.words.len() * 8 + 1);
        for (hashes, weight) in text.families().into_iter().zip(self.stored.weights) {
            let start = row.len();
            let mut columns: Vec<u32> = hashes.iter().filter_map(|&hash| self.column(hash)).collect();
            columns.sort_unstable();
            let mut length = 0.0;
            for same in columns.chunk_by(|a, b| a == b) {
                let value = (1.0 + (same.len() as f32).ln()) * self.stored.rarity[same[0] as usize];
                length += value * value;
                row.push((same[0], value));
            }
            if length > 0.0 {
                let scale = weight / length.sqrt();
                row[start..].iter_mut().for_each(|(_, value)| *value *= scale);
            }
        }
        row.push((self.stored.hashes.len() as u32, BIAS));
        row
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_holds_known_columns_of_unit_length() {
        let texts = [Features::of("the card was declined"), Features::of("the card arrived")];
        let vocabulary = Vocabulary::of(texts.iter(), Families::default());
        let row = vocabulary.row(&Features::of("card of a stranger"));
        let words: f32 = row.iter().map(|(_, value)| value * value).sum();
        assert!(words > 1.0 && row.iter().all(|(column, _)| (*column as usize) < vocabulary.columns()));
        assert_eq!(vocabulary.row(&Features::of("zzz")), [(vocabulary.columns() as u32 - 1, BIAS)]);
        assert!(Vocabulary::default().row(&texts[0]).len() == 1);
    }
}
