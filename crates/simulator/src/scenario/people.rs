//! The people of a scenario, as they stand in the file.

use std::collections::BTreeMap;

use serde::Deserialize;

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
    /// Chats at once.
    #[serde(default = "chats")]
    pub chats: u32,
    /// From and to, seconds; what lies between two of them is a break. Absent: always there.
    #[serde(default)]
    pub shifts: Vec<[f64; 2]>,
}

fn once() -> usize {
    1
}
fn chats() -> u32 {
    4
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
