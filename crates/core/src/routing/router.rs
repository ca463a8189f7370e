//! Every waiting conversation and every agent of an organisation, and who gets whom. Deterministic; the time is passed in.
//! Who waits and what becomes of it is here; who is there is in [`people`](super::people).
//!
//! Conversations wait in a line for each class and tier, by age. What a class must know of its people (free slots, how fast
//! they become free) is kept up to date event by event, so that a decision looks only at what an event has changed;
//! [`Router::tick`] looks at everything. [`eligible`](super::eligible) is the gate: the pools are built with it, and each
//! pair is put to it again before it is offered.

use std::collections::{BTreeMap, HashMap};

use super::{
    AgentIx, Assignment, CaseIx, Refusal, Seat, Terms, Waiting, Wish,
    bits::Bits,
    capacity::Channel,
    class::{Class, Key},
    deciding::Prices,
    line::{Line, Place},
    outlook::{Experience, Guess},
    seat::Part,
    terms::{TierCost, speed},
};
use crate::{
    handoff::Needs,
    ids::AtMs,
    strategy::{Floor, Strategy},
};

/// How often [`Router::tick`] is to be called while anybody waits, ms.
pub const TICK_MS: AtMs = 1_000;
/// Mean work of a skill that nothing is known of, seconds.
const WORK_S: f64 = 500.0;
/// How much one conversation changes the mean work of its skill.
const WORK_STEP: f64 = 0.02;

/// Where a conversation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stand {
    Gone,
    Waits,
    Offered(AgentIx),
    With(AgentIx),
}

#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) waiting: Waiting,
    pub(super) class: u32,
    pub(super) stand: Stand,
    begun_ms: AtMs,
    silent: bool,
    /// What was said of its wait at first.
    pub(super) guess: Option<Guess>,
}

/// See the module.
pub struct Router {
    pub(super) terms: Terms,
    pub(super) tiers: Vec<TierCost>,
    pub(super) strategy: &'static dyn Strategy,
    pub(super) seats: Vec<Seat>,
    pub(super) classes: Vec<Class>,
    keys: HashMap<Key, u32>,
    skills: BTreeMap<String, usize>,
    /// Mean work, seconds, by skill.
    pub(super) work_s: Vec<f64>,
    pub(super) cases: Vec<Case>,
    vacant: Vec<u32>,
    /// How many of each tier have come.
    pub(super) came: Vec<u32>,
    /// Two for each tier of each class: those a rule puts first, and the others. Oldest first.
    pub(super) lines: Vec<Line>,
    pub(super) busy_lines: Bits,
    /// Agents with room, by channel.
    pub(super) free: [Bits; 4],
    pub(super) last: Option<usize>,
    pub(super) changed_seats: Vec<u32>,
    pub(super) changed_lines: Vec<u32>,
    pub(super) prices: Prices,
    pub(super) reckoned_at_ms: Option<AtMs>,
    pub(super) experience: Experience,
}

impl Router {
    /// With nobody there and nobody waiting.
    pub fn new(terms: Terms, strategy: &'static dyn Strategy) -> Self {
        Self {
            tiers: terms.tiers.iter().map(|tier| TierCost::new(tier, &terms)).collect(),
            strategy,
            seats: vec![],
            classes: vec![],
            keys: HashMap::new(),
            skills: BTreeMap::new(),
            work_s: vec![],
            cases: vec![],
            vacant: vec![],
            came: vec![0; terms.tiers.len()],
            lines: vec![],
            busy_lines: Bits::default(),
            free: Default::default(),
            last: None,
            changed_seats: vec![],
            changed_lines: vec![],
            prices: Prices::default(),
            reckoned_at_ms: None,
            experience: Experience::default(),
            terms,
        }
    }

    pub(super) fn skill(&mut self, name: &str) -> usize {
        let next = self.skills.len();
        let skill = *self.skills.entry(name.to_owned()).or_insert(next);
        if skill == next {
            self.work_s.push(WORK_S);
            self.seats.iter_mut().for_each(|seat| seat.levels.resize(next + 1, 0));
        }
        skill
    }

    /// The class of these needs; a new one is made at its first sight.
    fn class(&mut self, needs: &Needs, channel: Channel) -> usize {
        let key = Key::of(needs, channel);
        if let Some(class) = self.keys.get(&key) {
            return *class as usize;
        }
        let (skill, class) = (self.skill(&needs.skill), self.classes.len());
        let has_group = self.seats.iter().any(|seat| seat.best_skill() == Some(&needs.skill));
        let pools = vec![Bits::default(); self.terms.ladder.len().max(1)];
        self.classes.push(Class::new(key.clone(), skill, pools, has_group));
        self.keys.insert(key.clone(), class as u32);
        self.lines.extend((0..2 * self.tiers.len()).map(|_| Line::default()));
        for seat in 0..self.seats.len() {
            let rung = self.rung_of(&self.seats[seat].profile, &key);
            self.join(seat, class, rung);
            if let Some(rung) = rung.filter(|_| self.seats[seat].there) {
                let part = self.part(seat);
                let entry = &mut self.classes[class];
                entry.on_shift[rung..].iter_mut().for_each(|count| *count += 1);
                if rung == 0 {
                    entry.free += part.free[channel as usize];
                    entry.release += part.release;
                    entry.full_release += part.full;
                }
            }
        }
        self.reckoned_at_ms = None;
        class
    }

    /// How many conversations of a class are expected per second, before any has come.
    pub fn expect(&mut self, now_ms: AtMs, needs: &Needs, channel: Channel, per_s: f64) {
        let class = self.class(needs, channel);
        self.classes[class].expect(seconds(now_ms), per_s);
        self.reckoned_at_ms = None;
    }

    /// Mean work of a skill's conversations at full speed, seconds.
    pub fn expect_work(&mut self, skill: &str, work_s: f64) {
        let skill = self.skill(skill);
        self.work_s[skill] = work_s.max(1.0);
        self.reckoned_at_ms = None;
    }

    /// A conversation joins its line, by its age.
    pub fn wait(&mut self, now_ms: AtMs, wish: Wish) -> CaseIx {
        let case = self.admit(wish);
        let class = self.cases[case.0 as usize].class as usize;
        self.classes[class].arrive(seconds(now_ms));
        self.came[usize::from(self.cases[case.0 as usize].waiting.tier)] += 1;
        self.line_up(case.0);
        case
    }

    fn admit(&mut self, wish: Wish) -> CaseIx {
        let class = self.class(&wish.needs, wish.channel);
        let tier = usize::from(wish.tier).min(self.tiers.len().saturating_sub(1));
        let target_s = self.terms.tiers[tier].target_s;
        let asked_s = wish.needs.first_reply_s.map_or(target_s, f64::from);
        let waiting = Waiting {
            factor: 1.0 + f64::from(wish.needs.priority) / 25.0,
            target_s: asked_s.min(target_s),
            tier: tier as u8,
            channel: wish.channel,
            since_ms: wish.since_ms,
            sticky: wish.sticky,
            refused_by: wish.refused_by,
            refused_at_ms: wish.refused_at_ms,
        };
        let case = Case {
            waiting,
            class: class as u32,
            stand: Stand::Gone,
            begun_ms: 0,
            silent: false,
            guess: None,
        };
        let place = match self.vacant.pop() {
            Some(place) => {
                self.cases[place as usize] = case;
                place
            }
            None => {
                self.cases.push(case);
                self.cases.len() as u32 - 1
            }
        };
        CaseIx(place)
    }

    /// An agent holds a conversation that did not come to them through this router: taken by hand, or known from before a
    /// start. `active`: they are with the customer; otherwise it is on offer.
    pub fn hold(&mut self, now_ms: AtMs, wish: Wish, agent: AgentIx, active: bool) -> CaseIx {
        let channel = wish.channel;
        let case = self.admit(wish);
        self.cases[case.0 as usize].stand = Stand::Offered(agent);
        self.change(agent.0 as usize, |seat| seat.load.add(channel));
        if active {
            self.accepted(now_ms, case);
        }
        case
    }

    pub(super) fn line_of(&self, case: u32) -> usize {
        let Case { waiting, class, .. } = &self.cases[case as usize];
        let band = usize::from(waiting.factor <= 1.0);
        (*class as usize * self.tiers.len() + usize::from(waiting.tier)) * 2 + band
    }

    fn line_up(&mut self, case: u32) {
        let line = self.line_of(case);
        let entry = &mut self.cases[case as usize];
        entry.stand = Stand::Waits;
        let target_ms = (entry.waiting.target_s * 1_000.0) as u32;
        self.lines[line].join(Place { since_ms: entry.waiting.since_ms, target_ms, case });
        self.classes[entry.class as usize].queued += 1;
        self.busy_lines.set(line, true);
        self.changed_lines.push(line as u32);
    }

    fn step_out(&mut self, case: u32) {
        let line = self.line_of(case);
        self.lines[line].leave(self.cases[case as usize].waiting.since_ms, case);
        self.busy_lines.set(line, !self.lines[line].is_empty());
        self.classes[self.cases[case as usize].class as usize].queued -= 1;
    }

    /// The customer gave up, or somebody took the conversation by hand, or it went elsewhere: it no longer waits, and holds nobody.
    pub fn leave(&mut self, now_ms: AtMs, case: CaseIx) {
        match self.cases[case.0 as usize].stand {
            Stand::Waits => self.step_out(case.0),
            Stand::Offered(agent) => self.release(now_ms, case, agent, false),
            Stand::With(agent) => self.release(now_ms, case, agent, true),
            Stand::Gone => return,
        }
        self.cases[case.0 as usize].stand = Stand::Gone;
        self.vacant.push(case.0);
    }

    fn release(&mut self, now_ms: AtMs, case: CaseIx, agent: AgentIx, active: bool) {
        let Case { waiting, silent, .. } = &self.cases[case.0 as usize];
        let (channel, silent) = (waiting.channel, *silent);
        self.change(agent.0 as usize, |seat| {
            seat.load.remove(channel, silent);
            seat.active -= u32::from(active);
            if seat.load.count() == 0 {
                seat.idle_since_ms = now_ms;
            }
        });
        self.changed_seats.push(agent.0);
    }

    /// Reserves an agent for a waiting conversation.
    pub(super) fn reserve(&mut self, now_ms: AtMs, case: u32, seat: usize) {
        self.step_out(case);
        let channel = self.cases[case as usize].waiting.channel;
        self.change(seat, |seat| {
            seat.load.add(channel);
            seat.last_offer_at_ms = now_ms;
        });
        self.cases[case as usize].stand = Stand::Offered(AgentIx(seat as u32));
        self.last = Some(seat);
    }

    /// The agent says yes and is with the customer.
    pub fn accepted(&mut self, now_ms: AtMs, case: CaseIx) {
        let Stand::Offered(agent) = self.cases[case.0 as usize].stand else { return };
        let taken = &mut self.cases[case.0 as usize];
        (taken.stand, taken.begun_ms) = (Stand::With(agent), now_ms);
        self.learn_wait(now_ms, case.0);
        self.change(agent.0 as usize, |seat| {
            seat.active += 1;
            seat.missed = 0;
        });
    }

    /// The agent said no or did not answer: the conversation is back in its line with its age.
    pub fn refused(&mut self, now_ms: AtMs, case: CaseIx, refusal: Refusal) {
        let Stand::Offered(agent) = self.cases[case.0 as usize].stand else { return };
        self.release(now_ms, case, agent, false);
        if refusal == Refusal::Missed {
            self.missed(agent);
        }
        let waiting = &mut self.cases[case.0 as usize].waiting;
        waiting.refused_by.push(agent);
        waiting.refused_at_ms = now_ms;
        self.line_up(case.0);
    }

    /// The agent is done with it: the slot is free.
    pub fn finished(&mut self, now_ms: AtMs, case: CaseIx) {
        let Case { stand: Stand::With(agent), begun_ms, class, .. } = self.cases[case.0 as usize] else {
            return self.leave(now_ms, case);
        };
        self.learn_work(class as usize, agent, seconds(now_ms - begun_ms));
        self.leave(now_ms, case);
    }

    /// The mean work of a skill follows what conversations of it took. How the agent's other chats slowed this one is told
    /// from how many there are now.
    fn learn_work(&mut self, class: usize, agent: AgentIx, took_s: f64) {
        let (skill, seat) = (self.classes[class].skill, &self.seats[agent.0 as usize]);
        let pace = self.terms.progress_of(seat.active as usize) * speed(seat.proficiency(skill));
        self.work_s[skill] += WORK_STEP * (took_s * pace - self.work_s[skill]);
    }

    /// A customer falls silent, or speaks again. `false` where the agent has no room for one who speaks again: the
    /// conversation is back in its line with its age then, and known to the agent.
    pub fn set_silent(&mut self, now_ms: AtMs, case: CaseIx, silent: bool) -> bool {
        let Case { stand: Stand::With(agent), ref waiting, silent: was, .. } = self.cases[case.0 as usize]
        else {
            return true;
        };
        let (channel, seat) = (waiting.channel, agent.0 as usize);
        if was == silent {
            return true;
        }
        if !silent && !self.seats[seat].load.may_wake(&self.seats[seat].capacity, channel) {
            self.release(now_ms, case, agent, true);
            let back = &mut self.cases[case.0 as usize];
            (back.silent, back.waiting.sticky) = (false, Some(agent));
            self.line_up(case.0);
            return false;
        }
        self.cases[case.0 as usize].silent = silent;
        self.change(seat, |seat| seat.load.set_silent(channel, silent));
        self.changed_seats.push(agent.0);
        true
    }

    /// Whether it waits, offers not included.
    pub fn waits(&self, case: CaseIx) -> bool {
        self.cases[case.0 as usize].stand == Stand::Waits
    }

    /// What waits or is held.
    pub fn waiting(&self, case: CaseIx) -> &Waiting {
        &self.cases[case.0 as usize].waiting
    }

    /// How those who may be asked are ranked.
    pub fn strategy(&self) -> &'static dyn Strategy {
        self.strategy
    }

    /// What the organisation weighs against what.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// How many of those who need the same people go first as things stand, counted from 1.
    pub fn place(&self, now_ms: AtMs, case: CaseIx) -> u32 {
        let mine = &self.cases[case.0 as usize];
        let urgency = |case: u32| super::deciding::urgency(self, now_ms, case);
        let (own, per_class) = (urgency(case.0), 2 * self.tiers.len());
        let people = &self.classes[mine.class as usize].pools[0];
        let rival = |line: &usize| self.classes[line / per_class].pools[0].overlap(people) > 0;
        let lines =
            self.busy_lines.iter().filter(|line| *line / per_class == mine.class as usize || rival(line));
        let waiting = lines.flat_map(|line| self.lines[line].iter().map(|place| place.case));
        waiting.filter(|other| *other != case.0 && urgency(*other) > own).count() as u32 + 1
    }

    /// Holds what is kept up to date against counting anew. For tests: it looks at everything.
    ///
    /// # Panics
    /// Where they differ.
    pub fn audit(&self) {
        for (at, class) in self.classes.iter().enumerate() {
            let parts: Vec<Part> = class.pools[0].iter().map(|seat| self.part(seat)).collect();
            let free: u32 = parts.iter().map(|part| part.free[class.channel as usize]).sum();
            assert_eq!(class.free, free, "free slots of {:?}", class.key);
            let near = |kept: f64, counted: f64| (kept - counted).abs() <= 1e-9 + 1e-6 * counted;
            assert!(near(class.release, parts.iter().map(|part| part.release).sum()), "{:?}", class.key);
            let there = |pool: &Bits| pool.iter().filter(|seat| self.seats[*seat].there).count();
            let counted: Vec<u32> = class.pools.iter().map(|pool| there(pool) as u32).collect();
            assert_eq!(class.on_shift, counted, "on shift for {:?}", class.key);
            let lines = at * 2 * self.tiers.len()..(at + 1) * 2 * self.tiers.len();
            let queued: usize = lines.map(|line| self.lines[line].len()).sum();
            assert_eq!(class.queued as usize, queued, "queued of {:?}", class.key);
        }
    }

    /// How many wait, offers not included.
    pub fn queued(&self) -> u32 {
        self.classes.iter().map(|class| class.queued).sum()
    }

    pub(super) fn view(&self) -> Floor<'_> {
        Floor {
            terms: &self.terms,
            classes: &self.classes,
            seats: self.seats.len(),
            last: self.last,
            tiers: &self.tiers,
        }
    }

    /// Looks at what has changed since the last decision, and reserves agents.
    pub fn decide(&mut self, now_ms: AtMs, out: &mut Vec<Assignment>) {
        super::deciding::decide(self, now_ms, out);
    }

    /// Looks at everything: also at who was kept waiting for somebody better, whom time has made more urgent.
    pub fn tick(&mut self, now_ms: AtMs, out: &mut Vec<Assignment>) {
        super::deciding::look_at_all(self, now_ms, out);
    }
}

/// Unix seconds.
pub(super) fn seconds(ms: AtMs) -> f64 {
    ms as f64 / 1000.0
}
