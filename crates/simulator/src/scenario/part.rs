//! The parts of a scenario, as they stand in the file.

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

impl Skill {
    /// A skill of which nothing but the name is known.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.into(),
            family: None,
            mean_s: mean_s(),
            sd_ln: sd_ln(),
            work: Work::default(),
            scarce: false,
            weight: None,
        }
    }
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
    /// At most so many at once. Absent: what the router takes by itself.
    pub max: Option<u32>,
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
