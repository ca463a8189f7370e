//! The days of a window, as they would go on one side of the comparison.

use std::collections::BTreeMap;

use segue_core::{
    organisation::{AgentProfile, Organisation},
    routing::{Channel as Way, Share, Terms},
};

use super::{Change, Past, PastEnd, Replay, duty, patience, tier};
use crate::{
    random::{Purpose, Random},
    scenario::{
        Channel, Cost, Language, Pace, Scenario, Skill, Tier,
        day::{ANY_LANGUAGE, Conversation, Day, Need, Staff},
    },
};

/// How far from its model a conversation arrives that demand adds, seconds before or after.
const NEAR_S: f64 = 900.0;
/// Conversations of a line whose work is known, from which on work is drawn from them alone.
const WORKS_MIN: usize = 10;

/// One side: the organisation and its people as they are, or as they would be.
pub(super) struct Side<'a> {
    replay: &'a Replay,
    pub organisation: Organisation,
    pub terms: Terms,
    pub staff: Vec<AgentProfile>,
    there: Vec<Vec<duty::Span>>,
    demand: f64,
    works_s: Works,
}

impl Replay {
    pub(super) fn as_is(&self) -> Side<'_> {
        Side {
            replay: self,
            organisation: self.organisation.clone(),
            terms: Terms::of(&self.organisation),
            staff: self.staff.clone(),
            there: self.there.clone(),
            demand: 1.0,
            works_s: Works::of(self),
        }
    }

    pub(super) fn changed(&self, change: &Change) -> Side<'_> {
        let mut side = self.as_is();
        side.organisation = change.organisation(&self.organisation);
        side.terms = Terms::of(&side.organisation);
        side.demand = change.demand;
        for (agent, there) in side.staff.iter().zip(&mut side.there) {
            if change.without.contains(&agent.id) {
                there.clear();
            }
        }
        for newcomer in change.newcomers() {
            side.there.push(duty::of(&newcomer, &[], self.window, &self.organisation.time_zone));
            side.staff.push(newcomer);
        }
        side
    }
}

impl Side<'_> {
    /// What the virtual desk goes by.
    pub fn scenario(&self) -> Scenario {
        Scenario {
            progress: Terms::default().progress,
            missed_offer: self.replay.answers.missed,
            offer_s: f64::from(self.organisation.accept_s),
            accept_s: self.replay.answers.accept_s,
            accept_slower_per_chat: self.replay.answers.slower_per_chat,
            ..Scenario::default()
        }
    }

    /// The window with one draw of what is not known; and for each conversation, which of the past it is.
    pub fn day(&self, draw: u64) -> (Day, Vec<usize>) {
        let replay = self.replay;
        let mut conversations: Vec<(Conversation, usize)> = vec![];
        for (at, past) in replay.past.iter().enumerate() {
            let mut random = Random::of(draw, Purpose::Arrivals, at as u64);
            let times = self.demand.floor() as usize + usize::from(random.chance(self.demand.fract()));
            for copy in 0..times {
                conversations.push((self.conversation(draw, at, past, copy), at));
            }
        }
        conversations.sort_by(|(a, _), (b, _)| a.arrival_s.total_cmp(&b.arrival_s));
        let (conversations, origin) = conversations.into_iter().unzip();
        (self.stage(draw, conversations), origin)
    }

    fn conversation(&self, draw: u64, at: usize, past: &Past, copy: usize) -> Conversation {
        let mut random = Random::of(draw, Purpose::Conversation, (at as u64) << 8 | copy as u64);
        let terms = &self.terms.tiers[tier(&self.organisation, past)];
        let is_itself = copy == 0;
        let work_s =
            past.work_s.filter(|_| is_itself).unwrap_or_else(|| self.works_s.draw(past.line, &mut random));
        let waited_s = if is_itself { past.waited_s } else { 0.0 };
        let more_s = patience::draw(&terms.patience, self.replay.patience, waited_s, &mut random);
        let near_s = random.between(-NEAR_S, NEAR_S);
        let patience_s = if is_itself && past.end == PastEnd::Left { past.waited_s } else { more_s };
        let arrival_s = if is_itself { past.arrival_s } else { (past.arrival_s + near_s).max(0.0) };
        Conversation {
            arrival_s,
            tier: tier(&self.organisation, past),
            language: past.language,
            channel: past.channel,
            need: Need {
                skill: past.line,
                work_s,
                patience_s: patience_s.min(f64::from(self.organisation.queue_limit_s)),
            },
            then: None,
            sticky: None,
            callback_s: None,
            rule: past.rule,
        }
    }

    /// Everything but what arrives.
    fn stage(&self, draw: u64, conversations: Vec<Conversation>) -> Day {
        let replay = self.replay;
        let organisation = &self.organisation;
        let (from_ms, until_ms) = replay.window;
        let horizon_s = (until_ms - from_ms) as f64 / 1000.0;
        let squads = &organisation.squads;
        let squad_of =
            |(squad, _): &(_, String)| squads.iter().position(|each| each.id == *squad).unwrap_or(0);
        let share = 1.0 / replay.channels.len().max(1) as f64;
        let count = replay.past.len().max(1) as f64;
        let tiers = organisation.tiers.iter().enumerate().map(|(at, each)| Tier {
            name: each.name.clone(),
            weight: f64::from(each.weight),
            target_s: f64::from(each.first_reply_s),
            share: replay.past.iter().filter(|past| tier(organisation, past) == at).count() as f64 / count,
            patience: 1.0,
        });
        Day {
            seed: draw,
            horizon_s,
            warm_up_s: 0.0,
            tiers: tiers.collect(),
            skills: replay.lines.iter().map(|(_, skill)| Skill::named(skill)).collect(),
            languages: replay
                .languages
                .iter()
                .map(|name| Language { name: name.clone(), weight: 1.0 })
                .collect(),
            squads: squads.iter().map(|squad| squad.id.to_string()).collect(),
            squad_of: replay.lines.iter().map(squad_of).collect(),
            channels: replay.channels.iter().map(|name| channel(organisation, name, share)).collect(),
            agents: self
                .staff
                .iter()
                .zip(&self.there)
                .map(|(agent, there)| self.staff_of(agent, there))
                .collect(),
            classes: vec![],
            conversations,
            pace: Pace::default(),
            cost: Cost::default(),
        }
    }

    fn staff_of(&self, agent: &AgentProfile, there: &[duty::Span]) -> Staff {
        let (from_ms, _) = self.replay.window;
        let second = |at_ms: i64| (at_ms - from_ms) as f64 / 1000.0;
        let work = &agent.work;
        let speaks = |name: &String| {
            name == ANY_LANGUAGE || work.languages.is_empty() || work.languages.contains(name)
        };
        Staff {
            levels: self
                .replay
                .lines
                .iter()
                .map(|(_, skill)| work.skills.get(skill).copied().unwrap_or(0))
                .collect(),
            speaks: self.replay.languages.iter().map(speaks).collect(),
            squads: self.organisation.squads.iter().map(|squad| work.squads.contains(&squad.id)).collect(),
            chats: work.capacity,
            shifts: there.iter().map(|(from, to)| [second(*from), second(*to)]).collect(),
            specialist: false,
        }
    }
}

fn channel(organisation: &Organisation, name: &str, share: f64) -> Channel {
    let way = Way::named(name);
    let takes = organisation.routing.channels.get(&way).copied().unwrap_or_else(|| Share::usual(way));
    let weight = Some(f64::from(takes.weight) / 100.0);
    Channel { name: name.into(), share, weight, max: Some(takes.max), longer: 1.0, patience: 1.0 }
}

/// How long conversations took, undisturbed, for those of which it is not known.
struct Works {
    by_line: BTreeMap<usize, Vec<f64>>,
    all: Vec<f64>,
}

impl Works {
    fn of(replay: &Replay) -> Self {
        let mut works = Self { by_line: BTreeMap::new(), all: vec![] };
        for (line, work_s) in replay.past.iter().filter_map(|past| Some((past.line, past.work_s?))) {
            works.by_line.entry(line).or_default().push(work_s);
            works.all.push(work_s);
        }
        works
    }

    fn draw(&self, line: usize, random: &mut Random) -> f64 {
        let own = self.by_line.get(&line).filter(|own| own.len() >= WORKS_MIN);
        let known = own.unwrap_or(&self.all);
        known.get(random.below(known.len())).copied().unwrap_or(Skill::named("").mean_s)
    }
}
