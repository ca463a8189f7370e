//! Words for those who make the product.

use super::{Finding, Signal, Weight};
use crate::{
    reading::TopicKind,
    trigger::{Moment, Reason},
};

/// A wish for the product or a fault in it that the assistant has answered and the customer will not leave at
/// that: a wish and a fault together, or a wish put again as a question.
pub struct ProductFeedback;

/// Weight at full strength. Source: the default thresholds: both kinds propose.
const WEIGHT: f32 = 0.8;
const WISH_AND_FAULT: f32 = 0.8;
const WISH_AGAIN: f32 = 0.65;

impl Signal for ProductFeedback {
    const NAME: &'static str = "product_feedback";
    const ABOUT: &'static str = "A wish or a fault for those who make the product.";

    fn detect(&self, moment: &Moment<'_>) -> Option<Finding> {
        use TopicKind::{Bug, FeatureRequest};
        moment.first_answer()?;
        let heard = |kind| moment.heard().any(|(_, reading)| reading.has_topic(kind));
        let now = |kind| moment.reading.has_topic(kind);
        let (what, strength, topic) =
            if heard(Bug) && heard(FeatureRequest) && (now(Bug) || now(FeatureRequest)) {
                let topic = if now(FeatureRequest) { FeatureRequest } else { Bug };
                ("a wish and a fault in the product", WISH_AND_FAULT, topic)
            } else if now(FeatureRequest) && !moment.reading.questions.is_empty() {
                ("a wish for the product, put again", WISH_AGAIN, FeatureRequest)
            } else {
                return None;
            };
        Some(Finding {
            strength,
            evidence: format!("{what}: {}", moment.quote_topic(topic)),
            turn: moment.turn,
            reason: Reason::ProductFeedback,
            weight: Weight::Counts(WEIGHT),
        })
    }
}
