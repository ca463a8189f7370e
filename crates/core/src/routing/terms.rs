//! What waiting, lateness and a poor fit cost: the organisation's weights, and what follows from them.
//!
//! The unit of all costs is the lateness of one conversation of the lowest tier. Sources of the defaults: the targets and
//! weights are judgements; the patience is fitted to the Kaplan-Meier curve of a bank's call centre (Mandelbaum et al.,
//! the anonymous bank, 1999); the progress of parallel chats follows Tezcan and Zhang 2014.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    capacity::{Capacity, Channel, Share},
    settings::Weights,
};
use crate::organisation::{AgentProfile, Organisation};

/// Seconds of waiting after which colleagues help out.
const HELP_S: f64 = 15.0;
/// Seconds that pass between an offer and the first word, on average.
pub(super) const ACCEPT_S: f64 = 6.0;
/// Who is left of each kind of customer is kept second by second up to here; then it no longer changes.
const LEFT_S: usize = 900;

/// Who waits how long: a mixture of exponential distributions.
#[derive(Clone, Debug, PartialEq)]
pub struct Patience {
    /// Share and mean patience in seconds of each kind of customer; the shares make 1.
    pub kinds: Vec<(f64, f64)>,
}

impl Patience {
    /// A fifth leaves after 45 s on average, the others after 820 s, times a factor.
    pub fn usual(factor: f64) -> Self {
        Self { kinds: vec![(0.2, 45.0 * factor), (0.8, 820.0 * factor)] }
    }

    /// The share of each kind among those who still wait after `age_s`.
    fn left(&self, age_s: f64) -> impl Iterator<Item = f64> {
        let left = move |(share, mean_s): &(f64, f64)| share * (-age_s / mean_s).exp();
        let all: f64 = self.kinds.iter().map(left).sum();
        self.kinds.iter().map(move |kind| left(kind) / all.max(1e-300))
    }
}

/// How much a tier's customers weigh.
#[derive(Clone, Debug, PartialEq)]
pub struct TierTerms {
    /// First human reply within, seconds, > 0.
    pub target_s: f64,
    /// Cost of being late once, > 0.
    pub weight: f64,
    /// Share of the conversations, 0..=1.
    pub share: f64,
    /// How long its customers wait.
    pub patience: Patience,
}

/// From when on who may be asked: a step that gives something up. Steps are cumulative, and earlier ones keep priority.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Rung {
    /// Seconds of waiting, 0..=86400; also at once where nobody qualifies for any earlier step.
    pub after_s: f64,
    /// Least level of the skill, 1..=5; 0: somebody without the skill may be asked.
    pub level: u8,
    /// Without the skill, only with another of its family.
    pub family: bool,
    /// Whoever does not speak the language may be asked.
    pub any_language: bool,
    /// Squads beside the conversation's own.
    pub squads: Overflow,
}

impl Rung {
    /// Whether whoever may be asked speaks the language and is of the squad.
    pub(super) fn gives_nothing_up(&self) -> bool {
        !self.any_language && self.squads == Overflow::None
    }
}

/// Other squads that help out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Overflow {
    /// None.
    #[default]
    None,
    /// These.
    Some(Vec<crate::ids::SquadId>),
    /// All.
    All,
}

/// What an organisation weighs against what.
#[derive(Clone, Debug, PartialEq)]
pub struct Terms {
    /// Most important first.
    pub tiers: Vec<TierTerms>,
    /// What weighs how much beside the tiers.
    pub weights: Weights,
    /// How much later an agent answers an offer for each chat they are in, seconds.
    pub slower_s: f64,
    /// How fast each of `n` parallel chats goes on, from one; more than are listed go on as the last.
    pub progress: Vec<f64>,
    /// Seconds of waiting from which on a conversation overtakes every other, slowly at first.
    pub guard_s: f64,
    /// Skill to family. Where it is empty, all skills are of one family.
    pub families: BTreeMap<String, String>,
    /// What conversations take of an agent, by channel; where one is absent, the defaults of [`Share`].
    pub channels: BTreeMap<Channel, Share>,
    /// Who may be asked when: the first step holds from the start.
    pub ladder: Vec<Rung>,
}

impl Default for Terms {
    fn default() -> Self {
        let tier = |target_s, weight, share, factor| TierTerms {
            target_s,
            weight,
            share,
            patience: Patience::usual(factor),
        };
        Self {
            tiers: vec![tier(30.0, 10.0, 0.1, 1.3), tier(120.0, 3.0, 0.3, 1.0), tier(600.0, 1.0, 0.6, 0.8)],
            weights: Weights::default(),
            slower_s: 0.9,
            progress: vec![1.0, 0.92, 0.80, 0.66, 0.53],
            guard_s: 900.0,
            families: BTreeMap::new(),
            channels: BTreeMap::new(),
            ladder: vec![
                Rung { level: 1, ..Rung::default() },
                Rung { after_s: 15.0, family: true, ..Rung::default() },
            ],
        }
    }
}

impl Terms {
    /// Those of an organisation: its tiers, and what its settings say of routing. Where they name no steps, whoever is of the
    /// squad helps out after [`HELP_S`], everybody after twice that.
    pub fn of(organisation: &Organisation) -> Self {
        let all: f64 = organisation.tiers.iter().map(|tier| 1.0 / f64::from(tier.weight).max(0.01)).sum();
        let tiers = organisation.tiers.iter().map(|tier| TierTerms {
            target_s: f64::from(tier.first_reply_s).max(1.0),
            weight: f64::from(tier.weight).max(0.01),
            // The more a tier weighs the fewer are of it, until they have been counted.
            share: 1.0 / f64::from(tier.weight).max(0.01) / all,
            patience: Patience::usual(1.0),
        });
        let step = |times: f64, any_language, squads| Rung {
            after_s: times * HELP_S,
            family: true,
            any_language,
            squads,
            ..Rung::default()
        };
        let routing = &organisation.routing;
        let mut terms = Self {
            tiers: tiers.collect(),
            weights: routing.weights,
            guard_s: f64::from(routing.guard_s),
            families: routing.families.clone(),
            channels: routing.channels.clone(),
            ..Self::default()
        };
        if terms.tiers.is_empty() {
            terms.tiers = Self::default().tiers.split_off(2);
        }
        let usual = || {
            vec![
                step(1.0, false, Overflow::None),
                step(1.0, true, Overflow::None),
                step(2.0, true, Overflow::All),
            ]
        };
        terms.ladder = vec![Rung { level: 1, ..Rung::default() }];
        terms.ladder.extend(if routing.steps.is_empty() { usual() } else { routing.steps.clone() });
        terms
    }

    /// The most that an agent may hold.
    pub fn capacity_of(&self, profile: &AgentProfile) -> Capacity {
        Capacity::chats(profile.work.capacity, &self.channels)
    }

    /// How fast each of `chats` parallel chats goes on, 0..=1.
    pub fn progress_of(&self, chats: usize) -> f64 {
        let at = chats.saturating_sub(1).min(self.progress.len().saturating_sub(1));
        self.progress.get(at).copied().unwrap_or(1.0)
    }

    /// What all parallel chats together do, in chats of an idle agent.
    pub(crate) fn throughput(&self, chats: usize) -> f64 {
        chats as f64 * self.progress_of(chats)
    }

    /// Cost of an agent of this proficiency, 0..=1; 0: without the skill.
    pub fn misfit(&self, proficiency: f64) -> f64 {
        let lacking = if proficiency > 0.0 { 0.0 } else { self.weights.unskilled };
        self.weights.quality * (1.0 - proficiency.max(UNSKILLED_PROFICIENCY)) + lacking
    }
}

/// What somebody without the skill makes of it.
const UNSKILLED_PROFICIENCY: f64 = 0.15;

/// How fast somebody of a proficiency works, against somebody perfect. Source: a judgement; 0.55 without the skill.
pub fn speed(proficiency: f64) -> f64 {
    if proficiency > 0.0 { 0.7 + 0.3 * proficiency } else { 0.55 }
}

/// A tier with its hazards worked out.
#[derive(Clone, Debug)]
pub(crate) struct TierCost {
    pub(crate) weight: f64,
    slope_per_s: f64,
    abandoned: f64,
    guard_s: f64,
    kinds: Vec<Kind>,
}

/// Customers of one patience.
#[derive(Clone, Debug)]
struct Kind {
    mean_s: f64,
    /// Their share among those who still wait, by age in seconds.
    left: Vec<f64>,
}

impl TierCost {
    pub(super) fn new(tier: &TierTerms, terms: &Terms) -> Self {
        Self {
            weight: tier.weight,
            slope_per_s: terms.weights.late_per_min / 60.0,
            abandoned: terms.weights.abandoned,
            guard_s: terms.guard_s,
            kinds: (0..tier.patience.kinds.len())
                .map(|kind| Kind {
                    mean_s: tier.patience.kinds[kind].1,
                    left: (0..LEFT_S)
                        .filter_map(|age_s| tier.patience.left(age_s as f64).nth(kind))
                        .collect(),
                })
                .collect(),
        }
    }

    fn kinds(&self, age_s: f64) -> impl Iterator<Item = (f64, f64)> {
        let age = (age_s.max(0.0) as usize).min(LEFT_S - 1);
        self.kinds.iter().map(move |kind| (kind.left[age], kind.mean_s))
    }

    /// Rate at which customers of this age give up, per second.
    pub(super) fn hazard(&self, age_s: f64) -> f64 {
        self.kinds(age_s).map(|(left, mean_s)| left / mean_s).sum()
    }

    /// Cost of each second by which the first word comes later, for a conversation of this age.
    pub(crate) fn per_second(&self, target_s: f64, age_s: f64) -> f64 {
        let late = if age_s + ACCEPT_S > target_s { self.slope_per_s } else { 0.0 };
        self.weight * (late + self.abandoned * self.hazard(age_s))
    }

    /// Expected cost of letting a conversation of this age wait for one more chance, exponentially distributed with a mean
    /// of `delay_s`: whoever gives up before is lost, whoever does not may be late.
    pub(crate) fn deferral(&self, target_s: f64, age_s: f64, delay_s: f64) -> f64 {
        let left_s = target_s - age_s - ACCEPT_S;
        let over = age_s / self.guard_s;
        let cost = |(share, mean_s): (f64, f64)| {
            let lost = self.abandoned * delay_s / (delay_s + mean_s);
            // Whichever comes first, the chance or the end of patience.
            let ends = 1.0 / delay_s + 1.0 / mean_s;
            let late = self.slope_per_s / ends;
            share * (lost + if left_s > 0.0 { (-left_s * ends).exp() * (1.0 + late) } else { late })
        };
        let waiting = self.weight * self.kinds(age_s).map(cost).sum::<f64>();
        waiting + if over > 1.0 { 2.0 * over * over } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_impatient_leave_first() {
        let terms = Terms::default();
        let tier =
            TierCost::new(&TierTerms { patience: Patience::usual(1.0), ..terms.tiers[1].clone() }, &terms);
        let at = |age_s| tier.hazard(age_s);
        assert!((at(0.0) - (0.2 / 45.0 + 0.8 / 820.0)).abs() < 1e-9);
        assert!(at(0.0) > at(30.0) && at(30.0) > at(200.0));
        assert!((at(2_000.0) - 1.0 / 820.0).abs() < 1e-6);
        assert!(
            tier.deferral(120.0, 0.0, 1e9)
                <= tier.weight * (1.0 + terms.weights.abandoned + terms.weights.late_per_min * 820.0 / 60.0)
        );
    }

    #[test]
    fn waiting_costs_more_the_closer_the_target_and_the_farther_the_next_chance() {
        let terms = Terms::default();
        let tier = TierCost::new(&terms.tiers[1], &terms);
        let at = |age_s, delay_s| tier.deferral(120.0, age_s, delay_s);
        assert!(at(100.0, 30.0) > at(60.0, 30.0));
        assert!(at(60.0, 90.0) > at(60.0, 30.0));
        assert!(at(3_000.0, 30.0) > at(1_000.0, 30.0), "the guard rises");
        let gold = TierCost::new(&terms.tiers[0], &terms);
        assert!(gold.deferral(30.0, 0.0, 30.0) > at(0.0, 30.0));
    }

    #[test]
    fn parallel_chats_slow_each_other_down() {
        let terms = Terms::default();
        let together: Vec<f64> = (0..=5).map(|chats| terms.throughput(chats)).collect();
        assert_eq!(together[1], 1.0);
        assert!(together.windows(2).all(|pair| pair[0] < pair[1]), "{together:?}");
        assert_eq!(terms.progress_of(9), 0.53);
    }
}
