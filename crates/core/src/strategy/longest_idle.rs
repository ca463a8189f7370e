//! First come, first served; the agent who has been idle longest.

use super::{Floor, KNOWN, Pair, Score, Strategy, idle_longest};
use crate::routing::{Class, Waiting};

/// See the module. As in Twilio TaskRouter.
pub(super) struct LongestIdle;

impl Strategy for LongestIdle {
    fn name(&self) -> &'static str {
        "longest_idle"
    }

    fn about(&self) -> &'static str {
        "First come, first served; the agent who has been idle longest is asked."
    }

    fn urgency(&self, _: &Floor<'_>, _: &Waiting, _: &Class, age_s: f64) -> f64 {
        age_s
    }

    fn score(&self, _: &Floor<'_>, pair: &Pair<'_>) -> Option<Score> {
        Some((pair.urgency, if pair.sticky { KNOWN } else { idle_longest(pair.seat) }))
    }
}
