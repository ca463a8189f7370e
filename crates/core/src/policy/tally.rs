//! What came of an organisation's decisions: how often each trigger fired and what agents said of it, and how a version
//! on trial fares against the one that is live. A fold over the events of all conversations, in any order of the
//! conversations; bounded, however long the log.

mod trial;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use schemars::JsonSchema;
use serde::Serialize;

pub use trial::{EXAMPLES_MAX, Example, RunTally, Side};

use super::lifecycle::{Lifecycle, Run, TrialStage};
use crate::{
    event::{Body, Event},
    handoff::Timing,
    ids::{AtMs, ConversationId},
    trigger::{Action, Reason, Shadow},
};
use trial::Part;

/// The most days that are kept; counts of older ones are forgotten.
pub const DAYS_MAX: usize = 92;
/// The most names of triggers that are told apart.
const NAMES_MAX: usize = 2_000;
/// The most trials whose counts are kept.
const RUNS_MAX: usize = 20;
const DAY_MS: AtMs = 86_400_000;

/// How often something fired, and what agents said of the handoffs it led to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TriggerCounts {
    /// Decisions in which it took part.
    pub fired: u64,
    /// Of these, proposals.
    pub proposed: u64,
    /// Of these, handoffs; a proposal that was accepted is one as well.
    pub handed_off: u64,
    /// Of these, held back.
    pub held: u64,
    /// Proposals that the customer declined.
    pub refused: u64,
    /// Handoffs that an agent judged.
    pub judged: u64,
    /// As too early.
    pub too_early: u64,
    /// As right.
    pub right: u64,
    /// As too late.
    pub too_late: u64,
}

/// See the module.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    names: BTreeSet<Arc<str>>,
    days: BTreeMap<i64, BTreeMap<Arc<str>, TriggerCounts>>,
    runs: BTreeMap<RunKey, RunTally>,
}

/// A trial, by its beginning and its version.
type RunKey = (AtMs, u32);

/// What must be remembered of one conversation to go on counting.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Digest {
    /// The last event that was counted.
    pub seq: u64,
    opened_at_ms: AtMs,
    /// What spoke for the open proposal.
    proposed: Vec<Arc<str>>,
    /// What led to the last handoff.
    handed_off: Vec<Arc<str>>,
    has_human: bool,
    part: Option<(RunKey, Part)>,
}

/// A decision as it is counted.
struct Made<'a> {
    conversation: &'a ConversationId,
    at_ms: AtMs,
    turn: u32,
    brief: Brief,
    policy: Option<u32>,
    shadow: Option<&'a Shadow>,
}

/// A decision in short.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Brief {
    /// What happens next.
    pub action: Action,
    /// The main reason; null where the action is `answer`.
    pub reason: Option<Reason>,
    /// Probability that a human is needed, 0..=1.
    pub confidence: f32,
}

impl From<&Shadow> for Brief {
    fn from(shadow: &Shadow) -> Self {
        Self { action: shadow.action, reason: shadow.reason, confidence: shadow.confidence }
    }
}

impl Tally {
    /// Counts one event of a conversation whose earlier events are in its digest. One that was counted before changes
    /// nothing.
    pub fn count(
        &mut self,
        digest: &mut Digest,
        conversation: &ConversationId,
        event: &Event,
        lifecycle: &Lifecycle,
    ) {
        if event.seq <= digest.seq {
            return;
        }
        digest.seq = event.seq;
        let at_ms = event.at_ms;
        match &event.body {
            Body::ConversationOpened { .. } => digest.opened_at_ms = at_ms,
            Body::DecisionMade { turn, action, reason, confidence, triggers, policy, shadow, .. } => {
                let names = triggers.iter().filter_map(|(name, _)| self.name(name)).collect();
                let made = Made {
                    conversation,
                    at_ms,
                    turn: *turn,
                    brief: Brief { action: *action, reason: *reason, confidence: *confidence },
                    policy: *policy,
                    shadow: shadow.as_ref(),
                };
                self.decided(digest, names, &made);
                self.tried(digest, &made, lifecycle);
            }
            Body::ProposalAnswered { accepted: Some(true) } => {}
            Body::ProposalAnswered { accepted } => {
                let names = std::mem::take(&mut digest.proposed);
                if *accepted == Some(false) {
                    self.each(at_ms, &names, |counts| counts.refused += 1);
                }
            }
            Body::HandoffRequested { .. } => {
                digest.has_human = true;
                let counts = |run: &Run| run.stage == TrialStage::Rollout && run.lasts_at(at_ms);
                self.part(digest, RunTally::handed_off, counts, lifecycle);
            }
            Body::HandoffResolved { timing, .. } => {
                let names = std::mem::take(&mut digest.handed_off);
                self.each(at_ms, &names, |counts| counts.judge(*timing));
                self.part(digest, |run, part| run.judged(part, *timing), |_| true, lifecycle);
            }
            Body::ConversationRated { score, .. } if !digest.has_human && *score <= trial::POOR_SCORE => {
                self.part(digest, RunTally::missed, |_| true, lifecycle);
            }
            _ => {}
        }
    }

    /// The counts of the last days, by trigger, those that fired most first.
    pub fn triggers(&self, now_ms: AtMs, days: u32) -> Vec<(Arc<str>, TriggerCounts)> {
        let first = now_ms.div_euclid(DAY_MS) - i64::from(days) + 1;
        let mut sums: BTreeMap<&Arc<str>, TriggerCounts> = BTreeMap::new();
        for (name, counts) in self.days.range(first..).flat_map(|(_, names)| names) {
            sums.entry(name).or_default().add(counts);
        }
        let mut sums: Vec<_> = sums.into_iter().map(|(name, counts)| (name.clone(), counts)).collect();
        sums.sort_by(|(a_name, a), (b_name, b)| b.fired.cmp(&a.fired).then(a_name.cmp(b_name)));
        sums
    }

    /// The counts of a trial.
    pub fn run(&self, run: &Run) -> Option<&RunTally> {
        self.runs.get(&key(run))
    }

    /// The one copy of a name; `None` for one too many.
    fn name(&mut self, name: &str) -> Option<Arc<str>> {
        if let Some(known) = self.names.get(name) {
            return Some(known.clone());
        }
        let name: Arc<str> = name.into();
        (self.names.len() < NAMES_MAX && self.names.insert(name.clone())).then_some(name)
    }

    fn each(&mut self, at_ms: AtMs, names: &[Arc<str>], mut change: impl FnMut(&mut TriggerCounts)) {
        if names.is_empty() {
            return;
        }
        let day = self.days.entry(at_ms.div_euclid(DAY_MS)).or_default();
        names.iter().for_each(|name| change(day.entry(name.clone()).or_default()));
        while self.days.len() > DAYS_MAX {
            self.days.pop_first();
        }
    }

    fn decided(&mut self, digest: &mut Digest, names: Vec<Arc<str>>, made: &Made<'_>) {
        let action = made.brief.action;
        // A proposal that is accepted by a button is decided once more, with what spoke for it.
        let accepted = action == Action::HandOff && made.policy.is_none();
        let (old, new): (Vec<_>, Vec<_>) =
            names.iter().cloned().partition(|name| accepted && digest.proposed.contains(name));
        self.each(made.at_ms, &new, |counts| counts.fired += 1);
        self.each(made.at_ms, &old, |counts| counts.handed_off += 1);
        self.each(made.at_ms, &new, |counts| match action {
            Action::Propose => counts.proposed += 1,
            Action::HandOff => counts.handed_off += 1,
            Action::Hold => counts.held += 1,
            Action::Answer => {}
        });
        match action {
            Action::Propose => digest.proposed = names,
            Action::HandOff => {
                digest.proposed.clear();
                digest.handed_off = names;
            }
            Action::Answer | Action::Hold => {}
        }
    }

    /// Counts a decision for the trial that lasts.
    fn tried(&mut self, digest: &mut Digest, made: &Made<'_>, lifecycle: &Lifecycle) {
        let Some(run) = lifecycle.runs().iter().rfind(|run| run.lasts_at(made.at_ms)) else { return };
        let key = key(run);
        let part = match &mut digest.part {
            Some((of, part)) if *of == key => part,
            part => {
                let opened_at_ms = digest.opened_at_ms;
                let Some(begun) = Part::begin(run, opened_at_ms, made) else { return };
                &mut part.insert((key, begun)).1
            }
        };
        self.runs.entry(key).or_default().decided(run, part, made);
        while self.runs.len() > RUNS_MAX {
            self.runs.pop_first();
        }
    }

    /// Counts what happens in a conversation that takes part in a trial.
    fn part(
        &mut self,
        digest: &mut Digest,
        count: impl FnOnce(&mut RunTally, &mut Part),
        counts: impl FnOnce(&Run) -> bool,
        lifecycle: &Lifecycle,
    ) {
        let Some((of, part)) = &mut digest.part else { return };
        let run = lifecycle.runs().iter().rfind(|run| key(run) == *of);
        if let Some(tally) = self.runs.get_mut(of).filter(|_| run.is_some_and(counts)) {
            count(tally, part);
        }
    }
}

impl TriggerCounts {
    fn judge(&mut self, timing: Timing) {
        self.judged += 1;
        match timing {
            Timing::TooEarly => self.too_early += 1,
            Timing::Right => self.right += 1,
            Timing::TooLate => self.too_late += 1,
        }
    }

    fn add(&mut self, other: &Self) {
        self.fired += other.fired;
        self.proposed += other.proposed;
        self.handed_off += other.handed_off;
        self.held += other.held;
        self.refused += other.refused;
        self.judged += other.judged;
        self.too_early += other.too_early;
        self.right += other.right;
        self.too_late += other.too_late;
    }
}

fn key(run: &Run) -> RunKey {
    (run.since_ms, run.version)
}

#[cfg(test)]
mod tests;
