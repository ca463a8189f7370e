//! Scenarios of the repository, and short ways to run them.

use std::ops::ControlFlow;

use segue_core::strategy;
use segue_simulator::{
    product::Product,
    run::{How, Plan, SeedRun, policies},
    scenario::{Scenario, day::Day},
    world::{Watch, World, record::Chronicle},
};

pub fn scenario(name: &str) -> Scenario {
    let path = format!("{}/../../scenarios/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    Scenario::parse(&std::fs::read_to_string(path).expect("the file is there")).expect(name)
}

pub fn chronicle(scenario: &Scenario, policy: &str, seed: u64) -> (Day, Chronicle) {
    let day = Day::draw(scenario, None, seed).expect("a day");
    let product = Product::new(scenario, &day, strategy::by_name(policy).expect(policy), true);
    let watch = Watch { log: true, ..Watch::NONE };
    let told = World::new(scenario, &day, product, watch).run();
    (day, told)
}

pub fn plan(name: &str, policy: &str) -> Plan {
    Plan { scenario: scenario(name), trace: None, policies: policies(policy).expect(policy) }
}

pub fn run(plan: &Plan, seed: u64) -> SeedRun {
    let how = How { clock_ns: &|| 0, log: false, on: &|| ControlFlow::Continue(()) };
    plan.run(seed, how).expect("a day").expect("nobody breaks it off")
}
