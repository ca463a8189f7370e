//! The customer is about to leave.

use super::{Finding, Signal, Weight};
use crate::{
    reading::ActKind,
    trigger::{HEATED, Moment, Reason, sees, unit},
};

/// The customer says that they will cancel or leave, and there is ground to believe that it could be averted:
/// a complaint, an important tier, something that failed before.
///
/// Without any ground a wish to cancel is a request like others, which the assistant can serve.
pub struct ChurnRisk;

/// Weight at full strength. Source: the default thresholds: one ground proposes, two hand off.
const WEIGHT: f32 = 0.9;
/// Strength for 0, 1, 2 and more grounds.
const BY_GROUNDS: [f32; 3] = [0.45, 0.7, 0.95];
/// The probability from which the wish counts in full.
const CERTAIN: f32 = 0.8;

impl Signal for ChurnRisk {
    const NAME: &'static str = "churn_risk";
    const ABOUT: &'static str =
        "The customer says that they will leave, and there is ground to believe that it could be averted.";

    fn detect(&self, moment: &Moment<'_>) -> Option<Finding> {
        if !moment.sees(ActKind::WantsToCancel) {
            return None;
        }
        let certainty = (unit(moment.reading.act(ActKind::WantsToCancel)) / CERTAIN).min(1.0);
        let grounds = grounds(moment);
        let mut evidence = format!("says they will leave: {}", moment.quote_act(ActKind::WantsToCancel));
        if !grounds.is_empty() {
            evidence = format!("{evidence}; {}", grounds.join(", "));
        }
        Some(Finding {
            strength: BY_GROUNDS[grounds.len().min(BY_GROUNDS.len() - 1)] * certainty,
            evidence,
            turn: moment.turn,
            reason: Reason::ChurnRisk,
            weight: Weight::Counts(WEIGHT),
        })
    }
}

fn grounds(moment: &Moment<'_>) -> Vec<String> {
    let mut grounds = vec![];
    let complains = moment.heard().any(|(_, reading)| {
        sees(reading, ActKind::Complains)
            || sees(reading, ActKind::Threatens)
            || unit(reading.mood.frustration) >= HEATED
    });
    if complains {
        grounds.push("complains".to_owned());
    }
    let customer = &moment.conversation.package.customer;
    let tier = moment.organisation.tier(customer.tier.as_deref()).filter(|_| customer.verified);
    let lowest = moment.organisation.tiers.last();
    if let Some(tier) = tier.filter(|tier| lowest.is_some_and(|lowest| lowest.name != tier.name)) {
        grounds.push(format!("tier {}", tier.name));
    }
    let failures = moment.failures().len();
    let repeated = moment.heard().any(|(_, reading)| reading.repeats.is_some());
    match (failures, repeated) {
        (0, false) => {}
        (0, true) => grounds.push("asked more than once".into()),
        (n, _) => grounds.push(format!("{} before", super::counted(n, "failed attempt"))),
    }
    grounds
}
