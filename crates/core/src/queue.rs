//! Which queue a handoff goes to, and how long it may wait there.

use std::collections::BTreeSet;

use crate::{
    context::ContextPackage,
    handoff::Needs,
    ids::{AtMs, SquadId},
    organisation::{AtClose, Organisation, Squad},
    reading::TopicKind,
    trigger::Reason,
};

/// Squads that have somebody on shift who is not away, free or busy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    squads: BTreeSet<SquadId>,
}

impl Coverage {
    /// Of these squads.
    pub fn of(squads: impl IntoIterator<Item = SquadId>) -> Self {
        Self { squads: squads.into_iter().collect() }
    }

    /// Whether somebody of the squad can come.
    pub fn covers(&self, squad: &SquadId) -> bool {
        self.squads.contains(squad)
    }
}

/// The queue of a handoff.
#[derive(Clone, Debug, PartialEq)]
pub struct Placement {
    /// What it needs; the squad is the one that takes it.
    pub needs: Needs,
    /// Whether somebody can come.
    pub covered: bool,
}

/// Finds the squad for a handoff: the rule's own, else by reason, by grave topics, by page area, by other
/// topics, else the default; then along the fallbacks to one that is open and has somebody there.
///
/// `None` only where the organisation has no squads.
pub fn place(
    organisation: &Organisation,
    package: &ContextPackage,
    reason: Reason,
    wanted: Option<&SquadId>,
    coverage: &Coverage,
    now_ms: AtMs,
) -> Option<Placement> {
    let first = choose(organisation, package, reason, wanted)?;
    let is_open = |squad: &Squad| organisation.calendar(squad, Some(&package.channel)).open_at(now_ms);
    let can_come = |squad: &Squad| is_open(squad) && coverage.covers(&squad.id);
    let mut seen = BTreeSet::new();
    let mut squad = Some(first);
    let mut found = None;
    while let Some(candidate) = squad.filter(|squad| seen.insert(&squad.id)) {
        if can_come(candidate) {
            found = Some(candidate);
            break;
        }
        squad = candidate.fallback.as_ref().and_then(|id| organisation.squad(id));
    }
    // A squad that is closed and names no fallback wants its conversations for itself, as tickets. One that is
    // open and has nobody there does not.
    let open = is_open(first);
    let anybody = || {
        let default = organisation.default_squad().filter(|squad| can_come(squad));
        default.or_else(|| organisation.squads.iter().find(|squad| can_come(squad)))
    };
    let found = found.or_else(|| if open || first.fallback.is_some() { anybody() } else { None });
    let takes = found.unwrap_or(first);
    let needs = Needs {
        squad: takes.id.clone(),
        skill: first.skill.clone(),
        language: package.language.clone(),
        tier: package.customer.tier.clone(),
        priority: 0,
        first_reply_s: None,
        only: None,
    };
    Some(Placement { needs, covered: found.is_some() })
}

fn choose<'a>(
    organisation: &'a Organisation,
    package: &ContextPackage,
    reason: Reason,
    wanted: Option<&SquadId>,
) -> Option<&'a Squad> {
    wanted.and_then(|id| organisation.squad(id)).or_else(|| by(organisation, package, Some(reason)))
}

/// The squad that takes a conversation by its subject and page, whatever the reason would be.
pub fn by_subject<'a>(organisation: &'a Organisation, package: &ContextPackage) -> Option<&'a Squad> {
    by(organisation, package, None)
}

/// The squad that takes a handoff for a reason, whoever is there.
pub fn by_reason(organisation: &Organisation, package: &ContextPackage, reason: Reason) -> Option<SquadId> {
    by(organisation, package, Some(reason)).map(|squad| squad.id.clone())
}

fn by<'a>(
    organisation: &'a Organisation,
    package: &ContextPackage,
    reason: Option<Reason>,
) -> Option<&'a Squad> {
    let squads = &organisation.squads;
    let grave = [TopicKind::SelfHarm, TopicKind::Violence, TopicKind::Security, TopicKind::Legal];
    let takes_topic = |topic: &TopicKind| squads.iter().find(|squad| squad.topics.contains(topic));
    let area = package.page.as_ref().and_then(|page| page.area.as_ref());
    let takes_reason = |squad: &&Squad| reason.is_some_and(|reason| squad.reasons.contains(&reason));
    let graves = grave.iter().filter(|topic| package.issue.topics.contains(topic)).find_map(takes_topic);
    graves
        .or_else(|| squads.iter().find(takes_reason))
        .or_else(|| package.issue.topics.iter().find_map(takes_topic))
        .or_else(|| squads.iter().find(|squad| area.is_some_and(|area| squad.areas.contains(area))))
        .or_else(|| organisation.default_squad())
}

/// How long a handoff may wait in a queue from now on: the organisation's limit, and no longer than its squad is open.
/// Whoever `stays`, or waits in a squad that keeps them, has the limit counted in open hours.
pub fn waits_until(
    organisation: &Organisation,
    squad: &SquadId,
    channel: &str,
    stays: bool,
    now_ms: AtMs,
) -> AtMs {
    let limit_ms = AtMs::from(organisation.queue_limit_s) * 1000;
    let Some(squad) = organisation.squad(squad) else { return now_ms + limit_ms };
    let calendar = organisation.calendar(squad, Some(channel));
    if stays || squad.at_close == AtClose::Keep {
        return calendar.after_open(now_ms, limit_ms).unwrap_or(now_ms + limit_ms);
    }
    let limit = now_ms + limit_ms;
    let grace_ms = AtMs::from(squad.close_grace_s) * 1000;
    // No further than the limit is looked at.
    match calendar.open_spans(now_ms, limit).first() {
        Some((opens, closes)) if *opens == now_ms && *closes < limit => limit.min(closes + grace_ms),
        _ => limit,
    }
}
