//! Backtests and proposals over the organisation's own log.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use segue_testkit::{As, TestApp, history, read};
use serde_json::{Value, json};

/// Some conversations of a made-up history, as assistants report them.
async fn lived(app: &TestApp, conversations: u64) {
    for number in 0..conversations {
        let conversation = history::conversation(3, number);
        let id = format!("c{number}");
        app.open(&id).await;
        for (at, turn) in conversation["turns"].as_array().into_iter().flatten().enumerate() {
            let body = json!({
                "client_id": format!("m{at}"), "role": turn["role"], "text": turn["text"],
                "confidence": turn["confidence"],
            });
            // Once a human has it the assistant is refused, as it should be.
            app.post(&app.bot(), &format!("/v1/conversations/{id}/turns"), body).await;
        }
    }
}

async fn ended(app: &TestApp, who: &As, id: &str) -> Value {
    for _ in 0..200 {
        let shown = app.get(who, &format!("/v1/policy/backtests/{id}")).await.body;
        if shown["state"] != "running" {
            return shown;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the backtest does not end");
}

#[tokio::test]
async fn a_draft_is_held_against_what_happened() {
    let app = TestApp::start().await;
    lived(&app, 40).await;
    let ingrid = app.sign_in("ingrid").await;
    let draft = "[[rule]]\nname = \"all to people\"\nif = 'conversation.turns >= 1'\nthen = \"hand_off\"\n";
    let begun = app
        .post(
            &ingrid,
            "/v1/policy/backtests",
            json!({ "draft": { "text": draft }, "against": { "version": 1 } }),
        )
        .await;
    assert_eq!(begun.status, StatusCode::OK, "{begun:?}");
    let id = begun.body["id"].as_str().unwrap_or_default().to_owned();
    let done = ended(&app, &ingrid, &id).await;
    assert_eq!(
        (&done["state"], &done["done"], &done["total"]),
        (&json!("done"), &json!(40), &json!(40)),
        "{done}"
    );
    let report = &done["report"];
    assert_eq!(report["b"]["handoffs"]["value"], 1.0, "{report}");
    assert!(report["a"]["handoffs"]["value"].as_f64() < Some(0.5), "{report}");
    assert!(report["labelled"].as_u64() > Some(5), "{report}");
    let listed = app.get(&ingrid, "/v1/policy/backtests").await.body;
    assert_eq!((&listed[0]["id"], &listed[0]["report"]), (&json!(id), &Value::Null));
    // What cannot be run says why.
    let broken = json!({ "draft": { "text": "propose_at = 7" }, "against": { "version": 1 } });
    let refused = app.post(&ingrid, "/v1/policy/backtests", broken).await;
    assert_eq!(
        (refused.status, &refused.body["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("policy_invalid"))
    );
    let unknown = json!({ "draft": { "version": 9 }, "against": { "version": 1 } });
    assert_eq!(app.post(&ingrid, "/v1/policy/backtests", unknown).await.status, StatusCode::NOT_FOUND);
    // Who may read may look, and not begin.
    let vera = app.sign_in("vera").await;
    let asked = json!({ "draft": { "version": 1 }, "against": { "version": 1 } });
    assert_eq!(app.post(&vera, "/v1/policy/backtests", asked).await.status, StatusCode::FORBIDDEN);
    assert_eq!(app.get(&vera, &format!("/v1/policy/backtests/{id}")).await.status, StatusCode::OK);
    let cancelled = app.request(Method::DELETE, &ingrid, &format!("/v1/policy/backtests/{id}"));
    assert_eq!(read(cancelled).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn few_judged_conversations_speak_for_no_change() {
    let app = TestApp::start().await;
    lived(&app, 12).await;
    let ingrid = app.sign_in("ingrid").await;
    let first = app.get(&ingrid, "/v1/policy/proposals").await.body;
    assert_eq!(first["version"], 1);
    for _ in 0..200 {
        let found = app.get(&ingrid, "/v1/policy/proposals").await.body;
        if found["looking"] == false {
            assert!(found["judged"].as_u64() > Some(0), "{found}");
            assert_eq!(found["proposals"], json!([]));
            let none = app.post(&ingrid, "/v1/policy/proposals/propose_at=0.4/accept", json!({})).await;
            assert_eq!(none.status, StatusCode::NOT_FOUND);
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the search does not end");
}
