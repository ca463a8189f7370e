//! How far down J could go at all: two references, neither of which anybody can reach.

mod pooled;

use crate::{
    measure::{Measures, agent_cost, wait_cost},
    random::{Purpose, Random},
    scenario::{
        Scenario,
        day::{Class, Conversation, Day},
    },
    world::{Watch, World},
};

use self::pooled::{Pooled, Variant};

/// A strict bound: infinite capacity. Every conversation is offered at once to the best who qualifies, who is idle; the
/// same offers are missed. J of 100 conversations.
pub fn floor(scenario: &Scenario, day: &Day) -> f64 {
    let counted: Vec<(usize, &Conversation)> =
        day.conversations.iter().enumerate().filter(|(_, each)| each.arrival_s >= day.warm_up_s).collect();
    let all: f64 = counted.iter().map(|(at, each)| floor_of(scenario, day, *at, each)).sum();
    100.0 * all / counted.len().max(1) as f64
}

fn floor_of(scenario: &Scenario, day: &Day, at: usize, each: &Conversation) -> f64 {
    let mut answered_s = 0.0;
    for offer in 1_u64.. {
        let mut random = Random::of(day.seed, Purpose::Offer, (at as u64) << 20 | offer);
        let after_s = random.between(scenario.accept_s[0], scenario.accept_s[1]);
        if !random.chance(scenario.missed_offer) && after_s <= scenario.offer_s {
            answered_s += after_s;
            break;
        }
        answered_s += scenario.offer_s;
        if answered_s > each.need.patience_s {
            break;
        }
    }
    let served = answered_s <= each.need.patience_s;
    // The stretch after a transfer could cost nothing.
    let waited = wait_cost(&day.cost, &day.tiers[each.tier], answered_s.min(each.need.patience_s), served);
    let skill = each.then.map_or(each.need.skill, |need| need.skill);
    let able = day.agents.iter().enumerate().filter(|(_, agent)| agent.qualifies(skill, each.language));
    let cost = |(at, agent): (usize, &crate::scenario::day::Staff)| {
        agent_cost(&day.cost, agent.proficiency(skill), each.sticky == Some(at))
    };
    let nobody = agent_cost(&day.cost, 0.0, false);
    let agent = able.map(cost).fold(nobody, f64::min);
    waited + if served { agent } else { agent.min(0.0) }
}

/// A reference, no proof: everybody does everything perfectly, how long each conversation takes is known, and the best of
/// six variants counts. J of 100 conversations; it may lie below [`floor`].
pub fn pooled(scenario: &Scenario, day: &Day) -> f64 {
    let day = as_one_pool(day);
    let cost = |variant: Variant| {
        let dispatch = Pooled::new(scenario, &day, variant);
        let told = World::new(scenario, &day, dispatch, Watch::NONE).run();
        Measures::of(&day, told, |chats| scenario.throughput_max(chats)).j_per_100
    };
    Variant::all().map(cost).fold(f64::INFINITY, f64::min)
}

/// The same day where everybody has one skill, perfectly, and speaks one language.
fn as_one_pool(day: &Day) -> Day {
    let mut pool = day.clone();
    let works = day.conversations.iter().map(|each| each.need.work_s);
    let mean_s = works.sum::<f64>() / day.conversations.len().max(1) as f64;
    pool.skills.truncate(1);
    pool.skills[0].mean_s = mean_s;
    pool.languages.truncate(1);
    (pool.squads, pool.squad_of) = (vec!["general".into()], vec![0]);
    let per_s = day.classes.iter().map(|class| class.per_s).sum();
    pool.classes = vec![Class { skill: 0, language: 0, per_s }];
    for agent in &mut pool.agents {
        (agent.levels, agent.speaks, agent.squads, agent.specialist) =
            (vec![5], vec![true], vec![true], false);
    }
    for each in &mut pool.conversations {
        (each.language, each.need.skill) = (0, 0);
        if let Some(then) = &mut each.then {
            then.skill = 0;
        }
    }
    pool
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_agents_do_not_go_below_the_floor() {
        let text =
            "arrivals_per_hour = 60\n[[skill]]\nname = \"a\"\n[[agent]]\ncount = 60\nskills = { a = 5 }";
        let scenario = Scenario::parse(text).expect("a scenario");
        let day = Day::draw(&scenario, None, 3).expect("a day");
        let (floor, pooled) = (floor(&scenario, &day), pooled(&scenario, &day));
        assert!(floor <= pooled + 1e-9, "{floor} {pooled}");
        assert!(pooled < floor + 3.0, "with so many agents nobody waits: {floor} {pooled}");
    }
}
