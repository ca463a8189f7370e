//! What makes no sense or is not allowed gets problem+json, and never a 5xx.

use reqwest::{Method, StatusCode};
use segue_testkit::{As, TestApp, read};
use serde_json::{Value, json};

#[tokio::test]
async fn bad_bodies_are_told_apart() {
    let app = TestApp::start().await;
    app.open("c1").await;
    let path = "/v1/conversations/c1/turns";
    let send = async |content_type: &str, body: String| {
        read(app.request(Method::POST, &app.bot(), path).header("content-type", content_type).body(body))
            .await
    };
    let long = format!(r#"{{"client_id":"a","role":"customer","text":"{}"}}"#, "x".repeat(9_000));
    let huge = format!(r#"{{"client_id":"a","role":"customer","text":"{}"}}"#, "x".repeat(100_000));
    let json = "application/json";
    let cases = [
        (json, "{", StatusCode::BAD_REQUEST, "malformed_json"),
        (json, "{}", StatusCode::UNPROCESSABLE_ENTITY, "invalid_body"),
        (
            json,
            r#"{"client_id":"a","role":"agent","text":"hi"}"#,
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid_body",
        ),
        (
            json,
            r#"{"client_id":"","role":"customer","text":"hi"}"#,
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid_body",
        ),
        (
            json,
            r#"{"client_id":"a","role":"customer","text":" "}"#,
            StatusCode::UNPROCESSABLE_ENTITY,
            "empty_text",
        ),
        (
            json,
            r#"{"client_id":"a","role":"customer","text":"hi","verified":true}"#,
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid_body",
        ),
        (
            json,
            r#"{"client_id":"a","role":"customer","text":{"$ne":1}}"#,
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid_body",
        ),
        (json, &long, StatusCode::UNPROCESSABLE_ENTITY, "text_too_long"),
        (json, &huge, StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
        ("text/plain", "hi", StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json"),
    ];
    for (content_type, body, status, code) in cases {
        let reply = send(content_type, body.to_owned()).await;
        let shown: String = body.chars().take(80).collect();
        assert_eq!((reply.status, reply.body["code"].as_str()), (status, Some(code)), "{shown}");
        assert_eq!(reply.content_type, "application/problem+json");
    }
}

#[tokio::test]
async fn unknown_things_are_not_found() {
    let app = TestApp::start().await;
    let maya = app.sign_in("maya").await;
    for (who, path) in [
        (&app.bot(), "/v1/conversations/none/package"),
        (&app.bot(), "/v1/conversations/%00/package"),
        (&maya, "/v1/conversations/none/view"),
        (&maya, "/v1/tickets/none"),
        (&maya, "/v1/lists/none"),
        (&maya, "/v1/none"),
        (&As::Nobody, "/v1/widget/sites/none"),
    ] {
        let reply = app.get(who, path).await;
        assert_eq!(
            (reply.status, reply.body["code"].as_str()),
            (StatusCode::NOT_FOUND, Some("not_found")),
            "{path}"
        );
    }
    let set_up =
        json!({ "organisation": "x", "name": "x", "email": "x@x.example", "password": "0123456789" });
    assert_eq!(app.post(&As::Nobody, "/v1/setup", set_up).await.status, StatusCode::NOT_FOUND);
}

/// Every route of the OpenAPI document, with nobody's and with a foreign tenant's credentials.
#[tokio::test]
async fn no_route_answers_to_strangers() {
    let app = TestApp::start().await;
    app.arrives("maya");
    app.open("c1").await;
    app.turn("c1", "m1", "customer", "human please").await;
    let foreign = As::Bearer(app.second_tenant().await);
    let document = app.get(&As::Nobody, "/v1/openapi.json").await.body;
    assert_eq!(document["openapi"], "3.1.0");
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let public = operation["security"].as_array().is_some_and(Vec::is_empty);
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let concrete = path.replace("{id}", "c1").replace("{name}", "open").replace("{key}", "acme");
            for who in [As::Nobody, foreign.clone()] {
                let reply = read(app.request(method.clone(), &who, &concrete).json(&json!({}))).await;
                assert!(!reply.status.is_server_error(), "{method} {path}: {reply:?}");
                if !public {
                    let refused = reply.status.is_client_error();
                    let shared_path = path == "/v1/conversations" && reply.status == StatusCode::OK;
                    assert!(refused || shared_path, "{method} {path} as {who:?}: {reply:?}");
                }
            }
        }
    }
}

#[tokio::test]
async fn roles_do_what_the_matrix_says() {
    let app = TestApp::start().await;
    let (vera, maya) = (app.sign_in("vera").await, app.sign_in("maya").await);
    app.open("c1").await;
    let note = json!({ "client_id": "n1", "text": "hm" });
    assert_eq!(app.get(&vera, "/v1/conversations/c1/view").await.status, StatusCode::OK);
    assert_eq!(
        app.post(&vera, "/v1/conversations/c1/notes", note.clone()).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(app.post(&maya, "/v1/conversations/c1/notes", note).await.status, StatusCode::OK);
    assert_eq!(app.get(&maya, "/v1/organisation").await.status, StatusCode::FORBIDDEN);
    assert_eq!(app.post(&maya, "/v1/keys", Value::Null).await.status, StatusCode::FORBIDDEN);
    let reply = json!({ "client_id": "r1", "text": "hello" });
    let foreign = app.post(&maya, "/v1/conversations/c1/replies", reply).await;
    assert_eq!((foreign.status, foreign.body["code"].as_str()), (StatusCode::FORBIDDEN, Some("not_yours")));
}

#[tokio::test]
async fn a_cookie_from_a_foreign_page_changes_nothing() {
    let app = TestApp::start().await;
    let maya = app.sign_in("maya").await;
    for origin in ["https://evil.example", "null"] {
        let request = app.request(Method::PUT, &maya, "/v1/me/presence").header("origin", origin);
        let reply = read(request.json(&json!({ "presence": "away" }))).await;
        assert_eq!(
            (reply.status, reply.body["code"].as_str()),
            (StatusCode::FORBIDDEN, Some("foreign_origin"))
        );
    }
    let own = app.request(Method::PUT, &maya, "/v1/me/presence").header("origin", app.url.clone());
    assert_eq!(read(own.json(&json!({ "presence": "away" }))).await.status, StatusCode::OK);
}

#[test]
fn the_published_interface_is_the_routers_own() {
    let text = serde_json::to_string_pretty(&segue_server::openapi()).unwrap() + "\n";
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let document = segue_server::openapi();
    let schemas = document["components"]["schemas"].as_object().expect("schemas").keys();
    let twice: Vec<&String> =
        schemas.filter(|name| name.ends_with(|last: char| last.is_ascii_digit())).collect();
    assert!(twice.is_empty(), "two types share a name, and one of them was given a number: {twice:?}");
    let published = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(published, text, "run with UPDATE_SNAPSHOTS=1 if the change is meant and compatible");
}
