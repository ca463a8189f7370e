//! Settings, knowledge, keys and erasure.

use axum::{
    Json as Answer,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State},
    handler::Handler,
    http::StatusCode,
    response::IntoResponse,
};
use schemars::JsonSchema;
use segue_core::{
    ids::{CustomerId, OrganisationId},
    organisation::Organisation,
};
use segue_store::NewAudit;
use segue_understanding::retrieval::Article;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Access, Api, Doc};
use crate::{
    access::Action,
    app::App,
    error::ApiError,
    extract::{Json, Staff},
    own_models::{MODEL_MAX_BYTES, ModelKind},
};

/// The largest settings, bytes: with the largest policy.
const SETTINGS_MAX_BYTES: usize = 2 * 1024 * 1024;

pub(super) fn routes(api: Api) -> Api {
    let staff = |summary| Doc::new(Access::Staff, summary);
    api.get("/v1/organisation", staff("The settings.").gives::<Organisation>(), settings)
        .put(
            "/v1/organisation",
            staff("Replaces the settings; another policy becomes a version of its own, and live.")
                .takes::<Organisation>()
                .gives::<Organisation>()
                .up_to(SETTINGS_MAX_BYTES),
            put_settings,
        )
        .put("/v1/articles/{id}", staff("Writes an article.").takes::<WrittenArticle>(), put_article)
        .put(
            "/v1/models/{kind}",
            staff("Takes a model of the organisation's own into use: `intent` or `transfer`, as `segue train` writes it."),
            put_model.layer(DefaultBodyLimit::max(MODEL_MAX_BYTES)),
        )
        .delete("/v1/models/{kind}", staff("Goes on without a model of the organisation's own."), drop_model)
        .post("/v1/keys", staff("Makes an API key; it is shown once."), new_key)
        .delete(
            "/v1/customers/{id}",
            staff("Erases a customer: what they wrote becomes unreadable for ever."),
            erase,
        )
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WrittenArticle {
    /// Markdown, with optional front matter.
    markdown: String,
}

impl App {
    /// Writes down a privileged act.
    pub(crate) async fn audit(&self, staff: &Staff, action: &str, detail: Value) -> Result<(), ApiError> {
        self.audit_as(&staff.tenant.id, staff.id().as_str(), action, detail).await
    }

    /// Writes down a privileged act of anybody, Segue itself included.
    pub(crate) async fn audit_as(
        &self,
        organisation: &OrganisationId,
        actor: &str,
        action: &str,
        detail: Value,
    ) -> Result<(), ApiError> {
        let act = NewAudit {
            organisation: organisation.clone(),
            at_ms: self.config.clock.now_ms(),
            actor: actor.to_owned(),
            action: action.to_owned(),
            detail: detail.to_string().into_bytes(),
        };
        self.store.audit_append(act).await?;
        Ok(())
    }
}

async fn settings(staff: Staff) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Tune)?;
    Ok(Answer(staff.tenant.settings().as_ref().clone()))
}

async fn put_settings(
    State(app): State<App>,
    staff: Staff,
    Json(settings): Json<Organisation>,
) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Tune)?;
    if settings.id != staff.tenant.id {
        return Err(ApiError::not_found("organisation"));
    }
    if settings.squads.is_empty() {
        return Err(ApiError::invalid(
            "An organisation needs a squad: a customer must be able to reach somebody.",
        ));
    }
    let problems = settings.routing.problems();
    if !problems.is_empty() {
        return Err(ApiError::invalid(problems.join(" ")));
    }
    app.save_settings(&staff.tenant, settings, staff.id().as_str()).await?;
    app.audit(&staff, "settings.changed", json!({})).await?;
    Ok(Answer(staff.tenant.settings().as_ref().clone()))
}

async fn put_article(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    Json(written): Json<WrittenArticle>,
) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Tune)?;
    segue_core::ids::TicketId::parse(&id).map_err(|error| ApiError::invalid(error.to_string()))?;
    let article = Article::from_markdown(&id, &written.markdown);
    app.put_article(&staff.tenant.id, &article).await?;
    let count = app.reindex(&staff.tenant).await?;
    Ok(Answer(json!({ "articles": count })))
}

async fn put_model(
    State(app): State<App>,
    staff: Staff,
    Path(kind): Path<ModelKind>,
    bytes: Bytes,
) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Tune)?;
    app.use_model(&staff.tenant, kind, &bytes).await?;
    app.audit(&staff, "model.used", json!({ "model": kind, "bytes": bytes.len() })).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn drop_model(
    State(app): State<App>,
    staff: Staff,
    Path(kind): Path<ModelKind>,
) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Tune)?;
    app.drop_model(&staff.tenant, kind).await?;
    app.audit(&staff, "model.dropped", json!({ "model": kind })).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn new_key(State(app): State<App>, staff: Staff) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Manage)?;
    let key = app.new_key(&staff.tenant.id).await?;
    app.audit(&staff, "key.made", json!({})).await?;
    Ok(Answer(json!({ "api_key": key })))
}

async fn erase(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Manage)?;
    let customer = CustomerId::parse(&id).map_err(|_| ApiError::not_found("customer"))?;
    app.erase(&staff.tenant, &customer).await?;
    app.audit(&staff, "customer.erased", json!({ "customer": customer })).await?;
    Ok(StatusCode::NO_CONTENT)
}
