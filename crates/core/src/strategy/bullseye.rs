//! Rings: the best first, wider as the wait goes on; tiers have a head start.

use super::{Floor, KNOWN, Pair, Score, Strategy};
use crate::routing::{Class, Rung, Waiting};

/// Seconds of waiting up to which a proficiency is asked for.
const RINGS: [(f64, f64); 2] = [(10.0, 0.75), (30.0, 0.5)];
/// Head start of the tiers, most important first, seconds.
const HEAD_START_S: [f64; 3] = [600.0, 180.0, 0.0];

/// See the module. As in Genesys Cloud.
pub(super) struct Bullseye;

impl Strategy for Bullseye {
    fn name(&self) -> &'static str {
        "bullseye"
    }

    fn about(&self) -> &'static str {
        "The most proficient are asked first, and wider rings the longer the wait; higher tiers have a head start."
    }

    fn urgency(&self, _: &Floor<'_>, waiting: &Waiting, _: &Class, age_s: f64) -> f64 {
        age_s + HEAD_START_S.get(usize::from(waiting.tier)).copied().unwrap_or(0.0)
    }

    fn score(&self, _: &Floor<'_>, pair: &Pair<'_>) -> Option<Score> {
        if pair.sticky {
            return Some((pair.urgency, KNOWN));
        }
        let asked = RINGS.iter().find(|(until_s, _)| pair.age_s < *until_s).map_or(0.0, |ring| ring.1);
        let choice = (pair.proficiency * 5.0).ceil() * 1e15 - pair.seat.last_offer_at_ms as f64;
        (pair.proficiency >= asked).then_some((pair.urgency, choice))
    }

    fn ladder(&self) -> Option<Vec<Rung>> {
        let last = Rung { after_s: 90.0, family: true, ..Rung::default() };
        Some(vec![Rung { level: 1, ..Rung::default() }, last])
    }
}
