//! One day of a scenario: who is there, what arrives, and what was expected. The same seed draws the same day.

use super::{
    Cost, Language, Pace, Scenario, ScenarioError, Skill, Tier, demand,
    skills::{languages, skills},
    trace::Trace,
    workforce::workforce,
};
use crate::random::{Purpose, Random};

/// The name of the language that everybody speaks: that of customers of whom no language is known.
pub const ANY_LANGUAGE: &str = "";

/// See the module.
#[derive(Clone, Debug)]
pub struct Day {
    /// What it was drawn from.
    pub seed: u64,
    /// Conversations arrive until then, seconds.
    pub horizon_s: f64,
    /// What arrives before is not measured, seconds.
    pub warm_up_s: f64,
    /// Most important first, with shares that make 1.
    pub tiers: Vec<Tier>,
    /// The skills, with their weights.
    pub skills: Vec<Skill>,
    /// The languages, with their weights.
    pub languages: Vec<Language>,
    /// Names of the squads.
    pub squads: Vec<String>,
    /// The squad of each skill.
    pub squad_of: Vec<usize>,
    /// The ways in, with shares that make 1; never empty.
    pub channels: Vec<super::Channel>,
    /// Who is there.
    pub agents: Vec<Staff>,
    /// What was expected, before the forecast was put off.
    pub classes: Vec<Class>,
    /// What arrives, in order.
    pub conversations: Vec<Conversation>,
    /// How fast agents work.
    pub pace: Pace,
    /// The weights of J.
    pub cost: Cost,
}

/// An agent of the day.
#[derive(Clone, Debug, PartialEq)]
pub struct Staff {
    /// Level 0..=5 by skill.
    pub levels: Vec<u8>,
    /// By language.
    pub speaks: Vec<bool>,
    /// By squad.
    pub squads: Vec<bool>,
    /// Chats at once.
    pub chats: u32,
    /// From and to, seconds.
    pub shifts: Vec<[f64; 2]>,
    /// Whether they have a scarce skill.
    pub specialist: bool,
}

impl Staff {
    /// 0..=1; 0 without the skill.
    pub fn proficiency(&self, skill: usize) -> f64 {
        f64::from(self.levels[skill]) / 5.0
    }

    /// Whether they have the skill and speak the language.
    pub fn qualifies(&self, skill: usize, language: usize) -> bool {
        self.levels[skill] > 0 && self.speaks[language]
    }

    /// Seconds on shift until the horizon.
    pub fn on_shift_s(&self, horizon_s: f64) -> f64 {
        self.shifts.iter().map(|[from_s, to_s]| (to_s.min(horizon_s) - from_s.min(horizon_s)).max(0.0)).sum()
    }
}

/// What arrives of one skill in one language.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Class {
    /// Which skill.
    pub skill: usize,
    /// Which language.
    pub language: usize,
    /// Per second, over the horizon.
    pub per_s: f64,
}

/// A conversation of the day, as it would go whoever answers it.
#[derive(Clone, Debug, PartialEq)]
pub struct Conversation {
    /// When it arrives, seconds.
    pub arrival_s: f64,
    /// Its tier.
    pub tier: usize,
    /// Its language.
    pub language: usize,
    /// Its channel.
    pub channel: usize,
    /// What it needs first.
    pub need: Need,
    /// And then, where it is transferred.
    pub then: Option<Need>,
    /// The agent who knows the customer.
    pub sticky: Option<usize>,
    /// When the customer would rather be called, seconds after the arrival.
    pub callback_s: Option<f64>,
    /// What a rule of the policy asks for it.
    pub rule: Rule,
}

/// What a rule of the policy asks for a conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// How much sooner than others it is answered, 0..=100.
    pub priority: u8,
    /// Target for the first human reply, seconds; the tier's stands where it is quicker.
    pub first_reply_s: Option<u32>,
}

/// One stretch of a conversation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Need {
    /// Which skill.
    pub skill: usize,
    /// Work for a perfect agent without other chats, seconds.
    pub work_s: f64,
    /// How long the customer waits, seconds.
    pub patience_s: f64,
}

impl Day {
    /// Draws the day of a seed, or replays a trace with the agents of the seed.
    ///
    /// # Errors
    /// Where a trace or a drawn part has names that the scenario does not know, or nobody could answer anything.
    pub fn draw(scenario: &Scenario, trace: Option<&Trace>, seed: u64) -> Result<Self, ScenarioError> {
        let languages = languages(scenario);
        let mut skills = skills(scenario, &mut Random::of(seed, Purpose::Skills, 0));
        let (squads, squad_of) = super::skills::squads(scenario, &skills)?;
        let mut random = Random::of(seed, Purpose::Workforce, 0);
        let agents = workforce(scenario, &skills, &languages, (&squads, &squad_of), &mut random)?;
        super::skills::weigh_scarce(&mut skills, &agents);
        let shares: f64 = scenario.tiers.iter().map(|tier| tier.share).sum();
        let tiers = scenario.tiers.iter().map(|tier| Tier { share: tier.share / shares, ..tier.clone() });
        let mut day = Self {
            seed,
            horizon_s: scenario.horizon_s,
            warm_up_s: scenario.warm_up_s,
            tiers: tiers.collect(),
            skills,
            languages,
            squads,
            squad_of,
            channels: demand::channels(scenario),
            agents,
            classes: vec![],
            conversations: vec![],
            pace: scenario.pace,
            cost: scenario.cost,
        };
        match trace {
            Some(trace) => trace.replay(scenario, &mut day)?,
            None => demand::draw(scenario, &mut day)?,
        }
        Ok(day)
    }

    /// What the router is told beforehand: the rates of the classes and the mean times of the skills, put off as the
    /// scenario says.
    pub fn forecast(&self, scenario: &Scenario) -> (Vec<Class>, Vec<f64>) {
        let mut random = Random::of(self.seed, Purpose::Forecast, 0);
        let mut off =
            |value: f64, bias: f64| value * bias * (scenario.forecast.noise * random.normal()).exp();
        let put_off = |class: &Class| Class { per_s: off(class.per_s, scenario.forecast.bias), ..*class };
        let classes = self.classes.iter().map(put_off).collect();
        (classes, self.skills.iter().map(|skill| off(skill.mean_s, 1.0)).collect())
    }
}
