//! The numbers that hold at one moment: the policy's own, with the overrides that match.

use std::{borrow::Cow, collections::BTreeMap};

use super::{Policy, scene::Scene};
use crate::trigger::{Moment, unit};

/// See the module.
#[derive(Clone, Debug, PartialEq)]
pub struct Thresholds<'a> {
    /// Probability from which a human is proposed, 0..=1.
    pub propose_at: f32,
    /// Probability from which the conversation is handed off, 0..=1.
    pub hand_off_at: f32,
    /// Answers below this confidence count against the assistant, 0..=1.
    pub answer_confidence_min: f32,
    /// Customer turns after a refused proposal without another one.
    pub cool_down_turns: u32,
    /// Factor by signal, 0..=2.
    pub emphasis: Cow<'a, BTreeMap<String, f32>>,
    /// Names of the overrides that matched, in order.
    pub overrides: Vec<&'a str>,
}

impl<'a> Thresholds<'a> {
    /// Those of a moment. Overrides are asked before any signal has looked, so they know none.
    pub fn of(policy: &'a Policy, moment: &Moment<'_>) -> Self {
        let mut thresholds = Self::base(policy);
        let scene = Scene { moment, found: &[] };
        for differs in policy.overrides.iter().filter(|differs| differs.holds(&scene)) {
            thresholds.propose_at = differs.propose_at.map_or(thresholds.propose_at, unit);
            thresholds.hand_off_at = differs.hand_off_at.map_or(thresholds.hand_off_at, unit);
            thresholds.answer_confidence_min =
                differs.answer_confidence_min.map_or(thresholds.answer_confidence_min, unit);
            thresholds.cool_down_turns = differs.cool_down_turns.unwrap_or(thresholds.cool_down_turns);
            if !differs.emphasis.is_empty() {
                let own = differs.emphasis.iter().map(|(signal, factor)| (signal.clone(), *factor));
                thresholds.emphasis.to_mut().extend(own);
            }
            thresholds.overrides.push(&differs.name);
        }
        thresholds
    }

    /// The policy's own.
    pub fn base(policy: &'a Policy) -> Self {
        Self {
            propose_at: unit(policy.propose_at),
            hand_off_at: unit(policy.hand_off_at),
            answer_confidence_min: unit(policy.answer_confidence_min),
            cool_down_turns: policy.cool_down_turns,
            emphasis: Cow::Borrowed(&policy.emphasis),
            overrides: vec![],
        }
    }

    /// The factor for a signal, 0..=2.
    pub(crate) fn emphasis(&self, signal: &str) -> f32 {
        self.emphasis.get(signal).copied().filter(|factor| !factor.is_nan()).unwrap_or(1.0).clamp(0.0, 2.0)
    }
}
