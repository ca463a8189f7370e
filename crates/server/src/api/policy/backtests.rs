//! Backtests of drafts on the organisation's own log, and proposals.

use std::sync::Arc;

use axum::{
    Json as Answer,
    extract::{Path, State},
    http::StatusCode,
    response::IntoResponse,
};
use schemars::JsonSchema;
use segue_core::{
    backtest::{Report, proposals::Candidate},
    policy::{Policy, text},
};
use serde::{Deserialize, Serialize};

use super::{BODY_MAX_BYTES, staff};
use crate::{
    access::Action,
    api::Api,
    app::App,
    error::ApiError,
    extract::{Json, Staff},
    job::Progress,
    lookbacks::{Asked, Backtest, Held, Proposals},
    policies::Act,
};

/// Days that are looked back on where nobody says how many, and the most.
const DAYS: u32 = 90;
const DAYS_MAX: u32 = 3_650;

pub(super) fn routes(api: Api) -> Api {
    api.get(
        "/v1/policy/backtests",
        staff("The backtests of late, the newest first.").gives::<Vec<Running>>(),
        list,
    )
    .post(
        "/v1/policy/backtests",
        staff("Begins to decide the log anew by a draft.")
            .takes::<Begin>()
            .gives::<Running>()
            .up_to(BODY_MAX_BYTES),
        begin,
    )
    .get(
        "/v1/policy/backtests/{id}",
        staff("How far a backtest is, and its report.").gives::<Running>(),
        show,
    )
    .delete("/v1/policy/backtests/{id}", staff("Cancels a backtest."), cancel)
    .get(
        "/v1/policy/proposals",
        staff("Changes of the live policy's numbers that history speaks for.").gives::<Proposals>(),
        proposals,
    )
    .post(
        "/v1/policy/proposals/{id}/accept",
        staff("Saves a draft with a proposed change; nothing else changes.").gives::<Accepted>(),
        accept,
    )
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "BeginBacktest")]
struct Begin {
    /// What is tried.
    draft: Draft,
    /// What it is held against.
    against: Kept,
    /// How far back, 1..=3650; 90 where nothing is said.
    #[serde(default)]
    days: Option<u32>,
}

/// A version.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "BacktestAgainst")]
struct Kept {
    version: u32,
}

/// A text, or a version.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "BacktestDraft")]
enum Draft {
    Text { text: String },
    Version { version: u32 },
}

/// A backtest.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Backtest")]
struct Running {
    id: String,
    /// What the draft is called.
    draft: String,
    /// The version that it is held against.
    against: u32,
    days: u32,
    #[serde(flatten)]
    progress: Progress<Report>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AcceptedProposal")]
struct Accepted {
    /// The draft.
    version: u32,
}

impl Running {
    fn of(app: &App, backtest: &Backtest) -> Self {
        let Held { draft, against, days } = &backtest.asked;
        Self {
            id: backtest.id.clone(),
            draft: draft.clone(),
            against: *against,
            days: *days,
            progress: backtest.progress(app.now_ms()),
        }
    }

    fn in_short(self) -> Self {
        Self { progress: self.progress.in_short(), ..self }
    }
}

async fn list(State(app): State<App>, staff: Staff) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Read)?;
    let all = staff.tenant.lookbacks.backtests.all();
    Ok(Answer(all.iter().map(|one| Running::of(&app, one).in_short()).collect::<Vec<_>>()))
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
    let policies = staff.tenant.policies();
    let version = async |version| app.policy_version(&staff.tenant.id, &policies, version).await;
    let (draft, named) = match asked.draft {
        Draft::Text { text } => {
            (app.check_policy(&text, &staff.tenant.settings())?, "unsaved draft".to_owned())
        }
        Draft::Version { version: number } => (version(number).await?, format!("version {number}")),
    };
    let against = version(asked.against.version).await?;
    let asked = Asked { draft, named, against, days };
    let begun = app.begin_backtest(&staff.tenant, asked).await.map_err(|error| ApiError::internal(&error))?;
    Ok(Answer(Running::of(&app, &begun)))
}

fn found(staff: &Staff, id: &str) -> Result<Arc<Backtest>, ApiError> {
    staff.tenant.lookbacks.backtests.find(id).ok_or_else(|| ApiError::not_found("backtest"))
}

async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Read)?;
    Ok(Answer(Running::of(&app, found(&staff, &id)?.as_ref())))
}

async fn cancel(staff: Staff, Path(id): Path<String>) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Tune)?;
    found(&staff, &id)?.cancel();
    Ok(StatusCode::NO_CONTENT)
}

async fn proposals(State(app): State<App>, staff: Staff) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Tune)?;
    Ok(Answer(app.policy_proposals(&staff.tenant)))
}

async fn accept(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Tune)?;
    let proposals = app.policy_proposals(&staff.tenant);
    let proposal = proposals.proposals.into_iter().find(|proposal| proposal.id == id);
    let proposal = proposal.ok_or_else(|| ApiError::not_found("proposal"))?;
    let policies = staff.tenant.policies();
    let before = app.policy_text(&staff.tenant.id, &policies, proposals.version).await?;
    let live = app.policy_version(&staff.tenant.id, &policies, proposals.version).await?;
    let moved = Candidate::of(&live, &id).ok_or_else(|| ApiError::not_found("proposal"))?;
    let written = text::check(&before, None).policy.map_or(0, |policy| policy.version);
    let changed = Policy { version: written, ..moved.policy };
    let text = text::edit(&before, &changed).map_err(|error| ApiError::internal(&error))?;
    let note: String = proposal.words.chars().take(crate::policies::NOTE_MAX_CHARS).collect();
    let act = Act { actor: staff.id().as_str(), why: None, seen: None };
    let version = app.save_policy(&staff.tenant, act, &text, &note).await?;
    Ok(Answer(Accepted { version }))
}
