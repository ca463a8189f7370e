//! What a run comes to: its cost J, and everything else that is told of it.

use crate::{
    digest::Digest,
    scenario::{
        Cost, Tier,
        day::{Conversation, Day},
    },
    waits::Predicted,
    world::record::{Chronicle, End, Record},
};

/// One run, measured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measures {
    /// Conversations measured.
    pub conversations: usize,
    /// Cost of 100 conversations.
    pub j_per_100: f64,
    /// By tier: share answered by a human within the target; absent where the tier had none.
    pub sla: Vec<Option<f64>>,
    /// Share that gave up, or still waited at the end.
    pub abandon: f64,
    /// Mean wait of those who were served, seconds.
    pub mean_wait_s: f64,
    /// 95 % of those who were served waited no longer, seconds.
    pub p95_wait_s: f64,
    /// The longest wait of all, seconds.
    pub max_wait_s: f64,
    /// Mean proficiency of those who served.
    pub proficiency: f64,
    /// Share served by somebody without the skill.
    pub unskilled: f64,
    /// Share of the customers known to an agent who were served by that agent.
    pub sticky: f64,
    /// How unevenly work is spread over the agents, by time on shift: 0 evenly, 1 all on one.
    pub gini: f64,
    /// Share of offers of common skills that took a specialist while somebody else was free.
    pub misuse: f64,
    /// Share of what the agents could do that they did.
    pub utilisation: f64,
    /// Nanoseconds from an event to its offers, ascending.
    pub decisions_ns: Vec<u64>,
    /// Foretold waits.
    pub predicted: Vec<Predicted>,
    /// Offers that no rule allows, in words.
    pub breaches: Vec<String>,
    /// Of everything that happened.
    pub hash: u64,
}

/// Cost of one conversation's wait and end: late, minutes late, and given up.
pub fn wait_cost(cost: &Cost, tier: &Tier, waited_s: f64, served: bool) -> f64 {
    let late_s = (waited_s - tier.target_s).max(0.0);
    let late = if late_s > 0.0 { cost.late } else { 0.0 };
    let gone = if served { 0.0 } else { cost.abandoned };
    tier.weight * (late + cost.late_per_min * late_s / 60.0 + gone)
}

/// Cost of who served it; 0 proficiency: without the skill.
pub fn agent_cost(cost: &Cost, proficiency: f64, sticky: bool) -> f64 {
    let lacking = if proficiency > 0.0 { 0.0 } else { cost.unskilled };
    let known = if sticky { cost.sticky } else { 0.0 };
    cost.quality * (1.0 - shown(cost, proficiency)) + lacking - known
}

fn shown(cost: &Cost, proficiency: f64) -> f64 {
    if proficiency > 0.0 { proficiency } else { cost.unskilled_proficiency }
}

/// J of one conversation.
pub fn cost(day: &Day, each: &Conversation, record: &Record) -> f64 {
    let served = record.end == End::Served;
    let waited = wait_cost(&day.cost, &day.tiers[each.tier], record.waited_s, served);
    waited + if served { agent_cost(&day.cost, record.proficiency, record.sticky) } else { 0.0 }
}

impl Measures {
    /// Measures a run; `output_max` is the most that an agent of so many chats gets done at once.
    pub fn of(day: &Day, told: Chronicle, output_max: impl Fn(u32) -> f64) -> Self {
        let counted: Vec<(&Conversation, &Record)> = day
            .conversations
            .iter()
            .zip(&told.records)
            .filter(|(each, _)| each.arrival_s >= day.warm_up_s)
            .collect();
        let n = counted.len().max(1) as f64;
        let served: Vec<&(&Conversation, &Record)> =
            counted.iter().filter(|(_, record)| record.end == End::Served).collect();
        let n_served = served.len().max(1) as f64;
        let known = served.iter().filter(|(each, _)| each.sticky.is_some()).count().max(1) as f64;
        let mut waits_s: Vec<f64> = served.iter().map(|(_, record)| record.waited_s).collect();
        waits_s.sort_by(f64::total_cmp);
        let share_of_served =
            |of: &dyn Fn(&Record) -> f64| served.iter().map(|(_, record)| of(record)).sum::<f64>() / n_served;
        let yes = |holds: bool| f64::from(u8::from(holds));
        let mut decisions_ns = told.decisions_ns;
        decisions_ns.sort_unstable();
        Self {
            conversations: counted.len(),
            j_per_100: 100.0 * counted.iter().map(|(each, record)| cost(day, each, record)).sum::<f64>() / n,
            sla: (0..day.tiers.len()).map(|tier| sla(day, tier, &counted)).collect(),
            abandon: (n - served.len() as f64).max(0.0) / n,
            mean_wait_s: waits_s.iter().sum::<f64>() / n_served,
            p95_wait_s: quantile(&waits_s, 0.95).unwrap_or_default(),
            max_wait_s: counted.iter().map(|(_, record)| record.waited_s).fold(0.0, f64::max),
            proficiency: share_of_served(&|record| shown(&day.cost, record.proficiency)),
            unskilled: share_of_served(&|record| yes(record.proficiency <= 0.0)),
            sticky: served.iter().filter(|(_, record)| record.sticky).count() as f64 / known,
            gini: gini(day, &told.worked_s),
            misuse: told.misused.0 as f64 / told.misused.1.max(1) as f64,
            utilisation: utilisation(day, &told.worked_s, output_max),
            hash: hash(&told.records),
            decisions_ns,
            predicted: told.predicted,
            breaches: told.breaches,
        }
    }
}

fn sla(day: &Day, tier: usize, counted: &[(&Conversation, &Record)]) -> Option<f64> {
    let of_tier: Vec<&Record> =
        counted.iter().filter(|(each, _)| each.tier == tier).map(|(_, record)| *record).collect();
    let kept = |record: &&&Record| record.end == End::Served && record.waited_s <= day.tiers[tier].target_s;
    let kept = of_tier.iter().filter(kept).count();
    (!of_tier.is_empty()).then(|| kept as f64 / of_tier.len() as f64)
}

/// The value that this share of ascending values does not exceed; absent where there are none.
pub fn quantile<T: Copy>(ascending: &[T], share: f64) -> Option<T> {
    let last = ascending.len().checked_sub(1)?;
    ascending.get((last as f64 * share) as usize).copied()
}

/// Agents with at least a minute on shift, with the time.
fn on_shift(day: &Day) -> impl Iterator<Item = (usize, f64)> {
    let seconds = day.agents.iter().map(|agent| agent.on_shift_s(day.horizon_s));
    seconds.enumerate().filter(|(_, on_s)| *on_s > 60.0)
}

fn gini(day: &Day, worked_s: &[f64]) -> f64 {
    let mut loads: Vec<f64> = on_shift(day).map(|(agent, on_s)| worked_s[agent] / on_s).collect();
    loads.sort_by(f64::total_cmp);
    let (n, all) = (loads.len() as f64, loads.iter().sum::<f64>());
    let spread = |(at, load): (usize, &f64)| (2.0 * (at as f64 + 1.0) - n - 1.0) * load;
    loads.iter().enumerate().map(spread).sum::<f64>() / (n * all).max(1e-9)
}

fn utilisation(day: &Day, worked_s: &[f64], output_max: impl Fn(u32) -> f64) -> f64 {
    let (mut worked, mut could) = (0.0, 0.0);
    for (agent, on_s) in on_shift(day) {
        worked += worked_s[agent];
        could += on_s * output_max(day.agents[agent].chats);
    }
    worked / f64::max(could, 1e-9)
}

fn hash(records: &[Record]) -> u64 {
    let mut digest = Digest::default();
    for record in records {
        digest.add(record.end as u64);
        digest.add_s(record.waited_s);
        digest.add_s(record.began_s.unwrap_or(-1.0));
        digest.add_s(record.ended_s.unwrap_or(-1.0));
        digest.add(record.agent.map_or(u64::MAX, |agent| agent as u64));
        digest.add(u64::from(record.offers));
    }
    digest.bits()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    #[test]
    fn the_cost_of_a_conversation_is_that_of_the_yardstick() {
        let scenario = Scenario::default();
        let (cost, tiers) = (scenario.cost, scenario.tiers);
        assert_eq!(wait_cost(&cost, &tiers[0], 30.0, true), 0.0);
        // Late once, and two minutes late at half a lot each.
        assert_eq!(wait_cost(&cost, &tiers[0], 150.0, true), 10.0 * 2.0);
        assert_eq!(wait_cost(&cost, &tiers[1], 60.0, false), 3.0 * 3.0);
        assert!((agent_cost(&cost, 0.8, false) - 0.1).abs() < 1e-12);
        assert!((agent_cost(&cost, 1.0, true) + 0.2).abs() < 1e-12);
        assert!((agent_cost(&cost, 0.0, false) - 1.425).abs() < 1e-12);
    }

    #[test]
    fn quantiles_of_little() {
        assert_eq!(quantile::<u64>(&[], 0.5), None);
        assert_eq!(quantile(&[3, 5, 9], 0.5), Some(5));
        assert_eq!(quantile(&[3, 5, 9], 1.0), Some(9));
    }
}
