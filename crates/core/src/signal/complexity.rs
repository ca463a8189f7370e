//! The matter needs a person's judgement.

use super::{Finding, Signal, Weight, counted, quoted};
use crate::{
    reading::Reading,
    trigger::{Moment, Reason, unit},
};

/// Several subjects, references to the account, long explanations.
///
/// Never enough alone: complicated questions have simple answers often enough.
pub struct Complexity;

/// Weight at full strength. Source: below the default `propose_at`.
const WEIGHT: f32 = 0.4;
/// The complexity from which it counts, 0..=1.
const LEAST: f32 = 0.6;

impl Signal for Complexity {
    const NAME: &'static str = "complexity";
    const ABOUT: &'static str = "Several subjects, references to the account, long explanations.";

    fn detect(&self, moment: &Moment<'_>) -> Option<Finding> {
        let complexity = |(turn, reading): (u32, &Reading)| (turn, unit(reading.complexity));
        let (turn, most) = moment.heard().map(complexity).max_by(|a, b| a.1.total_cmp(&b.1))?;
        let topics = moment.conversation.package.issue.topics.len();
        (most >= LEAST).then(|| Finding {
            strength: most,
            evidence: format!(
                "complexity {most:.1}, {}: {}",
                counted(topics, "subject"),
                quoted(moment.text_of(turn)),
            ),
            turn,
            reason: Reason::Complexity,
            weight: Weight::Counts(WEIGHT),
        })
    }
}
