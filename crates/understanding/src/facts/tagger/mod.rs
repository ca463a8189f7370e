//! A trained tagger of spans beside the rules: names, addresses, numbers and dates that no form gives away, found by
//! the words around them, by what the conversation held before, and by what the rules say.
//!
//! A linear chain over hashed features (Lafferty, McCallum and Pereira 2001), decoded by Viterbi; the probability of
//! a span is its marginal on the chain, calibrated on conversations that were held out.
//!
//! Invariants:
//! - It reads only what is before the turn, never after.
//! - The rules are features like others: the tagger learns how far each can be trusted. Which of the two speaks in
//!   the end is decided in one place (`facts::merge`).
//! - Kinds are known by their place in [`FactKind`]: new kinds are added at its end.

mod chain;
mod features;
mod history;
mod keys;
mod looks;
mod model;
mod sums;
mod tokens;
mod train;

use segue_core::reading::FactKind;
use serde::{Deserialize, Serialize};

pub(crate) use history::History;
pub use model::FactTagger;
pub use train::{
    FactExampleError, FactProgress, FactSettings, LabelledConversation, LabelledSpan, LabelledTurn,
};

use self::{chain::Ties, features::lattice, sums::Sums, tokens::Tokens};
use super::Found;
use crate::text::{Span, Text};

/// What a stretch of words is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Label {
    /// A fact.
    Fact(FactKind),
    /// Something else that has a name in the examples: learnt so that facts are told from it, never reported.
    Other(String),
}

impl Label {
    /// The kind of fact.
    pub fn fact(&self) -> Option<FactKind> {
        match self {
            Self::Fact(kind) => Some(*kind),
            Self::Other(_) => None,
        }
    }
}

/// A fact that the tagger sees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Tagged {
    pub kind: FactKind,
    pub span: Span,
    /// Calibrated, 0..=1.
    pub probability: f32,
}

/// A stretch of tokens with a label, `[start, end)`.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Stretch {
    start: usize,
    end: usize,
    label: usize,
}

impl FactTagger {
    /// The facts of a customer's turn, in the order of the text. `history` is asked for only where the turn can hold
    /// a fact.
    pub(crate) fn tag(
        &self,
        text: &Text<'_>,
        rules: &[Found],
        history: impl FnOnce() -> History,
    ) -> Vec<Tagged> {
        let tokens = Tokens::new(text);
        if !self.can_hold_fact(&tokens) {
            return Vec::new();
        }
        let stretches = self.stretches(&tokens, rules, &history());
        let probability = |odds: f32| self.calibration().probability(odds);
        let tagged = stretches.into_iter().filter_map(|(stretch, odds)| {
            let kind = self.labels()[stretch.label].fact()?;
            let span = tokens.span(stretch.start, stretch.end);
            Some(Tagged { kind, span, probability: probability(odds) })
        });
        tagged.collect()
    }

    /// The cheap look: whether any token is one that facts are made of.
    fn can_hold_fact(&self, tokens: &Tokens) -> bool {
        (0..tokens.len()).any(|at| tokens.list[at].digits || !self.is_idle(keys::word_hash(tokens.form(at))))
    }

    /// The best labels of a turn, with the log-odds of each stretch.
    fn stretches(&self, tokens: &Tokens, rules: &[Found], history: &History) -> Vec<(Stretch, f32)> {
        let lattice = lattice(tokens, rules, history);
        let scores = self.scores(&lattice);
        let ties = Ties { glued: &lattice.glued, starts: &lattice.starts };
        let path = self.best(&scores, ties);
        let found = stretches(&path, self.labels().len());
        if !found.iter().any(|stretch| self.labels()[stretch.label].fact().is_some()) {
            return Vec::new();
        }
        let sums = Sums::new(self.exp(), &scores, ties);
        let odds = |stretch: &Stretch| log_odds(sums.span(stretch.label, stretch.start, stretch.end));
        found.iter().map(|stretch| (*stretch, odds(stretch))).collect()
    }
}

/// The stretches of a sequence of labels.
fn stretches(path: &[u8], kinds: usize) -> Vec<Stretch> {
    let mut found: Vec<Stretch> = Vec::new();
    for (at, &label) in path.iter().enumerate() {
        match usize::from(label) {
            0 => {}
            label if label <= kinds => found.push(Stretch { start: at, end: at + 1, label: label - 1 }),
            _ => found.last_mut().expect("an inside follows a beginning").end = at + 1,
        }
    }
    found
}

/// `ln(p / (1 - p))`, kept within what floats can tell apart.
fn log_odds(probability: f32) -> f32 {
    const EDGE: f32 = 1e-5;
    let p = probability.clamp(EDGE, 1.0 - EDGE);
    (p / (1.0 - p)).ln()
}
