//! Static groups: each agent answers for what they do best, and helps out only after a minute.

use super::{Floor, KNOWN, Pair, Score, Strategy, idle_longest};
use crate::routing::{Class, Waiting};

/// Seconds after which the other groups help out.
const HELP_AFTER_S: f64 = 60.0;
/// More than any age: tiers come strictly one after the other.
pub(super) const TIER_S: f64 = 1e7;

/// See the module.
pub(super) struct SkillGroups;

impl Strategy for SkillGroups {
    fn name(&self) -> &'static str {
        "skill_groups"
    }

    fn about(&self) -> &'static str {
        "Each agent answers for what they do best; other groups help out after a minute; the highest tier goes first."
    }

    fn urgency(&self, _: &Floor<'_>, waiting: &Waiting, _: &Class, age_s: f64) -> f64 {
        age_s - TIER_S * f64::from(waiting.tier)
    }

    fn score(&self, _: &Floor<'_>, pair: &Pair<'_>) -> Option<Score> {
        if pair.sticky {
            return Some((pair.urgency, KNOWN));
        }
        let own = pair.seat.best_skill() == Some(pair.class.skill());
        let waits_for_its_group = !own && pair.age_s < HELP_AFTER_S && pair.class.has_group();
        (!waits_for_its_group).then(|| (pair.urgency, idle_longest(pair.seat)))
    }
}
