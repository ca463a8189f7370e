//! The parts of a scenario, as they stand in the file.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Factors that hold one after the other, each for `step_s`; the last goes on. Brought to a mean of 1 over the horizon.
/// The default is the weekday morning, 9 to 13 o'clock, of the anonymous bank's call centre (1999), damped by 0.6.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    /// Seconds.
    pub step_s: f64,
    /// At least one, each at least 0.
    pub factors: Vec<f64>,
}

impl Default for Profile {
    fn default() -> Self {
        let factors = vec![0.9254, 1.0336, 1.0923, 1.0707, 1.0305, 0.9811, 0.9532, 0.9131];
        Self { step_s: 1_800.0, factors }
    }
}

/// A time at which more arrives.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Burst {
    /// Seconds from the start.
    pub from_s: f64,
    /// Seconds from the start.
    pub to_s: f64,
    /// So many times as much as at other times.
    pub factor: f64,
    /// Share of what arrives that is about `skills`, 0..=1.
    #[serde(default)]
    pub share: f64,
    /// Names of skills; drawn ones are called `skill_1`, `skill_2` and so on.
    #[serde(default)]
    pub skills: Vec<String>,
}

/// How the work of one conversation is distributed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// As call centres see it (Mandelbaum et al. 1999), within 20 s and 90 minutes.
    #[default]
    Lognormal,
    /// As formulas want it.
    Exponential,
}

/// A skill.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Skill {
    /// Its name.
    pub name: String,
    /// Agents with another skill of the family may stand in; a skill without one has no stand-ins.
    pub family: Option<String>,
    /// Mean time of an undisturbed conversation with a perfect agent, seconds.
    #[serde(default = "mean_s")]
    pub mean_s: f64,
    /// Spread of that time: the standard deviation of its logarithm.
    #[serde(default = "sd_ln")]
    pub sd_ln: f64,
    /// How that time is distributed.
    #[serde(default)]
    pub work: Work,
    /// Only specialists have it, and a drawn workforce has few of them.
    #[serde(default)]
    pub scarce: bool,
    /// How much arrives, against the other skills. A scarce one without a weight gets what keeps its specialists busy.
    pub weight: Option<f64>,
}

fn mean_s() -> f64 {
    500.0
}
fn sd_ln() -> f64 {
    0.95
}

/// Skills drawn for each seed, called `skill_1`, `skill_2` and so on; the last are the scarce ones.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Skills {
    /// How many.
    pub count: usize,
    /// In how many families, by turns.
    pub families: usize,
    /// How many of them are scarce.
    pub scarce: usize,
    /// Mean time of a conversation, seconds: evenly between the two.
    pub mean_s: [f64; 2],
    /// Scarce ones take so many times as long.
    pub scarce_longer: f64,
    /// Standard deviation of the logarithm of the time: evenly between the two.
    pub sd_ln: [f64; 2],
    /// How much arrives, against the others: evenly between the two.
    pub weight: [f64; 2],
}

impl Default for Skills {
    fn default() -> Self {
        Self {
            count: 12,
            families: 3,
            scarce: 2,
            mean_s: [300.0, 700.0],
            scarce_longer: 1.3,
            sd_ln: [0.8, 1.1],
            weight: [0.5, 1.5],
        }
    }
}

/// A language.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Language {
    /// Its ISO 639-1 code.
    pub name: String,
    /// How many speak it, against the other languages.
    #[serde(default = "one")]
    pub weight: f64,
}

fn one() -> f64 {
    1.0
}

/// So many languages, `en` first; the n-th has the weight n to the power of -1.1.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Languages {
    /// How many.
    pub count: usize,
}

impl Default for Languages {
    fn default() -> Self {
        Self { count: 4 }
    }
}

/// A tier of customers.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// Its name.
    pub name: String,
    /// What its lateness costs, against the others.
    #[serde(default = "one")]
    pub weight: f64,
    /// First human reply within, seconds.
    #[serde(default = "target_s")]
    pub target_s: f64,
    /// Of the customers, against the others.
    #[serde(default = "one")]
    pub share: f64,
    /// So many times as patient as others.
    #[serde(default = "one")]
    pub patience: f64,
}

fn target_s() -> f64 {
    600.0
}

/// A kind of customer: how long one waits, exponentially distributed.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// Of the customers, against the other kinds.
    pub share: f64,
    /// Seconds.
    pub mean_s: f64,
}

/// A way in.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    /// `chat`, `email`, `voice` or `sms`.
    pub name: String,
    /// Of the conversations, against the other channels.
    #[serde(default = "one")]
    pub share: f64,
    /// Of an agent's capacity, in chats. Absent: what the router takes by itself.
    pub weight: Option<f64>,
    /// A conversation takes so many times as long.
    #[serde(default = "one")]
    pub longer: f64,
    /// Customers are so many times as patient.
    #[serde(default = "one")]
    pub patience: f64,
}

/// A squad.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Squad {
    /// Its name.
    pub name: String,
    /// What it answers for. Each skill belongs to one squad; a drawn agent is in every squad of which they have a skill.
    pub skills: Vec<String>,
}

/// One agent, or several alike.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agent {
    /// How many of them there are.
    #[serde(default = "once")]
    pub count: usize,
    /// Skill to level, 1..=5. A level divided by 5 is the proficiency.
    pub skills: BTreeMap<String, u8>,
    /// ISO 639-1 codes. Absent: the first language of the scenario.
    #[serde(default)]
    pub languages: Vec<String>,
    /// Squads. Absent: those of which they have a skill.
    #[serde(default)]
    pub squads: Vec<String>,
    /// `chat`: so many chats at once; other channels: at most so many of them beside.
    #[serde(default)]
    pub capacity: BTreeMap<String, u32>,
    /// From and to, seconds; what lies between two of them is a break. Absent: always there.
    #[serde(default)]
    pub shifts: Vec<[f64; 2]>,
}

fn once() -> usize {
    1
}

/// So many agents take so many chats at once.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CapacityShare {
    /// Chats at once.
    pub chats: u32,
    /// Of the agents, against the others.
    pub share: f64,
}

/// Agents drawn for each seed.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Workforce {
    /// How many.
    pub agents: usize,
    /// Common skills of each: one at level 4 or 5, the others at 2 to 4.
    pub skills_per_agent: usize,
    /// How many have each scarce skill, at level 3 to 5. Absent: a tenth of the agents, at least 2.
    pub specialists: Option<usize>,
    /// Share that speaks a further language beside the scenario's first and their own.
    pub second_language: f64,
    /// Chats at once.
    pub capacity: Vec<CapacityShare>,
    /// Rotas, given to the agents by turns; each is a list of from and to, seconds. Absent: everybody is always there.
    pub rotas: Vec<Vec<[f64; 2]>>,
    /// Conversations of a skill in a language only come where so many can answer. Absent: 2, or 1 below 10 agents.
    pub qualified_min: Option<usize>,
}

impl Default for Workforce {
    fn default() -> Self {
        Self {
            agents: 40,
            skills_per_agent: 4,
            specialists: None,
            second_language: 0.35,
            capacity: vec![CapacityShare { chats: 3, share: 0.4 }, CapacityShare { chats: 4, share: 0.6 }],
            rotas: vec![],
            qualified_min: None,
        }
    }
}

/// How fast agents work, as a factor of a perfect agent's pace. Sources: judgements.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Pace {
    /// Of somebody with the skill and no proficiency at all.
    pub base: f64,
    /// What full proficiency adds.
    pub proficiency: f64,
    /// Of somebody without the skill.
    pub unskilled: f64,
    /// Further factor where the agent knows the customer.
    pub known: f64,
}

impl Default for Pace {
    fn default() -> Self {
        Self { base: 0.7, proficiency: 0.3, unskilled: 0.55, known: 1.1 }
    }
}

impl Pace {
    /// Of an agent of this proficiency, 0..=1; 0: without the skill.
    pub fn of(&self, proficiency: f64) -> f64 {
        if proficiency > 0.0 { self.base + self.proficiency * proficiency } else { self.unskilled }
    }
}

/// How far off what the router is told beforehand is.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Forecast {
    /// Factor on all rates.
    pub bias: f64,
    /// Standard deviation of the logarithm of a factor of its own on each rate and each time.
    pub noise: f64,
}

impl Default for Forecast {
    fn default() -> Self {
        Self { bias: 1.0, noise: 0.0 }
    }
}

/// Conversations that turn out to need another skill, and wait again with their age.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Transfers {
    /// Of the conversations, 0..=1.
    pub share: f64,
}

/// Customers who take a time later instead of waiting, and keep their age.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Callbacks {
    /// Of the customers, 0..=1.
    pub share: f64,
    /// Seconds from their arrival: evenly between the two.
    pub after_s: [f64; 2],
}

impl Default for Callbacks {
    fn default() -> Self {
        Self { share: 0.0, after_s: [1_800.0, 5_400.0] }
    }
}

/// The weights of J, the cost of a conversation. The first three in lots of the tier's weight.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Cost {
    /// Being late.
    pub late: f64,
    /// Each minute late.
    pub late_per_min: f64,
    /// A customer who gives up.
    pub abandoned: f64,
    /// An agent without proficiency, against a perfect one.
    pub quality: f64,
    /// An agent without the skill, on top.
    pub unskilled: f64,
    /// Proficiency of somebody without the skill, 0..=1.
    pub unskilled_proficiency: f64,
    /// The agent who knows the customer: taken off.
    pub sticky: f64,
}

impl Default for Cost {
    fn default() -> Self {
        Self {
            late: 1.0,
            late_per_min: 0.5,
            abandoned: 3.0,
            quality: 0.5,
            unskilled: 1.0,
            unskilled_proficiency: 0.15,
            sticky: 0.2,
        }
    }
}
