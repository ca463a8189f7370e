//! The longest queue, weighted by tier and speed.

use super::{Floor, Pair, Score, Strategy, suits};
use crate::routing::{Class, Waiting, speed};

/// See the module. Source: Stolyar 2004.
pub(super) struct MaxWeight;

impl Strategy for MaxWeight {
    fn name(&self) -> &'static str {
        "max_weight"
    }

    fn about(&self) -> &'static str {
        "The longest line goes first, weighted by tier and speed of service."
    }

    fn urgency(&self, floor: &Floor<'_>, waiting: &Waiting, class: &Class, _: f64) -> f64 {
        f64::from(class.queued()) * floor.weight(waiting)
    }

    fn score(&self, floor: &Floor<'_>, pair: &Pair<'_>) -> Option<Score> {
        let per_work = pair.urgency / (pair.work_s / speed(pair.proficiency));
        Some((per_work * 1e4 + pair.age_s * 1e-6 + 1e-3 * suits(floor, pair, 0.0), 0.0))
    }
}
