//! For assistants and other systems with an API key: open a conversation, report turns, get decisions.

use axum::{
    Json as Answer,
    extract::{Path, Query, State},
    http::StatusCode,
    response::IntoResponse,
};
use schemars::JsonSchema;
use segue_core::{
    command::Command,
    context::{ArticleRef, ContextPackage, Customer, Page, Role},
    event::AssistantKind,
    handoff,
    ids::{ConversationId, CustomerId},
    trigger::Decision,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Access, Api, ById, Doc};
use crate::{
    app::App,
    crypt,
    error::ApiError,
    extract::{Json, Key, conversation_id},
    pipeline::{self, Receipt, Said, Submit},
    tenant::Tenant,
};

/// The most events of one answer.
const EVENTS_MAX: u32 = 1000;

pub(super) fn routes(api: Api) -> Api {
    let key = |summary| Doc::new(Access::Key, summary);
    api.post(
        "/v1/conversations",
        key("Opens a conversation; the same id twice opens it once.").takes::<Open>().gives::<Opened>(),
        open,
    )
    .post(
        "/v1/conversations/{id}/turns",
        key("Reports a turn and gets the decision. The same client_id and body give the same answer.")
            .takes::<ReportTurn>()
            .gives::<Receipt>(),
        report_turn,
    )
    .post(
        "/v1/conversations/{id}/human",
        key("The customer asks for a person; always honoured.").takes::<ById>().gives::<Receipt>(),
        human,
    )
    .get(
        "/v1/conversations/{id}/decision",
        key("The last decision, and who owns the conversation.").gives::<Standing>(),
        decision,
    )
    .get("/v1/conversations/{id}/package", key("The context package.").gives::<ContextPackage>(), package)
    .get("/v1/conversations/{id}/events", key("The log after a seq: ?after=0&limit=500."), events)
}

/// A conversation to open.
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Open {
    /// The caller's id, if it has one.
    #[serde(default)]
    id: Option<ConversationId>,
    /// `chat`, `email`, `voice`, `api` ...
    #[serde(default = "default_channel")]
    channel: String,
    /// ISO 639-1 code, if known.
    #[serde(default)]
    language: Option<String>,
    /// Who asks. The key vouches for it.
    #[serde(default)]
    customer: Option<ReportedCustomer>,
    /// Where they are.
    #[serde(default)]
    page: Option<SeenPage>,
}

/// A customer as the caller knows one.
#[derive(Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ReportedCustomer {
    /// The caller's id.
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    verified: bool,
    #[serde(default)]
    tier: Option<String>,
    #[serde(default)]
    company: Option<String>,
    /// IANA name.
    #[serde(default)]
    time_zone: Option<String>,
    #[serde(default)]
    attributes: serde_json::Map<String, Value>,
}

/// A page by address and title.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeenPage {
    /// At most 2,000 characters; the fragment is dropped.
    pub url: String,
    /// At most 300 characters.
    #[serde(default)]
    pub title: String,
    /// Errors that the page reported.
    #[serde(default)]
    pub errors: u32,
}

/// An open conversation.
#[derive(Serialize, JsonSchema)]
struct Opened {
    conversation: ConversationId,
    seq: u64,
}

/// A turn that was said.
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ReportTurn {
    /// The caller's id for the turn, 1 to 100 characters.
    client_id: String,
    /// `customer` or `assistant`.
    role: Role,
    /// The words.
    text: String,
    /// The assistant's own confidence, 0..=1.
    #[serde(default)]
    confidence: Option<f32>,
    /// What the assistant used.
    #[serde(default)]
    citations: Vec<ArticleRef>,
}

/// Who owns a conversation now.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ConversationStanding")]
struct Standing {
    seq: u64,
    state: handoff::State,
    /// Whether the assistant may speak.
    assistant_speaks: bool,
    decision: Option<Decision>,
}

fn default_channel() -> String {
    "api".into()
}

async fn open(
    State(app): State<App>,
    key: Key,
    Json(wanted): Json<Open>,
) -> Result<impl IntoResponse, ApiError> {
    let fresh = || ConversationId::parse(&format!("c_{}", Uuid::now_v7().simple())).expect("a plain id");
    let id = wanted.id.clone().unwrap_or_else(fresh);
    let profile = wanted.customer.clone().map(profile).transpose()?.unwrap_or_default();
    let own_id = wanted.customer.as_ref().and_then(|customer| customer.id.as_deref());
    let customer = customer_id(own_id.or(profile.email.as_deref()));
    check_short("channel", &wanted.channel, 32)?;
    let command = |_: &_| Command::Open {
        customer: customer.clone(),
        channel: wanted.channel.clone(),
        assistant: AssistantKind::External,
        language: wanted.language.clone(),
        profile: profile.clone(),
    };
    let done = app.submit(&key.tenant, &id, Submit::default(), command).await?;
    let mut seq = done.conversation.seq;
    if let Some(page) = &wanted.page {
        seq = see_page(&app, &key.tenant, &id, page).await?;
    }
    Ok((StatusCode::OK, Answer(Opened { conversation: id, seq })))
}

async fn report_turn(
    State(app): State<App>,
    key: Key,
    Path(id): Path<String>,
    Json(turn): Json<ReportTurn>,
) -> Result<impl IntoResponse, ApiError> {
    let id = conversation_id(&id)?;
    check_client_id(&turn.client_id)?;
    if !matches!(turn.role, Role::Customer | Role::Assistant) {
        return Err(ApiError::invalid("An API key reports turns of the customer and the assistant."));
    }
    if turn.confidence.is_some_and(|confidence| !(0.0..=1.0).contains(&confidence)) {
        return Err(ApiError::invalid("A confidence is 0 to 1."));
    }
    let submit = Submit::once("turn", &turn.client_id, &turn);
    let said = Said {
        role: turn.role,
        agent: None,
        client_id: Some(turn.client_id),
        text: turn.text,
        confidence: turn.confidence,
        citations: turn.citations,
    };
    let done = app.speak(&key.tenant, &id, said, submit).await?;
    Ok(Answer(done.receipt))
}

async fn human(
    State(app): State<App>,
    key: Key,
    Path(id): Path<String>,
    Json(wanted): Json<ById>,
) -> Result<impl IntoResponse, ApiError> {
    let id = conversation_id(&id)?;
    check_client_id(&wanted.client_id)?;
    let submit = Submit::once("human", &wanted.client_id, &wanted);
    let done = app.submit(&key.tenant, &id, submit, |_| Command::RequestHuman).await?;
    Ok(Answer(done.receipt))
}

async fn decision(
    State(app): State<App>,
    key: Key,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, ApiError> {
    let conversation = app.conversation(&key.tenant, &conversation_id(&id)?).await?;
    Ok(Answer(Standing {
        seq: conversation.seq,
        state: conversation.state,
        assistant_speaks: conversation.state.assistant_speaks(),
        decision: conversation.decisions.last().map(|decision| decision.as_ref().clone()),
    }))
}

async fn package(
    State(app): State<App>,
    key: Key,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, ApiError> {
    let conversation = app.conversation(&key.tenant, &conversation_id(&id)?).await?;
    Ok(Answer(conversation.package.clone()))
}

#[derive(Deserialize)]
struct After {
    #[serde(default)]
    after: u64,
    limit: Option<u32>,
}

async fn events(
    State(app): State<App>,
    key: Key,
    Path(id): Path<String>,
    Query(query): Query<After>,
) -> Result<impl IntoResponse, ApiError> {
    let id = conversation_id(&id)?;
    let conversation = app.conversation(&key.tenant, &id).await?;
    let limit = query.limit.unwrap_or(500).clamp(1, EVENTS_MAX);
    let stored = app.store.events(&key.tenant.id, &id, query.after, limit).await?;
    let events = stored.iter().map(|stored| pipeline::read(stored).map(|event| event.to_json()));
    let events: Vec<Value> = events.collect::<Result<_, _>>().map_err(|error| ApiError::internal(&error))?;
    let last = stored.last().map_or(query.after, |event| event.seq);
    let next_after = (last < conversation.seq).then_some(last);
    Ok(Answer(json!({ "events": events, "next_after": next_after })))
}

/// Tells a conversation which page its customer sees; the answer is the seq.
pub(crate) async fn see_page(
    app: &App,
    tenant: &std::sync::Arc<Tenant>,
    id: &ConversationId,
    page: &SeenPage,
) -> Result<u64, ApiError> {
    check_short("url", &page.url, 2_000)?;
    check_short("title", &page.title, 300)?;
    let url = page.url.split('#').next().unwrap_or_default().to_owned();
    let area = tenant.settings().area_of(&url).map(str::to_owned);
    let at_ms = app.config.clock.now_ms();
    let page = Page { url, title: page.title.clone(), area, at_ms, errors: page.errors };
    let done = app.submit(tenant, id, Submit::default(), |_| Command::SeePage { page: page.clone() }).await?;
    Ok(done.conversation.seq)
}

/// The id of a customer: a hash of the caller's own name for one, or a fresh one for a visitor.
pub(crate) fn customer_id(own: Option<&str>) -> CustomerId {
    let text = match own {
        Some(own) => format!("u_{}", &crypt::token_hash(&own.trim().to_lowercase())[..32]),
        None => format!("v_{}", Uuid::new_v4().simple()),
    };
    CustomerId::parse(&text).expect("hashes and uuids are plain")
}

pub(crate) fn check_client_id(client_id: &str) -> Result<(), ApiError> {
    let fits = (1..=100).contains(&client_id.len()) && client_id.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { Ok(()) } else { Err(ApiError::invalid("A client_id has 1 to 100 visible ASCII characters.")) }
}

pub(crate) fn check_short(what: &str, text: &str, most: usize) -> Result<(), ApiError> {
    if text.chars().count() <= most {
        Ok(())
    } else {
        Err(ApiError::invalid(format!("{what} has at most {most} characters.")))
    }
}

fn profile(reported: ReportedCustomer) -> Result<Customer, ApiError> {
    let texts = [
        &reported.name,
        &reported.email,
        &reported.tier,
        &reported.company,
        &reported.time_zone,
        &reported.id,
    ];
    for text in texts.into_iter().flatten() {
        check_short("A customer's field", text, 200)?;
    }
    Ok(Customer {
        id: None,
        name: reported.name,
        email: reported.email,
        verified: reported.verified,
        tier: reported.tier,
        company: reported.company,
        time_zone: reported.time_zone,
        contact: None,
        attributes: reported.attributes,
    })
}
