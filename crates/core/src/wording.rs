//! The words Segue itself says: to the customer in their language, to the agent in plain English.

mod customer;
mod later;
mod opening;
mod times;

pub use customer::{Said, answers, say};
pub use opening::opening_lines;
pub use times::{moment, slot, span};

use crate::{
    context::{ContextPackage, GivenFact, Role},
    handoff::Disposition,
    reading::{FactKind, Outcome},
    trigger::Reason,
};

/// A reason as an agent would say it.
pub fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::ExplicitRequest => "asked for a person",
        Reason::AlwaysHumanTopic => "a subject that always goes to a person",
        Reason::Legal => "mentions legal action",
        Reason::Security => "a security incident",
        Reason::Safety => "somebody may be in danger",
        Reason::Authority => "needs an approval the assistant cannot give",
        Reason::PrivateScope => "needs data the assistant may not see",
        Reason::LowConfidence => "the assistant is not sure of its answers",
        Reason::Frustration => "frustration is rising",
        Reason::Repetition => "asked the same again",
        Reason::FailedSteps => "what was tried did not help",
        Reason::Complexity => "several matters at once",
        Reason::ChurnRisk => "about to leave",
        Reason::PageContext => "is on a page where a person helps best",
        Reason::Sales => "a sales question",
        Reason::ProductFeedback => "feedback for the product team",
        Reason::Anomaly => "unusual today",
        Reason::CustomerHealth => "a customer at risk",
        Reason::Policy => "a rule of yours",
    }
}

/// A disposition as an agent would say it.
pub fn disposition(disposition: Disposition) -> &'static str {
    match disposition {
        Disposition::Solved => "solved",
        Disposition::Workaround => "solved with a workaround",
        Disposition::Refunded => "refunded",
        Disposition::Escalated => "escalated further",
        Disposition::BugFiled => "bug filed",
        Disposition::RequestFiled => "request filed",
        Disposition::NotSolved => "not solved",
        Disposition::NoAnswer => "the customer did not answer",
    }
}

/// A kind of fact as an agent would say it.
pub fn fact_kind(kind: FactKind) -> &'static str {
    match kind {
        FactKind::OrderNumber => "order",
        FactKind::InvoiceNumber => "invoice",
        FactKind::BookingReference => "booking",
        FactKind::ClaimNumber => "claim",
        FactKind::PolicyNumber => "policy",
        FactKind::TrackingNumber => "tracking number",
        FactKind::Reference => "reference",
        FactKind::AccountNumber => "account",
        FactKind::Username => "user name",
        FactKind::Email => "e-mail",
        FactKind::Phone => "phone",
        FactKind::PersonName => "name",
        FactKind::Organisation => "company",
        FactKind::PostalAddress => "address",
        FactKind::PostalCode => "postal code",
        FactKind::Amount => "amount",
        FactKind::Date => "date",
        FactKind::ProductCode => "product",
        FactKind::ErrorCode => "error",
        FactKind::Url => "link",
        FactKind::Device => "device",
        FactKind::MembershipLevel => "membership",
        FactKind::PaymentCard => "card",
        FactKind::NationalId => "national id",
        FactKind::Secret => "secret",
    }
}

/// What the agent should do first: why the person is here, what has been tried and must not be asked again.
pub fn focus(package: &ContextPackage, why: Reason) -> String {
    let mut sentences = vec![format!("{}{}.", tier_prefix(package), reason(why))];
    let failed = package.steps.iter().rfind(|step| step.outcome == Outcome::Failed);
    if let Some(step) = failed {
        sentences.push(format!("Already tried without success: {}.", trim_sentence(&step.what)));
    }
    if let Some(promise) = package.promises.iter().rfind(|promise| promise.is_spoken()) {
        let due = promise.due.as_deref().map(|due| format!(" ({due})")).unwrap_or_default();
        sentences.push(format!("Keep the promise of turn {}{due}.", promise.turn));
    }
    if let Some(fact) = telling_fact(package) {
        sentences.push(format!("Do not ask again for the {}.", fact_kind(fact.kind)));
    }
    sentences.truncate(3);
    sentences.join(" ")
}

/// The fact that shows best that somebody has listened: a number of the company's own before anything else; a
/// date or an amount alone says little.
pub(crate) fn telling_fact(package: &ContextPackage) -> Option<&GivenFact> {
    let rank = |fact: &GivenFact| match fact.kind {
        FactKind::OrderNumber
        | FactKind::InvoiceNumber
        | FactKind::BookingReference
        | FactKind::ClaimNumber
        | FactKind::PolicyNumber
        | FactKind::TrackingNumber
        | FactKind::Reference
        | FactKind::AccountNumber => Some(0),
        FactKind::ErrorCode | FactKind::ProductCode => Some(1),
        FactKind::Email | FactKind::Phone | FactKind::Username | FactKind::PostalAddress => Some(2),
        _ => None,
    };
    package
        .facts
        .iter()
        .filter(|fact| fact.by == Role::Customer && fact.corrected.is_none())
        .filter_map(|fact| Some((rank(fact)?, fact)))
        .min_by_key(|(rank, _)| *rank)
        .map(|(_, fact)| fact)
}

fn tier_prefix(package: &ContextPackage) -> String {
    let mut tier = package.customer.tier.clone().unwrap_or_default();
    if let Some(first) = tier.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    if tier.is_empty() { "The customer: ".into() } else { format!("{tier} customer: ") }
}

pub(crate) fn trim_sentence(text: &str) -> &str {
    text.trim().trim_end_matches(['.', '!', ','])
}
