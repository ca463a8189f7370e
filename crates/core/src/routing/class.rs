//! A class: everything that waits for the same people. What the router knows of each is kept up to date event by event.

use super::{bits::Bits, capacity::Channel};
use crate::{
    handoff::Needs,
    ids::{AgentId, SquadId},
};

/// How quickly the rate of arrivals follows, seconds.
const RATE_TAU_S: f64 = 1800.0;
/// The shortest and the longest time between two chances that is reckoned with, seconds.
const DELAY_S: (f64, f64) = (20.0, 900.0);
/// The same where all slots are taken.
const BLOCKED_S: (f64, f64) = (5.0, 1200.0);
/// Free slots from which on one less costs nothing.
const PRICED: usize = 12;
/// Of the higher tiers' conversations to come, the share that a lower tier is taken to stand behind, and of the chances the
/// most that they can take. Both were chosen on seeds of their own (ADR 0019).
const BEHIND: f64 = 0.5;
const TAKEN_MAX: f64 = 0.75;

/// What makes two conversations wait for the same people.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) squad: SquadId,
    pub(super) skill: String,
    pub(super) language: Option<String>,
    pub(super) channel: Channel,
    pub(super) only: Option<AgentId>,
}

impl Key {
    pub(super) fn of(needs: &Needs, channel: Channel) -> Self {
        Self {
            squad: needs.squad.clone(),
            skill: needs.skill.clone(),
            language: needs.language.clone(),
            channel,
            only: needs.only.clone(),
        }
    }
}

/// See the module.
#[derive(Clone, Debug)]
pub struct Class {
    /// Apart, so that what every event changes lies close together.
    pub(super) key: Box<Key>,
    pub(super) channel: Channel,
    pub(super) skill: usize,
    /// Who may be asked from each step of the ladder on, with all earlier ones.
    pub(super) pools: Vec<Bits>,
    /// How many of each pool are on shift.
    pub(super) on_shift: Vec<u32>,
    /// Free slots of those on shift who qualify from the start.
    pub(super) free: u32,
    /// Conversations their chats end per second, now, and with all slots taken.
    pub(super) release: f64,
    pub(super) full_release: f64,
    pub(super) queued: u32,
    /// What is expected without any history, per second.
    prior: f64,
    arrived: f64,
    arrived_at_s: f64,
    /// What one free slot less costs, by how many there are, from one.
    prices: [f32; PRICED],
    /// Chances that it takes until one is left for a tier, by tier, >= 1.
    chances: Vec<f64>,
    /// Whether somebody does best what it needs.
    has_group: bool,
}

impl Class {
    pub(super) fn new(key: Key, skill: usize, pools: Vec<Bits>, has_group: bool) -> Self {
        let on_shift = vec![0; pools.len()];
        Self {
            channel: key.channel,
            key: Box::new(key),
            skill,
            pools,
            on_shift,
            free: 0,
            release: 0.0,
            full_release: 0.0,
            queued: 0,
            prior: 0.0,
            arrived: 0.0,
            arrived_at_s: 0.0,
            prices: [0.0; PRICED],
            chances: vec![],
            has_group,
        }
    }

    /// The skill it needs.
    pub fn skill(&self) -> &str {
        &self.key.skill
    }

    /// How many wait, offers not included.
    pub fn queued(&self) -> u32 {
        self.queued
    }

    /// Whether anybody does best what it needs.
    pub fn has_group(&self) -> bool {
        self.has_group
    }

    /// Expected arrivals per second: the last half hour, and what was expected beforehand.
    pub fn arrivals(&self, now_s: f64) -> f64 {
        let fade = (-(now_s - self.arrived_at_s).max(0.0) / RATE_TAU_S).exp();
        self.arrived * fade / RATE_TAU_S + self.prior * (1.0 - fade)
    }

    pub(super) fn arrive(&mut self, now_s: f64) {
        self.arrived = self.arrivals(now_s) * RATE_TAU_S + 1.0;
        self.arrived_at_s = now_s;
    }

    pub(super) fn expect(&mut self, now_s: f64, per_s: f64) {
        self.prior = per_s;
        self.arrived = per_s * RATE_TAU_S;
        self.arrived_at_s = now_s;
    }

    /// Seconds until one of these people is free for the next of this class, on average.
    pub fn delay_s(&self) -> f64 {
        (1.0 / self.release.max(1e-4)).clamp(DELAY_S.0, DELAY_S.1)
    }

    /// Works the prices and the chances out anew, from the demand that all classes together put on these people, per
    /// second, and each tier's share of those who come with what it costs to let the next of it wait; most important first.
    ///
    /// A free slot is worth something to the next who comes, if nobody gives one back before, and the others are taken by
    /// then. It is kept for those to whom it is worth most, so that only they count among the next who come: the most
    /// important tier alone, or the first two, or all, whichever makes it worth more.
    pub(super) fn reckon(&mut self, now_s: f64, demand: f64, tiers: impl Iterator<Item = (f64, f64)>) {
        let mine = self.arrivals(now_s);
        let release = self.full_release.max(1e-5);
        self.prices = [0.0; PRICED];
        self.chances.clear();
        let (mut share, mut cost) = (0.0, 0.0);
        for (of_all, deferred) in tiers {
            let taken = (BEHIND * share * demand / release).min(TAKEN_MAX);
            self.chances.push(1.0 / (1.0 - taken));
            share += of_all;
            cost += of_all * deferred;
            let all = share * demand;
            let next_comes = all / (all + release);
            let mut price = mine * cost / (all + release);
            for known in &mut self.prices {
                *known = known.max(price as f32);
                price *= next_comes;
            }
        }
    }

    /// Seconds until anybody is free again once all are taken, on average.
    pub(super) fn blocked_s(&self) -> f64 {
        (1.0 / self.full_release.max(1e-5)).clamp(BLOCKED_S.0, BLOCKED_S.1)
    }

    /// How many chances it takes until one is left for a conversation of a tier, since higher tiers go first.
    pub fn chances(&self, tier: u8) -> f64 {
        self.chances.get(usize::from(tier)).copied().unwrap_or(1.0)
    }

    /// Expected cost of one free slot less.
    pub fn price(&self) -> f64 {
        self.prices.get(self.free.max(1) as usize - 1).map_or(0.0, |price| f64::from(*price))
    }

    /// The first step of the ladder from which anybody on shift may be asked; absent where nobody may at all.
    pub(super) fn first_rung(&self) -> Option<usize> {
        self.on_shift.iter().position(|count| *count > 0)
    }
}
