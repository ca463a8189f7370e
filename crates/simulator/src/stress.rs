//! Short days on which things go wrong: agents vanish, clocks jump, squads close while offers are on their way. When all
//! is mended, everybody must have been answered, and no rule broken on the way.

use segue_core::strategy::Strategy;

use crate::{
    product::Product,
    random::{Purpose, Random},
    scenario::{Kind, Languages, Profile, Scenario, ScenarioError, Skills, Squad, Workforce, day::Day},
    world::{
        Watch, World,
        fault::Fault,
        record::{Chronicle, End},
    },
};

/// Customers come until then, seconds.
const HORIZON_S: f64 = 900.0;
/// Everything is mended then, seconds.
const MENDED_S: f64 = 1_200.0;
/// The farthest that a clock jumps, ms.
const JUMP_MS: f64 = 900_000.0;

/// What came of one day.
#[derive(Clone, Debug, Default)]
pub struct Trial {
    /// Customers who came.
    pub conversations: usize,
    /// Those who still waited long after everything was mended.
    pub stranded: Vec<usize>,
    /// Offers that no rule allows, in words.
    pub breaches: Vec<String>,
}

/// Lets one such day pass.
///
/// # Errors
/// Where the day cannot be drawn.
pub fn trial(seed: u64, strategy: &'static dyn Strategy) -> Result<Trial, ScenarioError> {
    let mut random = Random::of(seed, Purpose::Faults, 0);
    let scenario = small(&mut random);
    let day = Day::draw(&scenario, None, seed)?;
    let faults = faults(&day, &mut random);
    let product = Product::new(&scenario, &day, strategy, false);
    let told = World::new(&scenario, &day, product, Watch::NONE).with_faults(&faults).run();
    Ok(judge(told))
}

fn judge(told: Chronicle) -> Trial {
    let left = told.records.iter().filter(|record| record.end != End::Served);
    let stranded = left.map(|record| record.conversation).collect();
    Trial { conversations: told.records.len(), stranded, breaches: told.breaches }
}

/// A handful of agents in one or two squads, busy, with customers who wait for ever.
fn small(random: &mut Random) -> Scenario {
    let skills = 2 + random.below(3);
    let squads = 1 + random.below(2);
    let squad = |at: usize| Squad {
        name: format!("squad_{at}"),
        skills: (0..skills)
            .filter(|skill| skill % squads == at)
            .map(|skill| format!("skill_{}", skill + 1))
            .collect(),
    };
    Scenario {
        name: "stress".into(),
        horizon_s: HORIZON_S,
        utilisation: Some(random.between(0.5, 1.1)),
        profile: Profile { step_s: HORIZON_S, factors: vec![1.0] },
        skills: Some(Skills {
            count: skills,
            families: 1 + random.below(2),
            scarce: random.below(2),
            mean_s: [60.0, 200.0],
            ..Skills::default()
        }),
        languages: Some(Languages { count: 1 + random.below(2) }),
        workforce: Some(Workforce {
            agents: 2 + random.below(6),
            skills_per_agent: 1 + random.below(3),
            second_language: 0.5,
            ..Workforce::default()
        }),
        squads: (0..squads).map(squad).collect(),
        help_after_s: random.chance(0.5).then_some(60.0),
        patience: vec![Kind { share: 1.0, mean_s: 1e12 }],
        missed_offer: random.between(0.0, 0.3),
        ..Scenario::default()
    }
}

/// Faults at any time, and at last everything mended.
fn faults(day: &Day, random: &mut Random) -> Vec<(f64, Fault)> {
    let (agents, squads) = (day.agents.len(), day.squads.len());
    let count = 3 + random.below(20);
    let mut fault = |_| {
        let fault = match random.below(6) {
            0 | 1 => Fault::Vanish(random.below(agents)),
            2 => Fault::Return(random.below(agents)),
            3 => Fault::Jump(random.between(-JUMP_MS, JUMP_MS) as i64),
            4 => Fault::Close(random.below(squads)),
            _ => Fault::Open(random.below(squads)),
        };
        (random.between(0.0, MENDED_S), fault)
    };
    let mut all: Vec<(f64, Fault)> = (0..count).map(&mut fault).collect();
    all.extend((0..agents).map(|agent| (MENDED_S, Fault::Return(agent))));
    all
}
