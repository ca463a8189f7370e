//! Somebody else may be in the customer's account.

use super::{Finding, Signal, Weight};
use crate::{
    reading::TopicKind,
    trigger::{Moment, Reason},
};

/// Account takeover, fraud, phishing, a breach.
///
/// Decisive while the policy lists `security` among the subjects that are always for a human, as it does by
/// default; a lead who takes it off the list still has a human offered.
pub struct Security;

impl Signal for Security {
    const NAME: &'static str = "security";
    const ABOUT: &'static str = "Account takeover, fraud, phishing, a breach.";

    fn detect(&self, moment: &Moment<'_>) -> Option<Finding> {
        if !moment.reading.has_topic(TopicKind::Security) {
            return None;
        }
        let listed = moment.policy().always_human_topics.contains(&TopicKind::Security);
        let weight = if listed { Weight::Decisive } else { Weight::Propose };
        let evidence = format!("a security incident: {}", moment.quote_topic(TopicKind::Security));
        Some(Finding { strength: 1.0, evidence, turn: moment.turn, reason: Reason::Security, weight })
    }
}
