//! First come, first served; agents in turn.

use super::{Floor, KNOWN, Pair, Score, Strategy};
use crate::routing::{Class, Waiting};

/// See the module. As in Chatwoot.
pub(super) struct RoundRobin;

impl Strategy for RoundRobin {
    fn name(&self) -> &'static str {
        "round_robin"
    }

    fn about(&self) -> &'static str {
        "First come, first served; agents take turns."
    }

    fn urgency(&self, _: &Floor<'_>, _: &Waiting, _: &Class, age_s: f64) -> f64 {
        age_s
    }

    fn score(&self, floor: &Floor<'_>, pair: &Pair<'_>) -> Option<Score> {
        let next = floor.last.map_or(0, |last| last + 1);
        let turns = (pair.place + floor.seats - next % floor.seats.max(1)) % floor.seats.max(1);
        Some((pair.urgency, if pair.sticky { KNOWN } else { -(turns as f64) }))
    }
}
