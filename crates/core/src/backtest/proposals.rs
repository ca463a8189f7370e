//! Changes of a policy's numbers that history speaks for. Nothing changes by itself: a lead accepts one, and it becomes a
//! draft.
//!
//! Every number is moved a few steps up and down, one at a time, and each policy so made decides the labelled history
//! anew. A change is chosen on one half of the conversations and its figures are told from the other half, so that luck in the choosing
//! does not look like merit.

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    course::walk,
    history::Past,
    label::Outcome,
    tally::{Counts, Side, Tally, hash},
};
use crate::{organisation::Organisation, policy::Policy, share::Interval, signal};

/// Labelled conversations it takes, in either half.
pub const LABELLED_LEAST: u64 = 100;
/// The most proposals.
const MOST: usize = 5;
/// Steps by which thresholds are moved.
const STEPS: [f32; 4] = [-0.1, -0.05, 0.05, 0.1];
/// Factors by which signals are weighed anew.
const FACTORS: [f32; 4] = [0.0, 0.5, 0.75, 1.3];

/// A change, with what it would have done.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Proposal {
    /// To accept it by, such as `answer_confidence_min=0.4`.
    pub id: String,
    /// What is changed, such as `answer_confidence_min` or `emphasis.repetition`.
    pub setting: String,
    /// What it is.
    pub from: f32,
    /// What it would be.
    pub to: f32,
    /// In one sentence.
    pub words: String,
    /// Change of the share of labelled conversations in which a human is proposed or takes over.
    pub handoffs: Interval,
    /// Change of the share of labelled conversations in which a human is missed or late.
    pub missed: Interval,
    /// Change of the share of labelled conversations in which a human comes without need.
    pub premature: Interval,
}

/// A policy with one number moved.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// What is changed.
    pub setting: String,
    /// What it is.
    pub from: f32,
    /// What it would be.
    pub to: f32,
    /// The policy with it.
    pub policy: Policy,
}

impl Candidate {
    /// Its name among the proposals.
    pub fn id(&self) -> String {
        format!("{}={}", self.setting, self.to)
    }

    /// The candidate of this name.
    pub fn of(policy: &Policy, id: &str) -> Option<Self> {
        candidates(policy).into_iter().find(|candidate| candidate.id() == id)
    }
}

/// Every policy with one number moved.
pub fn candidates(policy: &Policy) -> Vec<Candidate> {
    let mut all = vec![];
    type Number = fn(&mut Policy) -> &mut f32;
    let thresholds: [(&str, Number); 3] = [
        ("propose_at", |policy| &mut policy.propose_at),
        ("hand_off_at", |policy| &mut policy.hand_off_at),
        ("answer_confidence_min", |policy| &mut policy.answer_confidence_min),
    ];
    for (setting, number) in thresholds {
        for step in STEPS {
            let mut moved = policy.clone();
            let from = *number(&mut moved);
            let to = ((from + step).clamp(0.05, 0.95) * 100.0).round() / 100.0;
            *number(&mut moved) = to;
            all.push(Candidate { setting: setting.into(), from, to, policy: moved });
        }
    }
    for signal in signal::all().filter(|signal| !signal.floor) {
        let from = policy.emphasis.get(signal.name).copied().unwrap_or(1.0);
        for factor in FACTORS {
            let mut moved = policy.clone();
            moved.emphasis.insert(signal.name.into(), factor);
            let setting = format!("emphasis.{}", signal.name);
            all.push(Candidate { setting, from, to: factor, policy: moved });
        }
    }
    all.retain(|one| {
        (one.to - one.from).abs() > f32::EPSILON && one.policy.propose_at <= one.policy.hand_off_at
    });
    all
}

/// Counts of the policy and of every candidate, in two halves.
#[derive(Clone, Debug)]
pub struct Search {
    candidates: Vec<Candidate>,
    organisations: Vec<Organisation>,
    halves: [Tally; 2],
}

impl Search {
    /// Begins to look around an organisation's policy.
    pub fn new(organisation: &Organisation) -> Self {
        let candidates = candidates(&organisation.policy);
        let with = |policy: &Policy| Organisation { policy: policy.clone(), ..organisation.clone() };
        let mut organisations = vec![organisation.clone()];
        organisations.extend(candidates.iter().map(|candidate| with(&candidate.policy)));
        // The last one of a tally only tells what could have been seen, which is not asked here.
        organisations.push(organisation.clone());
        let halves = [Tally::new(organisations.len()), Tally::new(organisations.len())];
        Self { candidates, organisations, halves }
    }

    /// Labelled conversations so far.
    pub fn judged(&self) -> u64 {
        self.halves.iter().map(|half| half.labelled).sum()
    }

    /// Counts one conversation; those without a label have nothing to say.
    pub fn add(&mut self, mut past: Past) {
        if past.label.is_none() {
            return;
        }
        let began_at_ms = past.began_at_ms();
        let organisations: Vec<&Organisation> = self.organisations.iter().collect();
        let walk = walk(&mut past, &organisations);
        let half = (hash(past.conversation.as_str().as_bytes()) >> 63) as usize;
        self.halves[half].add(&past.conversation, began_at_ms, &walk, past.label);
    }

    /// Takes in what another thread counted.
    pub fn merge(&mut self, other: &Self) {
        for (mine, others) in self.halves.iter_mut().zip(&other.halves) {
            mine.merge(others);
        }
    }

    /// The changes that history speaks for, the best first; for each number at most one.
    pub fn proposals(&self) -> Vec<Proposal> {
        let [choosing, telling] = &self.halves;
        if choosing.labelled < LABELLED_LEAST || telling.labelled < LABELLED_LEAST {
            return vec![];
        }
        let mut good: Vec<(f64, Proposal)> = vec![];
        for (candidate, at) in self.candidates.iter().zip(1..) {
            let gain = |half: &Tally| half.sides[at].difference(&half.sides[0], right);
            let worse =
                |half: &Tally, share: Share| half.sides[at].difference(&half.sides[0], share).low > 0.0;
            let chosen =
                gain(choosing).low > 0.0 && !worse(choosing, too_late) && !worse(choosing, premature);
            let stands = gain(telling).low > 0.0 && !worse(telling, too_late) && !worse(telling, premature);
            if chosen && stands {
                good.push((gain(choosing).value, proposal(candidate, &telling.sides[at], &telling.sides[0])));
            }
        }
        good.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut told: Vec<Proposal> = vec![];
        for (_, proposal) in good {
            if told.iter().all(|known| known.setting != proposal.setting) {
                told.push(proposal);
            }
        }
        told.truncate(MOST);
        told
    }
}

fn proposal(candidate: &Candidate, moved: &Side, now: &Side) -> Proposal {
    let turned = |counts: &Counts| (counts.decided, counts.labelled);
    let (handoffs, missed) = (moved.difference(now, turned), moved.difference(now, too_late));
    let premature = moved.difference(now, premature);
    let Candidate { setting, from, to, .. } = candidate;
    let verb = if to > from { "raise" } else { "lower" };
    let words = format!(
        "{verb} {} from {from} to {to}: {}, {}, {} (95 % intervals, on conversations that it was not chosen on)",
        named(setting),
        told(handoffs, "transfers"),
        told(missed, "missed or late"),
        told(premature, "premature"),
    );
    Proposal {
        id: candidate.id(),
        setting: setting.clone(),
        from: *from,
        to: *to,
        words,
        handoffs,
        missed,
        premature,
    }
}

fn named(setting: &str) -> String {
    match setting.split_once('.') {
        Some((_, signal)) => format!("the emphasis of {}", signal.replace('_', " ")),
        None => match setting {
            "answer_confidence_min" => "the least answer confidence".into(),
            "propose_at" => "the probability from which a human is proposed".into(),
            "hand_off_at" => "the probability from which a human takes over".into(),
            other => other.to_owned(),
        },
    }
}

/// "1.2 points fewer transfers (0.8 to 1.6)"; "as many" where chance explains the difference.
fn told(by: Interval, what: &str) -> String {
    let points = |value: f64| format!("{:.1}", value.abs() * 100.0);
    if by.low <= 0.0 && by.high >= 0.0 {
        return format!("as many {what} ({:+.1} to {:+.1} points)", by.low * 100.0, by.high * 100.0);
    }
    let word = if by.value < 0.0 { "fewer" } else { "more" };
    let (low, high) = if by.value < 0.0 { (by.high, by.low) } else { (by.low, by.high) };
    format!("{} points {word} {what} ({} to {})", points(by.value), points(low), points(high))
}

type Share = fn(&Counts) -> (u64, u64);

fn right(counts: &Counts) -> (u64, u64) {
    (counts.outcomes[Outcome::Right as usize], counts.labelled)
}
fn premature(counts: &Counts) -> (u64, u64) {
    (counts.outcomes[Outcome::Premature as usize], counts.labelled)
}
fn too_late(counts: &Counts) -> (u64, u64) {
    (counts.outcomes[Outcome::Late as usize] + counts.outcomes[Outcome::Missed as usize], counts.labelled)
}
