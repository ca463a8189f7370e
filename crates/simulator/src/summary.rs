//! All seeds together: means, intervals, and how the router does against the best of its peers.

mod spread;

use serde::{Serialize, Serializer, ser::SerializeMap};

use self::spread::{mean, mean_ci95, ratio_ci95};
use crate::{
    digest::Digest,
    measure::{Measures, quantile},
    run::{OURS, Plan, SeedRun},
    waits::Waits,
};

/// The document of `segue simulate --json`.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// Name of the scenario.
    pub scenario: String,
    /// Every seed.
    pub seeds: Vec<u64>,
    /// By policy, in the order of the plan.
    pub policies: Named<OfPolicy>,
    /// The peer with the lowest mean J; absent where none was run.
    pub best_peer: Option<String>,
    /// Mean J of ours by that of the best peer; absent where either was not run.
    pub ratio_to_best_peer: Option<f64>,
    /// Its 95 % interval, paired by seed.
    pub ratio_ci95: Option<[f64; 2]>,
    /// Strict bound of J, per 100.
    pub floor: f64,
    /// Pooled reference of J, per 100.
    pub pooled: f64,
    /// How good the foretold waits of ours were; absent where none were.
    pub waits: Option<Waits>,
    /// Of everything that happened; no time of the machine is part of it.
    pub state_hash: String,
}

/// One policy over all seeds. Means of the seeds' numbers, unless said otherwise.
#[derive(Clone, Debug, Serialize)]
pub struct OfPolicy {
    /// Cost of 100 conversations.
    pub j_per_100: f64,
    /// Its 95 % interval over the seeds.
    pub j_ci95: [f64; 2],
    /// By tier: share answered within the target.
    pub sla: Named<f64>,
    /// Share that gave up.
    pub abandon: f64,
    /// Seconds.
    pub mean_wait_s: f64,
    /// Seconds.
    pub p95_wait_s: f64,
    /// 0..=1.
    pub proficiency: f64,
    /// 0..=1.
    pub gini: f64,
    /// 0..=1.
    pub misuse: f64,
    /// The longest wait of all seeds, seconds.
    pub max_wait_s: f64,
    /// Microseconds from an event to its offers: half take no longer.
    pub decision_us_p50: f64,
    /// 99 % take no longer.
    pub decision_us_p99: f64,
    /// Share served by somebody without the skill.
    pub unskilled: f64,
    /// Share of the customers known to an agent who got that agent.
    pub sticky: f64,
    /// Share of what the agents could do that they did.
    pub utilisation: f64,
}

/// Names with their values, as a JSON object in this order.
#[derive(Clone, Debug, PartialEq)]
pub struct Named<T>(pub Vec<(String, T)>);

impl<T> Named<T> {
    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&T> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value)
    }
}

impl<T: Serialize> Serialize for Named<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        self.0.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))?;
        map.end()
    }
}

impl Summary {
    /// Of runs in the order of their seeds.
    pub fn of(plan: &Plan, runs: &[SeedRun]) -> Self {
        let measured = |policy: usize| runs.iter().map(move |run| &run.policies[policy]);
        let js = |policy: usize| measured(policy).map(|of| of.j_per_100).collect::<Vec<_>>();
        let names: Vec<&str> = plan.policies.iter().map(|policy| policy.name()).collect();
        let ours = names.iter().position(|name| *name == OURS);
        let peers = (0..names.len()).filter(|policy| Some(*policy) != ours);
        let best = peers.min_by(|a, b| mean(&js(*a)).total_cmp(&mean(&js(*b))));
        let pair = ours.zip(best).map(|(ours, best)| (js(ours), js(best)));
        let tiers: Vec<&str> = plan.scenario.tiers.iter().map(|tier| tier.name.as_str()).collect();
        let mut digest = Digest::default();
        for run in runs {
            digest.add(run.seed);
            run.policies.iter().for_each(|of| digest.add(of.hash));
            digest.add((run.floor * 1e6).round() as u64);
            digest.add((run.pooled * 1e6).round() as u64);
        }
        let of = |(at, name): (usize, &&str)| {
            ((*name).to_owned(), OfPolicy::of(&measured(at).collect::<Vec<_>>(), &tiers))
        };
        Self {
            scenario: plan.scenario.name.clone(),
            seeds: runs.iter().map(|run| run.seed).collect(),
            policies: Named(names.iter().enumerate().map(of).collect()),
            best_peer: best.map(|at| names[at].to_owned()),
            ratio_to_best_peer: pair.as_ref().map(|(ours, best)| mean(ours) / mean(best)),
            ratio_ci95: pair.as_ref().map(|(ours, best)| ratio_ci95(ours, best)),
            floor: mean(&runs.iter().map(|run| run.floor).collect::<Vec<_>>()),
            pooled: mean(&runs.iter().map(|run| run.pooled).collect::<Vec<_>>()),
            waits: ours.and_then(|at| Waits::of(measured(at).flat_map(|of| &of.predicted))),
            state_hash: digest.text(),
        }
    }
}

impl OfPolicy {
    fn of(seeds: &[&Measures], tiers: &[&str]) -> Self {
        let numbers = |of: &dyn Fn(&Measures) -> f64| seeds.iter().map(|each| of(each)).collect::<Vec<_>>();
        let mean_of = |of: &dyn Fn(&Measures) -> f64| mean(&numbers(of));
        let sla = |(tier, name): (usize, &&str)| {
            let kept: Vec<f64> = seeds.iter().filter_map(|each| each.sla[tier]).collect();
            ((*name).to_owned(), mean(&kept))
        };
        let mut decisions_ns: Vec<u64> =
            seeds.iter().flat_map(|each| each.decisions_ns.iter().copied()).collect();
        decisions_ns.sort_unstable();
        let decision_us = |share| quantile(&decisions_ns, share).unwrap_or_default() as f64 / 1e3;
        Self {
            j_per_100: mean_of(&|each| each.j_per_100),
            j_ci95: mean_ci95(&numbers(&|each| each.j_per_100)),
            sla: Named(tiers.iter().enumerate().map(sla).collect()),
            abandon: mean_of(&|each| each.abandon),
            mean_wait_s: mean_of(&|each| each.mean_wait_s),
            p95_wait_s: mean_of(&|each| each.p95_wait_s),
            proficiency: mean_of(&|each| each.proficiency),
            gini: mean_of(&|each| each.gini),
            misuse: mean_of(&|each| each.misuse),
            max_wait_s: seeds.iter().map(|each| each.max_wait_s).fold(0.0, f64::max),
            decision_us_p50: decision_us(0.50),
            decision_us_p99: decision_us(0.99),
            unskilled: mean_of(&|each| each.unskilled),
            sticky: mean_of(&|each| each.sticky),
            utilisation: mean_of(&|each| each.utilisation),
        }
    }
}
