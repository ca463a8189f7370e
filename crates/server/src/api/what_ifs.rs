//! Changes of routing, tried on the organisation's own last weeks.

use std::sync::Arc;

use axum::{
    Json as Answer,
    extract::{Path, State},
    http::StatusCode,
    response::IntoResponse,
};
use schemars::JsonSchema;
use segue_simulator::replay::{Change, Report};
use serde::{Deserialize, Serialize};

use super::{Access, Api, Doc};
use crate::{
    access::Action,
    app::App,
    error::ApiError,
    extract::{Json, Staff},
    job::Progress,
    what_if::{Asked, WhatIf},
};

/// Days that are replayed where nobody says how many, and the most.
const DAYS: u32 = 14;
const DAYS_MAX: u32 = 60;

pub(super) fn routes(api: Api) -> Api {
    let staff = |summary| Doc::new(Access::Staff, summary);
    api.get(
        "/v1/routing/what-ifs",
        staff("The what-ifs of late, the newest first.").gives::<Vec<Shown>>(),
        list,
    )
    .post(
        "/v1/routing/what-ifs",
        staff("Begins to replay the last weeks with other people or rules.")
            .takes::<Begin>()
            .gives::<Shown>(),
        begin,
    )
    .get("/v1/routing/what-ifs/{id}", staff("How far a what-if is, and its report.").gives::<Shown>(), show)
    .delete("/v1/routing/what-ifs/{id}", staff("Cancels a what-if."), cancel)
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "BeginWhatIf")]
struct Begin {
    /// How many days back, 1..=60; 14 where nothing is said.
    #[serde(default)]
    days: Option<u32>,
    /// What would be different.
    change: Change,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "WhatIf")]
struct Shown {
    id: String,
    /// What would be different.
    change: Change,
    days: u32,
    #[serde(flatten)]
    progress: Progress<Report>,
}

impl Shown {
    fn of(app: &App, job: &WhatIf) -> Self {
        let Asked { change, days } = &job.asked;
        let progress = job.progress(app.now_ms());
        Self { id: job.id.clone(), change: change.clone(), days: *days, progress }
    }

    fn in_short(self) -> Self {
        Self { progress: self.progress.in_short(), ..self }
    }
}

async fn list(State(app): State<App>, staff: Staff) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Read)?;
    let all = staff.tenant.what_ifs.jobs.all();
    Ok(Answer(all.iter().map(|job| Shown::of(&app, job).in_short()).collect::<Vec<_>>()))
}

async fn begin(
    State(app): State<App>,
    staff: Staff,
    Json(asked): Json<Begin>,
) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Tune)?;
    let days = asked.days.unwrap_or(DAYS);
    if !(1..=DAYS_MAX).contains(&days) {
        return Err(ApiError::invalid(format!("`days` is 1 to {DAYS_MAX}.")));
    }
    let everybody: Vec<_> = staff.tenant.agents().values().map(|agent| agent.as_ref().clone()).collect();
    let problems = asked.change.problems(&staff.tenant.settings(), &everybody);
    if !problems.is_empty() {
        return Err(ApiError::invalid(problems.join(" ")));
    }
    let job = app.begin_what_if(&staff.tenant, Asked { change: asked.change, days });
    Ok(Answer(Shown::of(&app, &job)))
}

fn found(staff: &Staff, id: &str) -> Result<Arc<WhatIf>, ApiError> {
    staff.tenant.what_ifs.jobs.find(id).ok_or_else(|| ApiError::not_found("what-if"))
}

async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Read)?;
    Ok(Answer(Shown::of(&app, found(&staff, &id)?.as_ref())))
}

async fn cancel(staff: Staff, Path(id): Path<String>) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Tune)?;
    found(&staff, &id)?.cancel();
    Ok(StatusCode::NO_CONTENT)
}
