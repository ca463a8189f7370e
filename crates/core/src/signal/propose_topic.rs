//! Subjects for which the lead wants a human offered.

use super::{Finding, Signal, Weight};
use crate::trigger::{Moment, Reason};

/// The turn is about a subject of the policy's `propose_topics`. Offers a human, whatever the probability.
pub struct ProposeTopic;

impl Signal for ProposeTopic {
    const NAME: &'static str = "propose_topic";
    const ABOUT: &'static str = "A subject for which the policy wants a human offered.";

    fn detect(&self, moment: &Moment<'_>) -> Option<Finding> {
        let listed = &moment.policy().propose_topics;
        let topic = listed.iter().copied().find(|&kind| moment.reading.has_topic(kind))?;
        let evidence = format!("a subject for which a person is offered: {}", moment.quote_topic(topic));
        let reason = Reason::Policy;
        Some(Finding { strength: 1.0, evidence, turn: moment.turn, reason, weight: Weight::Propose })
    }
}
