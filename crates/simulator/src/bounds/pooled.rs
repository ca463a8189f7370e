//! One pool of perfect agents, by an index that knows how long each conversation takes.
//!
//! The index is that of the router's design for a single class, written out: nothing of the router is used, so that the
//! reference stays where it is when the router changes.

use std::collections::VecDeque;

use segue_core::ids::AtMs;

use crate::{
    dispatch::{Choice, Dispatch, Wish},
    scenario::{Kind, Scenario, Tier, day::Day},
};

/// How quickly the rate of arrivals follows, seconds.
const RATE_TAU_S: f64 = 1_800.0;
/// Seconds between an offer and an answer, on average.
const ACCEPT_S: f64 = 6.0;
/// Age from which on starvation counts, seconds.
const GUARD_S: f64 = 900.0;
/// Seconds to which the length of a conversation is held.
const USUAL_S: f64 = 500.0;
/// What an agent who knows the customer is worth to the index, in lots of what it is worth to J.
const STICKY: f64 = 3.0;
/// What another chat costs an agent who is busy, against one who is idle.
const LOAD: f64 = 0.3;

/// How much short conversations go first, and how much a long line hurries.
#[derive(Clone, Copy, Debug)]
pub(super) struct Variant {
    short_first: f64,
    crowding: f64,
}

impl Variant {
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let pairs = [0.0, 0.5, 1.0].into_iter().flat_map(|short| [(short, 0.0), (short, 0.2)]);
        pairs.map(|(short_first, crowding)| Self { short_first, crowding })
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Hand {
    on: bool,
    active: u32,
    offered: u32,
}

/// See the module.
pub(super) struct Pooled<'a> {
    scenario: &'a Scenario,
    day: &'a Day,
    variant: Variant,
    hands: Vec<Hand>,
    /// By tier, oldest first.
    lines: Vec<VecDeque<usize>>,
    since_ms: Vec<AtMs>,
    agent_of: Vec<Option<usize>>,
    refused_by: Vec<Option<usize>>,
    mean_work_s: f64,
    arrived: f64,
    arrived_ms: AtMs,
}

impl<'a> Pooled<'a> {
    pub(super) fn new(scenario: &'a Scenario, day: &'a Day, variant: Variant) -> Self {
        let n = day.conversations.len();
        Self {
            scenario,
            day,
            variant,
            hands: vec![Hand::default(); day.agents.len()],
            lines: vec![VecDeque::new(); day.tiers.len()],
            since_ms: vec![0; n],
            agent_of: vec![None; n],
            refused_by: vec![None; n],
            mean_work_s: day.skills[0].mean_s,
            arrived: day.classes[0].per_s * RATE_TAU_S,
            arrived_ms: crate::world::START_MS,
        }
    }

    fn arrivals_per_s(&self, now_ms: AtMs) -> f64 {
        let fade = (-((now_ms - self.arrived_ms).max(0) as f64 / 1_000.0) / RATE_TAU_S).exp();
        self.arrived * fade / RATE_TAU_S + self.day.classes[0].per_s * (1.0 - fade)
    }

    /// What one agent with so many chats ends per second.
    fn release(&self, chats: u32) -> f64 {
        f64::from(chats) * self.scenario.progress_of(chats as usize) / self.mean_work_s
    }

    fn room(&self, agent: usize) -> u32 {
        let hand = self.hands[agent];
        if hand.on { self.day.agents[agent].chats.saturating_sub(hand.active + hand.offered) } else { 0 }
    }

    /// Expected cost of waiting for one more chance, `delay_s` away on average.
    fn deferral(&self, tier: usize, age_s: f64, delay_s: f64) -> f64 {
        let (cost, tier) = (&self.day.cost, &self.day.tiers[tier]);
        let left_s = tier.target_s - age_s - ACCEPT_S;
        let (step, missed) = if left_s > 0.0 { ((-left_s / delay_s).exp(), true) } else { (1.0, false) };
        let late = cost.late_per_min / 60.0 * delay_s * step;
        let given_up = cost.abandoned * hazard(&self.scenario.patience, tier, age_s) * delay_s;
        let guard = if age_s > GUARD_S { 2.0 * (age_s / GUARD_S).powi(2) } else { 0.0 };
        tier.weight * (if missed { step } else { 0.0 } + late + given_up) + guard
    }

    /// What the next slot of anybody is worth to who comes next.
    fn price(&self, now_ms: AtMs) -> f64 {
        let free: u32 = (0..self.hands.len()).map(|agent| self.room(agent)).sum();
        let full = |(agent, hand): (usize, &Hand)| {
            if hand.on { self.release(self.day.agents[agent].chats) } else { 0.0 }
        };
        let release = self.hands.iter().enumerate().map(full).sum::<f64>().max(1e-5);
        let demand = self.arrivals_per_s(now_ms) * 0.5;
        let blocked = (demand / (demand + release)).powi(free.max(1) as i32);
        let delay_s = (1.0 / release).clamp(5.0, 1_200.0);
        let tiers = self.day.tiers.iter().enumerate();
        2.0 * blocked * tiers.map(|(at, tier)| tier.share * self.deferral(at, 0.0, delay_s)).sum::<f64>()
    }

    /// The head of each line, and where it is too late for it the first that can still make it.
    fn candidates(&self, now_ms: AtMs) -> Vec<usize> {
        let mut found = vec![];
        for (tier, line) in self.lines.iter().enumerate() {
            let Some(head) = line.front() else { continue };
            found.push(*head);
            let target_s = self.day.tiers[tier].target_s;
            if self.age_s(now_ms, *head) > target_s - ACCEPT_S {
                let in_time = |each: &&usize| self.age_s(now_ms, **each) <= target_s - ACCEPT_S - 2.0;
                found.extend(line.iter().skip(1).find(in_time));
            }
        }
        found
    }

    fn age_s(&self, now_ms: AtMs, conversation: usize) -> f64 {
        (now_ms - self.since_ms[conversation]) as f64 / 1_000.0
    }

    fn best(&self, now_ms: AtMs) -> Option<(usize, usize)> {
        let waiting: usize = self.lines.iter().map(VecDeque::len).sum();
        let free: Vec<usize> = (0..self.hands.len()).filter(|agent| self.room(*agent) > 0).collect();
        if waiting == 0 || free.is_empty() {
            return None;
        }
        let release: f64 =
            self.hands.iter().filter(|hand| hand.on).map(|hand| self.release(hand.active)).sum();
        let crowd = 1.0 + self.variant.crowding * (waiting - 1) as f64;
        let delay_s = (crowd / release.max(1e-4)).clamp(20.0, 900.0);
        let price = self.price(now_ms);
        let mut best: Option<(f64, usize, usize)> = None;
        for conversation in self.candidates(now_ms) {
            let each = &self.day.conversations[conversation];
            let worth = self.deferral(each.tier, self.age_s(now_ms, conversation), delay_s) - price;
            for agent in free.iter().copied().filter(|agent| self.refused_by[conversation] != Some(*agent)) {
                let score = self.score(conversation, agent, worth);
                if best.is_none_or(|(other, ..)| score > other) {
                    best = Some((score, conversation, agent));
                }
            }
        }
        best.map(|(_, conversation, agent)| (conversation, agent))
    }

    fn score(&self, conversation: usize, agent: usize, worth: f64) -> f64 {
        let each = &self.day.conversations[conversation];
        let sticky = each.sticky == Some(agent);
        let known = if sticky { STICKY * self.day.cost.sticky } else { 0.0 };
        let held = self.hands[agent].active + self.hands[agent].offered;
        let output = |chats: u32| f64::from(chats) * self.scenario.progress_of(chats as usize);
        let score = worth + known - LOAD * (1.0 - (output(held + 1) - output(held)));
        let length = each.need.work_s / if sticky { self.day.pace.known } else { 1.0 } / USUAL_S;
        if score > 0.0 { score * length.powf(-self.variant.short_first) } else { score }
    }

    fn release_slot(&mut self, conversation: usize, active: bool) {
        if let Some(agent) = self.agent_of[conversation].take() {
            let hand = &mut self.hands[agent];
            let count = if active { &mut hand.active } else { &mut hand.offered };
            *count = count.saturating_sub(1);
        }
    }
}

/// The rate at which customers of this age give up, per second.
fn hazard(kinds: &[Kind], tier: &Tier, age_s: f64) -> f64 {
    let left = |kind: &Kind| kind.share * (-age_s / (kind.mean_s * tier.patience)).exp();
    let leaving: f64 = kinds.iter().map(|kind| left(kind) / (kind.mean_s * tier.patience)).sum();
    leaving / kinds.iter().map(left).sum::<f64>().max(1e-12)
}

impl Dispatch for Pooled<'_> {
    fn on_shift(&mut self, _: AtMs, agent: usize, on: bool) {
        self.hands[agent].on = on;
    }

    fn wait(&mut self, now_ms: AtMs, wish: &Wish) {
        self.arrived = self.arrivals_per_s(now_ms) * RATE_TAU_S + 1.0;
        self.arrived_ms = now_ms;
        self.since_ms[wish.conversation] = wish.since_ms;
        self.refused_by[wish.conversation] = None;
        self.lines[self.day.conversations[wish.conversation].tier].push_back(wish.conversation);
    }

    fn leave(&mut self, _: AtMs, conversation: usize) {
        self.release_slot(conversation, false);
        let line = &mut self.lines[self.day.conversations[conversation].tier];
        line.retain(|other| *other != conversation);
    }

    fn accepted(&mut self, _: AtMs, conversation: usize) {
        if let Some(agent) = self.agent_of[conversation] {
            self.hands[agent].offered -= 1;
            self.hands[agent].active += 1;
        }
    }

    fn missed(&mut self, _: AtMs, conversation: usize) {
        self.refused_by[conversation] = self.agent_of[conversation];
        self.release_slot(conversation, false);
        self.lines[self.day.conversations[conversation].tier].push_front(conversation);
    }

    fn finished(&mut self, _: AtMs, conversation: usize) {
        self.release_slot(conversation, true);
    }

    fn decide(&mut self, now_ms: AtMs, chosen: &mut Vec<Choice>) {
        while let Some((conversation, agent)) = self.best(now_ms) {
            let line = &mut self.lines[self.day.conversations[conversation].tier];
            line.retain(|other| *other != conversation);
            self.agent_of[conversation] = Some(agent);
            self.hands[agent].offered += 1;
            chosen.push(Choice { conversation, agent, ..Choice::default() });
        }
    }

    fn tick(&mut self, now_ms: AtMs, chosen: &mut Vec<Choice>) {
        self.decide(now_ms, chosen);
    }
}
