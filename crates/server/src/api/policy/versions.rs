//! Versions, and how they go live.

use axum::{
    Json as Answer,
    extract::{Path, State},
    response::IntoResponse,
};
use schemars::JsonSchema;
use segue_core::policy::{
    Policy,
    lifecycle::{Change, Guard, Trial, Wish},
    text,
};
use serde::{Deserialize, Serialize};

use super::{BODY_MAX_BYTES, Version, staff, who};
use crate::{
    access::Action,
    api::Api,
    app::App,
    error::ApiError,
    extract::{Json, Staff},
    policies::{Act, NOTE_MAX_CHARS},
    tenant::Tenant,
};

/// Changes of one answer, the newest.
const HISTORY_MAX: usize = 500;

pub(super) fn routes(api: Api) -> Api {
    api.get(
        "/v1/policy",
        staff("The versions of the policy, and where they stand.").gives::<Overview>(),
        overview,
    )
    .get("/v1/policy/versions/{v}", staff("A version with its text.").gives::<Written>(), version)
    .post(
        "/v1/policy/versions",
        staff("Saves a version as a draft.").takes::<Save>().gives::<Saved>().up_to(BODY_MAX_BYTES),
        save,
    )
    .post(
        "/v1/policy/versions/{v}/stage",
        staff("Tries a version in the shadow or by roll-out, puts it live, or away.")
            .takes::<Staging>()
            .gives::<Overview>(),
        stage,
    )
    .post(
        "/v1/policy/rollback",
        staff("Ends the trial; where there is none, the version live before comes back.")
            .takes::<RollBack>()
            .gives::<Overview>(),
        roll_back,
    )
}

/// Where every version stands.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PolicyOverview")]
struct Overview {
    live: u32,
    trial: Option<Trial>,
    /// The newest first.
    versions: Vec<Version>,
    /// The newest first.
    history: Vec<Change>,
    /// Grows with every change; sent back with one, it is refused where somebody else was faster.
    revision: u64,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PolicyWritten")]
struct Written {
    version: Version,
    text: String,
    policy: Policy,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SavePolicy")]
struct Save {
    /// TOML.
    text: String,
    /// Why it was written, for colleagues; at most 2,000 characters.
    #[serde(default)]
    note: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PolicySaved")]
struct Saved {
    version: u32,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "StagePolicy")]
struct Staging {
    stage: Wanted,
    /// The share of new conversations, above 0 and at most 100; for `rollout`.
    #[serde(default)]
    percent: Option<f32>,
    /// What ends a roll-out by itself. Absent: the one that stands, or five points more handoffs after 200 conversations
    /// on each side.
    #[serde(default)]
    guard: Option<Guard>,
    /// For colleagues; at most 2,000 characters.
    #[serde(default)]
    why: Option<String>,
    /// The `revision` that was looked at; absent: any.
    #[serde(default)]
    revision: Option<u64>,
}

#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Wanted {
    Shadow,
    Rollout,
    Live,
    Retired,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RollBackPolicy")]
struct RollBack {
    /// For colleagues; at most 2,000 characters.
    #[serde(default)]
    why: Option<String>,
    /// The `revision` that was looked at; absent: any.
    #[serde(default)]
    revision: Option<u64>,
}

impl Overview {
    fn of(tenant: &Tenant) -> Self {
        let policies = tenant.policies();
        let lifecycle = &policies.lifecycle;
        let versions = policies.versions.iter().rev().filter_map(|(version, kept)| {
            Some(Version::of(tenant, *version, kept, lifecycle.stage(*version)?))
        });
        let history = lifecycle.changes().iter().rev().take(HISTORY_MAX).map(|change| {
            let actor = who(tenant, &change.actor);
            Change { actor, ..change.clone() }
        });
        Self {
            live: lifecycle.live(),
            trial: lifecycle.trial().cloned(),
            versions: versions.collect(),
            history: history.collect(),
            revision: policies.revision,
        }
    }
}

/// A version's number in a path; what is none is not found.
pub(super) fn number(text: &str) -> Result<u32, ApiError> {
    text.parse().map_err(|_| ApiError::not_found("version"))
}

/// What somebody says about a change: trimmed, absent where it is empty, refused where it is too long.
fn words(said: Option<String>) -> Result<Option<String>, ApiError> {
    let said = said.map(|said| said.trim().to_owned()).filter(|said| !said.is_empty());
    match said {
        Some(said) if said.chars().count() > NOTE_MAX_CHARS => {
            Err(ApiError::invalid(format!("A note has at most {NOTE_MAX_CHARS} characters.")))
        }
        said => Ok(said),
    }
}

async fn overview(staff: Staff) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Read)?;
    Ok(Answer(Overview::of(&staff.tenant)))
}

async fn version(
    State(app): State<App>,
    staff: Staff,
    Path(version): Path<String>,
) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Read)?;
    let version = number(&version)?;
    let policies = staff.tenant.policies();
    let not_found = || ApiError::not_found("version");
    let kept = policies.versions.get(&version).ok_or_else(not_found)?;
    let stage = policies.lifecycle.stage(version).ok_or_else(not_found)?;
    let text = app.policy_text(&staff.tenant.id, &policies, version).await?;
    let policy = text::check(&text, None).policy.unwrap_or_default();
    Ok(Answer(Written { version: Version::of(&staff.tenant, version, kept, stage), text, policy }))
}

async fn save(
    State(app): State<App>,
    staff: Staff,
    Json(Save { text, note }): Json<Save>,
) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Tune)?;
    let note = words(Some(note))?.unwrap_or_default();
    let act = Act { actor: staff.id().as_str(), why: None, seen: None };
    let version = app.save_policy(&staff.tenant, act, &text, &note).await?;
    Ok(Answer(Saved { version }))
}

async fn stage(
    State(app): State<App>,
    staff: Staff,
    Path(version): Path<String>,
    Json(wanted): Json<Staging>,
) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Tune)?;
    let version = number(&version)?;
    let Staging { stage, percent, guard, why, revision } = wanted;
    let wish = match (stage, percent) {
        (Wanted::Shadow, _) => Wish::Shadow(guard),
        (Wanted::Rollout, Some(percent)) => Wish::RollOut(percent, guard),
        (Wanted::Rollout, None) => {
            return Err(ApiError::invalid("A roll-out needs a share: `percent`."));
        }
        (Wanted::Live, _) => Wish::Live,
        (Wanted::Retired, _) => Wish::Retire,
    };
    let act = Act { actor: staff.id().as_str(), why: words(why)?, seen: revision };
    app.stage_policy(&staff.tenant, act, version, wish).await?;
    Ok(Answer(Overview::of(&staff.tenant)))
}

async fn roll_back(
    State(app): State<App>,
    staff: Staff,
    Json(RollBack { why, revision }): Json<RollBack>,
) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Tune)?;
    let act = Act { actor: staff.id().as_str(), why: words(why)?, seen: revision };
    app.roll_back_policy(&staff.tenant, act).await?;
    Ok(Answer(Overview::of(&staff.tenant)))
}
