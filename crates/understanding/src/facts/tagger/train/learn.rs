//! The weights of the chain, by stochastic gradients on the log-likelihood (AdaGrad), averaged over the later rounds.

use std::{collections::HashMap, ops::ControlFlow};

use super::{FactSettings, examples::Examples};
use crate::{
    facts::tagger::{
        Stretch,
        chain::{Ties, Transitions},
        features::{FORMAT, Lattice},
        model::Stored,
        sums::{ExpTransitions, Sums},
    },
    learn::random::Random,
};

/// Turns that must hold a feature for it to count. All numbers here were chosen on a held-out sixth of the public set.
const FEATURE_MIN: u32 = 4;
/// Length of a step before AdaGrad shortens it.
const RATE: f32 = 0.06;
/// Where AdaGrad's sums of squares begin: keeps the first steps of rare features short.
const SQUARES_START: f32 = 0.3;
/// Pull of every step towards 0, so that weights without use vanish.
const PULL: f32 = 0.002;
/// The share of features that a turn is learnt without, at random, so that no weight relies on others.
const DROPPED: f32 = 0.2;
/// A turn with less loss than this is looked at in one round of four.
const EASY_LOSS: f32 = 0.003;
/// A gradient below this moves nothing.
const GRADIENT_MIN: f32 = 5e-4;
/// Turns after which the exponentials of the steps between labels are computed anew.
const REFRESH_EVERY: usize = 8;
/// What a byte of a weight is worth: weights reach about +-2.
const SCALE: f32 = 1.0 / 64.0;
/// Weights of fewer such steps are left out of the file; on held-out turns nothing is lost.
const BYTE_MIN: u8 = 4;

/// A turn whose features are rows of the table of weights.
struct Example {
    lattice: Lattice,
    labels: Vec<u8>,
    easy: bool,
}

/// A training under way.
pub(super) struct Learner<'a> {
    examples: &'a Examples,
    settings: &'a FactSettings,
    rows: HashMap<u32, u32>,
    turns: Vec<Example>,
    labels: usize,
    weights: Vec<f32>,
    /// Sums of squared gradients.
    squares: Vec<f32>,
    transitions: Transitions,
    transition_squares: Transitions,
    random: Random,
}

impl<'a> Learner<'a> {
    /// Of the conversations that `takes` names.
    pub fn new(examples: &'a Examples, settings: &'a FactSettings, takes: impl Fn(usize) -> bool) -> Self {
        let mut random = Random::new(settings.seed);
        let kinds = examples.labels.len();
        let labels = 2 * kinds + 1;
        let mut turns = Vec::new();
        for conversation in (0..examples.conversations.len()).filter(|&at| takes(at)) {
            for (lattice, gold) in examples.lattices(conversation, &mut random) {
                if lattice.len() > 0 {
                    let labels = sequence(gold, lattice.len(), kinds);
                    turns.push(Example { lattice, labels, easy: false });
                }
            }
        }
        let rows = index(&mut turns);
        let weights = vec![0.0; rows.len() * labels];
        let squares = vec![SQUARES_START; weights.len()];
        let transitions = Transitions::new(kinds);
        let mut transition_squares = transitions.clone();
        transition_squares.scores_mut().for_each(|square| *square = SQUARES_START);
        Self {
            examples,
            settings,
            rows,
            turns,
            labels,
            weights,
            squares,
            transitions,
            transition_squares,
            random,
        }
    }

    /// All rounds; `None` where `round` ended it.
    pub fn learn(mut self, round: &dyn Fn() -> ControlFlow<()>) -> Option<Stored> {
        let mut order: Vec<usize> = (0..self.turns.len()).collect();
        let mut sum = vec![0.0; self.weights.len()];
        let mut transitions = Transitions::new(self.transitions.kinds);
        let averaged = self.settings.rounds.div_ceil(2);
        for at in 0..self.settings.rounds {
            self.random.shuffle(&mut order);
            self.round(&order);
            if at + averaged >= self.settings.rounds {
                sum.iter_mut().zip(&self.weights).for_each(|(sum, weight)| *sum += weight);
                let scores = transitions.scores_mut().zip(self.transitions.scores_mut());
                scores.for_each(|(sum, score)| *sum += *score);
            }
            if round().is_break() {
                return None;
            }
        }
        let share = 1.0 / averaged as f32;
        sum.iter_mut().for_each(|weight| *weight *= share);
        transitions.scores_mut().for_each(|score| *score *= share);
        let mut stored = Stored {
            format: FORMAT,
            labels: self.examples.labels.clone(),
            languages: self.examples.languages.clone(),
            transitions,
            idle: self.examples.idle_words(),
            ..Stored::default()
        };
        stored.pack(&self.rows, &sum, self.labels, (SCALE, BYTE_MIN));
        Some(stored)
    }

    /// One look at every turn.
    fn round(&mut self, order: &[usize]) {
        let mut exp = ExpTransitions::new(&self.transitions);
        for (count, &at) in order.iter().enumerate() {
            let skip = self.random.below(4) != 0;
            if self.turns[at].easy && skip {
                continue;
            }
            if count.is_multiple_of(REFRESH_EVERY) {
                exp = ExpTransitions::new(&self.transitions);
            }
            let seen = self.without_some(at);
            let loss = self.step(&seen, at, &exp);
            self.turns[at].easy = loss < EASY_LOSS;
        }
    }

    /// The features of a turn without those that this look leaves out.
    fn without_some(&mut self, at: usize) -> Lattice {
        let of = &self.turns[at].lattice;
        let mut lattice = of.clone();
        lattice.features.clear();
        for (part, end) in lattice.ends.iter_mut().enumerate() {
            let kept = of.part(part).iter().filter(|_| self.random.unit() >= DROPPED);
            lattice.features.extend(kept);
            *end = lattice.features.len() as u32;
        }
        lattice
    }

    /// Moves the weights towards the labels of a turn; its loss before.
    fn step(&mut self, seen: &Lattice, at: usize, exp: &ExpTransitions) -> f32 {
        let (labels, width) = (std::mem::take(&mut self.turns[at].labels), self.labels);
        let scores = self.scores(seen);
        let ties = Ties { glued: &seen.glued, starts: &seen.starts };
        let sums = Sums::new(exp, &scores, ties);
        let mut loss = sums.log_sum;
        let mut before = None;
        for (token, &label) in labels.iter().enumerate() {
            loss -= scores[token * width + usize::from(label)] + *self.transitions.step_mut(before, label);
            before = Some(label);
        }
        if loss >= EASY_LOSS {
            self.move_transitions(&sums, &labels);
            self.move_weights(&sums, seen, &labels);
        }
        self.turns[at].labels = labels;
        loss
    }

    fn scores(&self, lattice: &Lattice) -> Vec<f32> {
        let width = self.labels;
        let mut sums = vec![0.0_f32; (lattice.groups + lattice.len()) * width];
        for (at, sum) in sums.chunks_exact_mut(width).enumerate() {
            for &row in lattice.part(at) {
                let weights = &self.weights[row as usize * width..][..width];
                sum.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += weight);
            }
        }
        let (shared, own) = sums.split_at_mut(lattice.groups * width);
        for (token, members) in lattice.members.iter().enumerate() {
            for group in [0, usize::from(members[0]), usize::from(members[1])] {
                let scores = own[token * width..][..width].iter_mut();
                scores.zip(&shared[group * width..][..width]).for_each(|(score, sum)| *score += sum);
            }
        }
        own.to_vec()
    }

    fn move_transitions(&mut self, sums: &Sums<'_>, labels: &[u8]) {
        let mut gradient = Transitions::new(self.transitions.kinds);
        sums.add_steps(&mut gradient);
        let mut before = None;
        for &label in labels {
            *gradient.step_mut(before, label) -= 1.0;
            before = Some(label);
        }
        let moved = self.transitions.scores_mut().zip(self.transition_squares.scores_mut());
        for ((score, square), gradient) in moved.zip(gradient.scores_mut()) {
            shift(score, square, *gradient);
        }
    }

    fn move_weights(&mut self, sums: &Sums<'_>, lattice: &Lattice, labels: &[u8]) {
        let width = self.labels;
        let mut gradients = vec![0.0_f32; (lattice.groups + lattice.len()) * width];
        for (token, (&truth, members)) in labels.iter().zip(&lattice.members).enumerate() {
            for label in 0..width {
                let held = f32::from(u8::from(usize::from(truth) == label));
                let gradient = sums.at(token, label) - held;
                let groups = [0, usize::from(members[0]), usize::from(members[1]), lattice.groups + token];
                groups.into_iter().for_each(|group| gradients[group * width + label] += gradient);
            }
        }
        let mut moved: Vec<(usize, f32)> = Vec::new();
        for (part, gradients) in gradients.chunks_exact(width).enumerate() {
            moved.clear();
            let strong =
                gradients.iter().copied().enumerate().filter(|(_, gradient)| gradient.abs() > GRADIENT_MIN);
            moved.extend(strong);
            for &row in lattice.part(part) {
                for &(label, gradient) in &moved {
                    let place = row as usize * width + label;
                    shift(&mut self.weights[place], &mut self.squares[place], gradient);
                }
            }
        }
    }
}

/// One step of AdaGrad, with the pull.
fn shift(weight: &mut f32, square: &mut f32, gradient: f32) {
    if gradient.abs() > GRADIENT_MIN {
        *square += gradient * gradient;
        let step = RATE / square.sqrt();
        *weight -= step * gradient;
        *weight = weight.signum() * (weight.abs() - step * PULL).max(0.0);
    }
}

/// The label of each token.
fn sequence(gold: &[Stretch], tokens: usize, kinds: usize) -> Vec<u8> {
    let mut labels = vec![0; tokens];
    for stretch in gold {
        labels[stretch.start..stretch.end].fill((1 + kinds + stretch.label) as u8);
        labels[stretch.start] = (1 + stretch.label) as u8;
    }
    labels
}

/// Turns the hashes of features that are frequent enough into rows, and drops the others.
fn index(turns: &mut [Example]) -> HashMap<u32, u32> {
    let mut counts: HashMap<u32, u32> = HashMap::new();
    for turn in turns.iter() {
        turn.lattice.features.iter().for_each(|&hash| *counts.entry(hash).or_default() += 1);
    }
    let mut frequent: Vec<u32> =
        counts.into_iter().filter(|(_, count)| *count >= FEATURE_MIN).map(|(hash, _)| hash).collect();
    frequent.sort_unstable();
    let rows: HashMap<u32, u32> = frequent.into_iter().zip(0..).collect();
    for turn in turns {
        let of = std::mem::take(&mut turn.lattice.features);
        let mut start = 0;
        for end in &mut turn.lattice.ends {
            let part = &of[start..*end as usize];
            start = *end as usize;
            turn.lattice.features.extend(part.iter().filter_map(|hash| rows.get(hash)));
            *end = turn.lattice.features.len() as u32;
        }
    }
    rows
}
