//! The highest tier first; the agent with the fewest conversations.

use super::{Floor, KNOWN, Pair, Score, Strategy, skill_groups::TIER_S};
use crate::routing::{Class, Waiting};

/// See the module. As in Intercom's balanced assignment.
pub(super) struct LeastLoaded;

impl Strategy for LeastLoaded {
    fn name(&self) -> &'static str {
        "least_loaded"
    }

    fn about(&self) -> &'static str {
        "The highest tier goes first; the agent with the fewest conversations is asked."
    }

    fn urgency(&self, _: &Floor<'_>, waiting: &Waiting, _: &Class, age_s: f64) -> f64 {
        age_s - TIER_S * f64::from(waiting.tier)
    }

    fn score(&self, _: &Floor<'_>, pair: &Pair<'_>) -> Option<Score> {
        let held = f64::from(pair.seat.load.count());
        let choice = -held * 1e15 - pair.seat.last_offer_at_ms as f64;
        Some((pair.urgency, if pair.sticky { KNOWN } else { choice }))
    }
}
