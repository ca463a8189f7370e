//! Who is there: the agents of a [`Router`], and what each class knows of its people.

use super::{
    AgentIx, Router, Seat, capacity::Channel, class::Key, qualifies, router::seconds, seat::Part,
    terms::speed,
};
use crate::{ids::AtMs, organisation::AgentProfile};

/// How often prices are worked out anew, ms.
const RECKON_MS: AtMs = 5_000;
/// How many conversations the expected shares of the tiers count for.
const SHARE_PRIOR: f64 = 50.0;

impl Router {
    /// Somebody joins the team, off shift at first.
    pub fn seat(&mut self, profile: AgentProfile) -> AgentIx {
        let seat = self.seats.len();
        self.seats.push(Seat::new(profile, &self.terms));
        self.enrol(seat);
        AgentIx(seat as u32)
    }

    /// An agent's skills, languages, squads or capacity have changed.
    pub fn reseat(&mut self, now_ms: AtMs, agent: AgentIx, profile: AgentProfile) {
        let seat = agent.0 as usize;
        let (there, on) = (self.seats[seat].there, self.seats[seat].on);
        self.on_shift(now_ms, agent, false);
        for class in &mut self.classes {
            class.pools.iter_mut().for_each(|pool| pool.set(seat, false));
        }
        self.seats[seat].capacity = self.terms.capacity_of(&profile);
        self.seats[seat].profile = profile;
        self.enrol(seat);
        self.present(now_ms, agent, there, on);
    }

    /// Puts an agent into the pools of every class.
    fn enrol(&mut self, seat: usize) {
        let profile = self.seats[seat].profile.clone();
        let numbers: Vec<(usize, u8)> =
            profile.work.skills.iter().map(|(skill, level)| (self.skill(skill), *level)).collect();
        let new = &mut self.seats[seat];
        new.levels = vec![0; self.work_s.len()];
        numbers.iter().for_each(|(skill, level)| new.levels[*skill] = *level);
        new.classes.clear();
        new.stands_in.clear();
        self.set_pace(seat);
        for class in 0..self.classes.len() {
            let key = Key::clone(&self.classes[class].key);
            let rung = self.rung_of(&profile, &key);
            self.join(seat, class, rung);
        }
    }

    fn set_pace(&mut self, seat: usize) {
        let new = &self.seats[seat];
        let known = (0..new.levels.len()).filter(|skill| new.levels[*skill] > 0);
        let (count, sum_s) = known.fold((0u32, 0.0), |(count, sum_s), skill| {
            (count + 1, sum_s + self.work_s[skill] / speed(new.proficiency(skill)))
        });
        self.seats[seat].pace = if count == 0 { 1e-6 } else { f64::from(count) / sum_s };
    }

    /// The first step of the ladder at which an agent may be asked.
    pub(super) fn rung_of(&self, profile: &AgentProfile, key: &Key) -> Option<usize> {
        self.terms.ladder.iter().position(|rung| qualifies(profile, key, rung, &self.terms))
    }

    pub(super) fn join(&mut self, seat: usize, class: usize, rung: Option<usize>) {
        let Some(rung) = rung else { return };
        let (class_ix, entry) = (class as u32, &mut self.classes[class]);
        entry.pools[rung..].iter_mut().for_each(|pool| pool.set(seat, true));
        if rung == 0 {
            self.seats[seat].classes.push(class_ix);
        } else {
            self.seats[seat].stands_in.push((class_ix, rung as u32));
        }
    }

    /// Counts anew what every class has of its people, after what is known of the work.
    fn recount(&mut self) {
        (0..self.seats.len()).for_each(|seat| self.set_pace(seat));
        for class in &mut self.classes {
            (class.free, class.release, class.full_release) = (0, 0.0, 0.0);
        }
        for seat in 0..self.seats.len() {
            let part = self.part(seat);
            self.seats[seat].part = part;
            for class in &self.seats[seat].classes {
                let entry = &mut self.classes[*class as usize];
                entry.free += part.free[entry.channel as usize];
                entry.release += part.release;
                entry.full_release += part.full;
            }
        }
    }

    pub(super) fn part(&self, seat: usize) -> Part {
        let seat = &self.seats[seat];
        if !seat.on {
            return Part::default();
        }
        let most = (seat.capacity.total / 100) as usize;
        Part {
            free: Channel::ALL.map(|channel| seat.load.room(&seat.capacity, channel)),
            release: self.terms.throughput(seat.active as usize) * seat.pace,
            full: self.terms.throughput(most) * seat.pace,
        }
    }

    /// Changes an agent, and what the agent's classes know of their people.
    pub(super) fn change<T>(&mut self, seat: usize, change: impl FnOnce(&mut Seat) -> T) -> T {
        let before = self.seats[seat].part;
        let answer = change(&mut self.seats[seat]);
        let after = self.part(seat);
        self.seats[seat].part = after;
        for channel in Channel::ALL {
            self.free[channel as usize].set(seat, after.free[channel as usize] > 0);
        }
        let (release, full) = (after.release - before.release, after.full - before.full);
        for class in &self.seats[seat].classes {
            let entry = &mut self.classes[*class as usize];
            let channel = entry.channel as usize;
            entry.free = entry.free + after.free[channel] - before.free[channel];
            entry.release += release;
            entry.full_release += full;
        }
        answer
    }

    /// An agent begins or ceases to take conversations: presence, shift and break together. What is held stays.
    pub fn on_shift(&mut self, now_ms: AtMs, agent: AgentIx, on: bool) {
        self.present(now_ms, agent, on, on);
    }

    /// Whether an agent is there at all, and whether they take conversations. Whoever is there counts as somebody to wait
    /// for, busy or not.
    pub fn present(&mut self, now_ms: AtMs, agent: AgentIx, there: bool, takes: bool) {
        let at = agent.0 as usize;
        let (was_there, on) = (self.seats[at].there, there && takes);
        if self.seats[at].on != on {
            self.change(at, |seat| {
                seat.on = on;
                seat.idle_since_ms = if on { now_ms } else { seat.idle_since_ms };
            });
        }
        if was_there != there {
            self.seats[at].there = there;
            let step = |count: &mut u32| *count = if there { *count + 1 } else { *count - 1 };
            let strict = self.seats[at].classes.iter().map(|class| (*class, 0));
            let joined: Vec<(u32, u32)> = strict.chain(self.seats[at].stands_in.iter().copied()).collect();
            for (class, rung) in joined {
                self.classes[class as usize].on_shift[rung as usize..].iter_mut().for_each(step);
            }
        }
        self.seats[at].missed = 0;
        self.reckoned_at_ms = None;
        self.changed_seats.push(agent.0);
    }

    /// The agent did not answer an offer; the answer is the number of misses in a row.
    pub fn missed(&mut self, agent: AgentIx) -> u32 {
        let seat = &mut self.seats[agent.0 as usize];
        seat.missed += 1;
        seat.missed
    }

    /// An agent who acts is responding again.
    pub fn responds(&mut self, agent: AgentIx) {
        self.seats[agent.0 as usize].missed = 0;
        self.changed_seats.push(agent.0);
    }

    /// One agent.
    pub fn seat_of(&self, agent: AgentIx) -> &Seat {
        &self.seats[agent.0 as usize]
    }

    /// Every agent, in the order they were seated.
    pub fn seats(&self) -> impl Iterator<Item = (AgentIx, &Seat)> {
        self.seats.iter().enumerate().map(|(at, seat)| (AgentIx(at as u32), seat))
    }

    /// Works the prices out anew where it is time: each class puts its demand on its people by how much they take.
    pub(super) fn reckon(&mut self, now_ms: AtMs) {
        if self.reckoned_at_ms.is_some_and(|at_ms| (at_ms..at_ms + RECKON_MS).contains(&now_ms)) {
            return;
        }
        self.reckoned_at_ms = Some(now_ms);
        self.recount();
        let now_s = seconds(now_ms);
        let mut demand = vec![0.0; self.seats.len()];
        let takes = |seat: &Seat| if seat.on { f64::from(seat.capacity.total) } else { 0.0 };
        for class in &self.classes {
            let rate = class.arrivals(now_s);
            let all: f64 = class.pools[0].iter().map(|seat| takes(&self.seats[seat])).sum();
            if rate > 0.0 && all > 0.0 {
                class.pools[0].iter().for_each(|seat| demand[seat] += rate * takes(&self.seats[seat]) / all);
            }
        }
        let shares = self.shares();
        for class in &mut self.classes {
            let on = class.pools[0].iter().filter(|seat| self.seats[*seat].on);
            let all = on.map(|seat| demand[seat]).sum();
            let delay_s = class.blocked_s();
            let costs = self.tiers.iter().zip(&self.terms.tiers);
            let costs = costs.map(|(cost, tier)| cost.deferral(tier.target_s, 0.0, delay_s));
            class.reckon(now_s, all, shares.iter().copied().zip(costs));
        }
    }

    /// How many of those who come are of each tier: what was expected, and what has come.
    pub(super) fn shares(&self) -> Vec<f64> {
        let all = SHARE_PRIOR + self.came.iter().map(|came| f64::from(*came)).sum::<f64>();
        let tiers = self.terms.tiers.iter().zip(&self.came);
        tiers.map(|(tier, came)| (SHARE_PRIOR * tier.share + f64::from(*came)) / all).collect()
    }
}
