//! Why a human is needed, and what is decided.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::context::Evidence;

/// What happens next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// The assistant answers or goes on.
    Answer,
    /// The assistant offers a human; the customer chooses.
    Propose,
    /// A human takes over.
    HandOff,
    /// There is reason for a human, but not now; recorded with the reason to wait.
    Hold,
}

/// The fixed vocabulary of reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Reason {
    ExplicitRequest,
    AlwaysHumanTopic,
    Legal,
    Security,
    Safety,
    Authority,
    PrivateScope,
    LowConfidence,
    Frustration,
    Repetition,
    FailedSteps,
    Complexity,
    ChurnRisk,
    PageContext,
    Sales,
    ProductFeedback,
    Anomaly,
    CustomerHealth,
    Policy,
}

/// The decision of one turn, with its evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Decision {
    /// The turn it was made at.
    pub turn: u32,
    /// What happens next.
    pub action: Action,
    /// The main reason, where the action is not `answer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// Every trigger that fired, strongest first.
    pub triggers: Vec<Evidence>,
    /// Probability that a human is needed, 0..=1.
    pub confidence: f32,
    /// Why it is held back, where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<String>,
}
