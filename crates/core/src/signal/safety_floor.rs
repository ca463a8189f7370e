//! Harm, violence and legal action.

use super::{Finding, Signal, Weight};
use crate::{
    reading::TopicKind,
    trigger::{Moment, Reason},
};

/// The customer speaks of harm to themselves, of violence, or of lawyers, courts and regulators.
///
/// Decisive at any strength, and no policy can switch it off: the cost of one missed case is not the lead's
/// to weigh.
pub struct SafetyFloor;

/// The subjects of the floor, the gravest first.
pub(super) const FLOOR_TOPICS: [(TopicKind, Reason); 3] = [
    (TopicKind::SelfHarm, Reason::Safety),
    (TopicKind::Violence, Reason::Safety),
    (TopicKind::Legal, Reason::Legal),
];

impl Signal for SafetyFloor {
    const NAME: &'static str = "safety_floor";
    const ABOUT: &'static str = "Harm, violence, lawyers, courts, regulators.";
    const FLOOR: bool = true;

    fn detect(&self, moment: &Moment<'_>) -> Option<Finding> {
        let (topic, reason) = FLOOR_TOPICS.into_iter().find(|(topic, _)| moment.reading.has_topic(*topic))?;
        let what = match topic {
            TopicKind::SelfHarm => "speaks of harming themselves",
            TopicKind::Violence => "speaks of violence or danger",
            _ => "mentions legal action",
        };
        let evidence = format!("{what}: {}", moment.quote_topic(topic));
        Some(Finding { strength: 1.0, evidence, turn: moment.turn, reason, weight: Weight::Decisive })
    }
}
