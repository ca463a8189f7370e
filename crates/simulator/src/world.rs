//! The virtual desk: customers come, wait, are offered to agents, talk and leave, by a clock of its own.

mod agent;
mod case;
mod event;
pub mod fault;
mod law;
mod offers;
pub mod record;

use segue_core::ids::AtMs;

use self::{
    agent::Worker,
    case::{Case, State},
    event::{Agenda, Event},
    fault::Fault,
    record::{Chronicle, End},
};
use crate::{
    dispatch::{Choice, Dispatch, Wish},
    scenario::{
        Scenario,
        day::{Day, Need},
    },
    waits::{Lines, Predicted},
};

/// Unix ms at which every day begins.
pub const START_MS: AtMs = 1_767_225_600_000;
/// The run goes on for so long after the horizon, seconds, unless everybody is gone before.
const AFTER_S: f64 = 7_200.0;
/// How often everything is looked at anew, seconds; as often as the product does.
const TICK_S: f64 = 1.0;

/// What is kept of a run beside its outcome.
#[derive(Clone, Copy)]
pub struct Watch<'a> {
    /// Nanoseconds of a clock of the machine, for the time that decisions take; nothing else depends on it.
    pub clock_ns: &'a dyn Fn() -> u64,
    /// Keeps every offer with the terms of its score.
    pub log: bool,
    /// Asks how long everybody will wait.
    pub predict: bool,
}

impl Watch<'_> {
    /// Nothing.
    pub const NONE: Watch<'static> = Watch { clock_ns: &|| 0, log: false, predict: false };
}

/// See the module.
pub struct World<'a, D> {
    scenario: &'a Scenario,
    day: &'a Day,
    dispatch: D,
    watch: Watch<'a>,
    faults: &'a [(f64, Fault)],
    agenda: Agenda,
    now_s: f64,
    /// How far the clock that the router is told is off, ms.
    off_ms: AtMs,
    cases: Vec<Case>,
    workers: Vec<Worker>,
    lines: Lines,
    open: usize,
    spent_ns: u64,
    chosen: Vec<Choice>,
    told: Chronicle,
}

impl<'a, D: Dispatch> World<'a, D> {
    /// A day before it begins.
    pub fn new(scenario: &'a Scenario, day: &'a Day, dispatch: D, watch: Watch<'a>) -> Self {
        Self {
            scenario,
            day,
            dispatch,
            watch,
            faults: &[],
            agenda: Agenda::default(),
            now_s: 0.0,
            off_ms: 0,
            cases: day.conversations.iter().enumerate().map(Case::coming).collect(),
            workers: vec![Worker::default(); day.agents.len()],
            lines: Lines::new(day.skills.len() * day.languages.len() * day.tiers.len()),
            open: day.conversations.len(),
            spent_ns: 0,
            chosen: vec![],
            told: Chronicle::default(),
        }
    }

    /// With faults, each at its time in seconds.
    pub fn with_faults(self, faults: &'a [(f64, Fault)]) -> Self {
        Self { faults, ..self }
    }

    /// Lets the day pass.
    pub fn run(mut self) -> Chronicle {
        for (agent, staff) in self.day.agents.iter().enumerate() {
            for at_s in staff.shifts.iter().flatten() {
                self.agenda.add(*at_s, Event::Shift(agent));
            }
        }
        for (conversation, each) in self.day.conversations.iter().enumerate() {
            self.agenda.add(each.arrival_s, Event::Arrive(conversation));
        }
        for (at, (at_s, _)) in self.faults.iter().enumerate() {
            self.agenda.add(*at_s, Event::Fault(at));
        }
        self.agenda.add(TICK_S, Event::Tick);
        while self.open > 0
            && let Some((at_s, event)) = self.agenda.next()
            && at_s <= self.day.horizon_s + AFTER_S
        {
            self.now_s = at_s;
            self.happen(event);
        }
        self.end()
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Arrive(conversation) => self.arrive(conversation),
            Event::CallBack(conversation) => self.join(conversation),
            Event::Patience(conversation, stretch) => self.give_up(conversation, stretch),
            Event::Accept(conversation, offer) => self.accept(conversation, offer),
            Event::Deadline(conversation, offer) => self.miss(conversation, offer),
            Event::End(agent, version) => self.finish(agent, version),
            Event::Shift(agent) => self.shift(agent),
            Event::Attend(agent) => self.attend(agent),
            Event::Fault(at) => self.fail(at),
            Event::Tick => {
                self.agenda.add(self.now_s + TICK_S, Event::Tick);
                let (now_ms, mut chosen) = (self.now_ms(), std::mem::take(&mut self.chosen));
                self.dispatch.tick(now_ms, &mut chosen);
                return self.offer_all(chosen);
            }
        }
        let mut chosen = std::mem::take(&mut self.chosen);
        self.ask(|dispatch, now_ms| dispatch.decide(now_ms, &mut chosen));
        if !chosen.is_empty() {
            self.told.decisions_ns.push(self.spent_ns);
        }
        self.spent_ns = 0;
        self.offer_all(chosen);
        if let (Event::Arrive(conversation), true) = (event, self.watch.predict) {
            self.predict(conversation);
        }
    }

    fn now_ms(&self) -> AtMs {
        START_MS + (self.now_s * 1_000.0).floor() as AtMs + self.off_ms
    }

    /// Tells the router, and takes the time.
    fn ask(&mut self, what: impl FnOnce(&mut D, AtMs)) {
        let (now_ms, began_ns) = (self.now_ms(), (self.watch.clock_ns)());
        what(&mut self.dispatch, now_ms);
        self.spent_ns += (self.watch.clock_ns)().saturating_sub(began_ns);
    }

    fn line(&self, conversation: usize) -> usize {
        let (case, each) = (&self.cases[conversation], &self.day.conversations[conversation]);
        (case.need.skill * self.day.languages.len() + each.language) * self.day.tiers.len() + each.tier
    }

    fn arrive(&mut self, conversation: usize) {
        self.cases[conversation].arrived_ms = self.now_ms();
        match self.day.conversations[conversation].callback_s {
            Some(after_s) => self.agenda.add(self.now_s + after_s, Event::CallBack(conversation)),
            None => self.join(conversation),
        }
    }

    /// A stretch of waiting begins.
    fn join(&mut self, conversation: usize) {
        let case = &mut self.cases[conversation];
        case.since_s = self.now_s;
        let (patience_s, stretch) = (case.need.patience_s, case.stretch);
        if patience_s.is_finite() {
            self.agenda.add(self.now_s + patience_s, Event::Patience(conversation, stretch));
        }
        self.lines.join(self.line(conversation), conversation);
        self.wait(conversation);
    }

    fn wait(&mut self, conversation: usize) {
        let case = &mut self.cases[conversation];
        case.state = State::Waiting;
        let (skill, since_ms) = (case.need.skill, case.arrived_ms);
        let wish = Wish { conversation, skill, since_ms, refused_by: case.refused_by.clone() };
        self.ask(|dispatch, now_ms| dispatch.wait(now_ms, &wish));
    }

    fn give_up(&mut self, conversation: usize, stretch: u32) {
        let case = &mut self.cases[conversation];
        if case.stretch != stretch || !matches!(case.state, State::Waiting | State::Offered) {
            return;
        }
        if case.state == State::Offered {
            self.workers[case.agent].offered.retain(|offered| *offered != conversation);
        }
        case.state = State::Over;
        case.record.waited_s = case.waited_s + self.now_s - case.since_s;
        case.record.end = End::Abandoned;
        case.record.ended_s = Some(self.now_s);
        case.record.agent = None;
        self.open -= 1;
        self.lines.leave(self.line(conversation), conversation);
        self.ask(|dispatch, now_ms| dispatch.leave(now_ms, conversation));
    }

    fn foresee(&mut self, agent: usize) {
        let worker = &self.workers[agent];
        if let Some(at_s) = worker.next_end_s(self.now_s, |chats| self.scenario.progress_of(chats)) {
            self.agenda.add(at_s, Event::End(agent, worker.version));
        }
    }

    fn finish(&mut self, agent: usize, version: u32) {
        let rate = |chats| self.scenario.progress_of(chats);
        let Some(conversation) = self.workers[agent].end(self.now_s, version, rate) else { return };
        self.foresee(agent);
        self.ask(|dispatch, now_ms| dispatch.finished(now_ms, conversation));
        let case = &mut self.cases[conversation];
        if let (Some(need), false) = (self.day.conversations[conversation].then, case.transferred) {
            case.transferred = true;
            self.wait_again(conversation, need);
        } else {
            case.state = State::Over;
            case.record.ended_s = Some(self.now_s);
            self.open -= 1;
        }
    }

    /// What was with an agent waits once more, with its age.
    fn wait_again(&mut self, conversation: usize, need: Need) {
        let case = &mut self.cases[conversation];
        case.need = need;
        case.stretch += 1;
        case.refused_by.clear();
        case.record.end = End::Waiting;
        self.join(conversation);
    }

    fn shift(&mut self, agent: usize) {
        let shifts = &self.day.agents[agent].shifts;
        let on = shifts.iter().any(|[from_s, to_s]| (*from_s..*to_s).contains(&self.now_s));
        self.set_on(agent, on);
    }

    fn set_on(&mut self, agent: usize, on: bool) {
        if self.workers[agent].on != on {
            self.workers[agent].on = on;
            self.ask(|dispatch, now_ms| dispatch.on_shift(now_ms, agent, on));
        }
    }

    fn predict(&mut self, conversation: usize) {
        if self.cases[conversation].state != State::Waiting {
            return;
        }
        let foretold = self.dispatch.estimate(self.now_ms(), conversation);
        let Some((median_s, high_s)) = foretold.and_then(|wait| wait.median_s.zip(wait.high_s)) else {
            return;
        };
        let line = self.line(conversation);
        let head_s =
            self.lines.head(line, conversation).map_or(0.0, |head| self.now_s - self.cases[head].since_s);
        let last_s = self.lines.last_s(line);
        let case = &mut self.cases[conversation];
        case.predicted = Some(self.told.predicted.len());
        case.predicted_s = self.now_s;
        self.told.predicted.push(Predicted { median_s, high_s, last_s, head_s, actual_s: None });
    }

    fn end(mut self) -> Chronicle {
        let now_s = self.now_s;
        let close = |mut case: Case| {
            if matches!(case.state, State::Waiting | State::Offered) {
                case.record.end = End::Waiting;
                case.record.agent = None;
                case.record.waited_s = case.waited_s + now_s - case.since_s;
            }
            case.record.offers = case.offers;
            case.record
        };
        self.told.records = self.cases.into_iter().map(close).collect();
        self.told.worked_s = self.workers.iter().map(|worker| worker.worked_s).collect();
        self.told
    }
}
