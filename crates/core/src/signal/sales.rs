//! Somebody may want to buy.

use super::{Finding, Signal, Weight, counted};
use crate::{
    reading::{Reading, TopicKind},
    trigger::{Moment, Reason, is_settled, unit},
};

/// A question about prices, plans or a first purchase.
///
/// A price is an answer the assistant has. A human is worth offering where the talk goes on, also with
/// particulars such as sizes and dates, or where the question is not simple.
pub struct Sales;

/// Weight at full strength. Source: the default thresholds: it proposes at full strength, not at half.
const WEIGHT: f32 = 0.6;
const FIRST: f32 = 0.4;
/// The complexity from which a question is not simple, 0..=1.
const INVOLVED: f32 = 0.5;

impl Signal for Sales {
    const NAME: &'static str = "sales";

    fn detect(&self, moment: &Moment<'_>) -> Option<Finding> {
        let first = moment.heard().find(|(_, reading)| !reading.topics.is_empty())?;
        let began_so = first.1.has_topic(TopicKind::Sales);
        // What follows a question about prices and asks nothing tells what the customer needs.
        let tells = |turn: u32, reading: &Reading| {
            began_so && turn > first.0 && reading.questions.is_empty() && !is_settled(reading)
        };
        let about =
            |&(turn, reading): &(u32, &Reading)| reading.has_topic(TopicKind::Sales) || tells(turn, reading);
        if !about(&(moment.turn, moment.reading)) {
            return None;
        }
        let turns = moment.heard().filter(about).count();
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
