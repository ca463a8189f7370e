//! From when stage 1 decides alone: chosen on held-out texts so that almost nothing is lost by not asking stage 2.

use super::IntentPrediction;
use crate::learn::measure::{Scored, auroc};

/// A gate that no text passes.
pub(super) const SHUT: f32 = 2.0;

/// Right decisions that may be lost, as a share of all.
const LOST_MAX: f64 = 0.0005;
/// What may be lost of the mean logarithm of the probability of what is true.
const LIKELIHOOD_LOST_MAX: f64 = 0.003;
/// What may be lost of the area under the curve of being in scope, or of having a label.
const AREA_LOST_MAX: f64 = 0.001;
/// How much smaller a share is tried where too much is lost.
const STEP: f64 = 0.95;

/// A held-out text: what stage 1 and both together say, and its true classes.
pub(super) struct Both<'a> {
    pub first: IntentPrediction,
    pub both: IntentPrediction,
    pub labels: &'a [usize],
}

/// How sure a prediction is, 0..=1: of the best class, or where a text can have several labels, of all of them.
pub(super) fn sureness(prediction: &IntentPrediction, many: bool) -> f32 {
    if many {
        let least = prediction.probabilities.iter().map(|p| p.max(1.0 - p));
        return least.fold(1.0, f32::min);
    }
    prediction.probabilities.get(prediction.best()).copied().unwrap_or(0.0)
}

/// The sureness from which stage 1 decides alone: for as many texts as can be. `thresholds` are those of both stages
/// together, by class.
pub(super) fn choose(items: &mut [Both<'_>], many: bool, thresholds: (&[f32], &[f32])) -> f32 {
    items.sort_by(|a, b| sureness(&b.first, many).total_cmp(&sureness(&a.first, many)));
    let judge = |prediction: &IntentPrediction, labels: &[usize], thresholds: &[f32]| {
        if many { judge_many(prediction, labels, thresholds) } else { judge_one(prediction, labels) }
    };
    // What is lost by leaving the texts so far to stage 1.
    let (mut right, mut likelihood) = (0.0f64, 0.0f64);
    let mut lost = vec![(right, likelihood)];
    for item in items.iter() {
        let alone = judge(&item.first, item.labels, thresholds.0);
        let both = judge(&item.both, item.labels, thresholds.1);
        right += both.0 - alone.0;
        likelihood += both.1 - alone.1;
        lost.push((right, likelihood));
    }
    let all = items.len().max(1) as f64;
    let full = area(items, 0, many);
    let sure = |at: usize| sureness(&items[at].first, many);
    let mut left = items.len();
    loop {
        // A gate cannot part texts that are equally sure.
        while (1..items.len()).contains(&left) && sure(left - 1) == sure(left) {
            left -= 1;
        }
        if left == 0 {
            return SHUT;
        }
        let (right, likelihood) = lost[left];
        let is_cheap = right <= LOST_MAX * all && likelihood <= LIKELIHOOD_LOST_MAX * all;
        if is_cheap && area(items, left, many) >= full - AREA_LOST_MAX {
            return sure(left - 1);
        }
        left = (left as f64 * STEP) as usize;
    }
}

/// Right decisions and the log-likelihood of what is true.
fn judge_one(prediction: &IntentPrediction, labels: &[usize]) -> (f64, f64) {
    let best = prediction.best();
    let said = (prediction.out_of_scope < 0.5).then_some(best);
    let truth = labels.first();
    let probability = truth.map_or(prediction.out_of_scope, |&class| prediction.probabilities[class]);
    // Half for the class and half for the scope.
    let inside = truth.is_none_or(|class| *class == best);
    let right = (f64::from(u8::from(said.as_ref() == truth)) + f64::from(u8::from(inside))) / 2.0;
    (right, log(probability))
}

fn judge_many(prediction: &IntentPrediction, labels: &[usize], thresholds: &[f32]) -> (f64, f64) {
    let each = prediction.probabilities.iter().zip(thresholds).enumerate();
    let each = each.map(|(class, (&probability, &threshold))| {
        let held = labels.contains(&class);
        let right = f64::from(u8::from((probability >= threshold) == held));
        (right, log(if held { probability } else { 1.0 - probability }))
    });
    each.fold((0.0, 0.0), |sum, item| (sum.0 + item.0, sum.1 + item.1))
}

fn log(probability: f32) -> f64 {
    f64::from(probability.max(1e-4)).ln()
}

/// Where stage 1 decides on the first `left` items alone.
fn area(items: &[Both<'_>], left: usize, many: bool) -> f64 {
    let said = items
        .iter()
        .enumerate()
        .map(|(at, item)| (if at < left { &item.first } else { &item.both }, item.labels));
    let scored: Vec<Scored> = if many {
        let each = |(prediction, labels): (&IntentPrediction, &[usize])| -> Vec<Scored> {
            let classes = prediction.probabilities.iter().enumerate();
            classes.map(|(class, &probability)| (probability, labels.contains(&class))).collect()
        };
        said.flat_map(each).collect()
    } else {
        said.map(|(prediction, labels)| (prediction.out_of_scope, labels.is_empty())).collect()
    };
    auroc(&scored).unwrap_or(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(best: f32) -> IntentPrediction {
        let in_scope = vec![best, 1.0 - best];
        IntentPrediction { probabilities: in_scope.clone(), in_scope, out_of_scope: 0.0 }
    }

    #[test]
    fn stage_1_keeps_what_it_decides_as_well() {
        // Sure ones right in both, unsure ones wrong in stage 1.
        let mut items: Vec<Both<'_>> = (0..100)
            .map(|at| {
                let (first, labels): (f32, &[usize]) = if at < 60 { (0.99, &[0]) } else { (0.6, &[1]) };
                let both = if at < 60 { one(0.99) } else { one(0.05) };
                Both { first: one(first), both, labels }
            })
            .collect();
        let gate = choose(&mut items, false, (&[], &[]));
        assert!(gate > 0.6 && gate <= 0.99, "{gate}");
        items.iter_mut().for_each(|item| item.first = one(0.99));
        assert_eq!(choose(&mut items, false, (&[], &[])), SHUT);
    }
}
