//! Offers of a person to visitors who have not written.

use std::net::IpAddr;

use axum::{
    Json as Answer, Router,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::options,
};
use schemars::JsonSchema;
use segue_core::{
    command::Command,
    context::Page,
    ids::AtMs,
    proactive::{self, Remembered},
};
use serde::{Deserialize, Serialize};

use super::{
    Access, Api, Doc,
    assistant::check_short,
    widget::{NewVisitor, Welcome, shown},
};
use crate::{
    app::App,
    error::ApiError,
    extract::{Address, Json},
    observe,
    pipeline::Submit,
};

/// The most times of earlier offers that a browser tells.
const OFFERED_MAX: usize = 20;

pub(super) fn routes(api: Api) -> Api {
    let public = |summary| Doc::new(Access::Public, summary);
    api.post(
        "/v1/widget/offers",
        public("What a visitor on a page is offered, if anything.").takes::<Asked>().gives::<Answered>(),
        offer,
    )
    .post(
        "/v1/widget/offers/accepted",
        public("Opens a conversation for a visitor who accepts; a person is on the way.")
            .takes::<NewVisitor>()
            .gives::<Welcome>(),
        accepted,
    )
    .post(
        "/v1/widget/offers/dismissed",
        public("Says that a visitor wants nobody.").takes::<Dismissed>(),
        dismissed,
    )
}

/// Says to browsers that pages of any site may ask: the page itself does, before there is a frame of ours. No cookie and no
/// token goes with it.
pub(super) fn preflights(router: Router<App>) -> Router<App> {
    let preflight = || async {
        let headers = [
            (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
            (header::ACCESS_CONTROL_ALLOW_METHODS, "POST"),
            (header::ACCESS_CONTROL_ALLOW_HEADERS, "content-type"),
            (header::ACCESS_CONTROL_MAX_AGE, "86400"),
        ];
        (StatusCode::NO_CONTENT, headers)
    };
    router
        .route("/v1/widget/offers", options(preflight))
        .route("/v1/widget/offers/dismissed", options(preflight))
}

/// An answer that pages of any site may read.
fn readable(answer: Result<impl IntoResponse, ApiError>) -> Response {
    let mut response = answer.into_response();
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "AskOffer")]
struct Asked {
    /// The site's public key.
    site: String,
    url: String,
    #[serde(default)]
    title: String,
    /// ISO 639-1 code of the browser.
    #[serde(default)]
    language: Option<String>,
    /// When this browser was shown offers, Unix ms, the last 20 at most.
    #[serde(default)]
    offered_ms: Vec<AtMs>,
    /// When one was last dismissed in this browser, Unix ms.
    #[serde(default)]
    dismissed_ms: Option<AtMs>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AnsweredOffer")]
struct Answered {
    offer: Option<Offer>,
}

/// To be shown after a while on the page.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ProactiveOffer")]
struct Offer {
    after_s: u32,
    area: String,
    text: String,
    yes: &'static str,
    no: &'static str,
}

#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "DismissedOffer")]
struct Dismissed {
    /// The site's public key.
    site: String,
    area: String,
}

async fn offer(State(app): State<App>, Address(address): Address, Json(asked): Json<Asked>) -> Response {
    readable(made(&app, address, asked))
}

fn made(app: &App, address: IpAddr, asked: Asked) -> Result<impl IntoResponse + use<>, ApiError> {
    app.limits.page(address)?;
    let (tenant, _) = app.site(&asked.site).ok_or_else(|| ApiError::not_found("site"))?;
    check_short("url", &asked.url, 2_000)?;
    check_short("title", &asked.title, 300)?;
    if asked.offered_ms.len() > OFFERED_MAX {
        return Err(ApiError::invalid(format!("`offered_ms` has at most {OFFERED_MAX} times.")));
    }
    let (settings, now_ms) = (tenant.settings(), app.now_ms());
    let url = asked.url.split('#').next().unwrap_or_default().to_owned();
    let area = settings.area_of(&url).map(str::to_owned);
    let page = Page { url, title: asked.title, area, at_ms: now_ms, errors: 0 };
    let language = asked.language.as_deref().and_then(|code| code.get(..2)).map(str::to_lowercase);
    let language = language.as_deref().unwrap_or(&settings.language);
    let remembered = Remembered { offered_ms: asked.offered_ms, dismissed_ms: asked.dismissed_ms };
    let coverage = tenant.desk.coverage();
    let made = proactive::offer(&settings, &page, language, &remembered, &coverage, now_ms);
    let offer = made.map(|made| {
        observe::page_offer(&made.area, "made");
        Offer { after_s: made.after_s, area: made.area, text: made.text, yes: made.yes, no: made.no }
    });
    Ok(Answer(Answered { offer }))
}

async fn accepted(
    State(app): State<App>,
    Address(address): Address,
    Json(visitor): Json<NewVisitor>,
) -> Result<impl IntoResponse, ApiError> {
    app.limits.open(address)?;
    let (tenant, id, token) = app.open_visitor(&visitor).await?;
    let done = app.submit(&tenant, &id, Submit::default(), |_| Command::AcceptOffer).await?;
    let area = done.conversation.package.page.as_ref().and_then(|page| page.area.clone());
    observe::page_offer(area.as_deref().unwrap_or_default(), "accepted");
    let shown = shown(&app, &tenant, &id).await?;
    Ok(Answer(Welcome { conversation: id, token, shown }))
}

async fn dismissed(
    State(app): State<App>,
    Address(address): Address,
    Json(dismissed): Json<Dismissed>,
) -> Response {
    readable(count_dismissed(&app, address, &dismissed))
}

fn count_dismissed(app: &App, address: IpAddr, dismissed: &Dismissed) -> Result<StatusCode, ApiError> {
    let Dismissed { site, area } = dismissed;
    app.limits.page(address)?;
    let (tenant, _) = app.site(site).ok_or_else(|| ApiError::not_found("site"))?;
    // Only areas of the policy: a label of a metric is not a visitor's to make up.
    let known = tenant.settings().policy.areas.iter().any(|rule| rule.area == *area);
    if known {
        observe::page_offer(area, "dismissed");
    }
    Ok(StatusCode::NO_CONTENT)
}
