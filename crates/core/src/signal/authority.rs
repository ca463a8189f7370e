//! The customer wants what the assistant may not grant.

use super::{Finding, Signal, Weight};
use crate::{
    reading::{ActKind, FactKind, Reading, Topic, TopicKind},
    timing,
    trigger::{HEATED, Moment, Reason, sees, unit},
};

/// Money back, a credit or new goods, still wanted after the assistant has answered.
///
/// It takes two grounds to be sure that this is a request to grant and not a question about the rules: it is
/// about a certain order or case, a sum is at stake, it presses (urgency, a complaint, something failed), or it
/// was asked before. Put as a question it takes one more. With enough it is decisive: nothing the assistant
/// could still say grants it. With one less a human is likely to be proposed. A granted refund that is merely
/// on its way is not a matter of authority.
pub struct Authority;

/// What takes an approval.
const GRANTS: [TopicKind; 2] = [TopicKind::Replacement, TopicKind::Refund];
/// Facts that tell which order or case it is about.
const CASE: [FactKind; 6] = [
    FactKind::OrderNumber,
    FactKind::InvoiceNumber,
    FactKind::BookingReference,
    FactKind::ClaimNumber,
    FactKind::TrackingNumber,
    FactKind::Reference,
];
/// The urgency from which it presses, 0..=1.
const PRESSING: f32 = 0.5;
/// Strength where it is decisive.
const SURE: f32 = 0.95;
/// Weights with no and with one ground. Source: the default thresholds: below and just above `propose_at`.
const NO_GROUND: f32 = 0.3;
const ONE_GROUND: f32 = 0.55;

impl Signal for Authority {
    const NAME: &'static str = "authority";
    const ABOUT: &'static str =
        "The customer still wants money back, a credit or new goods after the assistant has answered.";

    fn detect(&self, moment: &Moment<'_>) -> Option<Finding> {
        moment.first_answer()?;
        let topic = GRANTS.into_iter().find(|&kind| moment.reading.has_topic(kind))?;
        let content = [ActKind::Agrees, ActKind::ConfirmsSolved, ActKind::Thanks];
        let presses = presses(moment);
        let on_its_way = timing::open_promise(moment).is_some();
        if !presses && (on_its_way || content.iter().any(|&act| moment.sees(act))) {
            return None;
        }
        let mut grounds = vec![];
        let mut ground = |holds: bool, name: &'static str| grounds.extend(holds.then_some(name));
        ground(has_fact(moment, &CASE), "about a certain order or case");
        ground(has_fact(moment, &[FactKind::Amount]), "a sum is at stake");
        ground(presses, "it presses");
        ground(asked_before(moment), "asked before");
        let asked = usize::from(in_question(moment, topic));
        let (strength, weight) = match grounds.len().saturating_sub(asked) {
            0 => (1.0, Weight::Counts(NO_GROUND)),
            1 => (1.0, Weight::Counts(ONE_GROUND)),
            _ => (SURE, Weight::Decisive),
        };
        let mut evidence = format!("wants what needs an approval: {}", moment.quote_topic(topic));
        if !grounds.is_empty() {
            evidence = format!("{evidence}; {}", grounds.join(", "));
        }
        Some(Finding { strength, evidence, turn: moment.turn, reason: Reason::Authority, weight })
    }
}

fn has_fact(moment: &Moment<'_>, kinds: &[FactKind]) -> bool {
    moment.conversation.package.facts.iter().any(|fact| kinds.contains(&fact.kind))
}

fn in_question(moment: &Moment<'_>, kind: TopicKind) -> bool {
    let topic = moment.reading.topics.iter().find(|topic| topic.kind == kind);
    let inside = |topic: &Topic| {
        let questions = &moment.reading.questions;
        questions.iter().any(|question| question.start <= topic.start && topic.end <= question.end)
    };
    topic.is_some_and(inside)
}

fn presses(moment: &Moment<'_>) -> bool {
    let mood = moment.reading.mood;
    unit(mood.urgency) >= PRESSING
        || unit(mood.frustration) >= HEATED
        || sees(moment.reading, ActKind::Complains)
        || moment.failures().iter().any(|(turn, _)| *turn == moment.turn)
}

fn asked_before(moment: &Moment<'_>) -> bool {
    let asks = |reading: &Reading| GRANTS.iter().any(|&kind| reading.has_topic(kind));
    moment.heard().any(|(turn, reading)| turn < moment.turn && asks(reading))
}
