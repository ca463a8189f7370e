//! How an organisation routes is a setting like any other.

use reqwest::{Method, StatusCode};
use segue_testkit::{TestApp, read};
use serde_json::json;

#[tokio::test]
async fn settings_of_routing_are_checked_and_kept() {
    let app = TestApp::start().await;
    let otto = app.sign_in("otto").await;
    let mut settings = app.get(&otto, "/v1/organisation").await.body;
    assert_eq!(settings["routing"]["strategy"], "index");

    settings["routing"]["strategy"] = json!("luck");
    settings["routing"]["guard_s"] = json!(1);
    let refused = read(app.request(Method::PUT, &otto, "/v1/organisation").json(&settings)).await;
    assert!(refused.status.is_client_error(), "{refused:?}");
    let said = refused.body.to_string();
    assert!(said.contains("there is no strategy `luck`") && said.contains("routing.guard_s"), "{said}");
    let kept = app.get(&otto, "/v1/organisation").await.body;
    assert_eq!(kept["routing"]["strategy"], "index", "nothing is changed");

    settings["routing"] = json!({ "strategy": "edf", "step": [{ "after_s": 20, "level": 2 }] });
    let saved = read(app.request(Method::PUT, &otto, "/v1/organisation").json(&settings)).await;
    assert_eq!(saved.status, StatusCode::OK, "{saved:?}");
    assert_eq!(saved.body["routing"]["strategy"], "edf");
    assert_eq!(saved.body["routing"]["step"][0]["squads"], "none");
}

#[tokio::test]
async fn a_lead_sees_why_nobody_has_been_asked_yet() {
    let app = TestApp::start().await;
    let maya = app.sign_in("maya").await;
    app.arrives("maya");
    app.open("c1").await;
    let before = app.get(&maya, "/v1/conversations/c1/routing").await.body;
    assert_eq!((&before["needs"], &before["candidates"]), (&json!(null), &json!([])));

    app.turn("c1", "m1", "customer", "human please").await;
    let offered = app.until(&maya, "c1", |view| view["row"]["state"] == "offered").await;
    app.post(&maya, "/v1/conversations/c1/decline", json!({ "epoch": offered["row"]["epoch"] })).await;
    let waits = app.get(&maya, "/v1/conversations/c1/routing").await.body;
    let candidate = |name: &str| {
        let all = waits["candidates"].as_array().expect("everybody").iter();
        all.clone().find(|each| each["agent"] == name).unwrap_or_else(|| panic!("{waits}")).clone()
    };
    assert_eq!(candidate("maya")["standing"]["kind"], "refused");
    assert_eq!(candidate("otto")["standing"]["kind"], "not_there");
    assert!(waits["waiting_since_ms"].is_i64());
}
