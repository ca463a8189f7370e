//! Tickets: how urgent one is, and when its answer is due.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    context::ContextPackage,
    handoff::Handoff,
    ids::AtMs,
    organisation::{Organisation, Squad},
    trigger::Reason,
};

/// Urgency of the customer's words from which a ticket is more urgent than others, 0..=1.
const PRESSING: f32 = 0.7;
/// Priority by a rule from which a ticket is more urgent than others, 0..=100.
const PRIORITY: u8 = 50;

/// How soon a ticket is to be answered, by urgency and tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SlaTag {
    /// In the organisation's usual time.
    Normal,
    /// In half of it.
    High,
    /// In a quarter of it.
    Urgent,
}

impl SlaTag {
    /// As in JSON.
    pub fn name(self) -> &'static str {
        match self {
            SlaTag::Normal => "normal",
            SlaTag::High => "high",
            SlaTag::Urgent => "urgent",
        }
    }

    fn share(self) -> AtMs {
        match self {
            SlaTag::Normal => 1,
            SlaTag::High => 2,
            SlaTag::Urgent => 4,
        }
    }
}

/// Urgent where somebody may be in danger or robbed, or where both the matter presses and the tier is the first one;
/// high where one of the two does.
pub fn tag(organisation: &Organisation, package: &ContextPackage, handoff: &Handoff) -> SlaTag {
    if matches!(handoff.reason, Reason::Safety | Reason::Security) {
        return SlaTag::Urgent;
    }
    let mood = package.mood.last().map_or(0.0, |point| point.urgency);
    let presses = mood >= PRESSING || handoff.needs.priority >= PRIORITY;
    let tier = organisation.tier(handoff.needs.tier.as_deref().or(package.customer.tier.as_deref()));
    let first = organisation.tiers.first().filter(|_| organisation.tiers.len() > 1);
    let matters = tier.zip(first).is_some_and(|(tier, first)| tier.name == first.name);
    match (presses, matters) {
        (true, true) => SlaTag::Urgent,
        (true, false) | (false, true) => SlaTag::High,
        (false, false) => SlaTag::Normal,
    }
}

/// When an answer is promised: the organisation's time for the tag, counted in the hours in which the squad is open.
pub fn due(
    organisation: &Organisation,
    squad: Option<&Squad>,
    channel: &str,
    tag: SlaTag,
    now_ms: AtMs,
) -> AtMs {
    let open_ms = AtMs::from(organisation.ticket_due_s) * 1000 / tag.share();
    let counted =
        squad.and_then(|squad| organisation.calendar(squad, Some(channel)).after_open(now_ms, open_ms));
    counted.unwrap_or(now_ms + open_ms)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::OrganisationId;

    #[test]
    fn an_answer_is_due_in_open_hours() {
        let mut organisation = Organisation::new(OrganisationId::parse("acme").expect("an id"), "Acme");
        organisation.squads[0].hours = vec!["Mon-Fri 09:00-17:00".to_owned()].try_into().expect("hours");
        let at = |text: &str| text.parse::<jiff::Timestamp>().expect("a time").as_millisecond();
        let check = |now: &str, tag, expected: &str| {
            let due = due(&organisation, organisation.squads.first(), "chat", tag, at(now));
            assert_eq!(due, at(expected), "{now} {tag:?}");
        };
        // Four hours of work: the rest of Friday, and Monday.
        check("2026-11-20T15:30:00Z", SlaTag::Normal, "2026-11-23T11:30:00Z");
        check("2026-11-20T15:30:00Z", SlaTag::Urgent, "2026-11-20T16:30:00Z");
        check("2026-11-21T12:00:00Z", SlaTag::High, "2026-11-23T11:00:00Z");
    }
}
