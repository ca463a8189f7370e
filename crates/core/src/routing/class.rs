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
/// How much of the expected demand counts when a slot is kept free for it, and how much of the cost of having none. Both
/// were chosen on seeds of their own, as the highest at which the lowest tier is no worse off (ADR 0019).
const DEMAND: f64 = 0.3;
const PRICE: f64 = 0.7;

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
    pub(super) key: Key,
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
    /// What one free slot less costs: see [`Class::price`].
    next_is_mine: f64,
    next_is_anybodys: f64,
    blocked_cost: f64,
    /// Whether somebody does best what it needs.
    has_group: bool,
}

impl Class {
    pub(super) fn new(key: Key, skill: usize, pools: Vec<Bits>, has_group: bool) -> Self {
        let on_shift = vec![0; pools.len()];
        Self {
            key,
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
            next_is_mine: 0.0,
            next_is_anybodys: 0.0,
            blocked_cost: 0.0,
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

    /// Works the price out anew, from the demand that all classes together put on these people, per second, and what it
    /// costs to let the next who comes wait so many seconds.
    pub(super) fn reckon(&mut self, now_s: f64, demand: f64, blocked: &dyn Fn(f64) -> f64) {
        let (mine, all) = (self.arrivals(now_s) * DEMAND, demand * DEMAND);
        let release = self.full_release.max(1e-5);
        let delay_s = (1.0 / release).clamp(5.0, 1200.0);
        self.next_is_mine = mine / (all + release);
        self.next_is_anybodys = all / (all + release);
        self.blocked_cost = PRICE * blocked(delay_s);
    }

    /// Expected cost of one free slot less: that the other free slots are taken before one is given back, and the next
    /// who comes is of this class and must wait.
    pub fn price(&self) -> f64 {
        let others = self.free.max(1) as i32 - 1;
        self.next_is_mine * self.next_is_anybodys.powi(others) * self.blocked_cost
    }

    /// The first step of the ladder from which anybody on shift may be asked; absent where nobody may at all.
    pub(super) fn first_rung(&self) -> Option<usize> {
        self.on_shift.iter().position(|count| *count > 0)
    }
}
