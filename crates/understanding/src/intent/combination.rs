//! Both stages as one: how much each is believed, learned from held-out texts.

use serde::{Deserialize, Serialize};

use super::{
    IntentPrediction,
    calibration::{
        HeldOut, fit_scope, logit, machine_shares, net_shares, scope_features, stage_1_shares, thresholds,
    },
    meaning::Seen,
    weights::Raw,
};
use crate::learn::{calibrate::Logistic, mix};

/// Opinions on the classes of a text: stage 1, and stage 2's machines, network and neighbours.
const OPINIONS: usize = 4;
/// Numbers that tell whether a text is in scope.
const SCOPE_FEATURES: usize = 9;
/// Numbers that tell whether a text has a label.
const LABEL_FEATURES: usize = 5;
/// Held-out positives of a class from which it gets a curve of its own.
const OWN_CURVE_MIN: usize = 20;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Combination {
    /// One label per text.
    One {
        /// By opinion.
        weights: Vec<f32>,
        /// Over [`inside_features`]: the probability of being in scope.
        scope: Logistic,
        /// By class.
        thresholds: Vec<f32>,
    },
    /// Any number of labels per text.
    Many {
        /// By class, over [`label_features`].
        curves: Vec<Logistic>,
        /// By class.
        thresholds: Vec<f32>,
    },
}

impl Combination {
    /// For texts with one label. `scope_items` are held-out texts, some of them out of scope (no labels).
    pub fn one(items: &[HeldOut<'_>], scope_items: &[HeldOut<'_>], classes: usize) -> Self {
        let known = items.iter().filter_map(|item| Some((item.seen.as_ref()?, item, *item.labels.first()?)));
        let known: Vec<(Vec<Vec<f32>>, usize)> =
            known.map(|(seen, item, class)| (opinions(&item.raw, seen), class)).collect();
        let borrowed: Vec<mix::Opinions<'_>> =
            known.iter().map(|(lists, class)| (lists.as_slice(), *class)).collect();
        let weights = mix::weights(&borrowed, OPINIONS);
        let rows = scope_items.iter().filter_map(|item| {
            let seen = item.seen.as_ref()?;
            let shares = mix::mix(&opinions(&item.raw, seen), &weights);
            Some((inside_features(&item.raw, seen, &shares), !item.labels.is_empty()))
        });
        let scope = fit_scope(rows.collect()).unwrap_or_else(unknown_border);
        Self::One { weights, scope, thresholds: vec![0.5; classes] }.with_thresholds(items, classes)
    }

    /// For texts with any number of labels.
    pub fn many(items: &[HeldOut<'_>], classes: usize) -> Self {
        let rows = |class: usize| -> Vec<(Vec<f32>, bool, f32)> {
            let row = |item: &HeldOut<'_>| {
                let features = label_features(&item.raw, item.seen.as_ref()?, class);
                Some((features, item.labels.contains(&class), 1.0))
            };
            items.iter().filter_map(row).collect()
        };
        let by_class: Vec<_> = (0..classes).map(rows).collect();
        let shared = Logistic::fit(&by_class.concat(), 1.0);
        let curve = |rows: &Vec<(Vec<f32>, bool, f32)>| {
            let positives = rows.iter().filter(|row| row.1).count();
            if positives >= OWN_CURVE_MIN { Logistic::fit(rows, 1.0) } else { shared.clone() }
        };
        let curves = by_class.iter().map(curve).collect();
        Self::Many { curves, thresholds: vec![0.5; classes] }.with_thresholds(items, classes)
    }

    fn with_thresholds(mut self, items: &[HeldOut<'_>], classes: usize) -> Self {
        let predictions =
            items.iter().filter_map(|item| Some((self.apply(&item.raw, item.seen.as_ref()?), item.labels)));
        let best = thresholds(&predictions.collect::<Vec<_>>(), classes);
        match &mut self {
            Self::One { thresholds, .. } | Self::Many { thresholds, .. } => *thresholds = best,
        }
        self
    }

    pub fn threshold(&self, class: usize) -> f32 {
        match self {
            Self::One { thresholds, .. } | Self::Many { thresholds, .. } => thresholds[class],
        }
    }

    /// Whether there is a curve and a threshold for each class.
    pub fn fits(&self, classes: usize) -> bool {
        match self {
            Self::One { weights, scope, thresholds } => {
                thresholds.len() == classes
                    && weights.len() == OPINIONS
                    && scope.weights.len() == SCOPE_FEATURES + 1
            }
            Self::Many { curves, thresholds } => {
                thresholds.len() == classes
                    && curves.len() == classes
                    && curves.iter().all(|curve| curve.weights.len() == LABEL_FEATURES + 1)
            }
        }
    }

    pub fn apply(&self, raw: &Raw, seen: &Seen) -> IntentPrediction {
        match self {
            Self::Many { curves, .. } => {
                let probability =
                    |(class, curve): (usize, &Logistic)| curve.probability(&label_features(raw, seen, class));
                let probabilities: Vec<f32> = curves.iter().enumerate().map(probability).collect();
                IntentPrediction { in_scope: probabilities.clone(), probabilities, out_of_scope: 0.0 }
            }
            Self::One { weights, scope, .. } => {
                let in_scope = mix::mix(&opinions(raw, seen), weights);
                let inside = scope.probability(&inside_features(raw, seen, &in_scope));
                let probabilities = in_scope.iter().map(|share| share * inside).collect();
                IntentPrediction { probabilities, in_scope, out_of_scope: 1.0 - inside }
            }
        }
    }
}

/// Where nothing out of scope was held out: the surer of a class, the more in scope.
fn unknown_border() -> Logistic {
    let mut weights = vec![0.0; SCOPE_FEATURES + 1];
    weights[3] = 0.7;
    weights[SCOPE_FEATURES] = 1.0;
    Logistic { weights }
}

/// Logarithms of shares, one list for each opinion.
fn opinions(raw: &Raw, seen: &Seen) -> Vec<Vec<f32>> {
    let most = seen.near.with.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let near = seen.near.with.iter().map(|sum| sum - most).collect();
    vec![stage_1_shares(raw), logs(machine_shares(&seen.raw)), logs(net_shares(&seen.raw)), near]
}

fn logs(mut shares: Vec<f32>) -> Vec<f32> {
    shares.iter_mut().for_each(|share| *share = share.max(1e-6).ln());
    shares
}

/// What stage 1 goes by, how sure the combination is, and how far the text is from what is known.
fn inside_features(raw: &Raw, seen: &Seen, shares: &[f32]) -> Vec<f32> {
    let largest = |values: &[f32]| values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut features = scope_features(raw);
    features.push(logit(largest(shares)));
    features.extend(scope_features(&seen.raw));
    let near = largest(&seen.near.with);
    features.extend([(seen.near.closest - 0.5) * 5.0, near - seen.near.outside]);
    features
}

fn label_features(raw: &Raw, seen: &Seen, class: usize) -> Vec<f32> {
    let near = seen.near.with[class] - seen.near.without[class];
    vec![raw.outputs[class], raw.margins[class], seen.raw.outputs[class], seen.raw.margins[class], near]
}
