//! Where the customer is.

use super::{Finding, Signal, Weight, quoted};
use crate::{
    conversation::Conversation,
    organisation::Organisation,
    policy::AreaRule,
    trigger::{Action, Moment, Reason},
};

/// The customer writes from a page of an area for which the policy has a rule.
///
/// The rule's action is taken once for each visit; after that the page only counts, so that nobody is asked
/// twice for being where they are. The recorded reason is the rule's.
pub struct PageContext;

/// Weight of the page once its proposal was made. Source: below every threshold alone, and enough to tip what
/// stands at 0.3 over the default `propose_at`.
const AFTER_PROPOSAL: f32 = 0.3;

impl Signal for PageContext {
    const NAME: &'static str = "page_context";
    const BEYOND_TEXT: bool = true;
    const ABOUT: &'static str = "The customer is on a page of an area for which the policy has a rule.";

    fn detect(&self, moment: &Moment<'_>) -> Option<Finding> {
        let rule = rule(moment.conversation, moment.organisation)?;
        let page = moment.conversation.package.page.as_ref()?;
        let weight = match rule.action {
            Action::HandOff => Weight::Decisive,
            Action::Propose if was_proposed(moment, page.at_ms) => Weight::Counts(AFTER_PROPOSAL),
            Action::Propose => Weight::Propose,
            Action::Answer | Action::Hold => return None,
        };
        let title = if page.title.is_empty() { &page.url } else { &page.title };
        let evidence = format!("is on {}, area {}", quoted(title), rule.area);
        let reason: Reason = rule.reason;
        Some(Finding { strength: 1.0, evidence, turn: moment.turn, reason, weight })
    }
}

/// The rule for the page that the customer is on.
pub(crate) fn rule<'a>(conversation: &Conversation, organisation: &'a Organisation) -> Option<&'a AreaRule> {
    let page = conversation.package.page.as_ref()?;
    let area = page.area.as_deref().or_else(|| organisation.area_of(&page.url))?;
    organisation.policy.areas.iter().find(|rule| rule.area == area)
}

fn was_proposed(moment: &Moment<'_>, opened_at_ms: i64) -> bool {
    let conversation = moment.conversation;
    conversation.decisions.iter().any(|decision| {
        decision.action == Action::Propose
            && decision.triggers.iter().any(|trigger| trigger.name == PageContext::NAME)
            && conversation.package.turn(decision.turn).is_some_and(|said| said.at_ms >= opened_at_ms)
    })
}
