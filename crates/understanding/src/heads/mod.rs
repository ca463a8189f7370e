//! What a turn does and how its writer feels, learned from examples: one pass over the n-grams serves every head.
//!
//! Rules stay in charge of what must never be missed (`acts/human`, the safety floor); heads add what no rule foresaw, in
//! more languages, each with a probability that comes true as often as it says.

pub(crate) mod marks;
pub(crate) mod merge;
mod names;
mod train;

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

pub use names::Head;
pub use train::{HeadExample, HeadQuality, HeadTraining};

use segue_core::reading::Reading;

use crate::learn::{
    calibrate::Platt,
    features::Features,
    file::{self, FileError},
    net::read_hidden,
    table::Table,
    vocabulary::Vocabulary,
};
use crate::text::Text;

const KIND: &str = "heads";
/// Sentences that are read one by one.
const SENTENCES_MAX: usize = 12;
/// A sentence of fewer words, such as "Please.", says nothing alone.
const SENTENCE_WORDS_MIN: usize = 4;
/// What a sentence says is worth less without what stands around it.
const OUT_OF_CONTEXT: f32 = 0.9;
/// The heads that one sentence decides.
const BY_SENTENCE: [Head; 4] = [Head::AsksHuman, Head::ThreatensLegal, Head::SelfHarm, Head::Violence];

/// Trained heads. Immutable; share them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Heads {
    vocabulary: Vocabulary,
    vectors: Table,
    bias: Vec<f32>,
    /// `[hidden + 1][head]`.
    output: Vec<f32>,
    curves: Vec<Platt>,
}

/// The probability of each head for one text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeadScores([f32; Head::COUNT]);

impl HeadScores {
    /// 0..=1.
    pub fn probability(&self, head: Head) -> f32 {
        self.0[head as usize]
    }
}

impl Heads {
    /// Those that ship with Segue.
    pub fn shipped() -> &'static Self {
        static SHIPPED: OnceLock<Heads> = OnceLock::new();
        SHIPPED.get_or_init(|| {
            let bytes = include_bytes!("../../models/heads.bin");
            Self::from_bytes(bytes).expect("a test reads the shipped file")
        })
    }

    /// Reads the n-grams of a text.
    pub fn read_features(&self, text: &Features) -> HeadScores {
        let mut hidden = self.bias.clone();
        for (column, value) in self.vocabulary.row(text) {
            self.vectors.add(column as usize, value, &mut hidden);
        }
        let outputs = read_hidden(&hidden, &self.output, Head::COUNT);
        HeadScores(std::array::from_fn(|head| self.curves[head].probability(outputs[head])))
    }

    /// Reads a turn in which the rules found `rules`. What a single sentence does, the turn does: a request at the end of a long
    /// story is one.
    pub(crate) fn read_turn(&self, text: &Text<'_>, rules: &Reading) -> HeadScores {
        let mut scores = self.read_features(&marks::features(&text.folded, rules));
        if text.sentences.len() < 2 {
            return scores;
        }
        for &sentence in text.sentences.iter().take(SENTENCES_MAX) {
            let alone = Features::of_folded(text.of(sentence));
            if alone.words.len() < SENTENCE_WORDS_MIN {
                continue;
            }
            let alone = self.read_features(&alone);
            for head in BY_SENTENCE {
                let score = &mut scores.0[head as usize];
                *score = score.max(alone.probability(head) * OUT_OF_CONTEXT);
            }
        }
        scores
    }

    /// The heads as a file.
    pub fn to_bytes(&self) -> Vec<u8> {
        file::write(KIND, self)
    }

    /// The heads of a file.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FileError> {
        let heads: Self = file::read(KIND, bytes)?;
        let sound = heads.vectors.is_sound()
            && heads.vectors.rows() == heads.vocabulary.columns()
            && heads.vectors.width() == heads.bias.len()
            && heads.output.len() == (heads.bias.len() + 1) * Head::COUNT
            && heads.curves.len() == Head::COUNT;
        if sound { Ok(heads) } else { Err(FileError::Damaged("its parts do not fit each other")) }
    }
}
