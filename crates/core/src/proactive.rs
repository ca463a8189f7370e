//! Offers to visitors who have not written: on pages where the policy says so, seldom, and not again after a no.
//!
//! Nothing is stored of a visitor who does nothing: what they were shown and dismissed is remembered by their own browser and
//! told when the next page asks. An offer is made only while somebody can come.

use crate::{
    context::{ContextPackage, Page},
    ids::{AtMs, ConversationId},
    organisation::Organisation,
    policy::AreaRule,
    queue::{self, Coverage},
    wording::{self, Said},
};

const MS_PER_DAY: AtMs = 86_400_000;

/// What a visitor's browser remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remembered {
    /// When offers were shown, Unix ms.
    pub offered_ms: Vec<AtMs>,
    /// When one was last dismissed, Unix ms.
    pub dismissed_ms: Option<AtMs>,
}

/// An offer to make after a while on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Seconds on the page before it is shown.
    pub after_s: u32,
    /// The product area.
    pub area: String,
    /// What the visitor is asked.
    pub text: String,
    /// The button that accepts.
    pub yes: &'static str,
    /// The button that dismisses.
    pub no: &'static str,
}

/// The offer for a visitor on a page; `None` where the policy makes none there, the visitor has had enough, or nobody can
/// come.
pub fn offer(
    organisation: &Organisation,
    page: &Page,
    language: &str,
    remembered: &Remembered,
    coverage: &Coverage,
    now_ms: AtMs,
) -> Option<Offer> {
    let (rule, after_s) = rule(organisation, page)?;
    let caps = organisation.policy.proactive;
    let recent =
        remembered.offered_ms.iter().filter(|at| (now_ms - MS_PER_DAY..=now_ms).contains(*at)).count();
    let dismissed_for_ms = AtMs::from(caps.after_dismissal_days) * MS_PER_DAY;
    let dismissed = remembered.dismissed_ms.is_some_and(|at_ms| now_ms - at_ms < dismissed_for_ms);
    if recent >= caps.per_day as usize || dismissed {
        return None;
    }
    let mut package = ContextPackage::new(organisation.id.clone(), ConversationId::parse("visitor").ok()?);
    package.page = Some(page.clone());
    let placed = queue::place(organisation, &package, rule.reason, rule.squad.as_ref(), coverage, now_ms)?;
    if !placed.covered {
        return None;
    }
    let because = organisation.policy.wording.get(&rule.reason).and_then(|texts| texts.get(language));
    let said = Said::Proposed { reason: rule.reason, because: because.map(String::as_str) };
    let (yes, no) = wording::answers(language);
    Some(Offer { after_s, area: rule.area.clone(), text: wording::say(said, language), yes, no })
}

/// The rule of the page's area, where it offers something to those who have not written.
pub(crate) fn rule<'a>(organisation: &'a Organisation, page: &Page) -> Option<(&'a AreaRule, u32)> {
    let area = page.area.as_deref().or_else(|| organisation.area_of(&page.url))?;
    let rule = organisation.policy.areas.iter().find(|rule| rule.area == area)?;
    Some((rule, rule.proactive_after_s?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::OrganisationId;

    const NOW: AtMs = 1_800_000_000_000;

    #[test]
    fn offers_are_seldom_and_honest() {
        let organisation = Organisation::new(OrganisationId::parse("acme").expect("a fixed id"), "Acme");
        let everybody = Coverage::of(organisation.squads.iter().map(|squad| squad.id.clone()));
        let check = |url: &str, offered_ms: &[AtMs], dismissed_ms, coverage: &Coverage, expected: bool| {
            let page = Page { url: url.into(), title: String::new(), area: None, at_ms: NOW, errors: 0 };
            let remembered = Remembered { offered_ms: offered_ms.into(), dismissed_ms };
            let made = offer(&organisation, &page, "en", &remembered, coverage, NOW);
            assert_eq!(made.is_some(), expected, "{url} {remembered:?}");
        };
        let cancel = "https://acme.example/account/cancel";
        check(cancel, &[], None, &everybody, true);
        // Prices are answered when somebody asks; nobody is spoken to for looking.
        check("https://acme.example/pricing", &[], None, &everybody, false);
        check("https://acme.example/", &[], None, &everybody, false);
        check(cancel, &[NOW - 1000], None, &everybody, false);
        check(cancel, &[NOW - 2 * MS_PER_DAY], None, &everybody, true);
        check(cancel, &[], Some(NOW - 6 * MS_PER_DAY), &everybody, false);
        check(cancel, &[], Some(NOW - 8 * MS_PER_DAY), &everybody, true);
        check(cancel, &[], None, &Coverage::default(), false);
    }
}
