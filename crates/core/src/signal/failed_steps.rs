//! What was tried did not help.

use super::{Finding, Hears, Signal, Weight, counted, quoted};
use crate::trigger::{Moment, Reason};

/// Turns in which the customer told that a step failed or an answer did not help, since the assistant first
/// answered and since the matter was last settled. What the customer had tried before they came does not count:
/// the assistant has not had its turn. It takes two.
pub struct FailedSteps;

/// Weight at full strength. Source: the default thresholds: two failures propose, four hand off.
const WEIGHT: f32 = 0.85;
/// Strength for 2, 3, 4 and more failures.
const BY_COUNT: [f32; 3] = [0.65, 0.85, 1.0];
const LEAST: usize = 2;

impl Signal for FailedSteps {
    const NAME: &'static str = "failed_steps";
    const ABOUT: &'static str = "What the assistant proposed did not help, twice or more.";
    const HEARS: Hears = Hears::Both;

    fn detect(&self, moment: &Moment<'_>) -> Option<Finding> {
        let failures = moment.failures();
        let grade = failures.len().checked_sub(LEAST)?;
        let turn = failures.last().map_or(moment.turn, |(turn, _)| *turn);
        let named: Vec<String> = failures.iter().map(|(_, what)| quoted(what)).collect();
        Some(Finding {
            strength: BY_COUNT[grade.min(BY_COUNT.len() - 1)],
            evidence: format!("{} failed: {}", counted(failures.len(), "attempt"), named.join(", ")),
            turn,
            reason: Reason::FailedSteps,
            weight: Weight::Counts(WEIGHT),
        })
    }
}
