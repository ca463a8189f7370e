//! Who asks, what they send, and how often they may.

use std::{net::IpAddr, num::NonZeroU32, sync::Arc};

use axum::{
    body::Bytes,
    extract::{ConnectInfo, FromRequest, FromRequestParts, Request},
    http::{HeaderMap, Method, header, request::Parts},
};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use segue_core::{
    ids::{AgentId, ConversationId, OrganisationId},
    organisation::AgentProfile,
};
use segue_store::RecordKind;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    access::{Action, authorise},
    app::App,
    config::Config,
    crypt,
    error::ApiError,
    tenant::Tenant,
};

/// The cookie of a signed-in member of staff.
pub const SESSION_COOKIE: &str = "segue_session";

/// A signed-in member of staff.
pub struct Staff {
    /// Their organisation.
    pub tenant: Arc<Tenant>,
    /// Who they are.
    pub profile: Arc<AgentProfile>,
    /// The hash of the session's token.
    pub session: String,
}

impl Staff {
    /// Refuses what the role may not do.
    pub fn may(&self, action: Action) -> Result<(), ApiError> {
        authorise(self.profile.role, action)
    }

    /// Their id.
    pub fn id(&self) -> &AgentId {
        &self.profile.id
    }
}

/// What a session record says.
#[derive(Serialize, Deserialize)]
pub(crate) struct SessionRecord {
    pub agent: AgentId,
}

/// An assistant or another system with an API key.
pub struct Key {
    /// Whose key it is.
    pub tenant: Arc<Tenant>,
}

/// A customer's browser, bound to one conversation.
pub struct Visitor {
    /// The organisation.
    pub tenant: Arc<Tenant>,
    /// The one conversation.
    pub conversation: ConversationId,
    /// The hash of the token.
    pub token: String,
}

/// What a visitor's record says.
#[derive(Serialize, Deserialize)]
pub(crate) struct VisitorRecord {
    pub conversation: ConversationId,
}

/// A JSON body; refuses other content types, malformed text, unknown fields.
pub struct Json<T>(pub T);

/// Limits on how often somebody may ask.
pub struct Limits {
    visitors: DefaultKeyedRateLimiter<String>,
    sign_ins: DefaultKeyedRateLimiter<IpAddr>,
    opens: DefaultKeyedRateLimiter<IpAddr>,
    keys: Option<DefaultKeyedRateLimiter<OrganisationId>>,
}

impl Limits {
    pub(crate) fn of(config: &Config) -> Self {
        let positive = |n: u32| NonZeroU32::new(n.max(1)).expect("at least one");
        let visitor = Quota::per_second(positive(config.visitor_requests_per_s))
            .allow_burst(positive(config.visitor_requests_per_s.saturating_mul(5)));
        Self {
            visitors: RateLimiter::keyed(visitor),
            sign_ins: RateLimiter::keyed(Quota::per_minute(positive(config.sign_in_per_min))),
            opens: RateLimiter::keyed(Quota::per_minute(positive(config.conversations_per_min))),
            keys: NonZeroU32::new(config.key_requests_per_s)
                .map(|n| RateLimiter::keyed(Quota::per_second(n))),
        }
    }

    /// A sign-in attempt from an address.
    pub fn sign_in(&self, address: IpAddr) -> Result<(), ApiError> {
        self.sign_ins.check_key(&address).map_err(|_| ApiError::too_many(60))
    }

    /// A new conversation from an address.
    pub fn open(&self, address: IpAddr) -> Result<(), ApiError> {
        self.opens.check_key(&address).map_err(|_| ApiError::too_many(60))
    }

    /// A page of a visitor who has no conversation.
    pub(crate) fn page(&self, address: IpAddr) -> Result<(), ApiError> {
        self.visitors.check_key(&address.to_string()).map_err(|_| ApiError::too_many(1))
    }

    /// Forgets who has been quiet; called from time to time.
    pub(crate) fn shrink(&self) {
        self.visitors.retain_recent();
        self.sign_ins.retain_recent();
        self.opens.retain_recent();
    }
}

/// The address a request comes from; the loopback where the server runs without connections, as in tests.
pub struct Address(pub IpAddr);

impl<S: Send + Sync> FromRequestParts<S> for Address {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let info = parts.extensions.get::<ConnectInfo<std::net::SocketAddr>>();
        Ok(Self(info.map_or(IpAddr::from([127, 0, 0, 1]), |info| info.0.ip())))
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok()).find_map(|line| {
        line.split(';')
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, v)| v)
    })
}

/// A request that changes something, or opens a socket, with a cookie must come from our own pages.
pub(crate) fn check_origin(app: &App, headers: &HeaderMap) -> Result<(), ApiError> {
    let refused =
        || ApiError::new(axum::http::StatusCode::FORBIDDEN, "foreign_origin", "Not from this page.");
    let Some(origin) = headers.get(header::ORIGIN) else { return Ok(()) };
    let origin = origin.to_str().map_err(|_| refused())?;
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let ours = match &app.config.public_url {
        Some(url) => origin.eq_ignore_ascii_case(url.trim_end_matches('/')),
        None => origin.split_once("://").is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host)),
    };
    if ours { Ok(()) } else { Err(refused()) }
}

impl FromRequestParts<App> for Staff {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let token = cookie(&parts.headers, SESSION_COOKIE).ok_or_else(ApiError::unauthorised)?;
        let opens_socket = parts.headers.contains_key(header::UPGRADE);
        if opens_socket || !matches!(parts.method, Method::GET | Method::HEAD) {
            check_origin(app, &parts.headers)?;
        }
        let session = crypt::token_hash(token);
        let now_ms = app.config.clock.now_ms();
        let found = app.store.find_records(RecordKind::Session, &session, now_ms).await?;
        let record = found.into_iter().next().ok_or_else(ApiError::unauthorised)?;
        let tenant = app.tenant(&record.organisation).map_err(|_| ApiError::unauthorised())?;
        let body: SessionRecord =
            serde_json::from_slice(&record.body).map_err(|error| ApiError::internal(&error))?;
        let profile = tenant.agent(&body.agent).ok_or_else(ApiError::unauthorised)?;
        Ok(Self { tenant, profile, session })
    }
}

impl FromRequestParts<App> for Key {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let key = bearer(&parts.headers).ok_or_else(ApiError::unauthorised)?;
        let tenant = app.tenant_of_key(key).ok_or_else(ApiError::unauthorised)?;
        if let Some(limit) = &app.limits.keys {
            limit.check_key(&tenant.id).map_err(|_| ApiError::too_many(1))?;
        }
        Ok(Self { tenant })
    }
}

impl FromRequestParts<App> for Visitor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let token = bearer(&parts.headers).ok_or_else(ApiError::unauthorised)?;
        let token = crypt::token_hash(token);
        app.limits.visitors.check_key(&token).map_err(|_| ApiError::too_many(1))?;
        let now_ms = app.config.clock.now_ms();
        let found = app.store.find_records(RecordKind::Session, &format!("visitor:{token}"), now_ms).await?;
        let record = found.into_iter().next().ok_or_else(ApiError::unauthorised)?;
        let tenant = app.tenant(&record.organisation).map_err(|_| ApiError::unauthorised())?;
        let body: VisitorRecord =
            serde_json::from_slice(&record.body).map_err(|error| ApiError::internal(&error))?;
        Ok(Self { tenant, conversation: body.conversation, token })
    }
}

impl Visitor {
    /// The one conversation, or not found: another visitor's looks like none.
    pub fn own(&self, id: &str) -> Result<&ConversationId, ApiError> {
        if self.conversation.as_str() == id {
            Ok(&self.conversation)
        } else {
            Err(ApiError::not_found("conversation"))
        }
    }
}

/// A conversation's id in a path; one that cannot exist is not found.
pub(crate) fn conversation_id(text: &str) -> Result<ConversationId, ApiError> {
    ConversationId::parse(text).map_err(|_| ApiError::not_found("conversation"))
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        use axum::http::StatusCode as Status;
        let is_json =
            request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(
                |value| value.split(';').next().is_some_and(|kind| kind.trim() == "application/json"),
            );
        if !is_json {
            return Err(ApiError::new(
                Status::UNSUPPORTED_MEDIA_TYPE,
                "not_json",
                "Send the body as application/json.",
            ));
        }
        let bytes =
            Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
                Status::PAYLOAD_TOO_LARGE => {
                    ApiError::new(Status::PAYLOAD_TOO_LARGE, "too_large", "The body is too large.")
                }
                _ => ApiError::new(Status::BAD_REQUEST, "cut_body", "The body did not arrive whole."),
            })?;
        read(&bytes).map(Json)
    }
}

/// Reads a body; what is wrong is told with the field it is in.
fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let malformed = |error: &serde_json::Error| {
        ApiError::new(axum::http::StatusCode::BAD_REQUEST, "malformed_json", error.to_string())
    };
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|wrong| {
        let (path, error) = (wrong.path().to_string(), wrong.inner());
        if !error.is_data() {
            return malformed(error);
        }
        let said = error.to_string();
        let why = said.split(" at line ").next().unwrap_or_default();
        ApiError::invalid(if path == "." { why.to_owned() } else { format!("{path}: {why}") })
    })?;
    json.end().map_err(|error| malformed(&error))?;
    Ok(value)
}
