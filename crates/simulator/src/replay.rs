//! An organisation's own weeks at the virtual desk: what arrived then comes once more, to the people and rules of now and to
//! those of a change.
//!
//! How much work was in a conversation is what its agent did meanwhile, parallel chats and level taken into account; how
//! patient a customer was is known of those who left, and drawn for the others from what is usual, at the scale that the
//! organisation's own history speaks for. Both sides share every draw, so that their difference is the change's.

mod change;
mod day;
mod duty;
mod effort;
mod history;
mod patience;
mod report;

use std::collections::BTreeMap;

use segue_core::{
    ids::{AgentId, AtMs, SquadId},
    organisation::{AgentProfile, Organisation},
    routing::Terms,
};

pub use self::{
    change::{Change, More},
    history::{Handoff, Held, History, Wait},
    report::{Difference, Hour, Line, LineOutcome, Outcome, OutcomeOfTier, Report, Span},
};
use self::{day::Side, report::Tally};
use crate::{
    measure::quantile,
    product::Product,
    scenario::{Cost, Pace, Scenario, day::Rule},
    world::{Watch, World},
};

/// How often the days are replayed, each time with other draws of what is not known.
pub const DRAWS: u64 = 8;
/// Fewer accepted offers than this do not tell how fast an organisation's agents answer.
const ACCEPTS_MIN: usize = 20;

/// Weeks of an organisation that can be lived through again.
#[derive(Clone, Debug)]
pub struct Replay {
    organisation: Organisation,
    staff: Vec<AgentProfile>,
    /// When each of them was there.
    there: Vec<Vec<duty::Span>>,
    window: duty::Span,
    lines: Vec<(SquadId, String)>,
    languages: Vec<String>,
    channels: Vec<String>,
    past: Vec<Past>,
    patience: f64,
    answers: Answers,
    no_line: usize,
    of_no_squad: usize,
}

/// A handoff of the past, by numbers.
#[derive(Clone, Debug)]
struct Past {
    arrival_s: f64,
    line: usize,
    language: usize,
    channel: usize,
    tier: Option<String>,
    rule: Rule,
    /// Undisturbed work, seconds; absent where nobody had it.
    work_s: Option<f64>,
    waited_s: f64,
    end: PastEnd,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PastEnd {
    /// By an agent of this level in what it needed.
    Taken(u8),
    /// The customer left.
    Left,
    /// It became a ticket, or goes on.
    Open,
}

impl Replay {
    /// The handoffs that came within a window (Unix ms, from and to), with the organisation and its people as they are.
    pub fn new(
        organisation: Organisation,
        staff: Vec<AgentProfile>,
        history: &History,
        window: (AtMs, AtMs),
    ) -> Self {
        let (from_ms, until_ms) = window;
        let second = |at_ms: AtMs| (at_ms - from_ms) as f64 / 1000.0;
        let agents: BTreeMap<&AgentId, usize> =
            staff.iter().enumerate().map(|(at, agent)| (&agent.id, at)).collect();
        let mut spans = vec![vec![]; staff.len()];
        let mut held = vec![];
        for (number, handoff) in history.handoffs.iter().enumerate() {
            for each in &handoff.held {
                let Some(agent) = agents.get(&each.agent).copied() else { continue };
                let to_ms = each.until_ms.unwrap_or(until_ms).max(each.from_ms);
                spans[agent].push((each.from_ms, to_ms));
                let (from_s, until_s) = (second(each.from_ms), second(to_ms));
                held.push(effort::Held { conversation: number, agent, from_s, until_s });
            }
        }
        let zone = organisation.time_zone.clone();
        let there =
            staff.iter().zip(&spans).map(|(agent, held)| duty::of(agent, held, window, &zone)).collect();
        let rates = Scenario { progress: Terms::default().progress, ..Scenario::default() };
        let count = history.handoffs.len();
        let done_s = effort::undisturbed_s(&held, count, |chats| rates.progress_of(chats));
        let mut replay = Self {
            organisation,
            there,
            window,
            lines: vec![],
            languages: vec![],
            channels: vec![],
            past: vec![],
            patience: 1.0,
            answers: Answers::of(history),
            no_line: 0,
            of_no_squad: 0,
            staff: vec![],
        };
        for (handoff, done_s) in history.handoffs.iter().zip(done_s) {
            if (from_ms..until_ms).contains(&handoff.since_ms) {
                let by = handoff.held.last().and_then(|held| agents.get(&held.agent));
                replay.take(handoff, done_s, by.map(|agent| &staff[*agent]));
            }
        }
        replay.staff = staff;
        replay.past.sort_by(|a, b| a.arrival_s.total_cmp(&b.arrival_s));
        replay.patience = replay.fit_patience();
        replay
    }

    fn take(&mut self, handoff: &Handoff, done_s: Option<f64>, by: Option<&AgentProfile>) {
        if self.organisation.squad(&handoff.needs.squad).is_none() {
            self.of_no_squad += 1;
            return;
        }
        let (from_ms, until_ms) = self.window;
        let left_ms = match handoff.wait {
            Wait::NoLine => {
                self.no_line += 1;
                return;
            }
            Wait::Taken(at_ms) | Wait::Left(at_ms) | Wait::Ticketed(at_ms) => at_ms,
            Wait::Goes => until_ms,
        };
        let needs = &handoff.needs;
        let level = by.map_or(0, |agent| agent.work.skills.get(&needs.skill).copied().unwrap_or(0));
        let pace = Pace::default().of(f64::from(level) / 5.0);
        let end = match handoff.wait {
            Wait::Taken(_) => PastEnd::Taken(level),
            Wait::Left(_) => PastEnd::Left,
            _ => PastEnd::Open,
        };
        let language = needs.language.clone().unwrap_or_default();
        self.past.push(Past {
            arrival_s: (handoff.since_ms - from_ms) as f64 / 1000.0,
            line: number_of(&mut self.lines, (needs.squad.clone(), needs.skill.clone())),
            language: number_of(&mut self.languages, language),
            channel: number_of(&mut self.channels, handoff.channel.clone()),
            tier: needs.tier.clone(),
            rule: Rule { priority: needs.priority, first_reply_s: needs.first_reply_s },
            work_s: done_s.map(|done_s| (done_s * pace).max(1.0)),
            waited_s: (left_ms - handoff.since_ms).max(0) as f64 / 1000.0,
            end,
        });
    }

    fn fit_patience(&self) -> f64 {
        let terms = Terms::of(&self.organisation);
        let seen = self.past.iter().map(|past| patience::Seen {
            usual: &terms.tiers[tier(&self.organisation, past)].patience,
            waited_s: past.waited_s,
            gave_up: past.end == PastEnd::Left,
        });
        patience::factor(&seen.collect::<Vec<_>>())
    }

    /// The window as it is and as it would be.
    pub fn trial(&self, change: &Change) -> Trial<'_> {
        Trial {
            replay: self,
            sides: [self.as_is(), self.changed(change)],
            measure: Measure::of(self, change),
        }
    }
}

/// A change on trial. Its runs may be made in any order, and side by side.
pub struct Trial<'a> {
    replay: &'a Replay,
    /// As it is, and as it would be.
    sides: [Side<'a>; 2],
    /// Both sides are measured alike, by the targets that are asked about.
    measure: Measure,
}

/// One run, counted.
pub struct Lived {
    run: u64,
    tally: Tally,
}

impl Trial<'_> {
    /// Runs that a report takes: every draw once on each side.
    pub const RUNS: u64 = 2 * DRAWS;

    /// Makes the run of a number below [`Trial::RUNS`].
    pub fn live(&self, run: u64) -> Lived {
        let side = &self.sides[(run % 2) as usize];
        let (day, origin) = side.day(run / 2);
        let scenario = side.scenario();
        let strategy = side.organisation.routing.strategy();
        let product = Product::of(side.terms.clone(), strategy, &day, side.staff.iter().cloned());
        let told = World::new(&scenario, &day, product, Watch::NONE).run();
        let most = |chats| scenario.throughput_max(chats);
        Lived { run, tally: Tally::of(self.replay, &self.measure, (&day, &origin), &told, most) }
    }

    /// What all the runs come to.
    pub fn report(&self, mut lived: Vec<Lived>) -> Report {
        lived.sort_by_key(|lived| lived.run);
        let side = |side: u64| {
            Tally::merged(lived.iter().filter(|lived| lived.run % 2 == side).map(|lived| &lived.tally))
        };
        Report::of(self.replay, &self.measure, &side(0), &side(1))
    }
}

/// By what both sides are measured.
struct Measure {
    organisation: Organisation,
    cost: Cost,
}

impl Measure {
    fn of(replay: &Replay, change: &Change) -> Self {
        let now = &replay.organisation;
        let organisation =
            Organisation { tiers: change.tiers.clone().unwrap_or_else(|| now.tiers.clone()), ..now.clone() };
        let weights = now.routing.weights;
        let cost = Cost {
            late_per_min: weights.late_per_min,
            abandoned: weights.abandoned,
            quality: weights.quality,
            unskilled: weights.unskilled,
            ..Cost::default()
        };
        Self { organisation, cost }
    }
}

/// The tier of a handoff by its name; the last where it has none.
fn tier(organisation: &Organisation, past: &Past) -> usize {
    let is = |name: &str| organisation.tiers.iter().position(|tier| tier.name.eq_ignore_ascii_case(name));
    past.tier.as_deref().and_then(is).unwrap_or(organisation.tiers.len().saturating_sub(1))
}

fn number_of<T: PartialEq>(all: &mut Vec<T>, one: T) -> usize {
    all.iter().position(|other| *other == one).unwrap_or_else(|| {
        all.push(one);
        all.len() - 1
    })
}

/// How agents answer offers.
#[derive(Clone, Copy, Debug)]
struct Answers {
    /// Most come between these, seconds.
    accept_s: [f64; 2],
    /// How much longer each chat under way makes that, as a share; 0 where that is in what was measured.
    slower_per_chat: f64,
    /// Share of the offers that nobody takes.
    missed: f64,
}

impl Answers {
    fn of(history: &History) -> Self {
        let mut ascending = history.accepted_after_s.clone();
        ascending.sort_by(f64::total_cmp);
        if ascending.len() < ACCEPTS_MIN {
            let usual = Scenario::default();
            let (accept_s, slower_per_chat) = (usual.accept_s, usual.accept_slower_per_chat);
            return Self { accept_s, slower_per_chat, missed: usual.missed_offer };
        }
        let at = |share| quantile(&ascending, share).unwrap_or_default();
        let (taken, refused) = (ascending.len() as f64, history.refused as f64);
        let missed = (refused / (refused + taken)).min(0.9);
        Self { accept_s: [at(0.05), at(0.95)], slower_per_chat: 0.0, missed }
    }
}
