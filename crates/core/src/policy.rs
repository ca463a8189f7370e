//! When a human is needed, as a lead sets it. The safety floor and explicit requests are not in here: nothing
//! switches them off.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    ids::SquadId,
    reading::TopicKind,
    trigger::{Action, Reason},
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
    /// What a product area asks for.
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
            areas: vec![],
        }
    }
}
