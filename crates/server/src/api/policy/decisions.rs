//! Every decision about a conversation, and why it was made.

use axum::{
    Json as Answer,
    extract::{Path, State},
    response::IntoResponse,
};
use schemars::JsonSchema;
use segue_core::{
    ids::AtMs,
    policy::tally::Brief,
    trigger::{Decision, Explanation},
};
use serde::Serialize;

use super::staff;
use crate::{
    access::Action,
    api::Api,
    app::App,
    error::ApiError,
    extract::{Staff, conversation_id},
};

pub(super) fn routes(api: Api) -> Api {
    api.get(
        "/v1/conversations/{id}/decisions",
        staff("Every decision about a conversation, the oldest first.").gives::<Vec<Row>>(),
        decisions,
    )
    .get(
        "/v1/conversations/{id}/decisions/{turn}",
        staff("Why a turn was decided as it was.").gives::<Explanation>(),
        explanation,
    )
}

/// A decision with its time, its policy, and what the policy in the shadow would have decided.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "DecisionRow")]
struct Row {
    #[serde(flatten)]
    decision: Decision,
    at_ms: AtMs,
    policy: Option<u32>,
    shadow: Option<Brief>,
}

async fn decisions(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Read)?;
    let id = conversation_id(&id)?;
    let decisions = app.decisions(&staff.tenant, &id).await?;
    let rows = decisions.into_iter().map(|(at_ms, mut decision)| {
        // They stand beside it, null where there are none.
        let (policy, shadow) = (decision.policy.take(), decision.shadow.take());
        Row { decision, at_ms, policy, shadow: shadow.as_ref().map(Brief::from) }
    });
    Ok(Answer(rows.collect::<Vec<_>>()))
}

async fn explanation(
    State(app): State<App>,
    staff: Staff,
    Path((id, turn)): Path<(String, String)>,
) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Read)?;
    let id = conversation_id(&id)?;
    let turn = turn.parse().map_err(|_| ApiError::not_found("turn"))?;
    Ok(Answer(app.explanation(&staff.tenant, &id, turn).await?))
}
