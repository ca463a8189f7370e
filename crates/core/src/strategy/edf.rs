//! The earliest deadline first.

use super::{BUSY, Floor, Pair, Score, Strategy, suits};
use crate::routing::{Class, Waiting};

/// See the module.
pub(super) struct EarliestDeadline;

impl Strategy for EarliestDeadline {
    fn name(&self) -> &'static str {
        "edf"
    }

    fn about(&self) -> &'static str {
        "Whoever must be answered soonest goes first; the best skilled is asked."
    }

    fn urgency(&self, _: &Floor<'_>, waiting: &Waiting, _: &Class, age_s: f64) -> f64 {
        age_s - waiting.target_s
    }

    fn score(&self, floor: &Floor<'_>, pair: &Pair<'_>) -> Option<Score> {
        Some((pair.urgency * 1e3 + suits(floor, pair, BUSY), 0.0))
    }
}
