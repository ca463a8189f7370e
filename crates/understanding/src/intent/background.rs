//! Texts of all sorts that are probably not what an organisation's examples are about: they teach where its intents end.

use serde::{Deserialize, Serialize};

use crate::learn::{
    features::Features,
    file::{self, FileError},
    vocabulary::{Families, Vocabulary},
};

const KIND: &str = "background";

/// Above this cosine to an example, a background text may well be in scope and is left out.
const NEAR: f32 = 0.5;

/// Hashed n-grams of texts from many fields; the words themselves cannot be read back.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Background {
    texts: Vec<[Vec<u32>; 4]>,
}

impl Background {
    /// Of texts as n-grams ([`Reader::features`](crate::Reader::features)), for shipping.
    pub fn of(texts: impl Iterator<Item = Features>) -> Self {
        let hashes = |features: Features| [features.words, features.pairs, features.grams, features.marks];
        Self { texts: texts.map(hashes).collect() }
    }

    /// The one that ships with Segue.
    pub fn shipped() -> Self {
        let bytes = include_bytes!("../../models/background.bin");
        file::read(KIND, bytes).expect("a test reads the shipped file")
    }

    /// As a file.
    pub fn to_bytes(&self) -> Vec<u8> {
        file::write(KIND, self)
    }

    /// From a file.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FileError> {
        file::read(KIND, bytes)
    }

    /// The texts that are not near any example.
    pub(super) fn apart_from(self, examples: &[Features]) -> Vec<Features> {
        let own = self.texts.into_iter().map(|[words, pairs, grams, marks]| Features {
            words,
            pairs,
            grams,
            marks,
        });
        let own: Vec<Features> = own.collect();
        let vocabulary = Vocabulary::of(examples.iter().chain(&own), Families::default());
        let mut holders: Vec<Vec<(u32, f32)>> = vec![Vec::new(); vocabulary.columns()];
        let rows = examples.iter().map(|text| vocabulary.row(text));
        for (at, row) in rows.enumerate() {
            let length = length(&row);
            for (column, value) in
                row.into_iter().take_while(|(column, _)| *column + 1 < vocabulary.columns() as u32)
            {
                holders[column as usize].push((at as u32, value / length));
            }
        }
        let mut cosines = vec![0.0f32; examples.len()];
        let mut is_apart = |text: &Features| {
            cosines.fill(0.0);
            let row = vocabulary.row(text);
            let length = length(&row);
            for (column, value) in row {
                for &(at, weight) in &holders[column as usize] {
                    cosines[at as usize] += value / length * weight;
                }
            }
            cosines.iter().all(|&cosine| cosine < NEAR)
        };
        own.into_iter().filter(|text| is_apart(text)).collect()
    }
}

fn length(row: &[(u32, f32)]) -> f32 {
    row.iter().map(|(_, value)| value * value).sum::<f32>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_like_the_examples_are_left_out() {
        let background =
            Background::of(["where is my parcel now", "a recipe for soup"].into_iter().map(Features::of));
        let apart = background.apart_from(&[Features::of("where is my parcel")]);
        assert_eq!(apart.len(), 1);
        assert_eq!(apart[0].words, Features::of("a recipe for soup").words);
    }

    #[test]
    fn the_shipped_file_can_be_read() {
        assert!(Background::shipped().texts.len() > 500);
    }
}
