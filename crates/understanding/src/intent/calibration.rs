//! From what the weights say to probabilities.

use serde::{Deserialize, Serialize};

use super::{IntentPrediction, meaning::Seen, weights::Raw};
use crate::learn::{
    calibrate::{Logistic, Platt, sharpness},
    measure::{Scored, best_threshold},
    net::softmax,
};

/// How sharply margins of machines are read before the average with the network; margins are about -1..=1.
const MARGIN_SHARPNESS: f32 = 6.0;
/// A probability is never taken for less.
const LEAST: f32 = 1e-6;
/// The share of out-of-scope texts that probabilities are set for. Live traffic of three bots had 20 to 60 % (HINT3, arXiv 2009.13833);
/// training sets hold few or none.
const OUT_OF_SCOPE_SHARE: f32 = 0.2;
/// Held-out positives of a class from which it gets a curve of its own.
const OWN_CURVE_MIN: usize = 20;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Calibration {
    /// One label per text.
    One {
        /// Of the averaged log-probabilities.
        sharpness: f32,
        /// Over [`scope_features`]: the probability of being in scope.
        scope: Logistic,
        /// By class.
        thresholds: Vec<f32>,
    },
    /// Any number of labels per text.
    Many {
        /// By class, over [`joint_score`].
        curves: Vec<Platt>,
        /// By class.
        thresholds: Vec<f32>,
    },
}

/// A held-out text: what both stages said, and its true classes.
pub(super) struct HeldOut<'a> {
    pub raw: Raw,
    /// Absent where no encoder was given.
    pub seen: Option<Seen>,
    pub labels: &'a [usize],
}

impl Calibration {
    /// For texts with one label. `scope_items` are held-out texts, some of them out of scope (no labels).
    pub fn one(items: &[HeldOut<'_>], scope_items: &[HeldOut<'_>], classes: usize) -> Self {
        let known: Vec<(Vec<f32>, usize)> = items
            .iter()
            .filter_map(|item| Some((stage_1_shares(&item.raw), *item.labels.first()?)))
            .collect();
        let sharpness = sharpness(known.iter().map(|(shares, class)| (shares.as_slice(), *class)));
        let rows =
            scope_items.iter().map(|item| (scope_features(&item.raw), !item.labels.is_empty())).collect();
        // Nothing to learn the border from: believe the network and the machines half each.
        let scope = fit_scope(rows).unwrap_or_else(|| Logistic { weights: vec![0.5, 1.0, -0.3, 1.0] });
        let mut calibration = Self::One { sharpness, scope, thresholds: vec![0.5; classes] };
        let predictions: Vec<_> =
            items.iter().map(|item| (calibration.apply(&item.raw), item.labels)).collect();
        let best = thresholds(&predictions, classes);
        if let Self::One { thresholds, .. } = &mut calibration {
            *thresholds = best;
        }
        calibration
    }

    /// For texts with any number of labels.
    pub fn many(items: &[HeldOut<'_>], classes: usize) -> Self {
        let scored = |class: usize| -> Vec<Scored> {
            items.iter().map(|item| (joint_score(&item.raw, class), item.labels.contains(&class))).collect()
        };
        let by_class: Vec<Vec<Scored>> = (0..classes).map(scored).collect();
        let shared = Platt::fit(&by_class.concat());
        let curve = |items: &Vec<Scored>| {
            let positives = items.iter().filter(|item| item.1).count();
            if positives >= OWN_CURVE_MIN { Platt::fit(items) } else { shared }
        };
        let mut calibration =
            Self::Many { curves: by_class.iter().map(curve).collect(), thresholds: vec![0.5; classes] };
        let predictions: Vec<_> =
            items.iter().map(|item| (calibration.apply(&item.raw), item.labels)).collect();
        let best = thresholds(&predictions, classes);
        if let Self::Many { thresholds, .. } = &mut calibration {
            *thresholds = best;
        }
        calibration
    }

    pub fn threshold(&self, class: usize) -> f32 {
        match self {
            Self::One { thresholds, .. } | Self::Many { thresholds, .. } => thresholds[class],
        }
    }

    /// Whether there is a curve and a threshold for each class.
    pub fn fits(&self, classes: usize) -> bool {
        match self {
            Self::One { scope, thresholds, .. } => thresholds.len() == classes && scope.weights.len() == 4,
            Self::Many { curves, thresholds } => thresholds.len() == classes && curves.len() == classes,
        }
    }

    pub fn apply(&self, raw: &Raw) -> IntentPrediction {
        match self {
            Self::Many { curves, .. } => {
                let probability =
                    |(class, curve): (usize, &Platt)| curve.probability(joint_score(raw, class));
                let probabilities: Vec<f32> = curves.iter().enumerate().map(probability).collect();
                IntentPrediction { in_scope: probabilities.clone(), probabilities, out_of_scope: 0.0 }
            }
            Self::One { sharpness, scope, .. } => {
                let mut in_scope = stage_1_shares(raw);
                in_scope.iter_mut().for_each(|share| *share *= sharpness);
                softmax(&mut in_scope);
                let inside = scope.probability(&scope_features(raw));
                let probabilities = in_scope.iter().map(|share| share * inside).collect();
                IntentPrediction { probabilities, in_scope, out_of_scope: 1.0 - inside }
            }
        }
    }
}

/// The threshold with the best F1 by class, drawn towards a half where few positives speak for it.
pub(super) fn thresholds(predictions: &[(IntentPrediction, &[usize])], classes: usize) -> Vec<f32> {
    let threshold = |class: usize| {
        let scored: Vec<Scored> = predictions
            .iter()
            .map(|(prediction, labels)| (prediction.probabilities[class], labels.contains(&class)))
            .collect();
        let positives = scored.iter().filter(|item| item.1).count() as f32;
        let trust = positives / (positives + OWN_CURVE_MIN as f32);
        trust * best_threshold(&scored).clamp(0.2, 0.8) + (1.0 - trust) * 0.5
    };
    (0..classes).map(threshold).collect()
}

/// Logarithms of the averaged shares of both kinds of weights, given that the text is in scope.
pub(super) fn stage_1_shares(raw: &Raw) -> Vec<f32> {
    let (net, machines) = (net_shares(raw), machine_shares(raw));
    net.iter().zip(&machines).map(|(a, b)| ((a + b) / 2.0).max(LEAST).ln()).collect()
}

/// The network's shares of the classes, given that the text is in scope.
pub(super) fn net_shares(raw: &Raw) -> Vec<f32> {
    let mut net = raw.outputs[..raw.margins.len()].to_vec();
    softmax(&mut net);
    net
}

/// The machines' shares of the classes.
pub(super) fn machine_shares(raw: &Raw) -> Vec<f32> {
    let mut machines: Vec<f32> = raw.margins.iter().map(|margin| margin * MARGIN_SHARPNESS).collect();
    softmax(&mut machines);
    machines
}

/// How sure the best class is, the largest margin, and how much the network finds the text out of scope: three numbers that
/// fall differently when a text is about something new.
pub(super) fn scope_features(raw: &Raw) -> Vec<f32> {
    let classes = raw.margins.len();
    let mut net = raw.outputs.clone();
    softmax(&mut net);
    let machines = machine_shares(raw);
    let best = net[..classes].iter().zip(&machines).map(|(a, b)| a + b).fold(0.0f32, f32::max) / 2.0;
    let margin = raw.margins.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let outside = net.get(classes).copied().unwrap_or(0.0);
    vec![logit(best), margin.clamp(-3.0, 3.0), logit(outside)]
}

pub(super) fn logit(probability: f32) -> f32 {
    let probability = probability.clamp(1e-4, 1.0 - 1e-4);
    (probability / (1.0 - probability)).ln()
}

/// The border between rows that are in scope and rows that are not; `None` where one of them is missing.
pub(super) fn fit_scope(rows: Vec<(Vec<f32>, bool)>) -> Option<Logistic> {
    let inside = rows.iter().filter(|row| row.1).count() as f32;
    let outside = rows.len() as f32 - inside;
    if outside == 0.0 || inside == 0.0 {
        return None;
    }
    let all = rows.len() as f32;
    let weigh = |is_inside: bool| {
        if is_inside { (1.0 - OUT_OF_SCOPE_SHARE) / inside } else { OUT_OF_SCOPE_SHARE / outside }
    };
    let rows: Vec<_> =
        rows.into_iter().map(|(row, is_inside)| (row, is_inside, weigh(is_inside) * all)).collect();
    Some(Logistic::fit(&rows, 1.0))
}

/// Both kinds of weights on one scale.
fn joint_score(raw: &Raw, class: usize) -> f32 {
    raw.outputs[class] + 2.0 * raw.margins[class]
}
