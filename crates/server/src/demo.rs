//! The demo's accounts, sites and signed-in visitors. What is in the demo is the binary's business; the server
//! only offers it.

use std::{collections::HashMap, fmt, sync::Arc};

use axum::{
    Json,
    extract::{Path, State},
    response::IntoResponse,
};
use futures::future::BoxFuture;
use segue_core::ids::OrganisationId;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{app::App, error::ApiError};

/// What a visitor of the demo can try.
#[derive(Clone, Debug, Default)]
pub struct Demo {
    /// Staff to sign in as.
    pub accounts: Vec<DemoAccount>,
    /// Sites to chat on.
    pub sites: Vec<DemoSite>,
    /// Claims of the visitor who is signed in on a site, by the site's key.
    pub identities: HashMap<String, Value>,
}

/// A member of staff of the demo.
#[derive(Clone, Debug, Serialize)]
pub struct DemoAccount {
    /// Full name.
    pub name: String,
    /// To sign in.
    pub email: String,
    /// To sign in; no secret.
    pub password: String,
    /// Where they work.
    pub organisation: String,
    /// `agent`, `supervisor` ...
    pub role: String,
    /// One line about what there is to see.
    pub about: String,
}

/// A site of the demo.
#[derive(Clone, Debug, Serialize)]
pub struct DemoSite {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// Whose it is.
    pub organisation: OrganisationId,
    /// One line about what there is to see.
    pub about: String,
}

/// Loads the demo into a server.
#[derive(Clone)]
pub struct DemoLoader(pub Arc<dyn Fn(App) -> BoxFuture<'static, Result<Demo, ApiError>> + Send + Sync>);

impl fmt::Debug for DemoLoader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DemoLoader")
    }
}

impl App {
    /// Loads the demo; once it is there, this only offers it again.
    pub async fn load_demo(&self) -> Result<(), ApiError> {
        let loader = self.config.demo_loader.clone().ok_or_else(|| ApiError::not_found("demo"))?;
        let demo = (loader.0)(self.clone()).await?;
        self.demo.store(Some(Arc::new(demo)));
        Ok(())
    }
}

/// `GET /demo/{site}/identity`: what the site's own server would hand to its signed-in visitor.
pub(crate) async fn identity(
    State(app): State<App>,
    Path(site): Path<String>,
) -> Result<impl IntoResponse, ApiError> {
    let not_found = || ApiError::not_found("page");
    let demo = app.demo.load_full().ok_or_else(not_found)?;
    let claims = demo.identities.get(&site).ok_or_else(not_found)?;
    let (tenant, _) = app.site(&site).ok_or_else(not_found)?;
    Ok(Json(json!({ "token": app.sign_identity(&tenant, claims)? })))
}
