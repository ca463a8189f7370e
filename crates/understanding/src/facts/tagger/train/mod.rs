//! Training: from labelled conversations to a tagger. The same conversations and seed give the same bytes.

mod examples;
mod learn;

use std::{
    ops::ControlFlow,
    sync::atomic::{AtomicUsize, Ordering},
};

pub use examples::{LabelledConversation, LabelledSpan, LabelledTurn};

use self::{
    examples::{Examples, Prepared},
    learn::Learner,
};
use super::{FactTagger, Stretch, model::Stored};
use crate::learn::{calibrate::Platt, measure::Scored};

/// How a tagger is trained.
#[derive(Clone, Debug)]
pub struct FactSettings {
    /// Seed of everything random.
    pub seed: u64,
    /// Passes over the examples. 12 is where the held-out sixth of the public set stops to gain.
    pub rounds: usize,
}

impl Default for FactSettings {
    fn default() -> Self {
        Self { seed: 1, rounds: 12 }
    }
}

/// How far a training is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FactProgress {
    /// Rounds that are done.
    pub rounds_done: usize,
    /// Rounds in all: those for calibration and those for the final weights.
    pub rounds: usize,
}

/// Why examples cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum FactExampleError {
    /// Too few labelled facts.
    #[error("{found} labelled facts are too few to learn from; give at least {FACTS_MIN}")]
    FewFacts {
        /// How many there are.
        found: usize,
    },
    /// More kinds than a chain holds.
    #[error("{found} kinds of labels are too many; {LABELS_MAX} at most")]
    ManyLabels {
        /// How many there are.
        found: usize,
    },
    /// A span that is not in its text.
    #[error(
        "conversation {conversation}, turn {turn}: a label ends at character {end}, behind the end of the text"
    )]
    OutsideText {
        /// Its place among the conversations, from 1.
        conversation: usize,
        /// Its place in the conversation, from 1.
        turn: usize,
        /// Where the span ends.
        end: u32,
    },
}

/// The fewest labelled facts.
const FACTS_MIN: usize = 20;
/// The most kinds of labels: a label and its inside fit a byte, with room.
const LABELS_MAX: usize = 120;
/// Of so many conversations one is held out to set probabilities.
const HELD_OUT_EVERY: usize = 6;

/// Told after each round; ends the training where it breaks.
type Progress<'a> = &'a (dyn Fn(FactProgress) -> ControlFlow<()> + Sync);

impl FactTagger {
    /// Trains on conversations. Probabilities are set on `dev`, or on a sixth that a second training holds out.
    /// `Ok(None)` where `progress` ended it.
    ///
    /// # Errors
    /// Why the conversations cannot be used.
    pub fn train(
        conversations: &[LabelledConversation],
        dev: Option<&[LabelledConversation]>,
        settings: &FactSettings,
        progress: Progress<'_>,
    ) -> Result<Option<Self>, FactExampleError> {
        let examples = Examples::new(conversations)?;
        let dev = dev.map(|dev| examples.prepare(dev)).transpose()?;
        let trainings = if dev.is_some() { 1 } else { 2 };
        let (done, rounds) = (AtomicUsize::new(0), trainings * settings.rounds);
        let round = || {
            let rounds_done = done.fetch_add(1, Ordering::Relaxed) + 1;
            progress(FactProgress { rounds_done, rounds })
        };
        let last = || Learner::new(&examples, settings, |_| true).learn(&round);
        let (stored, calibration) = match dev {
            Some(dev) => {
                let Some(stored) = last() else { return Ok(None) };
                let calibration = calibrate(&Self::new(stored.clone()), dev.iter());
                (stored, calibration)
            }
            None => {
                let held_out = |at: usize| at.is_multiple_of(HELD_OUT_EVERY);
                let part = || {
                    let part = Learner::new(&examples, settings, |at| !held_out(at)).learn(&round)?;
                    let turns = examples.conversations.iter().step_by(HELD_OUT_EVERY);
                    Some(calibrate(&Self::new(part), turns))
                };
                let (part, last) = std::thread::scope(|scope| {
                    let part = scope.spawn(part);
                    let last = last();
                    (part.join().expect("training does not panic"), last)
                });
                let (Some(calibration), Some(stored)) = (part, last) else { return Ok(None) };
                (stored, calibration)
            }
        };
        Ok(Some(Self::new(Stored { calibration, ..stored })))
    }

    /// Tags the turns of a conversation one after another, each after what was found in those before.
    fn tag_prepared(&self, turns: &[Prepared]) -> Vec<Vec<(Stretch, f32)>> {
        let mut found: Vec<Vec<(Stretch, f32)>> = Vec::new();
        for at in 0..turns.len() {
            let labels = |before: usize| found[before].iter().map(|(stretch, _)| stretch.label).collect();
            let history = examples::history(turns, at, &labels, self.labels(), turns[at].asked.clone());
            found.push(self.stretches(&turns[at].tokens, &turns[at].rules, &history));
        }
        found
    }
}

/// Fits the log-odds of spans in conversations that were not learnt to how often they are right.
fn calibrate<'e>(tagger: &FactTagger, conversations: impl Iterator<Item = &'e Vec<Prepared>>) -> Platt {
    let mut items: Vec<Scored> = Vec::new();
    for turns in conversations {
        for (turn, found) in turns.iter().zip(tagger.tag_prepared(turns)) {
            let facts =
                found.into_iter().filter(|(stretch, _)| tagger.labels()[stretch.label].fact().is_some());
            items.extend(facts.map(|(stretch, odds)| (odds, turn.gold.contains(&stretch))));
        }
    }
    Platt::fit(&items)
}
