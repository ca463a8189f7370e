//! When a human is needed, as a lead sets it, and how signals combine into one judgement. The safety floor and
//! explicit requests are not in here: nothing switches them off.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    ids::SquadId,
    reading::TopicKind,
    signal::{Found, Weight},
    trigger::{Action, Reason, unit},
};

/// A versioned policy; every field has a default that works.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Policy {
    /// Subjects that always go to a human at once.
    pub always_human_topics: Vec<TopicKind>,
    /// Subjects for which a human is proposed.
    pub propose_topics: Vec<TopicKind>,
    /// Probability from which a human is proposed, 0..=1.
    pub propose_at: f32,
    /// Probability from which the conversation is handed off, 0..=1.
    pub hand_off_at: f32,
    /// Answers below this confidence count against the assistant, 0..=1.
    pub answer_confidence_min: f32,
    /// Customer turns after a refused proposal without another one.
    pub cool_down_turns: u32,
    /// Signals that count more or less than they do by default: signal name to factor, 0..=2; 0 switches one
    /// off. Explicit requests and the safety floor are not moved by it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub emphasis: BTreeMap<String, f32>,
    /// What a product area asks for. A policy that names none has [`AreaRule::defaults`].
    #[serde(rename = "area")]
    pub areas: Vec<AreaRule>,
}

/// What to do for customers on a page of an area.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AreaRule {
    /// The area's name in the site map.
    pub area: String,
    /// `propose` or `hand_off`.
    pub action: Action,
    /// The recorded reason.
    #[serde(default = "page_context")]
    pub reason: Reason,
    /// The squad that takes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub squad: Option<SquadId>,
}

fn page_context() -> Reason {
    Reason::PageContext
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            always_human_topics: vec![
                TopicKind::Legal,
                TopicKind::Security,
                TopicKind::SelfHarm,
                TopicKind::Violence,
            ],
            propose_topics: vec![],
            propose_at: 0.5,
            hand_off_at: 0.75,
            answer_confidence_min: 0.35,
            cool_down_turns: 3,
            emphasis: BTreeMap::new(),
            areas: AreaRule::defaults(),
        }
    }
}

impl AreaRule {
    /// What most companies want: somebody who cares talks to a customer about to cancel, and somebody who
    /// sells to one who compares prices. Both are proposals.
    pub fn defaults() -> Vec<Self> {
        [("cancel", Reason::PageContext), ("pricing", Reason::Sales)]
            .map(|(area, reason)| Self { area: area.into(), action: Action::Propose, reason, squad: None })
            .into()
    }
}

/// What all signals together say, before timing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judgement {
    /// [`Action::Answer`], [`Action::Propose`] or [`Action::HandOff`].
    pub action: Action,
    /// The reason of the strongest signal.
    pub reason: Option<Reason>,
    /// Probability that a human is needed, 0..=1.
    pub confidence: f32,
    /// Whether a decisive signal is among them, which timing never holds back.
    pub decisive: bool,
}

impl Policy {
    /// Combines signals, strongest first: a decisive one hands off; else the probability that at least one of
    /// them is right (noisy-or) is held against the two thresholds; a rule that asks for a proposal gets at
    /// least that. Docs: `docs/adr/0007-how-signals-combine.md`.
    pub fn judge(&self, found: &[Found]) -> Judgement {
        let doubt: f32 = found.iter().map(|found| 1.0 - found.force).product();
        let confidence = unit(1.0 - doubt);
        let decisive = found.iter().any(|found| found.finding.weight == Weight::Decisive);
        let proposed = found.iter().any(|found| found.finding.weight == Weight::Propose);
        let action = match found {
            [] => Action::Answer,
            _ if decisive || confidence >= self.hand_off_at => Action::HandOff,
            _ if proposed || confidence >= self.propose_at => Action::Propose,
            _ => Action::Answer,
        };
        let reason = found.first().map(|found| found.finding.reason);
        Judgement { action, reason, confidence, decisive }
    }

    /// The factor for a signal, 0..=2.
    pub(crate) fn emphasis(&self, signal: &str) -> f32 {
        self.emphasis.get(signal).copied().filter(|factor| !factor.is_nan()).unwrap_or(1.0).clamp(0.0, 2.0)
    }
}
