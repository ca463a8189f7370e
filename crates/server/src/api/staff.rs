//! Who works here: what they can do, and when.

use std::cmp::Ordering;

use axum::{
    Json as Answer,
    extract::{Path, State},
    http::StatusCode,
    response::IntoResponse,
};
use segue_core::{
    ids::AgentId,
    organisation::{AgentProfile, Work},
};
use segue_store::{NewRecord, RecordKind, StoreError};
use serde_json::json;

use super::{Access, Api, Doc};
use crate::{
    access::Action,
    app::{AgentRecord, App},
    error::ApiError,
    extract::{Json, Staff},
    tenant::Tenant,
};

pub(super) fn routes(api: Api) -> Api {
    let staff = |summary| Doc::new(Access::Staff, summary);
    api.get("/v1/staff", staff("Everybody, by name.").gives::<Vec<AgentProfile>>(), list).put(
        "/v1/staff/{id}/work",
        staff("Sets what somebody can do and when; they keep what they hold.")
            .takes::<Work>()
            .gives::<AgentProfile>(),
        put_work,
    )
}

async fn list(staff: Staff) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Tune)?;
    let agents = staff.tenant.agents();
    let mut everybody: Vec<AgentProfile> = agents.values().map(|agent| agent.as_ref().clone()).collect();
    everybody.sort_by(by_name);
    Ok(Answer(everybody))
}

fn by_name(a: &AgentProfile, b: &AgentProfile) -> Ordering {
    a.name.to_lowercase().cmp(&b.name.to_lowercase()).then_with(|| a.id.cmp(&b.id))
}

async fn put_work(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    Json(work): Json<Work>,
) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Tune)?;
    let id = AgentId::parse(&id).map_err(|_| ApiError::not_found("member of staff"))?;
    let problems = work.problems(&staff.tenant.settings());
    if !problems.is_empty() {
        return Err(ApiError::invalid(problems.join(" ")));
    }
    let profile = app.put_work(&staff.tenant, &id, work).await?;
    app.audit(&staff, "staff.work_changed", json!({ "agent": id })).await?;
    Ok(Answer(profile))
}

impl App {
    /// Replaces what an agent can do and when, in the store and on the floor.
    async fn put_work(&self, tenant: &Tenant, id: &AgentId, work: Work) -> Result<AgentProfile, ApiError> {
        let at_ms = self.now_ms();
        let record = self.store.record(RecordKind::Agent, &tenant.id, id.as_str(), at_ms).await?;
        let record = record.ok_or_else(|| ApiError::not_found("member of staff"))?;
        let mut agent: AgentRecord =
            serde_json::from_slice(&record.body).map_err(|error| ApiError::internal(&error))?;
        agent.profile.work = work;
        let body = serde_json::to_vec(&agent).map_err(|error| ApiError::internal(&error))?;
        let changed = NewRecord {
            organisation: tenant.id.clone(),
            id: id.to_string(),
            lookup: Some(agent.profile.email.to_lowercase()),
            body,
            at_ms,
            expires_at_ms: None,
            expected_version: Some(record.version),
        };
        match self.store.put_record(RecordKind::Agent, changed).await {
            Ok(_) => {}
            Err(StoreError::VersionConflict { .. }) => return Err(changed_meanwhile()),
            Err(error) => return Err(error.into()),
        }
        tenant.put_agent(agent.profile.clone());
        Ok(agent.profile)
    }
}

fn changed_meanwhile() -> ApiError {
    let detail = "Somebody else has changed this person in between. Look at how it is now, and decide again.";
    ApiError::new(StatusCode::CONFLICT, "staff_changed", detail)
}
