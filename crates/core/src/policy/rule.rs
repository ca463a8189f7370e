//! An organisation's own rules, and the places where its thresholds differ.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    condition::Condition,
    expression::{Expression, Node},
    scene::Scene,
};
use crate::{
    context::Role,
    ids::SquadId,
    signal::{COUNTS_MAX, Finding, Found, PROPOSE, Weight, quoted},
    trigger::{Action, Moment, Reason, unit},
};

/// What stands before a rule's name in evidence and measures.
pub const PREFIX: &str = "rule:";
/// The longest expression that is told as evidence.
const TOLD_MAX_CHARS: usize = 80;
/// Weight of a rule once its proposal was made: as with pages, nobody is asked twice for the same.
const AFTER_PROPOSAL: f32 = 0.3;

/// Something that is to happen where everything it asks holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What people call it; unique in the policy.
    pub name: String,
    /// Why it exists, for colleagues.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Whether it takes part.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub enabled: bool,
    /// All of these must hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<Condition>,
    /// This must hold as well.
    #[serde(default, rename = "if", skip_serializing_if = "Option::is_none")]
    pub expression: Option<Expression>,
    /// What happens.
    pub then: Then,
    /// How strongly a rule that counts speaks for a human, 0..=0.9.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<f32>,
    /// The recorded reason.
    #[serde(default = "policy", skip_serializing_if = "is_policy")]
    pub reason: Reason,
    /// The squad that takes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub squad: Option<SquadId>,
    /// How much sooner than others it is answered, 0..=100; 0 where it is like all others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<u8>,
    /// Target for the first human reply, seconds; the tier's stands where it is quicker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_reply_s: Option<u32>,
    /// What the customer is told, by language (ISO 639-1): the clause that opens the announcement or the offer.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub say: BTreeMap<String, String>,
}

/// What a rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    /// Hands off at once.
    HandOff,
    /// Offers a human, once.
    Propose,
    /// Speaks for a human, beside the signals.
    Count,
    /// Holds back what is not decisive.
    Hold,
}

/// Thresholds that differ for some conversations. Where several match, the later one wins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PolicyOverride")]
pub struct Override {
    /// What people call it; unique among the overrides.
    pub name: String,
    /// All of these must hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<Condition>,
    /// This must hold as well.
    #[serde(default, rename = "if", skip_serializing_if = "Option::is_none")]
    pub expression: Option<Expression>,
    /// Instead of the policy's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub propose_at: Option<f32>,
    /// Instead of the policy's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hand_off_at: Option<f32>,
    /// Instead of the policy's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_confidence_min: Option<f32>,
    /// Instead of the policy's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cool_down_turns: Option<u32>,
    /// Instead of the policy's own, signal by signal.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub emphasis: BTreeMap<String, f32>,
}

fn yes() -> bool {
    true
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn is_yes(truth: &bool) -> bool {
    *truth
}

fn policy() -> Reason {
    Reason::Policy
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the form that serde asks for")]
fn is_policy(reason: &Reason) -> bool {
    *reason == Reason::Policy
}

/// Whether everything that is asked holds. What asks nothing holds always.
fn hold(when: &[Condition], expression: Option<&Expression>, scene: &Scene<'_>) -> bool {
    when.iter().all(|condition| condition.holds(scene)) && expression.is_none_or(|asked| asked.holds(scene))
}

impl Rule {
    /// The name under which it stands in evidence and measures.
    pub fn trigger(&self) -> String {
        format!("{PREFIX}{}", self.name)
    }

    /// Whether everything it asks holds at this moment.
    pub fn holds(&self, scene: &Scene<'_>) -> bool {
        hold(&self.when, self.expression.as_ref(), scene)
    }

    /// Whether it looks at the turns of this role. Rules look at the customer's turns; at the assistant's as well where
    /// they ask about the answer or about whose turn it is.
    pub fn hears(&self, role: Role) -> bool {
        match role {
            Role::Customer => true,
            Role::Assistant => self.nodes().any(|node| node.mentions(&is_about_answers)),
            Role::Agent | Role::System => false,
        }
    }

    fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.when
            .iter()
            .filter_map(Condition::node)
            .chain(self.expression.as_ref().and_then(Expression::node))
    }

    /// What it argues at this moment; `None` where it does not hold, or holds back.
    pub(crate) fn found(&self, scene: &Scene<'_>) -> Option<Found> {
        let moment = scene.moment;
        if !self.enabled || self.then == Then::Hold || !self.hears(moment.role) || !self.holds(scene) {
            return None;
        }
        let name = self.trigger();
        let (weight, force) = match self.then {
            Then::HandOff => (Weight::Decisive, 1.0),
            Then::Propose if was_proposed(moment, &name) => (Weight::Counts(AFTER_PROPOSAL), AFTER_PROPOSAL),
            Then::Propose => (Weight::Propose, PROPOSE),
            Then::Count | Then::Hold => {
                let weight = unit(self.weight.unwrap_or(PROPOSE)).min(COUNTS_MAX);
                (Weight::Counts(weight), weight)
            }
        };
        let finding = Finding {
            strength: 1.0,
            evidence: self.evidence(scene),
            turn: moment.turn,
            reason: self.reason,
            weight,
        };
        (force > 0.0).then(|| Found { name: name.into(), finding, force })
    }

    /// What holds, with what was read.
    fn evidence(&self, scene: &Scene<'_>) -> String {
        let rows = self.when.iter().map(|condition| {
            let reads = condition.reads(scene);
            let row = condition.row();
            let says = row.is.as_ref().is_some_and(|is| is.to_string() == reads) || row.has.is_some();
            if reads.is_empty() || says { condition.to_string() } else { format!("{condition} ({reads})") }
        });
        // A long expression tells a reader less than the rule's own note.
        let expression = self.expression.iter().map(|asked| match (asked.text(), self.note.as_str()) {
            (text, _) if text.chars().count() <= TOLD_MAX_CHARS => text.to_owned(),
            (_, "") => quoted(scene.moment.text()),
            (_, note) => note.to_owned(),
        });
        let asked: Vec<String> = rows.chain(expression).collect();
        if asked.is_empty() { quoted(scene.moment.text()) } else { asked.join("; ") }
    }
}

impl Override {
    /// Whether it applies at this moment.
    pub fn holds(&self, scene: &Scene<'_>) -> bool {
        hold(&self.when, self.expression.as_ref(), scene)
    }
}

fn is_about_answers(node: &Node) -> bool {
    matches!(node, Node::Field(field) if matches!(field.name, "reading.confidence" | "reading.role"))
}

fn was_proposed(moment: &Moment<'_>, name: &str) -> bool {
    moment.conversation.decisions.iter().any(|decision| {
        decision.action == Action::Propose
            && decision.triggers.iter().any(|trigger| trigger.name == name)
            && decision.turn >= moment.since()
    })
}
