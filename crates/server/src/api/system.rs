//! Health, readiness, metrics, and the description of the interface.

use axum::{Json as Answer, extract::State, http::StatusCode, response::IntoResponse};
use serde_json::json;

use super::{Access, Api, Doc};
use crate::{app::App, error::ApiError};

pub(super) fn routes(api: Api) -> Api {
    api.get("/healthz", Doc::new(Access::Public, "200 while the process serves."), healthz)
        .get("/readyz", Doc::new(Access::Public, "200 while the store answers."), readyz)
        .get(
            "/metrics",
            Doc::new(Access::Public, "Prometheus metrics; loopback and private networks only."),
            metrics,
        )
        .get("/v1/openapi.json", Doc::new(Access::Public, "This document."), openapi)
}

async fn healthz() -> impl IntoResponse {
    Answer(json!({ "status": "ok" }))
}

async fn readyz(State(app): State<App>) -> Result<impl IntoResponse, ApiError> {
    if app.stop.is_cancelled() {
        return Err(ApiError::unavailable("The server is stopping."));
    }
    app.store.next_deadline().await?;
    Ok(Answer(json!({ "status": "ready" })))
}

async fn metrics(crate::extract::Address(address): crate::extract::Address) -> impl IntoResponse {
    let inside = match address {
        std::net::IpAddr::V4(v4) => v4.is_loopback() || v4.is_private(),
        std::net::IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local(),
    };
    if !inside {
        return ApiError::not_found("page").into_response();
    }
    match crate::serve::metrics() {
        Some(handle) => handle.render().into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    }
}

async fn openapi() -> impl IntoResponse {
    Answer(super::openapi())
}
