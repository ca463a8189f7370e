//! How an organisation routes is a setting like any other.

use std::time::Duration;

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

    settings["routing"] = json!({ "strategy": "edf" });
    settings["squad"][0]["hours"] = json!(["Mondays"]);
    let refused = read(app.request(Method::PUT, &otto, "/v1/organisation").json(&settings)).await;
    let said = refused.body["detail"].as_str().expect("words");
    assert!(said.starts_with("squad[0].hours: hours read like ") && !said.contains("column"), "{said}");
    settings["squad"][0]["hours"] = json!([]);
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
    let told = app.until(&maya, "c1", |view| view["row"]["refused_since_ms"].is_i64()).await;
    let marks = told["marks"].as_array().expect("marks").iter();
    assert_eq!(marks.filter(|mark| mark["kind"] == "refused_by_all").count(), 1, "supervisors are told once");
    let taken = app.post(&maya, "/v1/conversations/c1/claim", json!({})).await;
    assert_eq!(taken.body["row"]["refused_since_ms"], json!(null), "{taken:?}");
}

#[tokio::test]
async fn a_lead_sets_what_somebody_can_do() {
    let app = TestApp::start().await;
    let (otto, maya) = (app.sign_in("otto").await, app.sign_in("maya").await);
    let everybody = app.get(&otto, "/v1/staff").await.body;
    let profile = |everybody: &serde_json::Value, id: &str| {
        let all = everybody.as_array().expect("a list").iter();
        all.clone().find(|each| each["id"] == id).expect("a colleague").clone()
    };
    let put = async |who, id: &str, work: serde_json::Value| {
        read(app.request(Method::PUT, who, &format!("/v1/staff/{id}/work")).json(&work)).await
    };
    let mut work = profile(&everybody, "maya");
    work["skills"] = json!({ "general": 5, "billing": 2 });
    work["languages"] = json!(["en", "es"]);

    assert_eq!(put(&maya, "maya", work.clone()).await.status, StatusCode::FORBIDDEN);
    assert_eq!(put(&otto, "nobody", work.clone()).await.status, StatusCode::NOT_FOUND);
    let refused = put(&otto, "maya", json!({ "skills": { "general": 9 }, "squads": ["moon"] })).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let said = refused.body["detail"].as_str().expect("words");
    assert_eq!(said, "squads: there is no squad `moon`. skills.general: 9 is not between 1 and 5.");

    let saved = put(&otto, "maya", work).await;
    assert_eq!(saved.status, StatusCode::OK, "{saved:?}");
    let kept = profile(&app.get(&otto, "/v1/staff").await.body, "maya");
    assert_eq!(kept, saved.body);
    assert_eq!(kept["skills"], json!({ "billing": 2, "general": 5 }));
    assert_eq!(kept["email"], "maya@acme.example", "who somebody is stays as it was");
    app.sign_in("maya").await;

    app.arrives("maya");
    app.open("c1").await;
    app.turn("c1", "m1", "customer", "human please").await;
    let offered = app.until(&maya, "c1", |view| view["row"]["state"] == "offered").await;
    assert_eq!(offered["row"]["agent"], "maya");
}

#[tokio::test]
async fn the_last_weeks_are_replayed_with_more_people() {
    let app = TestApp::start().await;
    let (otto, maya) = (app.sign_in("otto").await, app.sign_in("maya").await);
    app.arrives("maya");
    for number in 0..3 {
        let id = format!("c{number}");
        app.open(&id).await;
        app.turn(&id, "m1", "customer", "human please").await;
        let offered = app.until(&maya, &id, |view| view["row"]["state"] == "offered").await;
        app.advance(4_000);
        let epoch = &offered["row"]["epoch"];
        let act = async |name: &str, body| {
            let reply = app.post(&maya, &format!("/v1/conversations/{id}/{name}"), body).await;
            assert_eq!(reply.status, StatusCode::OK, "{reply:?}");
        };
        act("accept", json!({ "epoch": epoch })).await;
        act("join", json!({ "epoch": epoch })).await;
        app.advance(300_000);
        act("resolve", json!({ "epoch": epoch, "disposition": "solved", "timing": "right" })).await;
        act("finish", json!({ "epoch": epoch })).await;
    }
    let begin = async |who, body: serde_json::Value| app.post(who, "/v1/routing/what-ifs", body).await;
    let more = json!({ "count": 2, "skills": { "general": 4 }, "squads": ["general"], "shifts": ["Mon-Sun 06:00-22:00"] });
    assert_eq!(begin(&maya, json!({ "change": { "agents": [more] } })).await.status, StatusCode::FORBIDDEN);
    let refused = begin(&otto, json!({ "change": { "demand": 20 } })).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.body["detail"], "demand: 20 is not between 0.2 and 5.");

    let begun = begin(&otto, json!({ "days": 7, "change": { "agents": [more], "without": ["maya"] } })).await;
    assert_eq!(begun.status, StatusCode::OK, "{begun:?}");
    let path = format!("/v1/routing/what-ifs/{}", begun.body["id"].as_str().expect("an id"));
    let mut shown = begun.body;
    for _ in 0..200 {
        if shown["state"] != "running" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        shown = app.get(&otto, &path).await.body;
    }
    let report = &shown["report"];
    assert_eq!(
        (&shown["state"], &report["handoffs"], &report["days"]),
        (&json!("done"), &json!(3), &json!(1))
    );
    assert_eq!(report["recorded"]["mean_wait_s"], 4.0, "{report}");
    let in_time = |side: &str| report[side]["in_time"].as_f64().expect("a share");
    assert!(in_time("as_is") > 0.8, "{report}");
    assert!(in_time("changed") > 0.8, "the newcomers take them: {report}");
    assert_eq!(report["lines"][0]["squad"], "general");
    let listed = app.get(&otto, "/v1/routing/what-ifs").await.body;
    assert_eq!((&listed[0]["id"], &listed[0]["report"]), (&shown["id"], &json!(null)));
    let gone = read(app.request(Method::DELETE, &otto, &path)).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
}
