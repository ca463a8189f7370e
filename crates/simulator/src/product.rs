//! The product's own router at the virtual desk.

use std::collections::BTreeMap;

use segue_core::{
    handoff::Needs,
    ids::{AgentId, AtMs, SquadId},
    organisation::{AgentProfile, Work},
    routing::{
        AgentIx, Assignment, CaseIx, Channel, Overflow, Patience, Refusal, Router, Rung, Share, Terms,
        TierTerms, Weights, Wish as RouterWish,
    },
    strategy::Strategy,
};
use serde_json::json;

use crate::{
    dispatch::{Choice, Dispatch, Estimate, GaveWay, Wish},
    scenario::{
        Scenario,
        day::{ANY_LANGUAGE, Day, Rule, Staff},
    },
    world::START_MS,
};

/// See the module.
pub struct Product<'a> {
    day: &'a Day,
    router: Router,
    log: bool,
    agents: Vec<AgentIx>,
    agent_of: BTreeMap<AgentIx, usize>,
    cases: Vec<Option<CaseIx>>,
    conversation_of: BTreeMap<CaseIx, usize>,
    made: Vec<Assignment>,
}

impl<'a> Product<'a> {
    /// A router with the day's agents, and what the forecast says. `log`: with the terms of each score.
    pub fn new(scenario: &Scenario, day: &'a Day, strategy: &'static dyn Strategy, log: bool) -> Self {
        let profiles = day.agents.iter().enumerate().map(|(at, staff)| profile(day, at, staff));
        let mut product = Self::of(terms(scenario, day, strategy), strategy, day, profiles);
        product.log = log;
        let (classes, works_s) = day.forecast(scenario);
        for class in classes {
            for channel in &day.channels {
                let needs = needs(day, class.skill, class.language, Rule::default());
                let channel_of = Channel::named(&channel.name);
                product.router.expect(START_MS, &needs, channel_of, class.per_s * channel.share);
            }
        }
        for (skill, work_s) in day.skills.iter().zip(works_s) {
            product.router.expect_work(&skill.name, work_s);
        }
        product
    }

    /// A router of these terms that knows nothing beforehand. One profile for each agent of the day.
    pub fn of(
        terms: Terms,
        strategy: &'static dyn Strategy,
        day: &'a Day,
        profiles: impl Iterator<Item = AgentProfile>,
    ) -> Self {
        let mut router = Router::new(terms, strategy);
        let agents: Vec<AgentIx> = profiles.map(|profile| router.seat(profile)).collect();
        let agent_of = agents.iter().enumerate().map(|(at, agent)| (*agent, at)).collect();
        let cases = vec![None; day.conversations.len()];
        let (conversation_of, made) = (BTreeMap::new(), vec![]);
        Self { day, router, log: false, agents, agent_of, cases, conversation_of, made }
    }

    fn case(&self, conversation: usize) -> Option<CaseIx> {
        self.cases[conversation]
    }

    fn forget(&mut self, conversation: usize) {
        if let Some(case) = self.cases[conversation].take() {
            self.conversation_of.remove(&case);
        }
    }

    fn tell(&mut self, chosen: &mut Vec<Choice>) {
        for made in self.made.drain(..) {
            let (Some(conversation), Some(agent)) =
                (self.conversation_of.get(&made.case), self.agent_of.get(&made.agent))
            else {
                continue;
            };
            let dropped = made.dropped;
            let gave_way = GaveWay {
                skill: dropped.skill,
                language: dropped.language,
                squad: dropped.squad,
                again: dropped.again,
            };
            let terms = if self.log {
                json!({
                    "score": made.score, "urgency": made.urgency, "price": made.price, "dropped": dropped,
                })
            } else {
                serde_json::Value::Null
            };
            chosen.push(Choice { conversation: *conversation, agent: *agent, gave_way, terms });
        }
    }
}

impl Dispatch for Product<'_> {
    fn on_shift(&mut self, now_ms: AtMs, agent: usize, on: bool) {
        self.router.on_shift(now_ms, self.agents[agent], on);
    }

    fn wait(&mut self, now_ms: AtMs, wish: &Wish) {
        let each = &self.day.conversations[wish.conversation];
        let case = self.router.wait(
            now_ms,
            RouterWish {
                needs: needs(self.day, wish.skill, each.language, each.rule),
                channel: Channel::named(&self.day.channels[each.channel].name),
                tier: each.tier as u8,
                since_ms: wish.since_ms,
                sticky: each.sticky.map(|agent| self.agents[agent]),
                refused_at_ms: now_ms,
                refused_by: wish.refused_by.iter().map(|agent| self.agents[*agent]).collect(),
            },
        );
        self.cases[wish.conversation] = Some(case);
        self.conversation_of.insert(case, wish.conversation);
    }

    fn leave(&mut self, now_ms: AtMs, conversation: usize) {
        if let Some(case) = self.case(conversation) {
            self.router.leave(now_ms, case);
        }
        self.forget(conversation);
    }

    fn accepted(&mut self, now_ms: AtMs, conversation: usize) {
        if let Some(case) = self.case(conversation) {
            self.router.accepted(now_ms, case);
        }
    }

    fn missed(&mut self, now_ms: AtMs, conversation: usize) {
        if let Some(case) = self.case(conversation) {
            self.router.refused(now_ms, case, Refusal::Missed);
        }
    }

    fn responds(&mut self, _: AtMs, agent: usize) {
        self.router.responds(self.agents[agent]);
    }

    fn finished(&mut self, now_ms: AtMs, conversation: usize) {
        if let Some(case) = self.case(conversation) {
            self.router.finished(now_ms, case);
        }
        self.forget(conversation);
    }

    fn decide(&mut self, now_ms: AtMs, chosen: &mut Vec<Choice>) {
        self.router.decide(now_ms, &mut self.made);
        self.tell(chosen);
    }

    fn tick(&mut self, now_ms: AtMs, chosen: &mut Vec<Choice>) {
        self.router.tick(now_ms, &mut self.made);
        self.tell(chosen);
    }

    fn estimate(&mut self, now_ms: AtMs, conversation: usize) -> Option<Estimate> {
        let foretold = self.router.foretell(now_ms, self.case(conversation)?)?;
        Some(Estimate { median_s: Some(foretold.median_s), high_s: Some(foretold.high_s) })
    }
}

fn needs(day: &Day, skill: usize, language: usize, rule: Rule) -> Needs {
    let language = &day.languages[language].name;
    Needs {
        squad: squad(&day.squads[day.squad_of[skill]]),
        skill: day.skills[skill].name.clone(),
        language: (language != ANY_LANGUAGE).then(|| language.clone()),
        tier: None,
        priority: rule.priority,
        first_reply_s: rule.first_reply_s,
        only: None,
    }
}

fn squad(name: &str) -> SquadId {
    SquadId::parse(name).expect("names of squads are checked with the scenario")
}

fn profile(day: &Day, at: usize, staff: &Staff) -> AgentProfile {
    let skills = staff.levels.iter().zip(&day.skills).filter(|(level, _)| **level > 0);
    let spoken = staff.speaks.iter().zip(&day.languages).filter(|(speaks, _)| **speaks);
    let squads = staff.squads.iter().zip(&day.squads).filter(|(member, _)| **member);
    let id = AgentId::parse(&format!("agent_{at}")).expect("a number makes a valid id");
    AgentProfile {
        work: Work {
            squads: squads.map(|(_, name)| squad(name)).collect(),
            skills: skills.map(|(level, skill)| (skill.name.clone(), *level)).collect(),
            languages: spoken.map(|(_, language)| language.name.clone()).collect(),
            capacity: staff.chats,
            ..Work::default()
        },
        ..AgentProfile::new(id, &format!("Agent {at}"), &format!("agent_{at}@simulated.example"))
    }
}

/// The organisation's terms, as the scenario has them. What the scenario does not say is as the product has it.
fn terms(scenario: &Scenario, day: &Day, strategy: &dyn Strategy) -> Terms {
    let shares: f64 = scenario.patience.iter().map(|kind| kind.share).sum();
    let tiers = day.tiers.iter().map(|tier| TierTerms {
        target_s: tier.target_s,
        weight: tier.weight,
        share: tier.share,
        patience: Patience {
            kinds: scenario
                .patience
                .iter()
                .map(|kind| (kind.share / shares, kind.mean_s * tier.patience))
                .collect(),
        },
    });
    let (cost, usual) = (scenario.cost, Terms::default());
    let mut terms = Terms {
        tiers: tiers.collect(),
        weights: Weights {
            late_per_min: cost.late_per_min,
            abandoned: cost.abandoned,
            quality: cost.quality,
            unskilled: cost.unskilled,
            ..usual.weights
        },
        progress: scenario.progress.clone(),
        ..usual
    };
    let families = day.skills.iter().filter_map(|skill| Some((skill.name.clone(), skill.family.clone()?)));
    terms.families = families.collect();
    if terms.families.is_empty() {
        // Without any entry all skills would be of one family; here they are of none.
        terms.families.insert("-".into(), "-".into());
    }
    for channel in &day.channels {
        let kind = Channel::named(&channel.name);
        let mut share = Share::usual(kind);
        if let Some(weight) = channel.weight {
            share.weight = (weight * 100.0).round() as u32;
            share.silent_weight = share.silent_weight.min(share.weight);
        }
        share.max = channel.max.unwrap_or(share.max);
        terms.channels.insert(kind, share);
    }
    terms.ladder = strategy.ladder().unwrap_or(terms.ladder);
    if let Some(after_s) = scenario.help_after_s {
        terms.ladder.push(Rung { after_s, level: 1, squads: Overflow::All, ..Rung::default() });
        terms.ladder.sort_by(|a, b| a.after_s.total_cmp(&b.after_s));
    }
    terms
}
