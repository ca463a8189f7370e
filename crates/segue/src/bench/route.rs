//! `bench route`: what a routing decision costs on a very large floor.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use rand::{RngExt, SeedableRng, rngs::SmallRng};
use segue_core::{
    handoff::Needs,
    ids::{AgentId, AtMs, SquadId},
    organisation::{AgentProfile, Work},
    routing::{AgentIx, Assignment, CaseIx, Channel, Router, Rung, Terms, Wish, eligible},
    strategy,
};
use serde::Serialize;

use super::measure::rounded;

const START_MS: AtMs = 1_800_000_000_000;
const SKILLS: usize = 50;
const SKILLS_EACH: usize = 5;
const LANGUAGES: usize = 10;
const CHATS_EACH: u32 = 4;
/// Slots looked at by the scan that the ratio is told against.
const SCANS: usize = 100;
/// Full evaluations.
const TICKS: usize = 200;

/// Decisions in a row by one thread.
pub struct RouteBench {
    /// Agents, each with five skills and one or two languages.
    pub agents: usize,
    /// Conversations that wait at any time.
    pub waiting: usize,
    /// Decisions.
    pub decisions: usize,
}

/// What was measured.
#[derive(Clone, Debug, Serialize)]
pub struct RouteResult {
    /// From the end of a conversation to the reservation of its agent for the next: the median, µs.
    pub decision_us_p50: f64,
    /// The 99th percentile, µs.
    pub decision_us_p99: f64,
    /// Looking at everything that waits, µs.
    pub reevaluate_us: f64,
    /// Whole cycles per second: an end, a decision, an acceptance and a new arrival.
    pub decisions_per_s: f64,
    /// A decision by looking at everybody who waits, against one by the index, in times.
    pub naive_ratio: f64,
    /// Decisions that found somebody.
    pub ops: u64,
}

struct Floor {
    router: Router,
    random: SmallRng,
    /// What is held, and by whom.
    held: Vec<(CaseIx, AgentIx)>,
    /// Who waited at first, for the scan.
    wishes: Vec<(CaseIx, Needs)>,
    now_ms: AtMs,
}

impl RouteBench {
    /// Fills a floor, lets one conversation after the other end, and gives its agent the next.
    pub fn run(&self) -> RouteResult {
        let mut floor = self.filled();
        let mut found = vec![];
        let mut took: Vec<u64> = (0..self.decisions).filter_map(|_| floor.cycle(&mut found)).collect();
        took.sort_unstable();
        let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize] as f64 / 1000.0;
        let reevaluate_us = floor.reevaluate();
        let naive_us = floor.scan();
        let started = Instant::now();
        let cycles = (0..self.decisions).filter(|_| floor.cycle(&mut found).is_some()).count();
        RouteResult {
            decision_us_p50: rounded(at(0.5), 2),
            decision_us_p99: rounded(at(0.99), 2),
            reevaluate_us: rounded(reevaluate_us, 1),
            decisions_per_s: rounded(cycles as f64 / started.elapsed().as_secs_f64(), 0),
            naive_ratio: rounded(naive_us / at(0.5), 0),
            ops: took.len() as u64,
        }
    }

    /// Everybody at work and the lines as long as they are to be.
    fn filled(&self) -> Floor {
        let router = Router::new(Terms::default(), strategy::ALL[0]);
        let random = SmallRng::seed_from_u64(7);
        let mut floor = Floor {
            router,
            random,
            held: vec![],
            wishes: Vec::with_capacity(self.waiting),
            now_ms: START_MS,
        };
        for number in 0..self.agents {
            let profile = floor.profile(number);
            let agent = floor.router.seat(profile);
            floor.router.on_shift(START_MS, agent, true);
            for _ in 0..CHATS_EACH {
                let profile = &floor.router.seat_of(agent).profile;
                let (skill, language) = (profile.work.skills.keys().next(), profile.work.languages.first());
                let needs = needs(skill.expect("five skills"), language.expect("a language"));
                let case = floor.router.hold(START_MS, wish(needs, 2, START_MS), agent, true);
                floor.held.push((case, agent));
            }
        }
        for _ in 0..self.waiting {
            let age_ms = floor.random.random_range(0..900_000);
            floor.arrive(age_ms);
        }
        floor.router.tick(START_MS, &mut vec![]);
        floor
    }
}

impl Floor {
    fn profile(&mut self, number: usize) -> AgentProfile {
        let skill = |random: &mut SmallRng| format!("skill-{}", random.random_range(0..SKILLS));
        let language = |random: &mut SmallRng| format!("l{}", random.random_range(0..LANGUAGES));
        let mut languages = vec![language(&mut self.random)];
        if self.random.random_bool(0.4) {
            languages.push(language(&mut self.random));
        }
        let id = AgentId::parse(&format!("agent-{number}")).expect("a plain id");
        AgentProfile {
            work: Work {
                squads: vec![squad()],
                skills: (0..SKILLS_EACH)
                    .map(|_| (skill(&mut self.random), self.random.random_range(1..=5)))
                    .collect(),
                languages,
                capacity: CHATS_EACH,
                ..Work::default()
            },
            ..AgentProfile::new(id, "", "")
        }
    }

    fn arrive(&mut self, age_ms: AtMs) {
        let skill = format!("skill-{}", self.random.random_range(0..SKILLS));
        let language = format!("l{}", self.random.random_range(0..LANGUAGES));
        let tier = [0, 1, 1, 1, 2, 2, 2, 2, 2, 2][self.random.random_range(0..10)];
        let needs = needs(&skill, &language);
        let case = self.router.wait(self.now_ms, wish(needs.clone(), tier, self.now_ms - age_ms));
        if self.wishes.len() < self.wishes.capacity() {
            self.wishes.push((case, needs));
        }
    }

    /// One conversation ends and its agent gets another; how long that took, ns, or nothing where nobody was found.
    fn cycle(&mut self, found: &mut Vec<Assignment>) -> Option<u64> {
        self.now_ms += 1;
        let ends = self.random.random_range(0..self.held.len());
        let (case, _) = self.held.swap_remove(ends);
        found.clear();
        // Arrivals are looked at on their own, before the clock of the decision runs.
        self.router.decide(self.now_ms, found);
        let started = Instant::now();
        self.router.finished(self.now_ms, case);
        self.router.decide(self.now_ms, found);
        let took = started.elapsed().as_nanos() as u64;
        for assignment in found.iter() {
            self.router.accepted(self.now_ms, assignment.case);
            self.held.push((assignment.case, assignment.agent));
        }
        (0..found.len()).for_each(|_| self.arrive(0));
        (!found.is_empty()).then_some(took)
    }

    fn reevaluate(&mut self) -> f64 {
        let mut found = vec![];
        let started = Instant::now();
        for _ in 0..TICKS {
            self.router.tick(self.now_ms, &mut found);
        }
        started.elapsed().as_secs_f64() * 1e6 / TICKS as f64
    }

    /// What looking at everybody who waits costs for one freed slot, µs.
    fn scan(&mut self) -> f64 {
        let (terms, rung) = (self.router.terms().clone(), Rung { level: 1, ..Rung::default() });
        let mut took = Duration::ZERO;
        for _ in 0..SCANS {
            let (_, agent) = self.held[self.random.random_range(0..self.held.len())];
            let mut seat = self.router.seat_of(agent).clone();
            seat.load.remove(Channel::Chat, false);
            let started = Instant::now();
            let fits = |(case, needs): &&(CaseIx, Needs)| {
                eligible(self.now_ms, (agent, &seat), needs, self.router.waiting(*case), &rung, &terms, false)
            };
            black_box(
                self.wishes.iter().filter(fits).min_by_key(|(case, _)| self.router.waiting(*case).since_ms),
            );
            took += started.elapsed();
        }
        took.as_secs_f64() * 1e6 / SCANS as f64
    }
}

fn squad() -> SquadId {
    SquadId::parse("general").expect("a plain id")
}

fn needs(skill: &str, language: &str) -> Needs {
    Needs {
        squad: squad(),
        skill: skill.to_owned(),
        language: Some(language.to_owned()),
        tier: None,
        priority: 0,
        first_reply_s: None,
        only: None,
    }
}

fn wish(needs: Needs, tier: u8, since_ms: AtMs) -> Wish {
    Wish { needs, channel: Channel::Chat, tier, since_ms, sticky: None, refused_by: vec![], refused_at_ms: 0 }
}
