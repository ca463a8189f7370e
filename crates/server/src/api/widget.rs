//! For the customer's widget. A token is bound to one conversation; everything else is not found.

use std::sync::Arc;

use axum::{
    Json as Answer,
    extract::{Path, State},
    http::{StatusCode, header},
    response::IntoResponse,
};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use schemars::JsonSchema;
use segue_core::{
    command::Command,
    context::{Customer, Role},
    event::AssistantKind,
    ids::ConversationId,
};
use segue_store::{NewRecord, RecordKind};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Access, Api, ById, Doc,
    assistant::{SeenPage, check_client_id, check_short, customer_id, see_page},
    session::check_email,
};
use crate::{
    app::App,
    crypt,
    error::ApiError,
    extract::{Address, Json, Visitor, VisitorRecord},
    pipeline::{Said, Submit},
    realtime,
    tenant::Tenant,
    widget_view::{self, Item, WidgetState},
};

/// How long a visitor's token lasts, ms.
const TOKEN_MS: i64 = 90 * 24 * 3600 * 1000;

pub(super) fn routes(api: Api) -> Api {
    let visitor = |summary| Doc::new(Access::Visitor, summary);
    api.get("/v1/widget/sites/{key}", Doc::new(Access::Public, "What the widget of a site looks like."), site)
        .post(
            "/v1/widget/conversations",
            Doc::new(Access::Public, "Opens a conversation for a visitor.")
                .takes::<NewVisitor>()
                .gives::<Welcome>(),
            open,
        )
        .get(
            "/v1/widget/conversations/{id}",
            visitor("Everything shown so far.").gives::<Snapshot>(),
            snapshot,
        )
        .get(
            "/v1/widget/conversations/{id}/stream",
            visitor("Server-sent events; resumes after Last-Event-ID or ?after="),
            realtime::widget::stream,
        )
        .post(
            "/v1/widget/conversations/{id}/messages",
            visitor("Says something.").takes::<Message>().gives::<Seq>(),
            message,
        )
        .post(
            "/v1/widget/conversations/{id}/human",
            visitor("Asks for a person; always honoured.").takes::<ById>().gives::<Seq>(),
            human,
        )
        .post(
            "/v1/widget/conversations/{id}/proposal",
            visitor("Answers the offer of a person.").takes::<AnswerProposal>().gives::<Seq>(),
            proposal,
        )
        .post(
            "/v1/widget/conversations/{id}/contact",
            visitor("Leaves an address for the answer.").takes::<Contact>().gives::<Seq>(),
            contact,
        )
        .post(
            "/v1/widget/conversations/{id}/page",
            visitor("Tells which page is open.").takes::<SeenPageWithContext>().gives::<Seq>(),
            page,
        )
        .post(
            "/v1/widget/conversations/{id}/rating",
            visitor("Judges the conversation.").takes::<Rating>().gives::<Seq>(),
            rating,
        )
        .post(
            "/v1/widget/conversations/{id}/identify",
            visitor("Proves who the visitor is; the token changes.").takes::<Identify>().gives::<Welcome>(),
            identify,
        )
        .post("/v1/widget/conversations/{id}/typing", visitor("The visitor types."), typing)
}

/// A visitor who begins.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewVisitor {
    /// The site's public key.
    pub site: String,
    /// The browser's id for this conversation.
    pub client_id: String,
    /// ISO 639-1 code of the browser.
    #[serde(default)]
    pub language: Option<String>,
    /// IANA name.
    #[serde(default)]
    pub time_zone: Option<String>,
    /// Where they are.
    #[serde(default)]
    pub page: Option<SeenPage>,
    /// A JWT signed with the organisation's identity secret.
    #[serde(default)]
    pub identity: Option<String>,
}

/// The claims of an identity.
#[derive(Debug, Deserialize)]
struct Identity {
    /// The organisation's own id of the customer.
    sub: String,
    name: Option<String>,
    email: Option<String>,
    tier: Option<String>,
    company: Option<String>,
    time_zone: Option<String>,
    #[serde(default)]
    attributes: serde_json::Map<String, Value>,
}

/// What a browser needs to go on.
#[derive(Serialize, JsonSchema)]
pub struct Welcome {
    /// The conversation.
    pub conversation: ConversationId,
    /// For the `Authorization` header; kept by the browser.
    pub token: String,
    #[serde(flatten)]
    pub(super) shown: Snapshot,
}

/// Everything shown so far.
#[derive(Serialize, JsonSchema)]
pub struct Snapshot {
    /// The last event.
    pub seq: u64,
    items: Vec<Item>,
    state: WidgetState,
}

#[derive(Serialize, JsonSchema)]
struct Seq {
    seq: u64,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Message {
    client_id: String,
    text: String,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AnswerProposal {
    client_id: String,
    accept: bool,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Contact {
    client_id: String,
    email: String,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SeenPageWithContext {
    url: String,
    #[serde(default)]
    title: String,
    /// What the page itself tells. `errors`: how many it has shown; the rest is not used.
    #[serde(default)]
    context: Option<Value>,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "GiveRating")]
struct Rating {
    client_id: String,
    /// 1 (bad) to 5 (good).
    score: u8,
    #[serde(default)]
    comment: String,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Identify {
    identity: String,
}

impl App {
    /// Opens a conversation for a visitor of a site; the answer is the conversation and its token.
    pub async fn open_visitor(
        &self,
        visitor: &NewVisitor,
    ) -> Result<(Arc<Tenant>, ConversationId, String), ApiError> {
        let (tenant, _) = self.site(&visitor.site).ok_or_else(|| ApiError::not_found("site"))?;
        check_client_id(&visitor.client_id)?;
        for text in [&visitor.language, &visitor.time_zone].into_iter().flatten() {
            check_short("A field", text, 64)?;
        }
        let identity = visitor.identity.as_deref().map(|token| verify(&tenant, token)).transpose()?;
        let customer = customer_id(identity.as_ref().map(|identity| identity.sub.as_str()));
        let mut profile = identity.map(profile).unwrap_or_default();
        profile.time_zone = profile.time_zone.or_else(|| visitor.time_zone.clone());
        let id = ConversationId::parse(&format!("c_{}", Uuid::new_v4().simple())).expect("a plain id");
        let language = visitor.language.as_deref().and_then(|code| code.get(..2)).map(str::to_lowercase);
        let command = |_: &_| Command::Open {
            customer: customer.clone(),
            channel: "chat".into(),
            assistant: AssistantKind::BuiltIn,
            language: language.clone(),
            profile: profile.clone(),
        };
        self.submit(&tenant, &id, Submit::default(), command).await?;
        if let Some(page) = &visitor.page {
            see_page(self, &tenant, &id, page).await?;
        }
        let token = self.new_visitor_token(&tenant, &id).await?;
        Ok((tenant, id, token))
    }

    async fn new_visitor_token(&self, tenant: &Tenant, id: &ConversationId) -> Result<String, ApiError> {
        let token = crypt::token("vt");
        let hash = crypt::token_hash(&token);
        let now_ms = self.config.clock.now_ms();
        let body = VisitorRecord { conversation: id.clone() };
        let record = NewRecord {
            organisation: tenant.id.clone(),
            id: format!("visitor:{hash}"),
            lookup: Some(format!("visitor:{hash}")),
            body: serde_json::to_vec(&body).map_err(|error| ApiError::internal(&error))?,
            at_ms: now_ms,
            expires_at_ms: Some(now_ms + TOKEN_MS),
            expected_version: None,
        };
        self.store.put_record(RecordKind::Session, record).await?;
        Ok(token)
    }

    /// A signed identity as the organisation's own server would make one; for the demo and for tests.
    pub fn sign_identity(&self, tenant: &Tenant, claims: &Value) -> Result<String, ApiError> {
        let key = jsonwebtoken::EncodingKey::from_secret(&tenant.identity_secret);
        let mut claims = claims.clone();
        claims["aud"] = audience(tenant).into();
        claims["exp"] = (jiff::Timestamp::now().as_second() + 3600).into();
        jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &key)
            .map_err(|error| ApiError::internal(&error))
    }
}

fn audience(tenant: &Tenant) -> String {
    format!("segue:{}", tenant.id)
}

fn verify(tenant: &Tenant, token: &str) -> Result<Identity, ApiError> {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_audience(&[audience(tenant)]);
    validation.set_required_spec_claims(&["exp", "aud", "sub"]);
    let key = DecodingKey::from_secret(&tenant.identity_secret);
    let refused = |_| {
        ApiError::new(
            StatusCode::UNAUTHORIZED,
            "invalid_identity",
            "The identity is not signed for this site.",
        )
    };
    let identity: Identity = jsonwebtoken::decode(token, &key, &validation).map_err(refused)?.claims;
    let texts = [&identity.name, &identity.email, &identity.tier, &identity.company, &identity.time_zone];
    for text in texts.into_iter().flatten().chain([&identity.sub]) {
        check_short("A claim", text, 200)?;
    }
    Ok(identity)
}

fn profile(identity: Identity) -> Customer {
    Customer {
        id: None,
        name: identity.name,
        email: identity.email,
        verified: true,
        tier: identity.tier,
        company: identity.company,
        time_zone: identity.time_zone,
        contact: None,
        attributes: identity.attributes,
    }
}

/// Everything a visitor sees of a conversation.
pub(crate) async fn shown(app: &App, tenant: &Tenant, id: &ConversationId) -> Result<Snapshot, ApiError> {
    let conversation = app.conversation(tenant, id).await?;
    let (items, seq) = realtime::widget::items_after(app, tenant, &conversation, 0).await?;
    let state = widget_view::state(tenant, &conversation, app.config.clock.now_ms());
    Ok(Snapshot { seq, items, state })
}

impl Snapshot {
    /// Apart, for the stream.
    pub(crate) fn into_parts(self) -> (u64, Vec<Item>, WidgetState) {
        (self.seq, self.items, self.state)
    }
}

async fn site(State(app): State<App>, Path(key): Path<String>) -> Result<impl IntoResponse, ApiError> {
    let (tenant, _) = app.site(&key).ok_or_else(|| ApiError::not_found("site"))?;
    let settings = tenant.settings();
    let look = Answer(json!({
        "organisation_name": settings.name,
        "assistant_name": settings.assistant_name,
        "accent": settings.accent,
        "greeting": settings.greeting,
        "language": settings.language,
        "suggestions": settings.suggestions,
        "always_human": true,
    }));
    // The loader asks from the page that embeds it; there is nothing in it that the page does not show.
    Ok(([(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")], look))
}

async fn open(
    State(app): State<App>,
    Address(address): Address,
    Json(visitor): Json<NewVisitor>,
) -> Result<impl IntoResponse, ApiError> {
    app.limits.open(address)?;
    let (tenant, conversation, token) = app.open_visitor(&visitor).await?;
    let shown = shown(&app, &tenant, &conversation).await?;
    Ok(Answer(Welcome { conversation, token, shown }))
}

async fn snapshot(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, ApiError> {
    Ok(Answer(shown(&app, &visitor.tenant, visitor.own(&id)?).await?))
}

async fn message(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    Json(message): Json<Message>,
) -> Result<impl IntoResponse, ApiError> {
    let id = visitor.own(&id)?;
    check_client_id(&message.client_id)?;
    let submit = Submit::once("message", &message.client_id, &message);
    let said = Said {
        role: Role::Customer,
        agent: None,
        client_id: Some(message.client_id),
        text: message.text,
        confidence: None,
        citations: vec![],
    };
    let done = app.speak(&visitor.tenant, id, said, submit).await?;
    Ok(Answer(Seq { seq: done.receipt.seq }))
}

/// Submits a command that a visitor may send once by its client id.
async fn once<B: Serialize>(
    app: &App,
    visitor: &Visitor,
    id: &str,
    kind: &str,
    client_id: &str,
    body: &B,
    command: Command,
) -> Result<Answer<Seq>, ApiError> {
    let id = visitor.own(id)?;
    check_client_id(client_id)?;
    let done =
        app.submit(&visitor.tenant, id, Submit::once(kind, client_id, body), |_| command.clone()).await?;
    Ok(Answer(Seq { seq: done.receipt.seq }))
}

async fn human(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    Json(body): Json<ById>,
) -> Result<impl IntoResponse, ApiError> {
    once(&app, &visitor, &id, "human", &body.client_id, &body, Command::RequestHuman).await
}

async fn proposal(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    Json(body): Json<AnswerProposal>,
) -> Result<impl IntoResponse, ApiError> {
    let command = Command::AnswerProposal { accept: body.accept };
    once(&app, &visitor, &id, "proposal", &body.client_id, &body, command).await
}

async fn contact(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    Json(body): Json<Contact>,
) -> Result<impl IntoResponse, ApiError> {
    let command = Command::LeaveContact { address: check_email(&body.email)? };
    once(&app, &visitor, &id, "contact", &body.client_id, &body, command).await
}

async fn rating(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    Json(body): Json<Rating>,
) -> Result<impl IntoResponse, ApiError> {
    let command = Command::Rate { score: body.score, comment: body.comment.clone() };
    once(&app, &visitor, &id, "rating", &body.client_id, &body, command).await
}

async fn page(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    Json(body): Json<SeenPageWithContext>,
) -> Result<impl IntoResponse, ApiError> {
    let id = visitor.own(&id)?;
    let errors = body.context.as_ref().and_then(|context| context["errors"].as_u64());
    let errors = u32::try_from(errors.unwrap_or_default()).unwrap_or(u32::MAX);
    let page = SeenPage { url: body.url, title: body.title, errors };
    Ok(Answer(Seq { seq: see_page(&app, &visitor.tenant, id, &page).await? }))
}

async fn identify(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    Json(body): Json<Identify>,
) -> Result<impl IntoResponse, ApiError> {
    let id = visitor.own(&id)?.clone();
    let profile = profile(verify(&visitor.tenant, &body.identity)?);
    let known = app.conversation(&visitor.tenant, &id).await?;
    let already = known.package.customer.email.as_ref().filter(|_| known.package.customer.verified);
    if already.is_some() && already != profile.email.as_ref() {
        return Err(ApiError::new(
            StatusCode::CONFLICT,
            "other_identity",
            "This conversation belongs to somebody else.",
        ));
    }
    app.submit(&visitor.tenant, &id, Submit::default(), |_| Command::Identify { profile: profile.clone() })
        .await?;
    let token = app.new_visitor_token(&visitor.tenant, &id).await?;
    let old = format!("visitor:{}", visitor.token);
    app.store.delete_record(RecordKind::Session, &visitor.tenant.id, &old).await?;
    let shown = shown(&app, &visitor.tenant, &id).await?;
    Ok(Answer(Welcome { conversation: id, token, shown }))
}

async fn typing(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, ApiError> {
    let id = visitor.own(&id)?;
    let wake = segue_bus::Wake::Typing { conversation: id.clone(), role: Role::Customer };
    app.bus.publish(&visitor.tenant.id, wake);
    Ok(StatusCode::NO_CONTENT)
}
