//! What became of the day.

use serde_json::Value;

use crate::waits::Predicted;

/// How a conversation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// An agent took it.
    Served,
    /// The customer gave up.
    Abandoned,
    /// It still waited when the run was stopped.
    Waiting,
}

/// One conversation, when all is over.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its number in the day.
    pub conversation: usize,
    /// How it ended.
    pub end: End,
    /// Seconds in the line and until an agent answered, over all stretches.
    pub waited_s: f64,
    /// When the last agent began, seconds of the day.
    pub began_s: Option<f64>,
    /// When it was over, seconds of the day; absent where it was not when the run was stopped.
    pub ended_s: Option<f64>,
    /// The last agent who took it.
    pub agent: Option<usize>,
    /// Of that agent in what it needed, 0..=1; 0: without the skill.
    pub proficiency: f64,
    /// Whether that agent knew the customer.
    pub sticky: bool,
    /// How often an agent was asked.
    pub offers: u32,
    /// Each time; only where a log is kept.
    pub asked: Vec<Asked>,
}

/// One offer.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// When, seconds of the day.
    pub at_s: f64,
    /// Whom.
    pub agent: usize,
    /// The terms of the score.
    pub terms: Value,
}

/// The whole day.
#[derive(Clone, Debug, Default)]
pub struct Chronicle {
    /// Every conversation, in the order of arrival.
    pub records: Vec<Record>,
    /// Work done by each agent, seconds of one undisturbed chat.
    pub worked_s: Vec<f64>,
    /// Offers of a common skill to a specialist while somebody else who qualifies was free, and all of a common skill.
    pub misused: (u64, u64),
    /// Nanoseconds from an event to the offers it led to, each time it led to any.
    pub decisions_ns: Vec<u64>,
    /// Waits that were foretold.
    pub predicted: Vec<Predicted>,
    /// Offers that no rule allows, in words; there must be none.
    pub breaches: Vec<String>,
}
