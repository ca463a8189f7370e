//! Somebody may want to buy.

use super::{Finding, Signal, Weight, counted};
use crate::{
    reading::TopicKind,
    trigger::{Moment, Reason, unit},
};

/// A question about prices, plans or a first purchase.
///
/// A price is an answer the assistant has. A human is worth offering where the customer comes back to it, or
/// where the question is not simple. What is said in between is not counted: people who book or order tell
/// particulars all the time and need nobody for it.
pub struct Sales;

/// Weight at full strength. Source: the default thresholds: it proposes at full strength, not at half.
const WEIGHT: f32 = 0.6;
const FIRST: f32 = 0.4;
/// The complexity from which a question is not simple, 0..=1.
const INVOLVED: f32 = 0.5;

impl Signal for Sales {
    const NAME: &'static str = "sales";
    const ABOUT: &'static str = "A question about prices or plans that is not simple, or comes back.";

    fn detect(&self, moment: &Moment<'_>) -> Option<Finding> {
        if !moment.reading.has_topic(TopicKind::Sales) {
            return None;
        }
        let turns = moment.heard().filter(|(_, reading)| reading.has_topic(TopicKind::Sales)).count();
        let warm = turns > 1 || unit(moment.reading.complexity) >= INVOLVED;
        Some(Finding {
            strength: if warm { 1.0 } else { FIRST },
            evidence: format!(
                "{} about prices or plans: {}",
                counted(turns, "turn"),
                moment.quote_topic(TopicKind::Sales),
            ),
            turn: moment.turn,
            reason: Reason::Sales,
            weight: Weight::Counts(WEIGHT),
        })
    }
}
