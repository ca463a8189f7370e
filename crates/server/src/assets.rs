//! The built front end, embedded. Pages come with a strict content security policy; nothing is inline.

use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use rust_embed::{EmbeddedFile, RustEmbed};
use serde::Deserialize;

use crate::{app::App, error::ApiError};

/// The workspace and the widget as built.
#[derive(RustEmbed)]
#[folder = "../../web/dist"]
struct Dist;

/// The demo's sites.
#[derive(RustEmbed)]
#[folder = "../../web/demo-sites"]
#[exclude = "*.md"]
struct DemoSites;

const WORKSPACE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-hashes'; \
    style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// For ever: the name has the content's hash.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// Asked for again each time, with its hash.
const REVALIDATE: &str = "no-cache";

/// `GET /assets/{*path}`
pub(crate) async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Response {
    file(Dist::get(&format!("workspace/assets/{path}")), &path, IMMUTABLE, &headers)
}

/// Every other address that a person opens is the workspace; it routes by itself.
pub(crate) async fn workspace(uri: Uri, headers: HeaderMap) -> Response {
    if uri.path().starts_with("/v1/") || uri.path().starts_with("/assets/") {
        return ApiError::not_found("page").into_response();
    }
    let name = uri.path().trim_start_matches('/');
    let direct = (!name.is_empty()).then(|| Dist::get(&format!("workspace/{name}"))).flatten();
    if direct.is_some() && name != "index.html" {
        return file(direct, name, REVALIDATE, &headers);
    }
    let mut response = file(Dist::get("workspace/index.html"), "index.html", REVALIDATE, &headers);
    let out = response.headers_mut();
    out.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(WORKSPACE_POLICY));
    out.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    response
}

/// `GET /widget.js`
pub(crate) async fn loader(headers: HeaderMap) -> Response {
    let mut response = file(Dist::get("widget/widget.js"), "widget.js", REVALIDATE, &headers);
    let out = response.headers_mut();
    out.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    response
}

#[derive(Deserialize)]
pub(crate) struct FrameOf {
    site: Option<String>,
}

/// `GET /widget/frame?site=KEY`: only the site's own origins may frame it.
pub(crate) async fn frame(
    State(app): State<App>,
    Query(query): Query<FrameOf>,
    headers: HeaderMap,
) -> Response {
    let origins = query.site.and_then(|key| app.site(&key)).map(|(_, site)| site.origins).unwrap_or_default();
    let valid = |origin: &&String| origin.starts_with("http") && !origin.contains([' ', ';', ',', '\'', '"']);
    let ancestors: Vec<&str> = origins.iter().filter(valid).map(String::as_str).collect();
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; \
         img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'self' {}",
        ancestors.join(" ")
    );
    let mut response = file(Dist::get("widget/frame.html"), "frame.html", REVALIDATE, &headers);
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// `GET /widget/{*path}`: the frame's own files.
pub(crate) async fn widget_file(Path(path): Path<String>, headers: HeaderMap) -> Response {
    let mut response = file(Dist::get(&format!("widget/{path}")), &path, REVALIDATE, &headers);
    if path == "offer.js" {
        // The loader fetches it into the customer's own page.
        let anywhere = HeaderValue::from_static("cross-origin");
        response.headers_mut().insert("cross-origin-resource-policy", anywhere);
    }
    response
}

/// `GET /demo/{site}/...`: the demo's sites, only in the demo.
pub(crate) async fn demo_site(State(app): State<App>, uri: Uri, headers: HeaderMap) -> Response {
    if app.demo.load().is_none() {
        return ApiError::not_found("page").into_response();
    }
    let path = uri.path().trim_start_matches("/demo/");
    if !path.contains('/') {
        return Redirect::temporary(&format!("/demo/{path}/")).into_response();
    }
    let wanted = match path.trim_end_matches('/') {
        path if path.rsplit('/').next().is_some_and(|name| name.contains('.')) => path.to_owned(),
        path if DemoSites::get(&format!("{path}.html")).is_some() => format!("{path}.html"),
        path => format!("{path}/index.html"),
    };
    file(DemoSites::get(&wanted), &wanted, REVALIDATE, &headers)
}

fn file(found: Option<EmbeddedFile>, name: &str, cache: &'static str, headers: &HeaderMap) -> Response {
    let Some(found) = found else { return ApiError::not_found("page").into_response() };
    let hash = found.metadata.sha256_hash();
    let tag: String = hash[..12].iter().map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("\"{tag}\"");
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == tag.as_bytes());
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, content_type(name))], found.data).into_response()
    };
    let out = response.headers_mut();
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        out.insert(header::ETAG, tag);
    }
    response
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "ico" => "image/x-icon",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
