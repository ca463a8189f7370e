//! Seeds and policies, run on common random numbers: the same day for everybody.

use std::ops::ControlFlow;

use segue_core::strategy::{self, Strategy};

use crate::{
    bounds, log,
    measure::Measures,
    product::Product,
    scenario::{Scenario, ScenarioError, day::Day, trace::Trace},
    world::{Watch, World},
};

/// The policy whose results are held against the others'.
pub const OURS: &str = "index";

/// What is to be run.
pub struct Plan {
    /// The desk.
    pub scenario: Scenario,
    /// What once arrived, instead of what the scenario would draw.
    pub trace: Option<Trace>,
    /// The policies, in the order of the reports.
    pub policies: Vec<&'static dyn Strategy>,
}

/// One seed, by every policy.
#[derive(Clone, Debug, Default)]
pub struct SeedRun {
    /// Which.
    pub seed: u64,
    /// In the order of the plan.
    pub policies: Vec<Measures>,
    /// Strict bound of J, per 100.
    pub floor: f64,
    /// Pooled reference of J, per 100.
    pub pooled: f64,
    /// One line of JSON for each conversation by each policy; empty unless asked for.
    pub log: String,
}

/// How a seed is run.
#[derive(Clone, Copy)]
pub struct How<'a> {
    /// Nanoseconds of a clock of the machine, for the time that decisions take.
    pub clock_ns: &'a dyn Fn() -> u64,
    /// With a line for each conversation.
    pub log: bool,
    /// Asked between the policies; breaking off leaves nothing.
    pub on: &'a dyn Fn() -> ControlFlow<()>,
}

/// The policies of a name, or `all`.
///
/// # Errors
/// With the names that there are.
pub fn policies(name: &str) -> Result<Vec<&'static dyn Strategy>, String> {
    if name == "all" {
        return Ok(strategy::ALL.to_vec());
    }
    strategy::by_name(name).map(|found| vec![found]).ok_or_else(|| {
        let names: Vec<&str> = strategy::ALL.iter().map(|each| each.name()).collect();
        format!("there is no policy {name}; there are {}, and all", names.join(", "))
    })
}

impl Plan {
    /// Runs one seed; absent where it was broken off.
    ///
    /// # Errors
    /// Where the day cannot be drawn.
    pub fn run(&self, seed: u64, how: How<'_>) -> Result<Option<SeedRun>, ScenarioError> {
        let day = Day::draw(&self.scenario, self.trace.as_ref(), seed)?;
        let mut run = SeedRun { seed, floor: bounds::floor(&self.scenario, &day), ..SeedRun::default() };
        for policy in &self.policies {
            if (how.on)().is_break() {
                return Ok(None);
            }
            let predict = policy.name() == OURS;
            let product = Product::new(&self.scenario, &day, *policy, how.log);
            let watch = Watch { clock_ns: how.clock_ns, log: how.log, predict };
            let told = World::new(&self.scenario, &day, product, watch).run();
            if how.log {
                log::lines(&mut run.log, &day, policy.name(), &told.records);
            }
            run.policies.push(Measures::of(&day, told, |chats| self.scenario.throughput_max(chats)));
        }
        if (how.on)().is_break() {
            return Ok(None);
        }
        run.pooled = bounds::pooled(&self.scenario, &day);
        Ok(Some(run))
    }
}
