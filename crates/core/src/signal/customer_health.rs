//! A customer whom one more bad day could cost.

use super::{Finding, Signal, Weight};
use crate::{
    reading::ActKind,
    trigger::{HEATED, Moment, Reason, sees, unit},
};

/// A record says that the customer fares badly, and this conversation does not go well either.
///
/// Poor health alone is no reason to send a human to a simple question: it only counts. With ground in the
/// conversation (a complaint, anger, something that failed) it proposes.
pub struct CustomerHealth;

/// From this health downwards, 0..=1, it counts.
const POOR: f32 = 0.5;
/// Weight at full strength. Source: the default thresholds: without ground it stays below both, with ground it
/// proposes.
const WEIGHT: f32 = 0.7;
const WITHOUT_GROUND: f32 = 0.5;

impl Signal for CustomerHealth {
    const NAME: &'static str = "customer_health";
    const BEYOND_TEXT: bool = true;
    const ABOUT: &'static str =
        "A record says that the customer fares badly, and this does not go well either.";

    fn detect(&self, moment: &Moment<'_>) -> Option<Finding> {
        let health = moment.conversation.package.customer.health().filter(|health| *health < POOR)?;
        let unhappy = moment.heard().any(|(_, reading)| {
            sees(reading, ActKind::Complains)
                || sees(reading, ActKind::DeniesSolved)
                || unit(reading.mood.frustration) >= HEATED
        });
        let depth = 0.5 + 0.5 * (POOR - health) / POOR;
        let share = if unhappy { 0.75 + 0.25 * depth } else { WITHOUT_GROUND * depth };
        let ground = if unhappy { ", and unhappy now" } else { "" };
        Some(Finding {
            strength: share,
            evidence: format!("health {:.0} %{ground}", health * 100.0),
            turn: moment.turn,
            reason: Reason::CustomerHealth,
            weight: Weight::Counts(WEIGHT),
        })
    }
}
