//! The numbers by which a scenario's desk works and is judged, as they stand in the file.

use serde::Deserialize;

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
