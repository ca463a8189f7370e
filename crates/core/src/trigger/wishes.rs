//! Who takes it, how soon, and with which words.

use std::collections::BTreeMap;

use super::{Action, Moment, Reason, Wishes};
use crate::{
    conversation::Conversation,
    handoff::State,
    organisation::Organisation,
    policy::{Rule, rule},
    signal::{Found, page_context},
};

impl Wishes {
    /// What the policy wants for what was decided at a moment.
    pub(super) fn of_moment(
        moment: &Moment<'_>,
        action: Action,
        reason: Option<Reason>,
        found: &[Found],
    ) -> Self {
        if !matches!(action, Action::Propose | Action::HandOff) {
            return Self::default();
        }
        let (conversation, organisation) = (moment.conversation, moment.organisation);
        let names = found.iter().map(|found| found.name.as_ref()).chain(offered(conversation));
        Self::of(conversation, organisation, reason, names)
    }

    /// What the policy wants for a human whom the customer asked for by a button, having been offered one or not.
    pub(crate) fn of_button(
        conversation: &Conversation,
        organisation: &Organisation,
        reason: Option<Reason>,
    ) -> Self {
        Self::of(conversation, organisation, reason, offered(conversation))
    }

    /// The first rule that fired speaks first, then the product area; neither for a reason that calls for a specialist
    /// wherever it arises.
    fn of<'a>(
        conversation: &Conversation,
        organisation: &Organisation,
        reason: Option<Reason>,
        names: impl Iterator<Item = &'a str>,
    ) -> Self {
        use Reason::{AlwaysHumanTopic, Legal, Safety, Security};
        let policy = &organisation.policy;
        let rule = |name: &str| {
            let name = name.strip_prefix(rule::PREFIX)?;
            policy.rules.iter().find(|rule| rule.name == name)
        };
        let fired: Vec<&Rule> = names.filter_map(rule).collect();
        let special = matches!(reason, Some(AlwaysHumanTopic | Legal | Safety | Security));
        let of_area = || page_context::rule(conversation, organisation).and_then(|area| area.squad.clone());
        let squad = fired.iter().find_map(|rule| rule.squad.clone()).or_else(of_area).filter(|_| !special);
        let of_reason = || reason.and_then(|reason| policy.wording.get(&reason));
        let say = |texts: &BTreeMap<String, String>| in_language(texts, conversation, organisation);
        Self {
            squad,
            priority: fired.iter().filter_map(|rule| rule.priority).max().unwrap_or_default().min(100),
            first_reply_s: fired.iter().filter_map(|rule| rule.first_reply_s).min(),
            say: fired.iter().find_map(|rule| say(&rule.say)).or_else(|| of_reason().and_then(say)),
        }
    }
}

/// What led to the open proposal: who accepts it gets what it was made for.
fn offered(conversation: &Conversation) -> impl Iterator<Item = &str> {
    let open = conversation.state == State::Proposed;
    let proposed = conversation.decisions.iter().rfind(|made| made.action == Action::Propose);
    let triggers = proposed.filter(|_| open).into_iter().flat_map(|made| &made.triggers);
    triggers.map(|trigger| trigger.name.as_str())
}

/// The text in the customer's language. One in another language is worse than Segue's own in theirs.
fn in_language(
    texts: &BTreeMap<String, String>,
    conversation: &Conversation,
    organisation: &Organisation,
) -> Option<String> {
    let package = &conversation.package;
    let text = texts.get(package.language.as_deref().unwrap_or(&organisation.language))?;
    let name = package.customer.name.as_deref().unwrap_or_default();
    let first = name.split_whitespace().next().unwrap_or_default();
    Some(text.replace("{customer}", first))
}
