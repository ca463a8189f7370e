//! Subjects that the lead wants no machine to answer.

use super::{Finding, Signal, Weight, safety_floor::FLOOR_TOPICS};
use crate::{
    reading::TopicKind,
    trigger::{Moment, Reason},
};

/// The turn is about a subject of the policy's `always_human_topics`. Decisive.
///
/// Safety, legal and security have signals of their own, which name the reason better.
pub struct AlwaysHumanTopic;

impl Signal for AlwaysHumanTopic {
    const NAME: &'static str = "always_human_topic";
    const ABOUT: &'static str = "A subject that the policy sends to a human always.";

    fn detect(&self, moment: &Moment<'_>) -> Option<Finding> {
        let own = |kind: TopicKind| {
            kind == TopicKind::Security || FLOOR_TOPICS.iter().any(|(floor, _)| *floor == kind)
        };
        let listed = &moment.policy().always_human_topics;
        let topic = listed.iter().copied().find(|&kind| !own(kind) && moment.reading.has_topic(kind))?;
        let evidence = format!("a subject that always goes to a person: {}", moment.quote_topic(topic));
        let reason = Reason::AlwaysHumanTopic;
        Some(Finding { strength: 1.0, evidence, turn: moment.turn, reason, weight: Weight::Decisive })
    }
}
