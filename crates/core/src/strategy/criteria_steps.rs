//! The highest tier first; a level is asked for until a step drops it.

use super::{Floor, KNOWN, Pair, Score, Strategy, idle_longest, skill_groups::TIER_S};
use crate::routing::{Class, Rung, Waiting};

/// Seconds for which [`PROFICIENCY`] is asked for.
const STEP_S: f64 = 30.0;
const PROFICIENCY: f64 = 0.6;

/// See the module. As in Amazon Connect.
pub(super) struct CriteriaSteps;

impl Strategy for CriteriaSteps {
    fn name(&self) -> &'static str {
        "criteria_steps"
    }

    fn about(&self) -> &'static str {
        "The highest tier goes first; a level of the skill is asked for, and given up after half a minute."
    }

    fn urgency(&self, _: &Floor<'_>, waiting: &Waiting, _: &Class, age_s: f64) -> f64 {
        age_s - TIER_S * f64::from(waiting.tier)
    }

    fn score(&self, _: &Floor<'_>, pair: &Pair<'_>) -> Option<Score> {
        if pair.sticky {
            return Some((pair.urgency, KNOWN));
        }
        let fits = pair.age_s >= STEP_S || pair.proficiency >= PROFICIENCY;
        fits.then(|| (pair.urgency, idle_longest(pair.seat)))
    }

    fn ladder(&self) -> Option<Vec<Rung>> {
        let last = Rung { after_s: 90.0, family: true, ..Rung::default() };
        Some(vec![Rung { level: 1, ..Rung::default() }, last])
    }
}
