//! The linear chain over the tokens of a turn: which labels may follow each other, and the best sequence.
//!
//! Labels of `kinds` kinds are laid out as `[outside, begins 0.., inside 0..]`: only the inside of a kind follows
//! its beginning or inside, so it is one step, and all else one matrix.

use serde::{Deserialize, Serialize};

/// Which tokens tie to the one before.
#[derive(Clone, Copy)]
pub(crate) struct Ties<'a> {
    /// Written together with it: goes on with whatever it is.
    pub glued: &'a [bool],
    /// A sentence ended before: does not go on with a fact.
    pub starts: &'a [bool],
}

/// Scores of one label after another.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Transitions {
    /// How many kinds there are.
    pub kinds: usize,
    /// Row: any label or, as the last row, the start of the turn; column: outside and the beginnings.
    pub open: Vec<f32>,
    /// Of the inside of a kind after its beginning.
    pub begun: Vec<f32>,
    /// Of the inside of a kind after its inside.
    pub within: Vec<f32>,
}

/// The most labels.
pub(crate) const LABELS_MAX: usize = 256;

/// Impossible.
const NEVER: f32 = f32::NEG_INFINITY;

impl Transitions {
    /// All alike.
    pub fn new(kinds: usize) -> Self {
        Self {
            kinds,
            open: vec![0.0; (2 * kinds + 2) * (kinds + 1)],
            begun: vec![0.0; kinds],
            within: vec![0.0; kinds],
        }
    }

    /// How many labels there are.
    pub fn labels(&self) -> usize {
        2 * self.kinds + 1
    }

    /// Labels that may follow any label.
    fn open_labels(&self) -> usize {
        self.kinds + 1
    }

    fn row(&self, from: usize) -> &[f32] {
        let width = self.open_labels();
        &self.open[from * width..(from + 1) * width]
    }

    fn start(&self) -> &[f32] {
        self.row(self.labels())
    }

    /// All scores, in a fixed order.
    pub fn scores_mut(&mut self) -> impl Iterator<Item = &mut f32> {
        self.open.iter_mut().chain(&mut self.begun).chain(&mut self.within)
    }

    /// The score of a label after another; `None` before the first.
    pub fn step_mut(&mut self, before: Option<u8>, label: u8) -> &mut f32 {
        let (open, label) = (self.open_labels(), usize::from(label));
        let before = before.map_or(self.labels(), usize::from);
        if label < open {
            &mut self.open[before * open + label]
        } else if before < open {
            &mut self.begun[label - open]
        } else {
            &mut self.within[label - open]
        }
    }

    /// Whether the parts have the lengths that `kinds` asks for.
    pub fn is_sound(&self, kinds: usize) -> bool {
        self.kinds == kinds
            && self.open.len() == (2 * kinds + 2) * (kinds + 1)
            && self.begun.len() == kinds
            && self.within.len() == kinds
    }

    /// The most by which steps to the same label differ: a sequence that is behind by more never catches up.
    pub fn spread(&self) -> f32 {
        let of = |label: usize| {
            let column = self.open.iter().skip(label).step_by(self.open_labels());
            let (low, high) =
                column.fold((f32::MAX, f32::MIN), |(low, high), &step| (low.min(step), high.max(step)));
            high - low
        };
        (0..self.open_labels()).map(of).fold(0.0, f32::max)
    }

    /// The best sequence of labels. `scores`: tokens x labels; `spread`: as [`Self::spread`] tells.
    pub fn best(&self, scores: &[f32], ties: Ties<'_>, spread: f32) -> Vec<u8> {
        let (labels, open) = (self.labels(), self.open_labels());
        let count = scores.len() / labels;
        let mut from = vec![0_u8; scores.len()];
        let mut best = vec![NEVER; labels];
        let mut next = vec![NEVER; labels];
        for at in 0..count {
            let here = &scores[at * labels..(at + 1) * labels];
            let back = &mut from[at * labels..(at + 1) * labels];
            next.fill(NEVER);
            if at == 0 {
                (0..open).for_each(|label| next[label] = here[label] + self.start()[label]);
            } else if ties.glued[at] {
                next[0] = best[0] + here[0];
            } else {
                let least = best.iter().copied().fold(NEVER, f32::max) - spread;
                for (before, &score) in best.iter().enumerate().filter(|(_, score)| **score >= least) {
                    for (label, &step) in self.row(before).iter().enumerate() {
                        if score + step > next[label] {
                            next[label] = score + step;
                            back[label] = before as u8;
                        }
                    }
                }
                (0..open).for_each(|label| next[label] += here[label]);
            }
            if at > 0 && !ties.starts[at] {
                for kind in 0..self.kinds {
                    let (begin, inside) = (1 + kind, open + kind);
                    let (a, b) = (best[begin] + self.begun[kind], best[inside] + self.within[kind]);
                    next[inside] = a.max(b) + here[inside];
                    back[inside] = if a >= b { begin } else { inside } as u8;
                }
            }
            std::mem::swap(&mut best, &mut next);
        }
        let mut path = vec![0_u8; count];
        let last = (0..labels).fold(0, |top, label| if best[label] > best[top] { label } else { top });
        let mut label = last as u8;
        for at in (0..count).rev() {
            path[at] = label;
            label = from[at * labels + usize::from(label)];
        }
        path
    }
}
