//! When squads work, as it is now, and what a lead decides for a while.

use axum::{
    Json as Answer,
    extract::{Path, State},
    response::IntoResponse,
};
use schemars::JsonSchema;
use segue_core::{
    hours::Override,
    ids::{AtMs, SquadId},
    organisation::{Organisation, Squad},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Access, Api, Doc};
use crate::{
    access::Action,
    app::App,
    error::ApiError,
    extract::{Json, Staff},
};

/// The longest text that says why, in characters.
const WHY_MAX_CHARS: usize = 200;
/// The most that may be decided for one squad at a time; what is past is dropped.
const OVERRIDES_MAX: usize = 50;

pub(super) fn routes(api: Api) -> Api {
    let staff = |summary| Doc::new(Access::Staff, summary);
    api.get(
        "/v1/hours",
        staff("Which squads are open now, and until when.").gives::<Vec<Standing>>(),
        standing,
    )
    .post(
        "/v1/squads/{id}/overrides",
        staff("Opens or closes a squad for a while, whatever its hours say.")
            .takes::<NewOverride>()
            .gives::<Standing>(),
        decide,
    )
    .delete(
        "/v1/squads/{id}/overrides",
        staff("Goes by the squad's hours again.").gives::<Standing>(),
        go_by_hours,
    )
}

/// When a squad works, as it is now.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "SquadStanding")]
struct Standing {
    squad: SquadId,
    /// Whether it is open.
    open: bool,
    /// When that changes, Unix ms; absent where it never does.
    #[serde(skip_serializing_if = "Option::is_none")]
    until_ms: Option<AtMs>,
    /// IANA name of the zone of its hours.
    time_zone: String,
    /// What was decided and is not past.
    overrides: Vec<Override>,
}

/// "Closed until 15:00 today", "open tonight until 22:00".
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewOverride {
    open: bool,
    /// From, Unix ms; now where it is absent.
    #[serde(default)]
    from_ms: Option<AtMs>,
    /// Until, Unix ms.
    until_ms: AtMs,
    /// For colleagues.
    #[serde(default)]
    why: String,
    /// For this channel only.
    #[serde(default)]
    channel: Option<String>,
}

fn shown(settings: &Organisation, squad: &Squad, now_ms: AtMs) -> Standing {
    let calendar = settings.calendar(squad, None);
    Standing {
        squad: squad.id.clone(),
        open: calendar.open_at(now_ms),
        until_ms: calendar.next_change(now_ms),
        time_zone: settings.zone_of(squad).to_owned(),
        overrides: squad.overrides.iter().filter(|decided| decided.until_ms > now_ms).cloned().collect(),
    }
}

async fn standing(State(app): State<App>, staff: Staff) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Read)?;
    let settings = staff.tenant.settings();
    let squads = settings.squads.iter().map(|squad| shown(&settings, squad, app.now_ms()));
    Ok(Answer(squads.collect::<Vec<_>>()))
}

async fn decide(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    Json(wanted): Json<NewOverride>,
) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Tune)?;
    let now_ms = app.now_ms();
    let from_ms = wanted.from_ms.unwrap_or(now_ms);
    if wanted.until_ms <= from_ms.max(now_ms) {
        return Err(ApiError::invalid("until_ms lies before the beginning, or has passed."));
    }
    if wanted.why.chars().count() > WHY_MAX_CHARS {
        return Err(ApiError::invalid(format!("A reason has at most {WHY_MAX_CHARS} characters.")));
    }
    let decided = Override {
        from_ms,
        until_ms: wanted.until_ms,
        open: wanted.open,
        by: Some(staff.id().clone()),
        why: wanted.why,
        channel: wanted.channel,
    };
    let standing = change(&app, &staff, &id, |squad| {
        squad.overrides.retain(|decided| decided.until_ms > now_ms);
        squad.overrides.push(decided.clone());
        let over = squad.overrides.len().saturating_sub(OVERRIDES_MAX);
        squad.overrides.drain(..over);
    })
    .await?;
    let detail =
        json!({ "squad": id, "open": decided.open, "from_ms": from_ms, "until_ms": decided.until_ms });
    app.audit(&staff, "squad.hours_overridden", detail).await?;
    Ok(standing)
}

async fn go_by_hours(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Tune)?;
    let standing = change(&app, &staff, &id, |squad| squad.overrides.clear()).await?;
    app.audit(&staff, "squad.hours_restored", json!({ "squad": id })).await?;
    Ok(standing)
}

async fn change(
    app: &App,
    staff: &Staff,
    id: &str,
    change: impl FnOnce(&mut Squad),
) -> Result<Answer<Standing>, ApiError> {
    let mut settings = staff.tenant.settings().as_ref().clone();
    let squad = settings.squads.iter_mut().find(|squad| squad.id.as_str() == id);
    let squad = squad.ok_or_else(|| ApiError::not_found("squad"))?;
    change(squad);
    let changed = squad.clone();
    app.save_settings(&staff.tenant, settings, staff.id().as_str()).await?;
    Ok(Answer(shown(&staff.tenant.settings(), &changed, app.now_ms())))
}
