//! Whatever happens on a floor: nobody is asked who may not be, nobody holds more than they take, and nobody is asked for
//! what another has.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use segue_core::{
    handoff::Needs,
    ids::{AgentId, AtMs, SquadId},
    organisation::{AgentProfile, Work},
    routing::{AgentIx, Assignment, CaseIx, Channel, Refusal, Router, Terms, Wish, eligible},
    strategy,
};

const START: AtMs = 1_800_000_000_000;
const SKILLS: [&str; 3] = ["billing", "technical", "legal"];
const LANGUAGES: [&str; 2] = ["en", "es"];
const AGENTS: usize = 5;

/// What may happen next; numbers are taken modulo what there is.
#[derive(Clone, Debug)]
enum Act {
    Arrive { skill: usize, language: usize, tier: u8, channel: usize, sticky: Option<usize>, priority: u8 },
    Accept(usize),
    Refuse(usize, bool),
    Finish(usize),
    Leave(usize),
    Silence(usize, bool),
    Presence { agent: usize, there: bool, takes: bool },
    Retrain { agent: usize, skills: u8 },
    Pass { seconds: u32 },
}

fn act() -> impl Strategy<Value = Act> {
    let arrive = (0..3usize, 0..2usize, 0..3u8, 0..4usize, prop::option::of(0..AGENTS), 0..2u8).prop_map(
        |(skill, language, tier, channel, sticky, priority)| Act::Arrive {
            skill,
            language,
            tier,
            channel,
            sticky,
            priority: priority * 50,
        },
    );
    let nth = 0..50usize;
    prop_oneof![
        5 => arrive,
        4 => nth.clone().prop_map(Act::Accept),
        1 => (nth.clone(), any::<bool>()).prop_map(|(nth, missed)| Act::Refuse(nth, missed)),
        3 => nth.clone().prop_map(Act::Finish),
        1 => nth.clone().prop_map(Act::Leave),
        1 => (nth, any::<bool>()).prop_map(|(nth, silent)| Act::Silence(nth, silent)),
        1 => (0..AGENTS, any::<bool>(), any::<bool>())
            .prop_map(|(agent, there, takes)| Act::Presence { agent, there, takes }),
        1 => (0..AGENTS, 1..8u8).prop_map(|(agent, skills)| Act::Retrain { agent, skills }),
        // An hour back and forth as well: clocks jump.
        3 => prop_oneof![0..40u32, Just(3_600)].prop_map(|seconds| Act::Pass { seconds }),
    ]
}

fn profile(agent: usize, skills: u8) -> AgentProfile {
    let id = format!("agent-{agent}");
    AgentProfile {
        work: Work {
            squads: vec![SquadId::parse("general").expect("an id")],
            skills: (0..3)
                .filter(|skill| skills >> skill & 1 == 1)
                .map(|skill| (SKILLS[skill].to_owned(), 1 + ((agent + skill) % 5) as u8))
                .collect(),
            languages: LANGUAGES[agent % 2..].iter().map(|language| (*language).to_owned()).collect(),
            capacity: 1 + agent as u32 % 4,
            ..Work::default()
        },
        ..AgentProfile::new(AgentId::parse(&id).expect("an id"), &id, &format!("{id}@acme.example"))
    }
}

struct World {
    router: Router,
    agents: Vec<AgentIx>,
    now_ms: AtMs,
    /// Every conversation that is there, with what it needs and who has it.
    cases: BTreeMap<CaseIx, (Needs, Option<AgentIx>)>,
    active: BTreeSet<CaseIx>,
}

impl World {
    fn new(named: &'static dyn segue_core::strategy::Strategy) -> Self {
        let mut router = Router::new(Terms::default(), named);
        let agents: Vec<AgentIx> =
            (0..AGENTS).map(|agent| router.seat(profile(agent, 1 + agent as u8))).collect();
        agents.iter().for_each(|agent| router.on_shift(START, *agent, true));
        Self { router, agents, now_ms: START, cases: BTreeMap::new(), active: BTreeSet::new() }
    }

    fn nth(&self, nth: usize, of: impl Fn(&CaseIx, Option<AgentIx>) -> bool) -> Option<CaseIx> {
        let fits: Vec<CaseIx> =
            self.cases.iter().filter(|(case, (_, by))| of(case, *by)).map(|(case, _)| *case).collect();
        (!fits.is_empty()).then(|| fits[nth % fits.len()])
    }

    fn perform(&mut self, act: &Act) {
        let now_ms = self.now_ms;
        let offered =
            |world: &Self, nth| world.nth(nth, |case, by| by.is_some() && !world.active.contains(case));
        let with_agent = |world: &Self, nth| world.nth(nth, |case, _| world.active.contains(case));
        match *act {
            Act::Arrive { skill, language, tier, channel, sticky, priority } => {
                let needs = Needs {
                    squad: SquadId::parse("general").expect("an id"),
                    skill: SKILLS[skill].into(),
                    language: Some(LANGUAGES[language].into()),
                    tier: None,
                    priority,
                    first_reply_s: None,
                    only: None,
                };
                let wish = Wish {
                    needs: needs.clone(),
                    channel: Channel::ALL[channel],
                    tier,
                    since_ms: now_ms,
                    sticky: sticky.map(|agent| self.agents[agent]),
                    refused_by: vec![],
                    refused_at_ms: 0,
                };
                let case = self.router.wait(now_ms, wish);
                assert!(self.cases.insert(case, (needs, None)).is_none(), "a number is given once");
            }
            Act::Accept(nth) => {
                if let Some(case) = offered(self, nth) {
                    self.router.accepted(now_ms, case);
                    self.active.insert(case);
                }
            }
            Act::Refuse(nth, missed) => {
                if let Some(case) = offered(self, nth) {
                    let refusal = if missed { Refusal::Missed } else { Refusal::Declined };
                    let since_ms = self.router.waiting(case).since_ms;
                    self.router.refused(now_ms, case, refusal);
                    assert_eq!(self.router.waiting(case).since_ms, since_ms, "the place is kept");
                    self.cases.get_mut(&case).expect("it is there").1 = None;
                }
            }
            Act::Finish(nth) => {
                if let Some(case) = with_agent(self, nth) {
                    self.router.finished(now_ms, case);
                    self.gone(case);
                }
            }
            Act::Leave(nth) => {
                if let Some(case) = self.nth(nth, |_, _| true) {
                    self.router.leave(now_ms, case);
                    self.gone(case);
                }
            }
            Act::Silence(nth, silent) => {
                if let Some(case) = with_agent(self, nth)
                    && !self.router.set_silent(now_ms, case, silent)
                {
                    self.active.remove(&case);
                    self.cases.get_mut(&case).expect("it is there").1 = None;
                }
            }
            Act::Presence { agent, there, takes } => {
                self.router.present(now_ms, self.agents[agent], there, takes);
            }
            Act::Retrain { agent, skills } => {
                self.router.reseat(now_ms, self.agents[agent], profile(agent, skills));
            }
            Act::Pass { seconds } => self.now_ms += AtMs::from(seconds) * 1000,
        }
    }

    fn gone(&mut self, case: CaseIx) {
        self.cases.remove(&case);
        self.active.remove(&case);
    }

    /// Offers are made to those who may be asked, for what waits, and never past what they take: looked at from the last to
    /// the first, each agent as they were before it.
    fn take(&mut self, offers: &[Assignment]) {
        let mut before = BTreeMap::new();
        for offer in offers.iter().rev() {
            let (needs, by) = self.cases.get_mut(&offer.case).expect("what is offered is there");
            assert_eq!(*by, None, "nobody else has it");
            *by = Some(offer.agent);
            let (terms, waiting) = (self.router.terms(), self.router.waiting(offer.case));
            let seat = before.entry(offer.agent).or_insert_with(|| self.router.seat_of(offer.agent).clone());
            seat.load.remove(waiting.channel, false);
            let may = |rung| eligible(self.now_ms, (offer.agent, seat), needs, waiting, rung, terms, true);
            assert!(terms.ladder.iter().any(may), "{offer:?} {:?}", seat.profile);
        }
    }

    fn check(&mut self, whole: bool) {
        let mut offers = vec![];
        if whole {
            self.router.tick(self.now_ms, &mut offers);
        } else {
            self.router.decide(self.now_ms, &mut offers);
        }
        self.take(&offers);
        for (agent, seat) in self.router.seats() {
            let held = self.cases.values().filter(|(_, by)| *by == Some(agent)).count();
            assert_eq!(seat.load.count() as usize, held, "{agent:?}");
        }
        let waiting = self.cases.values().filter(|(_, by)| by.is_none()).count();
        assert_eq!(self.router.queued() as usize, waiting);
        self.router.audit();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nobody_is_asked_who_may_not_be_and_nothing_is_lost(
        named in 0..strategy::ALL.len(),
        acts in prop::collection::vec((act(), any::<bool>()), 1..120),
    ) {
        let mut world = World::new(strategy::ALL[named]);
        for (act, whole) in acts {
            world.perform(&act);
            world.check(whole);
        }
    }

    /// Once everybody is back and nobody new comes, everybody is served, whatever happened before.
    #[test]
    fn nobody_starves_while_somebody_qualified_is_there(
        named in 0..strategy::ALL.len(),
        acts in prop::collection::vec(act(), 1..80),
    ) {
        let mut world = World::new(strategy::ALL[named]);
        for act in acts {
            world.perform(&act);
            world.check(false);
        }
        for agent in 0..AGENTS {
            world.router.reseat(world.now_ms, world.agents[agent], profile(agent, 7));
            world.router.present(world.now_ms, world.agents[agent], true, true);
        }
        for _ in 0..200 {
            world.now_ms += 60_000;
            while let Some(case) = world.nth(0, |_, by| by.is_some()) {
                world.router.accepted(world.now_ms, case);
                world.active.insert(case);
                world.router.finished(world.now_ms, case);
                world.gone(case);
            }
            world.check(true);
        }
        prop_assert!(world.cases.is_empty(), "{:?}", world.cases);
    }
}
