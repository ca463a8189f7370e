//! How those who may be asked are ranked: one file each. Ours is [`index`]; the others are what the field does today, for
//! organisations that want it that way, and for the simulator, which compares them.
//!
//! To add one: a file with a `static`, and a line in [`ALL`].

mod bullseye;
mod criteria_steps;
mod edf;
mod gcmu;
mod index;
mod least_loaded;
mod longest_idle;
mod max_weight;
mod round_robin;
mod skill_groups;

use crate::{
    ids::AtMs,
    routing::{Class, Rung, Seat, Terms, TierCost, Waiting},
};

/// One waiting conversation and one agent who may be asked for it.
pub struct Pair<'a> {
    /// Who waits.
    pub waiting: &'a Waiting,
    /// What they wait for.
    pub class: &'a Class,
    /// Who may be asked.
    pub seat: &'a Seat,
    /// The agent's place among all, from 0.
    pub place: usize,
    /// 0..=1; 0 without the skill.
    pub proficiency: f64,
    /// Whether this agent knows the customer.
    pub sticky: bool,
    /// How long the customer has waited, seconds.
    pub age_s: f64,
    /// What the urgency and the price came to: see [`Strategy::urgency`] and [`Strategy::price`].
    pub urgency: f64,
    /// See above.
    pub price: f64,
    /// Mean seconds of work of the skill.
    pub work_s: f64,
}

/// What every strategy may look at beside the pair.
pub struct Floor<'a> {
    /// What the organisation weighs against what.
    pub terms: &'a Terms,
    /// Every class.
    pub classes: &'a [Class],
    /// How many agents there are.
    pub seats: usize,
    /// The agent who was offered something last.
    pub last: Option<usize>,
    pub(crate) tiers: &'a [TierCost],
}

impl Floor<'_> {
    /// Cost of being late once.
    pub fn weight(&self, waiting: &Waiting) -> f64 {
        self.tiers[usize::from(waiting.tier)].weight * waiting.factor
    }

    /// Cost of each second by which somebody of this age is answered later.
    pub fn per_second(&self, waiting: &Waiting, age_s: f64) -> f64 {
        self.tiers[usize::from(waiting.tier)].per_second(waiting.target_s, age_s) * waiting.factor
    }

    /// Expected cost of letting somebody wait for one more chance, `delay_s` away on average.
    pub fn deferral(&self, waiting: &Waiting, age_s: f64, delay_s: f64) -> f64 {
        self.tiers[usize::from(waiting.tier)].deferral(waiting.target_s, age_s, delay_s) * waiting.factor
    }
}

/// Higher is better; the second decides where the first are equal.
pub type Score = (f64, f64);

/// A way of ranking.
pub trait Strategy: Sync {
    /// As settings name it.
    fn name(&self) -> &'static str;

    /// In one sentence, for leads.
    fn about(&self) -> &'static str;

    /// How urgent a conversation is, whoever takes it.
    fn urgency(&self, floor: &Floor<'_>, waiting: &Waiting, class: &Class, age_s: f64) -> f64;

    /// For how long an urgency is good enough while nobody comes or goes, ms; 0: it is worked out at every look.
    fn urgency_lasts_ms(&self) -> AtMs {
        0
    }

    /// What a slot of an agent is worth, whoever gets it.
    fn price(&self, _floor: &Floor<'_>, _seat: &Seat) -> f64 {
        0.0
    }

    /// How good the pair is; absent where the slot is better kept, or the agent is not to be asked yet.
    fn score(&self, floor: &Floor<'_>, pair: &Pair<'_>) -> Option<Score>;

    /// The most that a pair of this urgency and price can score, whoever it is: pairs that cannot win are not put to the gate.
    fn at_most(&self, _floor: &Floor<'_>, _urgency: f64, _price: f64) -> f64 {
        f64::INFINITY
    }

    /// The steps of relaxation that it has in the field, for comparisons; absent: those of [`Terms::default`]. An organisation
    /// that chooses it has its own.
    fn ladder(&self) -> Option<Vec<Rung>> {
        Some(vec![Rung { level: 1, ..Rung::default() }])
    }

    /// Whether it looks past the oldest of a line, to who can still be answered in time.
    fn looks_past_the_late(&self) -> bool {
        false
    }
}

/// Every strategy, ours first.
pub static ALL: [&dyn Strategy; 10] = [
    &index::Index,
    &round_robin::RoundRobin,
    &longest_idle::LongestIdle,
    &skill_groups::SkillGroups,
    &least_loaded::LeastLoaded,
    &bullseye::Bullseye,
    &criteria_steps::CriteriaSteps,
    &gcmu::GeneralisedCMu,
    &max_weight::MaxWeight,
    &edf::EarliestDeadline,
];

/// By name.
pub fn by_name(name: &str) -> Option<&'static dyn Strategy> {
    ALL.iter().copied().find(|strategy| strategy.name() == name)
}

/// What a first come, first served strategy answers for the agent who knows the customer: before all others.
const KNOWN: f64 = f64::MAX;

/// Whoever holds nothing, by how long; then whoever was asked longest ago.
fn idle_longest(seat: &Seat) -> f64 {
    if seat.load.count() == 0 { 1e15 - seat.idle_since_ms as f64 } else { -(seat.last_offer_at_ms as f64) }
}

/// How much a strategy that asks the best skilled minds what the agent holds already.
const BUSY: f64 = 0.03;

/// The best skilled, who knows the customer, and is not too busy.
fn suits(floor: &Floor<'_>, pair: &Pair<'_>, load: f64) -> f64 {
    let known = if pair.sticky { floor.terms.weights.sticky } else { 0.0 };
    known - floor.terms.misfit(pair.proficiency) - load * index::slowed(floor.terms, pair.seat)
}
