//! First-run set-up, signing in and out, and who is signed in.

use axum::{
    Json as Answer,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use schemars::JsonSchema;
use segue_core::{
    ids::{AgentId, OrganisationId},
    organisation::{Organisation, Site},
    routing::Presence,
};
use segue_store::{NewRecord, RecordKind};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Access, Api, Doc};
use crate::{
    app::{AgentRecord, App, NewOrganisation, owner_profile},
    crypt,
    error::ApiError,
    extract::{Address, Json, SESSION_COOKIE, SessionRecord, Staff},
    workspace_view::{self, Me},
};

/// How long a session lasts, ms.
const SESSION_MS: i64 = 14 * 24 * 3600 * 1000;
/// The shortest password, in characters.
const PASSWORD_MIN_CHARS: usize = 10;

pub(super) fn routes(api: Api) -> Api {
    api.get(
        "/v1/setup",
        Doc::new(Access::Public, "Whether the first organisation is to be set up."),
        setup_state,
    )
    .post(
        "/v1/setup",
        Doc::new(Access::Public, "Sets up the first organisation; once.").takes::<SetUp>().gives::<Me>(),
        set_up,
    )
    .get("/v1/demo", Doc::new(Access::Public, "Accounts and sites of the demo; only in the demo."), demo)
    .post("/v1/sessions", Doc::new(Access::Public, "Signs in.").takes::<SignIn>().gives::<Me>(), sign_in)
    .delete("/v1/sessions/current", Doc::new(Access::Staff, "Signs out."), sign_out)
    .get("/v1/me", Doc::new(Access::Staff, "Who is signed in.").gives::<Me>(), me)
    .put(
        "/v1/me/presence",
        Doc::new(Access::Staff, "Sets the own presence.").takes::<SetPresence>().gives::<Me>(),
        set_presence,
    )
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SetUp {
    /// Name of the organisation.
    organisation: String,
    /// Name of its owner.
    name: String,
    /// The owner's address.
    email: String,
    /// At least 10 characters.
    password: String,
    /// Whether to load the demo's organisations as well.
    #[serde(default)]
    load_demo: bool,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SignIn {
    email: String,
    password: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SetPresence {
    presence: Presence,
}

async fn setup_state(State(app): State<App>) -> impl IntoResponse {
    Answer(json!({ "needed": app.tenants().is_empty(), "demo": app.demo.load().is_some() }))
}

async fn set_up(State(app): State<App>, Json(wanted): Json<SetUp>) -> Result<Response, ApiError> {
    let _one_at_a_time = app.setting_up.lock().await;
    if !app.tenants().is_empty() {
        return Err(ApiError::not_found("page"));
    }
    check_password(&wanted.password)?;
    let email = check_email(&wanted.email)?;
    let name = wanted.organisation.trim();
    if name.is_empty() || wanted.name.trim().is_empty() {
        return Err(ApiError::invalid("The organisation and its owner need a name."));
    }
    let slug: String = name
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .take(40)
        .collect();
    let slug = slug.trim_matches('-');
    let id = OrganisationId::parse(if slug.is_empty() { "organisation" } else { slug })
        .map_err(|error| ApiError::invalid(error.to_string()))?;
    let mut settings = Organisation::new(id, name);
    settings.sites = vec![Site { key: settings.id.to_string(), origins: vec![] }];
    let owner = owner_profile(&settings, wanted.name.trim(), &email);
    let (organisation, agent) = (settings.id.clone(), owner.id.clone());
    app.install(NewOrganisation { settings, agents: vec![(owner, wanted.password)], articles: vec![] })
        .await?;
    if wanted.load_demo {
        app.load_demo().await?;
    }
    signed_in(&app, &organisation, &agent).await
}

async fn demo(State(app): State<App>) -> Result<impl IntoResponse, ApiError> {
    let demo = app.demo.load_full().ok_or_else(|| ApiError::not_found("page"))?;
    Ok(Answer(json!({ "accounts": demo.accounts, "sites": demo.sites })))
}

async fn sign_in(
    State(app): State<App>,
    Address(address): Address,
    Json(wanted): Json<SignIn>,
) -> Result<Response, ApiError> {
    app.limits.sign_in(address)?;
    let now_ms = app.config.clock.now_ms();
    let lookup = wanted.email.trim().to_lowercase();
    let found = app.store.find_records(RecordKind::Agent, &lookup, now_ms).await?;
    let mut matching = None;
    for record in &found {
        let agent: AgentRecord =
            serde_json::from_slice(&record.body).map_err(|error| ApiError::internal(&error))?;
        if crypt::check_password(wanted.password.clone(), Some(agent.password_hash)).await? {
            matching = Some((record.organisation.clone(), agent.profile.id));
            break;
        }
    }
    if found.is_empty() {
        crypt::check_password(wanted.password, None).await?;
    }
    let refused =
        || ApiError::new(StatusCode::UNAUTHORIZED, "wrong_credentials", "E-mail or password is wrong.");
    let (organisation, agent) = matching.ok_or_else(refused)?;
    signed_in(&app, &organisation, &agent).await
}

/// A fresh session; an older one of the same browser is simply left behind and expires.
async fn signed_in(app: &App, organisation: &OrganisationId, agent: &AgentId) -> Result<Response, ApiError> {
    let token = crypt::token("ss");
    let session = crypt::token_hash(&token);
    let now_ms = app.config.clock.now_ms();
    let record = NewRecord {
        organisation: organisation.clone(),
        id: session.clone(),
        lookup: Some(session.clone()),
        body: serde_json::to_vec(&SessionRecord { agent: agent.clone() })
            .map_err(|error| ApiError::internal(&error))?,
        at_ms: now_ms,
        expires_at_ms: Some(now_ms + SESSION_MS),
        expected_version: None,
    };
    app.store.put_record(RecordKind::Session, record).await?;
    let tenant = app.tenant(organisation)?;
    let profile = tenant.agent(agent).ok_or_else(ApiError::unauthorised)?;
    let me = workspace_view::me(&Staff { tenant, profile, session });
    Ok(with_cookie(app, &token, SESSION_MS / 1000, Answer(me).into_response()))
}

async fn sign_out(State(app): State<App>, staff: Staff) -> Result<Response, ApiError> {
    app.store.delete_record(RecordKind::Session, &staff.tenant.id, &staff.session).await?;
    Ok(with_cookie(&app, "", 0, StatusCode::NO_CONTENT.into_response()))
}

async fn me(staff: Staff) -> impl IntoResponse {
    Answer(workspace_view::me(&staff))
}

async fn set_presence(
    State(app): State<App>,
    staff: Staff,
    Json(wanted): Json<SetPresence>,
) -> Result<impl IntoResponse, ApiError> {
    staff.tenant.desk.choose(staff.id(), wanted.presence);
    app.remember_presence(&staff.tenant, staff.id(), wanted.presence.is_there()).await;
    Ok(Answer(workspace_view::me(&staff)))
}

fn with_cookie(app: &App, token: &str, max_age_s: i64, mut response: Response) -> Response {
    let secure = if app.config.secure_cookies { "; Secure" } else { "" };
    let cookie =
        format!("{SESSION_COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={max_age_s}{secure}");
    let cookie = HeaderValue::from_str(&cookie).expect("a token is plain text");
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}

fn check_password(password: &str) -> Result<(), ApiError> {
    if password.chars().count() < PASSWORD_MIN_CHARS {
        return Err(ApiError::invalid(format!("A password has at least {PASSWORD_MIN_CHARS} characters.")));
    }
    Ok(())
}

/// An address in a form that compares.
pub(crate) fn check_email(email: &str) -> Result<String, ApiError> {
    let email = email.trim().to_lowercase();
    let parts = email.split_once('@');
    let plausible = parts
        .is_some_and(|(user, host)| !user.is_empty() && host.contains('.') && !host.contains('@'))
        && email.len() <= 254
        && !email.contains(char::is_whitespace);
    if plausible { Ok(email) } else { Err(ApiError::invalid("This is no e-mail address.")) }
}
