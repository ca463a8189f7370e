//! Errors: [`ServerError`] ends a start, [`ApiError`] answers a request.
//!
//! An [`ApiError`] is problem+json with a stable `code`; each code has a page in docs/errors/. It never says
//! what is inside: causes are logged where they are handled, once.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use segue_core::command::Rejection;
use segue_store::StoreError;
use serde::Serialize;
use serde_json::{Map, Value};

/// Why a server cannot start or a command cannot be done.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// A setting makes no sense.
    #[error("{0}")]
    Config(String),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The address cannot be had.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Which.
        address: std::net::SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// A stored thing cannot be read.
    #[error("{0}")]
    Unreadable(String),
}

/// The answer to a request that cannot be done.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiError {
    /// HTTP status.
    pub status: StatusCode,
    /// Stable word.
    pub code: &'static str,
    /// What happened, why, what to do.
    pub detail: String,
    /// Seconds after which a retry makes sense.
    pub retry_after_s: Option<u32>,
    /// What programs need beside the code, by name.
    pub members: Option<Box<Map<String, Value>>>,
}

#[derive(Serialize)]
struct Problem<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    code: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    detail: &'a str,
    #[serde(flatten)]
    members: Option<&'a Map<String, Value>>,
}

impl ApiError {
    /// An error with its code and words.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), retry_after_s: None, members: None }
    }

    /// The same with something that programs need beside the code.
    pub(crate) fn with(mut self, name: &str, value: Value) -> Self {
        self.members.get_or_insert_default().insert(name.to_owned(), value);
        self
    }

    /// Nobody is signed in, or the key is unknown.
    pub fn unauthorised() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorised", "Sign in, or send a valid key or token.")
    }

    /// Signed in, but not allowed to.
    pub fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "Your role does not allow this.")
    }

    /// There is none, or it is somebody else's: the two look the same.
    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", format!("There is no such {what}."))
    }

    /// A field that makes no sense.
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_body", detail)
    }

    /// Too many requests.
    pub fn too_many(retry_after_s: u32) -> Self {
        let error = Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", "Slow down and try again.");
        Self { retry_after_s: Some(retry_after_s), ..error }
    }

    /// Something of ours is broken; the cause is in the log.
    pub fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(cause = %cause, "a request failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "This is our fault. Try again.")
    }

    /// Cannot be done now; nothing was lost.
    pub fn unavailable(detail: &str) -> Self {
        let error = Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail);
        Self { retry_after_s: Some(1), ..error }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let problem = Problem {
            r#type: format!("https://segue.example/errors/{}", self.code),
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            code: self.code,
            detail: &self.detail,
            members: self.members.as_deref(),
        };
        let body = serde_json::to_vec(&problem).expect("a problem is plain JSON");
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}

impl From<Rejection> for ApiError {
    fn from(rejection: Rejection) -> Self {
        let status = match rejection {
            Rejection::NotOpened => StatusCode::NOT_FOUND,
            Rejection::UnknownSquad
            | Rejection::EmptyText
            | Rejection::TextTooLong
            | Rejection::InvalidNumber
            | Rejection::InvalidScore => StatusCode::UNPROCESSABLE_ENTITY,
            Rejection::NotYours | Rejection::NotAllowed => StatusCode::FORBIDDEN,
            Rejection::AssistantSilenced(_)
            | Rejection::StaleEpoch { .. }
            | Rejection::OfferGone
            | Rejection::SlotGone
            | Rejection::WrongState(_) => StatusCode::CONFLICT,
        };
        Self::new(status, rejection.code(), capitalised(&rejection.to_string()))
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::IdReused => Self::new(
                StatusCode::CONFLICT,
                "client_id_reused",
                "This client_id was used before with another body. Use a new one for each message.",
            ),
            StoreError::TooLarge { .. } => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "The content is too large.")
            }
            StoreError::Full => Self::unavailable("The disk is full. Nothing was saved."),
            StoreError::Busy | StoreError::Stopped(_) => Self::unavailable("The store is busy. Try again."),
            other => Self::internal(&other),
        }
    }
}

pub(crate) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}
