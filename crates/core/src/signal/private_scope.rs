//! The answer needs data that the assistant may not see.

use super::{Finding, Signal, Weight};
use crate::{
    reading::TopicKind,
    trigger::{Moment, Reason},
};

/// A request about the customer's own personal data: what is stored, a copy, erasure.
///
/// The way to do it is an answer the assistant has; doing it takes somebody who may look at the data. So it
/// proposes only once the assistant has answered.
pub struct PrivateScope;

/// Weight at full strength. Source: the default thresholds: it proposes at full strength, not at half.
const WEIGHT: f32 = 0.6;
const FIRST: f32 = 0.5;

impl Signal for PrivateScope {
    const NAME: &'static str = "private_scope";
    const ABOUT: &'static str = "A request about the customer's own personal data.";

    fn detect(&self, moment: &Moment<'_>) -> Option<Finding> {
        if !moment.reading.has_topic(TopicKind::Privacy) {
            return None;
        }
        let answered = moment.first_answer().is_some();
        Some(Finding {
            strength: if answered { 1.0 } else { FIRST },
            evidence: format!("about their personal data: {}", moment.quote_topic(TopicKind::Privacy)),
            turn: moment.turn,
            reason: Reason::PrivateScope,
            weight: Weight::Counts(WEIGHT),
        })
    }
}
