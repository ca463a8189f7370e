//! `/v1/widget`: one token, one conversation.

use reqwest::{Method, StatusCode};
use segue_testkit::{As, TestApp};
use serde_json::{Value, json};

async fn begin(app: &TestApp, extra: Value) -> (String, As, Value) {
    let mut body = json!({ "site": "acme", "client_id": "b1" });
    if let (Some(body), Value::Object(extra)) = (body.as_object_mut(), extra) {
        body.extend(extra);
    }
    let reply = app.post(&As::Nobody, "/v1/widget/conversations", body).await;
    assert_eq!(reply.status, StatusCode::OK, "{reply:?}");
    let id = reply.body["conversation"].as_str().expect("an id").to_owned();
    let token = As::Bearer(reply.body["token"].as_str().expect("a token").to_owned());
    (id, token, reply.body)
}

#[tokio::test]
async fn a_visitor_asks_for_a_person_by_button_and_leaves_an_address() {
    let app = TestApp::start().await;
    let (id, visitor, _) = begin(&app, json!({ "time_zone": "Europe/Madrid" })).await;
    let path = |name: &str| format!("/v1/widget/conversations/{id}/{name}");
    let asked = app.post(&visitor, &path("human"), json!({ "client_id": "h1" })).await;
    assert_eq!(asked.status, StatusCode::OK, "{asked:?}");
    let shown = app.get(&visitor, &format!("/v1/widget/conversations/{id}")).await.body;
    assert_eq!(shown["state"]["state"], "ticketed");
    assert_eq!(shown["state"]["ask_contact"], true);
    assert_eq!(shown["items"].as_array().unwrap().last().unwrap()["what"], "ticketed");
    let refused =
        app.post(&visitor, &path("contact"), json!({ "client_id": "k1", "email": "nonsense" })).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    app.post(&visitor, &path("contact"), json!({ "client_id": "k2", "email": "Sam@Ortiz.example" })).await;
    let shown = app.get(&visitor, &format!("/v1/widget/conversations/{id}")).await.body;
    assert_eq!(shown["state"]["ask_contact"], false);
    let package = app.get(&app.bot(), &format!("/v1/conversations/{id}/package")).await.body;
    assert_eq!(package["customer"]["contact"], "sam@ortiz.example");
}

#[tokio::test]
async fn another_visitors_conversation_is_not_found() {
    let app = TestApp::start().await;
    let (first, _, _) = begin(&app, json!({})).await;
    let (_, second, _) = begin(&app, json!({})).await;
    for (name, body) in [
        ("messages", json!({ "client_id": "m1", "text": "hi" })),
        ("rating", json!({ "client_id": "r1", "score": 1 })),
        ("human", json!({ "client_id": "h1" })),
    ] {
        let reply = app.post(&second, &format!("/v1/widget/conversations/{first}/{name}"), body).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{name}");
    }
    assert_eq!(
        app.get(&second, &format!("/v1/widget/conversations/{first}")).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn only_a_signed_identity_is_believed() {
    let app = TestApp::start().await;
    let tenant = app.app().site("acme").unwrap().0;
    let claims = json!({ "sub": "42", "name": "Dana Whitfield", "email": "dana@brightside.example", "tier": "enterprise" });
    let good = app.app().sign_identity(&tenant, &claims).unwrap();
    let (id, _, _) = begin(&app, json!({ "identity": good })).await;
    let package = app.get(&app.bot(), &format!("/v1/conversations/{id}/package")).await.body;
    assert_eq!(
        (&package["customer"]["verified"], &package["customer"]["tier"]),
        (&json!(true), &json!("enterprise"))
    );

    let tampered = format!("{}x", good);
    let unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiI0MiIsImF1ZCI6InNlZ3VlOmFjbWUiLCJleHAiOjQ4MDAwMDAwMDB9.";
    for identity in [tampered.as_str(), unsigned, "", "x.y.z"] {
        let body = json!({ "site": "acme", "client_id": "b1", "identity": identity });
        let reply = app.post(&As::Nobody, "/v1/widget/conversations", body).await;
        assert_eq!(
            (reply.status, reply.body["code"].as_str()),
            (StatusCode::UNAUTHORIZED, Some("invalid_identity"))
        );
    }
}

#[tokio::test]
async fn proving_who_one_is_changes_the_token() {
    let app = TestApp::start().await;
    let tenant = app.app().site("acme").unwrap().0;
    let (id, anonymous, _) = begin(&app, json!({})).await;
    let identity = app
        .app()
        .sign_identity(&tenant, &json!({ "sub": "42", "name": "Dana", "email": "d@b.example" }))
        .unwrap();
    let path = format!("/v1/widget/conversations/{id}/identify");
    let reply = app.post(&anonymous, &path, json!({ "identity": identity })).await;
    let fresh = As::Bearer(reply.body["token"].as_str().unwrap().to_owned());
    assert_eq!(
        app.get(&anonymous, &format!("/v1/widget/conversations/{id}")).await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(app.get(&fresh, &format!("/v1/widget/conversations/{id}")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_stream_begins_with_a_snapshot_and_resumes_after_a_seq() {
    let app = TestApp::start().await;
    let (id, visitor, _) = begin(&app, json!({})).await;
    let first_frame = async |after: &str| {
        let path = format!("/v1/widget/conversations/{id}/stream{after}");
        let mut response = app.request(reqwest::Method::GET, &visitor, &path).send().await.unwrap();
        let mut text = String::new();
        while !text.contains("\n\n") {
            text.push_str(&String::from_utf8_lossy(&response.chunk().await.unwrap().unwrap()));
        }
        let data = text.lines().find_map(|line| line.strip_prefix("data: ").or(line.strip_prefix("data:")));
        serde_json::from_str::<Value>(data.unwrap()).unwrap()
    };
    let fresh = first_frame("").await;
    assert_eq!(fresh["type"], "snapshot");
    let seq = fresh["seq"].as_u64().unwrap();
    let path = format!("/v1/widget/conversations/{id}/messages");
    app.post(&visitor, &path, json!({ "client_id": "m1", "text": "Where is my parcel?" })).await;
    let resumed = first_frame(&format!("?after={seq}")).await;
    assert_eq!(resumed["type"], "items");
    assert_eq!(resumed["items"][0]["text"], "Where is my parcel?");
    let beyond = first_frame("?after=99999").await;
    assert_eq!(beyond["type"], "snapshot", "a seq from another life");
}

#[tokio::test]
async fn who_is_about_to_cancel_is_offered_a_person_once() {
    let app = TestApp::start().await;
    let url = "https://acme.example/account/cancel";
    let asked = |more: Value| {
        let mut body = json!({ "site": "acme", "url": url, "title": "Cancel", "language": "de-AT" });
        body.as_object_mut()
            .into_iter()
            .for_each(|body| body.extend(more.as_object().cloned().unwrap_or_default()));
        body
    };
    let offer = async |more: Value| {
        app.post(&As::Nobody, "/v1/widget/offers", asked(more)).await.body["offer"].clone()
    };
    assert_eq!(offer(json!({})).await, Value::Null, "nobody is there");
    app.arrives("maya");
    let made = offer(json!({})).await;
    assert_eq!((&made["after_s"], &made["area"]), (&json!(5), &json!("cancel")), "{made}");
    assert_eq!(made["no"], "Nein, danke");
    assert_eq!(offer(json!({ "offered_ms": [app.app().now_ms()] })).await, Value::Null);
    assert_eq!(offer(json!({ "dismissed_ms": app.app().now_ms() - 86_400_000 })).await, Value::Null);
    assert_eq!(offer(json!({ "url": "https://acme.example/help" })).await, Value::Null);
    let dismissed = json!({ "site": "acme", "area": "cancel" });
    let dismissed = app.post(&As::Nobody, "/v1/widget/offers/dismissed", dismissed).await;
    assert_eq!(dismissed.status, StatusCode::NO_CONTENT);
    let page = json!({ "url": url, "title": "Cancel your plan" });
    let visitor = json!({ "site": "acme", "client_id": "b1", "language": "en", "page": page });
    let opened = app.post(&As::Nobody, "/v1/widget/offers/accepted", visitor).await;
    assert_eq!(opened.status, StatusCode::OK, "{opened:?}");
    assert!(opened.body["token"].is_string(), "{opened:?}");
    let id = opened.body["conversation"].as_str().unwrap_or_default();
    let log = app.get(&app.bot(), &format!("/v1/conversations/{id}/events?after=0&limit=50")).await.body;
    let events = log["events"].as_array().cloned().unwrap_or_default();
    let requested = events.iter().find(|event| event["type"] == "handoff.requested");
    assert_eq!(requested.map(|event| &event["data"]["reason"]), Some(&json!("page_context")), "{log}");
    let elsewhere = json!({ "site": "acme", "client_id": "b2", "page": { "url": "https://acme.example/" } });
    let refused = app.post(&As::Nobody, "/v1/widget/offers/accepted", elsewhere).await;
    assert_eq!(refused.body["code"], "offer_gone", "{refused:?}");
}

#[tokio::test]
async fn a_page_of_any_site_may_ask_for_an_offer() {
    let app = TestApp::start().await;
    let preflight = app.request(Method::OPTIONS, &As::Nobody, "/v1/widget/offers");
    let preflight = preflight.header("origin", "https://shop.example").send().await.expect("an answer");
    assert_eq!(preflight.headers()["access-control-allow-headers"], "content-type");
    for body in
        [json!({ "site": "acme", "url": "https://shop.example/" }), json!({ "site": "none", "url": "x" })]
    {
        let asked = app.request(Method::POST, &As::Nobody, "/v1/widget/offers").json(&body);
        let answer = asked.header("origin", "https://shop.example").send().await.expect("an answer");
        assert_eq!(answer.headers()["access-control-allow-origin"], "*", "{body}");
    }
}
