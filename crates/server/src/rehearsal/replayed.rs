//! What came of a replay: one JSON document per conversation. Other programs read it.

use segue_core::{
    context::ContextPackage,
    handoff::Needs,
    reading::Reading,
    trigger::{Action, Decision, Reason},
};
use serde::Serialize;

use super::recorded::Speaker;

/// A conversation after its replay.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Replayed {
    /// As recorded.
    pub id: String,
    /// One for each recorded turn, in order.
    pub turns: Vec<TurnResult>,
    /// The handoff; absent where the assistant kept the conversation.
    pub handoff: Option<HandedOff>,
    /// The context package after the last turn.
    pub package: ContextPackage,
}

/// What was decided and understood at a turn.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TurnResult {
    /// Place in the recording, from 0.
    pub index: u32,
    /// Who spoke, in the recording's words.
    pub role: Speaker,
    /// What was decided.
    pub decision: Judged,
    /// What was understood.
    pub reading: Reading,
}

/// A decision with its evidence.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Judged {
    /// What happens next.
    pub action: Action,
    /// Every trigger that fired, strongest first.
    pub triggers: Vec<Weight>,
    /// Probability that a human is needed, 0..=1.
    pub confidence: f32,
    /// The main reason, where the action is not `answer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// Why it is held back, where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold: Option<String>,
    /// What would have led to something else, the nearest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub counterfactual: Vec<String>,
}

/// One trigger's share.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Weight {
    /// The trigger.
    pub name: String,
    /// 0..=1.
    pub strength: f32,
    /// In words, citing what was seen.
    pub evidence: String,
}

/// The handoff of a conversation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HandedOff {
    /// The turn at which it was decided.
    pub turn: u32,
    /// Why.
    pub reason: Reason,
    /// What the agent is told first.
    pub focus: String,
    /// Where it went.
    pub route: Route,
}

/// Where a handoff went.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Route {
    /// The squad's id.
    pub squad: String,
    /// The squad's name.
    pub squad_name: String,
    /// The skill it needs.
    pub skill: String,
    /// ISO 639-1 code; null where any language will do.
    pub language: Option<String>,
    /// The customer's tier; null where unknown.
    pub tier: Option<String>,
    /// `queued`, or `ticketed` where nobody could come.
    pub state: &'static str,
    /// Target for the first human reply, seconds from the handoff.
    pub first_reply_s: u32,
}

impl Judged {
    /// A decision of the engine.
    pub(super) fn of(decision: &Decision) -> Self {
        let weight = |evidence: &segue_core::context::Evidence| Weight {
            name: evidence.name.clone(),
            strength: evidence.strength,
            evidence: evidence.evidence.clone(),
        };
        Self {
            action: decision.action,
            triggers: decision.triggers.iter().map(weight).collect(),
            confidence: decision.confidence,
            reason: decision.reason,
            hold: decision.hold.clone(),
            counterfactual: decision.counterfactual.clone(),
        }
    }

    /// The handoff that stands since an earlier turn.
    pub(super) fn standing(since: u32, first: &Judged) -> Self {
        let weight = Weight {
            name: "standing_handoff".into(),
            strength: 1.0,
            evidence: format!("handed off at turn {since}"),
        };
        Self { triggers: vec![weight], hold: None, counterfactual: vec![], ..first.clone() }
    }

    /// Nothing is decided when a system or an agent speaks: the assistant goes on.
    pub(super) fn none() -> Self {
        Self {
            action: Action::Answer,
            triggers: vec![],
            confidence: 0.0,
            reason: None,
            hold: None,
            counterfactual: vec![],
        }
    }
}

impl Route {
    pub(super) fn of(needs: &Needs, squad_name: &str, state: &'static str, first_reply_s: u32) -> Self {
        Self {
            squad: needs.squad.as_str().to_owned(),
            squad_name: squad_name.to_owned(),
            skill: needs.skill.clone(),
            language: needs.language.clone(),
            tier: needs.tier.clone(),
            state,
            first_reply_s,
        }
    }
}
