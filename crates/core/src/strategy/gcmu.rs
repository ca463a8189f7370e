//! The generalised c-mu rule: marginal cost of waiting times the speed of service.

use super::{BUSY, Floor, Pair, Score, Strategy, suits};
use crate::routing::{Class, Waiting, speed};

/// See the module. Source: Mandelbaum and Stolyar 2004, with a cost that grows as the square of the wait.
pub(super) struct GeneralisedCMu;

impl Strategy for GeneralisedCMu {
    fn name(&self) -> &'static str {
        "gcmu"
    }

    fn about(&self) -> &'static str {
        "Whoever costs most per minute of waiting and takes least work goes first; the best skilled is asked."
    }

    fn urgency(&self, floor: &Floor<'_>, waiting: &Waiting, _: &Class, age_s: f64) -> f64 {
        floor.weight(waiting) * 2.0 * (age_s + 6.0) / waiting.target_s.powi(2)
    }

    fn score(&self, floor: &Floor<'_>, pair: &Pair<'_>) -> Option<Score> {
        let per_work = pair.urgency / (pair.work_s / speed(pair.proficiency));
        Some((per_work * 1e6 + suits(floor, pair, BUSY), 0.0))
    }
}
