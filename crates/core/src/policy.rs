//! When a human is needed, as a lead sets it, and how signals and rules combine into one judgement. The safety floor
//! and explicit requests are not in here: nothing switches them off.
//!
//! A policy is a TOML file: thresholds, subjects, product areas, rules of the organisation's own, thresholds that
//! differ for some conversations, wording, and tests. [`text`] reads and edits the file, [`condition`] and
//! [`expression`] are what rules can ask, [`scene`] is what they can ask about.

pub mod case;
pub mod check;
pub mod condition;
pub mod diff;
pub mod expression;
mod language;
pub mod lifecycle;
mod limit;
pub mod rule;
pub mod scene;
mod sign;
pub mod tally;
pub mod template;
pub mod text;
mod thresholds;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use case::PolicyCase;
pub use condition::Condition;
pub use expression::Expression;
pub use rule::{Override, Rule, Then};
pub use scene::Scene;
pub use thresholds::Thresholds;

use crate::{
    ids::SquadId,
    reading::TopicKind,
    signal::{Found, Weight, needs_human},
    trigger::{Action, Reason, unit},
};

/// A versioned policy; every field has a default that works.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// What people call it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Under which number the organisation keeps it; 0 where it keeps none.
    #[serde(skip_serializing_if = "is_zero")]
    pub version: u32,
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
    /// How often a visitor who has not written is offered a human.
    pub proactive: Proactive,
    /// The clause that opens an announcement or an offer, by reason and language (ISO 639-1), instead of Segue's own.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub wording: BTreeMap<Reason, BTreeMap<String, String>>,
    /// What a product area asks for. A policy that names none has [`AreaRule::defaults`].
    #[serde(rename = "area")]
    pub areas: Vec<AreaRule>,
    /// Rules of the organisation's own, in order.
    #[serde(rename = "rule", skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// Thresholds that differ for some conversations; the later one wins.
    #[serde(rename = "override", skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<Override>,
    /// Short conversations with what is to be decided.
    #[serde(rename = "test", skip_serializing_if = "Vec::is_empty")]
    pub tests: Vec<PolicyCase>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// How often a visitor who has not written may be offered a human.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Proactive {
    /// Offers to one visitor within 24 hours, 0..=10; 0 makes none.
    pub per_day: u32,
    /// Days without an offer after a visitor has dismissed one, 0..=365.
    pub after_dismissal_days: u32,
}

impl Default for Proactive {
    fn default() -> Self {
        Self { per_day: 1, after_dismissal_days: 7 }
    }
}

/// What to do for customers on a page of an area.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AreaRule {
    /// The area's name in the site map.
    pub area: String,
    /// `propose` or `hand_off`; `answer` where the area only offers a human to those who have not written.
    pub action: Action,
    /// The recorded reason.
    #[serde(default = "page_context")]
    pub reason: Reason,
    /// The squad that takes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub squad: Option<SquadId>,
    /// Seconds on the page after which a visitor who has not written is offered a human; absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proactive_after_s: Option<u32>,
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
            name: String::new(),
            version: 0,
            emphasis: BTreeMap::new(),
            proactive: Proactive::default(),
            wording: BTreeMap::new(),
            areas: AreaRule::defaults(),
            rules: vec![],
            overrides: vec![],
            tests: vec![],
        }
    }
}

impl AreaRule {
    /// What most companies want: somebody who cares talks to a customer about to cancel, and somebody who
    /// sells to one who compares prices. Both are proposals.
    pub fn defaults() -> Vec<Self> {
        [("cancel", Reason::PageContext, Some(5)), ("pricing", Reason::Sales, None)]
            .map(|(area, reason, proactive_after_s)| Self {
                area: area.into(),
                action: Action::Propose,
                reason,
                squad: None,
                proactive_after_s,
            })
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
    /// The first rule that holds back what is not decisive.
    pub(crate) fn holds_back(&self, scene: &Scene<'_>) -> Option<&Rule> {
        let mut rules = self.rules.iter().filter(|rule| rule.enabled && rule.then == Then::Hold);
        rules.find(|rule| rule.holds(scene))
    }
}

impl Thresholds<'_> {
    /// Combines findings, strongest first: a decisive one hands off; else the probability that a human is needed is
    /// held against the two thresholds; a rule that asks for a proposal gets at least that.
    ///
    /// The probability is the noisy-or of all findings. Where an organisation's own model has judged the conversation,
    /// its calibrated probability takes the place of everything that it has read, and only what lies beyond the text (the page,
    /// the account, the answers' confidence, the organisation's own rules) is added. Docs:
    /// `docs/adr/0007-how-signals-combine.md` and `docs/adr/0013-the-model-takes-the-place-of-what-it-read.md`.
    pub fn judge(&self, found: &[Found]) -> Judgement {
        let confidence = probability(found);
        let decisive = found.iter().any(|found| found.finding.weight == Weight::Decisive);
        let proposed = found.iter().any(|found| found.finding.weight == Weight::Propose);
        let action = match found {
            [] => Action::Answer,
            _ if decisive || confidence >= self.hand_off_at => Action::HandOff,
            _ if proposed || confidence >= self.propose_at => Action::Propose,
            _ => Action::Answer,
        };
        let telling = found.iter().find(|found| found.name != needs_human::NAME).or(found.first());
        let reason = telling.map(|found| found.finding.reason);
        Judgement { action, reason, confidence, decisive }
    }
}

/// The probability that a human is needed by everything that was found, 0..=1.
pub(crate) fn probability(found: &[Found]) -> f32 {
    let judged = found.iter().any(|found| found.name == needs_human::NAME);
    let counts = |found: &&Found| {
        let settles = found.finding.weight == Weight::Decisive;
        !judged || settles || found.name == needs_human::NAME || found.beyond_text()
    };
    let mut counted = found.iter().filter(counts);
    match (counted.next(), counted.next()) {
        // To the last bit what the model said: 1 - (1 - p) is not.
        (Some(one), None) => unit(one.force),
        _ => unit(1.0 - found.iter().filter(counts).map(|found| 1.0 - found.force).product::<f32>()),
    }
}
