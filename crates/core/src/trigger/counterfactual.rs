//! What would have led to something else.

use super::Action;
use crate::{
    policy::{Judgement, Thresholds, probability},
    signal::{self, Found, Weight},
    timing::When,
};

/// The most that is told.
const MOST: usize = 3;

/// The nearest changes that would have led to another action, each in one sentence; empty where nothing was seen.
pub(super) fn of(
    thresholds: &Thresholds<'_>,
    found: &[Found],
    judgement: &Judgement,
    when: &When,
) -> Vec<String> {
    if found.is_empty() {
        return vec![];
    }
    let mut told = vec![];
    match when {
        When::Hold(why) => told.push(format!("would have {}, but {why}", done(judgement.action))),
        When::Settled => {
            told.push(format!(
                "would have {}, but the customer says that it is settled",
                done(judgement.action)
            ));
        }
        When::AskFirst => {
            told.push("would have handed off, had the customer not declined a moment ago".into())
        }
        When::Now if judgement.action == Action::Answer => told.extend(more(thresholds, found, judgement)),
        When::Now if judgement.decisive => told.extend(without_decisive(thresholds, found)),
        When::Now => told.extend(less(thresholds, found, judgement)),
    }
    told.truncate(MOST);
    told
}

fn done(action: Action) -> &'static str {
    match action {
        Action::HandOff => "handed off",
        Action::Propose => "proposed",
        Action::Answer | Action::Hold => "answered",
    }
}

/// What the findings say without one of them, or with another force of it.
fn judged(thresholds: &Thresholds<'_>, found: &[Found], at: usize, force: f32) -> Action {
    let mut others = found.to_vec();
    others[at].force = force;
    if force == 0.0 {
        others.remove(at);
    } else if others[at].finding.weight == Weight::Propose {
        others[at].finding.weight = Weight::Counts(force);
    }
    thresholds.judge(&others).action
}

/// For a handoff or a proposal by probability: how far each finding would have to fall, alone.
fn less(thresholds: &Thresholds<'_>, found: &[Found], judgement: &Judgement) -> Vec<String> {
    let limit =
        if judgement.action == Action::HandOff { thresholds.hand_off_at } else { thresholds.propose_at };
    let tell = |(at, one): (usize, &Found)| {
        if one.finding.weight == Weight::Propose && judgement.action == Action::Propose {
            let action = judged(thresholds, found, at, 0.0);
            let told = format!("would have {} without {}", done(action), one.name);
            return (action != judgement.action).then_some((0.0, told));
        }
        let (force, action) = turning(thresholds, found, at, limit, judgement.action)?;
        let told = match force {
            force if force <= 0.0 => format!("would have {} without {}", done(action), one.name),
            force => {
                let strength = strength(one, force);
                format!("would have {} if {} were below {strength:.2}", done(action), one.name)
            }
        };
        Some((one.force - force, told))
    };
    nearest(found.iter().enumerate().filter_map(tell))
}

/// For an answer: how far each finding would have to rise, alone.
fn more(thresholds: &Thresholds<'_>, found: &[Found], judgement: &Judgement) -> Vec<String> {
    let limit = thresholds.propose_at.min(thresholds.hand_off_at);
    let tell = |(at, one): (usize, &Found)| {
        let (force, action) = turning(thresholds, found, at, limit, judgement.action)?;
        let most = if let Weight::Is(_) = one.finding.weight { 1.0 } else { signal::COUNTS_MAX };
        let strength = strength(one, force);
        let possible = force <= most && strength <= 1.0;
        possible.then(|| {
            let told = format!("would have {} if {} were {strength:.2} or more", done(action), one.name);
            (force - one.force, told)
        })
    };
    nearest(found.iter().enumerate().filter_map(tell))
}

/// The force of one finding at which the probability meets the limit, and what is done on the other side.
fn turning(
    thresholds: &Thresholds<'_>,
    found: &[Found],
    at: usize,
    limit: f32,
    action: Action,
) -> Option<(f32, Action)> {
    let with = |force: f32| {
        let mut others = found.to_vec();
        others[at].force = force;
        probability(&others)
    };
    let (rest, all) = (with(0.0), with(1.0));
    if all - rest <= f32::EPSILON {
        return None;
    }
    let force = ((limit - rest) / (all - rest)).clamp(0.0, 1.0);
    let beyond = if action == Action::Answer { force } else { (force - 0.001).max(0.0) };
    let other = judged(thresholds, found, at, beyond);
    (other != action).then_some((force, other))
}

/// A force as the strength that the signal itself tells.
fn strength(found: &Found, force: f32) -> f32 {
    if let Weight::Is(_) = found.finding.weight {
        return force;
    }
    let weight = if found.finding.strength > 0.0 { found.force / found.finding.strength } else { 1.0 };
    if weight > 0.0 { force / weight } else { force }
}

/// For what is decisive: what would have happened without it.
fn without_decisive(thresholds: &Thresholds<'_>, found: &[Found]) -> Vec<String> {
    let decisive: Vec<&Found> = found.iter().filter(|one| one.finding.weight == Weight::Decisive).collect();
    let rest: Vec<Found> =
        found.iter().filter(|one| one.finding.weight != Weight::Decisive).cloned().collect();
    let names: Vec<&str> = decisive.iter().map(|one| one.name.as_ref()).collect();
    let action = thresholds.judge(&rest).action;
    match action {
        Action::HandOff => vec!["would have handed off by the other signals alone".into()],
        action => vec![format!("would have {} without {}", done(action), names.join(" and "))],
    }
}

fn nearest(told: impl Iterator<Item = (f32, String)>) -> Vec<String> {
    let mut told: Vec<(f32, String)> = told.collect();
    told.sort_by(|a, b| a.0.total_cmp(&b.0));
    told.into_iter().map(|(_, told)| told).collect()
}
