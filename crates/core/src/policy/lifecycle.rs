//! The life of an organisation's policies: versions are saved, tried in the shadow of the one that is live or on a share
//! of all conversations, go live, and are rolled back.
//!
//! What happened is a list of [`Change`]s, append-only; [`Lifecycle`] is its fold. [`Lifecycle::decide`] and
//! [`Lifecycle::roll_back`] are the only ways a change comes about.

mod guard;
mod variant;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use crate::share::{Interval, Rate};
pub use guard::{Guard, Judged, LEAST_MAX, Metric, Verdict};
pub use variant::{BUCKETS, bucket};

use crate::ids::{AtMs, ConversationId};

/// One thing that happened to a version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "PolicyChange")]
pub struct Change {
    /// When, Unix ms.
    pub at_ms: AtMs,
    /// Who did it.
    pub actor: String,
    /// To which version.
    pub version: u32,
    /// What.
    #[serde(flatten)]
    pub what: What,
    /// Why, in the actor's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// What can happen to a version.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    /// It was written, as a draft.
    Saved,
    /// It is asked at every turn, and nobody follows it.
    Shadowed {
        /// What is watched.
        guard: Guard,
    },
    /// It decides for a share of all new conversations.
    RolledOut {
        /// The share, percent, above 0 and at most 100.
        percent: f32,
        /// What ends it by itself.
        guard: Guard,
    },
    /// It decides for all conversations.
    WentLive,
    /// Its trial has ended; or, where it was live, the version that was live before came back.
    RolledBack,
    /// It was put away.
    Retired,
}

/// What a version is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "PolicyStage")]
#[allow(missing_docs)]
pub enum Stage {
    Draft,
    Shadow,
    Rollout,
    Live,
    Retired,
    RolledBack,
}

/// The version on trial. There is one at most.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "PolicyTrial")]
pub struct Trial {
    /// Which.
    pub version: u32,
    /// How.
    pub stage: TrialStage,
    /// The share of new conversations that it decides for, percent; null in the shadow.
    pub percent: Option<f32>,
    /// Since when, Unix ms.
    pub since_ms: AtMs,
    /// What ends it by itself; in the shadow it only warns, for nobody is harmed.
    pub guard: Guard,
    /// Since when which share, in order.
    #[serde(skip)]
    steps: Vec<(AtMs, f32)>,
}

/// How a version is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrialStage {
    /// Asked at every turn, followed by nobody.
    Shadow,
    /// Decides for a share of all conversations.
    Rollout,
}

/// A time in which one version was tried against another in one way.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The version on trial.
    pub version: u32,
    /// The version that was live.
    pub against: u32,
    /// How it was tried.
    pub stage: TrialStage,
    /// From when, Unix ms.
    pub since_ms: AtMs,
    /// Until when; absent while it lasts.
    pub until_ms: Option<AtMs>,
    /// What was watched last.
    pub guard: Guard,
}

/// What somebody wants of a version.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wish {
    /// Try it in the shadow.
    Shadow(Option<Guard>),
    /// Try it on a share of all conversations, percent.
    RollOut(f32, Option<Guard>),
    /// Follow it.
    Live,
    /// Put it away.
    Retire,
}

/// Why a wish was refused. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No version of that number.
    #[error("there is no version {0}")]
    Unknown(u32),
    /// Another version is on trial.
    #[error("version {0} is on trial; end its trial first")]
    TrialRunning(u32),
    /// The version that is live cannot be tried or put away.
    #[error("version {0} is live; put another one live first")]
    IsLive(u32),
    /// No version was live before.
    #[error("no version was live before this one")]
    NothingBefore,
    /// A share out of range.
    #[error("the share of a roll-out is above 0 and at most 100 percent")]
    Percent,
    /// A guard with numbers that make no sense.
    #[error("a guard has a limit from 0 to 1 and waits for 1 to {LEAST_MAX} conversations")]
    Guard,
}

/// All versions and where they stand: a fold over the changes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lifecycle {
    changes: Vec<Change>,
    stages: BTreeMap<u32, Stage>,
    /// What was live, the last one now.
    lives: Vec<u32>,
    trial: Option<Trial>,
    runs: Vec<Run>,
}

impl Lifecycle {
    /// Folds changes, oldest first.
    pub fn of(changes: impl IntoIterator<Item = Change>) -> Self {
        let mut lifecycle = Self::default();
        changes.into_iter().for_each(|change| lifecycle.apply(change));
        lifecycle
    }

    /// Everything that happened, oldest first.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// The version that is live; 0 before there is one.
    pub fn live(&self) -> u32 {
        self.lives.last().copied().unwrap_or_default()
    }

    /// The version on trial.
    pub fn trial(&self) -> Option<&Trial> {
        self.trial.as_ref()
    }

    /// What a version is.
    pub fn stage(&self, version: u32) -> Option<Stage> {
        self.stages.get(&version).copied()
    }

    /// The number that the next version gets.
    pub fn next_version(&self) -> u32 {
        self.stages.keys().next_back().map_or(1, |last| last + 1)
    }

    /// All trials, oldest first.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// What a wish comes to.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn decide(&self, version: u32, wish: Wish) -> Result<What, Refusal> {
        if self.stage(version).is_none() {
            return Err(Refusal::Unknown(version));
        }
        if version == self.live() {
            return Err(Refusal::IsLive(version));
        }
        let (on_trial, other) = match &self.trial {
            Some(trial) if trial.version == version => (Some(trial), None),
            other => (None, other.as_ref()),
        };
        if let Some(other) = other.filter(|_| wish != Wish::Retire) {
            return Err(Refusal::TrialRunning(other.version));
        }
        let watched = |wanted: Option<Guard>| {
            let guard = wanted.or(on_trial.map(|trial| trial.guard)).unwrap_or_default();
            if guard.is_sound() { Ok(guard) } else { Err(Refusal::Guard) }
        };
        match wish {
            Wish::Shadow(guard) => Ok(What::Shadowed { guard: watched(guard)? }),
            Wish::RollOut(percent, _) if !(percent > 0.0 && percent <= 100.0) => Err(Refusal::Percent),
            Wish::RollOut(percent, guard) => Ok(What::RolledOut { percent, guard: watched(guard)? }),
            Wish::Live => Ok(What::WentLive),
            Wish::Retire if on_trial.is_some() => Err(Refusal::TrialRunning(version)),
            Wish::Retire => Ok(What::Retired),
        }
    }

    /// The version that a roll-back is about: the one on trial, or else the one that is live.
    ///
    /// # Errors
    /// Where no version was live before.
    pub fn roll_back(&self) -> Result<u32, Refusal> {
        match &self.trial {
            Some(trial) => Ok(trial.version),
            None if self.lives.len() < 2 => Err(Refusal::NothingBefore),
            None => Ok(self.live()),
        }
    }

    /// Folds one change in.
    pub fn apply(&mut self, change: Change) {
        let Change { at_ms, version, what, .. } = change;
        self.changes.push(change);
        match what {
            What::Saved => {
                self.stages.insert(version, Stage::Draft);
            }
            What::Shadowed { guard } => {
                self.put(version, Stage::Shadow);
                self.try_out(version, TrialStage::Shadow, at_ms, guard);
            }
            What::RolledOut { percent, guard } => {
                self.put(version, Stage::Rollout);
                self.try_out(version, TrialStage::Rollout, at_ms, guard);
                if let Some(trial) = &mut self.trial {
                    trial.percent = Some(percent);
                    trial.steps.push((at_ms, percent));
                }
            }
            What::WentLive => {
                self.end_trial(at_ms);
                self.put(self.live(), Stage::Retired);
                self.put(version, Stage::Live);
                self.lives.push(version);
            }
            What::RolledBack => {
                self.put(version, Stage::RolledBack);
                if self.trial.is_some() {
                    self.end_trial(at_ms);
                } else if self.live() == version {
                    self.lives.pop();
                    self.put(self.live(), Stage::Live);
                }
            }
            What::Retired => self.put(version, Stage::Retired),
        }
    }

    fn put(&mut self, version: u32, stage: Stage) {
        if let Some(known) = self.stages.get_mut(&version) {
            *known = stage;
        }
    }

    /// Begins a trial; one of the same version in the same way goes on.
    fn try_out(&mut self, version: u32, stage: TrialStage, at_ms: AtMs, guard: Guard) {
        match (&mut self.trial, self.runs.last_mut()) {
            (Some(trial), Some(run)) if trial.version == version && trial.stage == stage => {
                trial.guard = guard;
                run.guard = guard;
            }
            _ => {
                self.end_trial(at_ms);
                self.trial =
                    Some(Trial { version, stage, percent: None, since_ms: at_ms, guard, steps: vec![] });
                let against = self.live();
                self.runs.push(Run { version, against, stage, since_ms: at_ms, until_ms: None, guard });
            }
        }
    }

    fn end_trial(&mut self, at_ms: AtMs) {
        if self.trial.take().is_some()
            && let Some(run) = self.runs.last_mut()
        {
            run.until_ms = Some(at_ms);
        }
    }
}

impl Run {
    /// Whether it lasted at some time.
    pub fn lasts_at(&self, at_ms: AtMs) -> bool {
        self.since_ms <= at_ms && self.until_ms.is_none_or(|until_ms| at_ms < until_ms)
    }
}

impl Trial {
    /// Whether a conversation that began at some time is decided by the version on trial. A conversation keeps the side
    /// on which it began: the share at that time counts, and what began before the roll-out stays out of it.
    pub fn takes(&self, conversation: &ConversationId, opened_at_ms: AtMs) -> bool {
        let then = self.steps.iter().rfind(|(since_ms, _)| *since_ms <= opened_at_ms);
        then.is_some_and(|(_, percent)| {
            let parts = (percent * (BUCKETS / 100) as f32).round() as u32;
            bucket(conversation, self.version) < parts
        })
    }
}

#[cfg(test)]
mod tests;
