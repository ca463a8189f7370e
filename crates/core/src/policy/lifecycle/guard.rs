//! What ends a roll-out by itself.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::share::{Interval, Rate};

/// The most conversations that a guard may wait for, on each side.
pub const LEAST_MAX: u32 = 1_000_000;

/// Ends a roll-out whose policy makes something worse than is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PolicyGuard")]
pub struct Guard {
    /// What is watched.
    pub metric: Metric,
    /// By how much it may rise, absolute, 0..=1: 0.05 is five points.
    pub limit: f64,
    /// Conversations on each side before it judges, 1..=[`LEAST_MAX`].
    pub least: u32,
}

/// What a guard watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Conversations that a human is asked to take over, of all.
    HandoffRate,
    /// Handoffs that the agent called too early, of those that an agent judged.
    TooEarlyRate,
    /// Conversations in which a human was needed and came too late by the agent's judgement, or never by the customer's
    /// rating (1 or 2 of 5), of all.
    MissedRate,
}

/// What a guard says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Too few conversations to say.
    Waiting,
    /// Within the limit, as far as can be told.
    Holds,
    /// Above it, and more than by chance.
    Broken,
}

/// A guard held against what happened.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "GuardJudged")]
pub struct Judged {
    /// What is watched.
    pub metric: Metric,
    /// Under the policy that is live.
    pub live: Rate,
    /// Under the policy on trial.
    pub trial: Rate,
    /// How much it rises, absolute.
    pub difference: Interval,
    /// By how much it may.
    pub limit: f64,
    /// What follows.
    pub verdict: Verdict,
}

impl Default for Guard {
    fn default() -> Self {
        Self { metric: Metric::HandoffRate, limit: 0.05, least: 200 }
    }
}

impl Guard {
    /// Whether its numbers make sense.
    pub fn is_sound(&self) -> bool {
        (0.0..=1.0).contains(&self.limit) && (1..=LEAST_MAX).contains(&self.least)
    }

    /// Judges counts of the two sides, each with its number of conversations. Broken only where even the lower end of the
    /// rise's 95 % interval is above the limit, so that chance alone ends no trial.
    pub fn judge(&self, live: (u64, u64), trial: (u64, u64)) -> Judged {
        let (live, trial) = (Rate::of(live.0, live.1), Rate::of(trial.0, trial.1));
        let difference = Interval::of_rise(live, trial);
        let verdict = match () {
            () if live.n.min(trial.n) < u64::from(self.least) => Verdict::Waiting,
            () if difference.low > self.limit => Verdict::Broken,
            () => Verdict::Holds,
        };
        Judged { metric: self.metric, live, trial, difference, limit: self.limit, verdict }
    }
}

impl Judged {
    /// Why a trial has ended, in one sentence.
    pub fn words(&self) -> String {
        let what = match self.metric {
            Metric::HandoffRate => "conversations handed off",
            Metric::TooEarlyRate => "handoffs called too early",
            Metric::MissedRate => "conversations that needed a human sooner",
        };
        let percent = |share: f64| format!("{:.1} %", share * 100.0);
        format!(
            "{what}: {} instead of {}, at least {:.1} points more where {:.1} are allowed",
            percent(self.trial.value),
            percent(self.live.value),
            self.difference.low * 100.0,
            self.limit * 100.0
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_rise_must_be_more_than_chance() {
        let guard = Guard { limit: 0.05, least: 100, ..Guard::default() };
        for (live, trial, verdict) in [
            ((0, 0), (0, 0), Verdict::Waiting),
            ((10, 99), (99, 99), Verdict::Waiting),
            ((10, 1000), (99, 99), Verdict::Waiting),
            ((20, 100), (20, 100), Verdict::Holds),
            // Ten points, but of a hundred conversations.
            ((20, 100), (30, 100), Verdict::Holds),
            ((20, 100), (45, 100), Verdict::Broken),
            // The same ten points of many.
            ((400, 2000), (600, 2000), Verdict::Broken),
            // Just above the limit, and not for certain.
            ((400, 2000), (510, 2000), Verdict::Holds),
            ((900, 1000), (100, 1000), Verdict::Holds),
        ] {
            let judged = guard.judge(live, trial);
            assert_eq!(judged.verdict, verdict, "{live:?} {trial:?} {judged:?}");
        }
    }

    #[test]
    fn it_says_what_broke() {
        let judged = Guard::default().judge((400, 2000), (700, 2000));
        let words = "conversations handed off: 35.0 % instead of 20.0 %, at least 12.3 points more where 5.0 are allowed";
        assert_eq!(judged.words(), words);
    }

    proptest! {
        #[test]
        fn nothing_breaks_without_a_rise_above_the_limit(
            (live, live_n) in (0_u64..400, 1_u64..400), (trial, trial_n) in (0_u64..400, 1_u64..400),
            limit in 0.0..1.0_f64,
        ) {
            let (live, trial) = ((live.min(live_n), live_n), (trial.min(trial_n), trial_n));
            let judged = Guard { limit, least: 1, ..Guard::default() }.judge(live, trial);
            let rise = trial.0 as f64 / trial.1 as f64 - live.0 as f64 / live.1 as f64;
            prop_assert!(judged.verdict != Verdict::Broken || rise > limit);
        }
    }
}
