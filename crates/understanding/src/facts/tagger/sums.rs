//! Probabilities on the chain: of each label at a token, of each step, and of a fact that holds certain tokens.

use super::chain::{LABELS_MAX, Ties, Transitions};

/// A label less probable than this, by what came before it, is passed over.
const FAINT: f32 = 1e-7;

/// A score so far below the best of its token counts as impossible.
const HOPELESS: f32 = -18.0;

/// Forward and backward sums over all sequences, each position scaled to 1.
pub(crate) struct Sums<'a> {
    labels: usize,
    kinds: usize,
    /// `exp` of the scores, each position by its own factor.
    weights: Vec<f32>,
    forward: Vec<f32>,
    backward: Vec<f32>,
    /// What each position of `forward` was divided by.
    scale: Vec<f32>,
    /// Log of the sum over all sequences.
    pub log_sum: f32,
    exp: &'a ExpTransitions,
    ties: Ties<'a>,
}

/// `exp` of [`Transitions`].
#[derive(Clone, Debug)]
pub(crate) struct ExpTransitions {
    open: Vec<f32>,
    begun: Vec<f32>,
    within: Vec<f32>,
}

impl ExpTransitions {
    pub fn new(of: &Transitions) -> Self {
        let exp = |all: &[f32]| all.iter().map(|score| score.exp()).collect();
        Self { open: exp(&of.open), begun: exp(&of.begun), within: exp(&of.within) }
    }
}

impl<'a> Sums<'a> {
    /// Sums over all sequences. `scores`: tokens x labels.
    pub fn new(exp: &'a ExpTransitions, scores: &[f32], ties: Ties<'a>) -> Self {
        let kinds = exp.begun.len();
        let labels = 2 * kinds + 1;
        let count = scores.len() / labels;
        let mut sums = Self {
            labels,
            kinds,
            weights: vec![0.0; scores.len()],
            forward: vec![0.0; scores.len()],
            backward: vec![0.0; scores.len()],
            scale: vec![1.0; count],
            log_sum: 0.0,
            exp,
            ties,
        };
        for at in 0..count {
            let here = &scores[at * labels..(at + 1) * labels];
            let top = here.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let weights = &mut sums.weights[at * labels..(at + 1) * labels];
            for (weight, score) in weights.iter_mut().zip(here).filter(|(_, score)| *score - top > HOPELESS) {
                *weight = (score - top).exp();
            }
            sums.log_sum += top;
            sums.step_forward(at);
            sums.log_sum += sums.scale[at].ln();
        }
        for at in (0..count).rev() {
            sums.step_backward(at);
        }
        sums
    }

    fn step_forward(&mut self, at: usize) {
        let ties = self.ties;
        let (labels, open) = (self.labels, self.kinds + 1);
        let (done, rest) = self.forward.split_at_mut(at * labels);
        let here = &mut rest[..labels];
        if at == 0 {
            here[..open].copy_from_slice(&self.exp.open[labels * open..]);
        } else {
            let before = &done[(at - 1) * labels..];
            if ties.glued[at] {
                here[0] = before[0];
            } else {
                for (label, &weight) in before.iter().enumerate().filter(|(_, weight)| **weight > FAINT) {
                    let row = &self.exp.open[label * open..(label + 1) * open];
                    here[..open].iter_mut().zip(row).for_each(|(sum, step)| *sum += weight * step);
                }
            }
            if !ties.starts[at] {
                for kind in 0..self.kinds {
                    here[open + kind] =
                        before[1 + kind] * self.exp.begun[kind] + before[open + kind] * self.exp.within[kind];
                }
            }
        }
        let weights = &self.weights[at * labels..(at + 1) * labels];
        here.iter_mut().zip(weights).for_each(|(sum, weight)| *sum *= weight);
        let scale = here.iter().sum::<f32>().max(f32::MIN_POSITIVE);
        here.iter_mut().for_each(|sum| *sum /= scale);
        self.scale[at] = scale;
    }

    fn step_backward(&mut self, at: usize) {
        let (ties, count) = (self.ties, self.scale.len());
        let (labels, open) = (self.labels, self.kinds + 1);
        let (rest, done) = self.backward.split_at_mut((at + 1) * labels);
        let here = &mut rest[at * labels..];
        if at + 1 == count {
            here.fill(1.0);
            return;
        }
        let next = at + 1;
        let scale = self.scale[next];
        let weights = &self.weights[next * labels..(next + 1) * labels];
        let mut after = [0.0_f32; LABELS_MAX];
        for label in 0..labels {
            after[label] = weights[label] * done[label] / scale;
        }
        if ties.glued[next] {
            here[0] = after[0];
        } else {
            let forward = &self.forward[at * labels..][..labels];
            for (label, sum) in here.iter_mut().enumerate().filter(|(label, _)| forward[*label] > FAINT) {
                let row = &self.exp.open[label * open..(label + 1) * open];
                *sum = row.iter().zip(&after[..open]).map(|(step, after)| step * after).sum();
            }
        }
        if !ties.starts[next] {
            for kind in 0..self.kinds {
                here[1 + kind] += self.exp.begun[kind] * after[open + kind];
                here[open + kind] += self.exp.within[kind] * after[open + kind];
            }
        }
    }

    /// The probability of a label at a token.
    pub fn at(&self, token: usize, label: usize) -> f32 {
        self.forward[token * self.labels + label] * self.backward[token * self.labels + label]
    }

    /// The probability that a fact of a kind holds exactly the tokens `[start, end)`.
    pub fn span(&self, kind: usize, start: usize, end: usize) -> f32 {
        let ties = self.ties;
        let (labels, open) = (self.labels, self.kinds + 1);
        let inside = open + kind;
        let mut sum = self.forward[start * labels + 1 + kind];
        for at in start + 1..end {
            let step = if at == start + 1 { self.exp.begun[kind] } else { self.exp.within[kind] };
            sum *= step * self.weights[at * labels + inside] / self.scale[at];
        }
        // Whatever follows, but not its inside.
        let last = end - 1;
        let label = if last == start { 1 + kind } else { inside };
        let mut after = self.backward[last * labels + label];
        if end < self.scale.len() && !ties.starts[end] {
            let step = if last == start { self.exp.begun[kind] } else { self.exp.within[kind] };
            let at = end * labels + inside;
            after -= step * self.weights[at] * self.backward[at] / self.scale[end];
        }
        (sum * after).clamp(0.0, 1.0)
    }

    /// Adds the expected number of steps between labels.
    pub fn add_steps(&self, to: &mut Transitions) {
        let ties = self.ties;
        let (labels, open) = (self.labels, self.kinds + 1);
        for at in 0..self.scale.len() {
            let weights = &self.weights[at * labels..(at + 1) * labels];
            let backward = &self.backward[at * labels..(at + 1) * labels];
            let mut after = [0.0_f32; LABELS_MAX];
            for label in 0..labels {
                after[label] = weights[label] * backward[label] / self.scale[at];
            }
            if at == 0 {
                for (label, after) in after[..open].iter().enumerate() {
                    to.open[labels * open + label] += self.exp.open[labels * open + label] * after;
                }
                continue;
            }
            let before = &self.forward[(at - 1) * labels..at * labels];
            if !ties.glued[at] {
                for (label, &weight) in before.iter().enumerate().filter(|(_, weight)| **weight > FAINT) {
                    for (next, after) in after[..open].iter().enumerate() {
                        let place = label * open + next;
                        to.open[place] += weight * self.exp.open[place] * after;
                    }
                }
            }
            if !ties.starts[at] {
                for kind in 0..self.kinds {
                    let after = after[open + kind];
                    to.begun[kind] += before[1 + kind] * self.exp.begun[kind] * after;
                    to.within[kind] += before[open + kind] * self.exp.within[kind] * after;
                }
            }
        }
    }
}
