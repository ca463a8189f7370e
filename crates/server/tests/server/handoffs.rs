//! From the decision to the rating, and what happens when people do not come.

use reqwest::StatusCode;
use segue_testkit::TestApp;
use serde_json::{Value, json};

#[tokio::test]
async fn a_conversation_goes_to_an_agent_and_back_to_nobody() {
    let app = TestApp::start().await;
    let maya = app.sign_in("maya").await;
    app.arrives("maya");
    app.open("c1").await;
    let asked = app.turn("c1", "m1", "customer", "I want to talk to a human about invoice NW-2093").await;
    assert_eq!(asked.body["decision"]["reason"], "explicit_request");
    let offered = app.until(&maya, "c1", |view| view["row"]["state"] == "offered").await;
    let epoch = offered["row"]["epoch"].clone();
    assert_eq!(offered["package"]["handoff"]["reason"], "explicit_request");

    let act =
        async |name: &str, body: Value| app.post(&maya, &format!("/v1/conversations/c1/{name}"), body).await;
    let stale = act("accept", json!({ "epoch": 1 })).await;
    assert_eq!((stale.status, stale.body["code"].as_str()), (StatusCode::CONFLICT, Some("stale_epoch")));
    let accepted = act("accept", json!({ "epoch": epoch })).await;
    assert_eq!(accepted.body["row"]["state"], "preparing", "{accepted:?}");
    assert_eq!(accepted.body["package"]["opening_lines"].as_array().unwrap().len(), 3);
    let joined = act("join", json!({ "epoch": epoch })).await;
    assert_eq!(joined.body["row"]["state"], "human");
    let replied = act("replies", json!({ "client_id": "r1", "text": "Hi, I see NW-2093." })).await;
    assert_eq!(replied.status, StatusCode::OK, "{replied:?}");
    let resolve = json!({ "epoch": epoch, "disposition": "solved", "timing": "right" });
    assert_eq!(act("resolve", resolve).await.body["row"]["state"], "wrap_up");
    assert_eq!(act("finish", json!({ "epoch": epoch })).await.body["row"]["state"], "resolved");
}

#[tokio::test]
async fn with_nobody_there_a_ticket_is_promised_and_can_be_taken_later() {
    let app = TestApp::start().await;
    let maya = app.sign_in("maya").await;
    app.open("c1").await;
    let asked = app.turn("c1", "m1", "customer", "Let me speak to a person, order 58213377 is broken").await;
    assert_eq!(asked.body["state"], "ticketed");
    let tickets = app.get(&maya, "/v1/tickets").await.body;
    let ticket = &tickets["tickets"][0];
    assert_eq!(ticket["status"], "open", "{tickets}");
    let path = format!("/v1/tickets/{}", ticket["id"].as_str().unwrap());
    let whole = app.get(&maya, &path).await.body;
    assert_eq!(whole["package"]["facts"][0]["value"], "58213377", "{whole}");
    let taken = app.post(&maya, "/v1/conversations/c1/claim", json!({})).await;
    assert_eq!(taken.body["row"]["state"], "preparing", "{taken:?}");
}

#[tokio::test]
async fn a_missed_offer_keeps_the_customers_place_and_the_queue_ends_in_a_ticket() {
    let app = TestApp::start().await;
    let maya = app.sign_in("maya").await;
    app.arrives("maya");
    app.open("c1").await;
    app.turn("c1", "m1", "customer", "human please").await;
    let offered = app.until(&maya, "c1", |view| view["row"]["state"] == "offered").await;
    app.advance(21_000);
    let waiting = app.until(&maya, "c1", |view| view["row"]["state"] == "queued").await;
    assert_eq!(waiting["row"]["waiting_since_ms"], offered["row"]["waiting_since_ms"]);
    assert!(waiting["row"]["epoch"].as_u64() > offered["row"]["epoch"].as_u64());
    app.advance(16 * 60_000);
    app.until(&maya, "c1", |view| view["row"]["state"] == "ticketed").await;
}

#[tokio::test]
async fn of_two_agents_who_take_one_conversation_one_owns_it() {
    let app = TestApp::start().await;
    let (maya, otto) = (app.sign_in("maya").await, app.sign_in("otto").await);
    app.open("c1").await;
    app.turn("c1", "m1", "customer", "human please").await;
    let claim = |who| app.post(who, "/v1/conversations/c1/claim", json!({}));
    let (one, other) = tokio::join!(claim(&maya), claim(&otto));
    let mut statuses = [one.status, other.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::CONFLICT], "{one:?} {other:?}");
}

#[tokio::test]
async fn a_supervisor_gives_a_conversation_to_somebody_who_has_no_room() {
    let app = TestApp::start().await;
    let (ingrid, maya) = (app.sign_in("ingrid").await, app.sign_in("maya").await);
    let assign = async |who, id: &str, agent: &str| {
        app.post(who, &format!("/v1/conversations/{id}/assign"), json!({ "agent": agent })).await
    };
    app.arrives("maya");
    app.open("c9").await;
    app.turn("c9", "m1", "customer", "human please").await;
    app.until(&maya, "c9", |view| view["row"]["state"] == "offered").await;
    let given = assign(&ingrid, "c9", "otto").await;
    assert_eq!((given.status, &given.body["row"]["agent"]), (StatusCode::OK, &json!("otto")), "{given:?}");
    app.post(&maya, "/v1/conversations/c9/accept", json!({ "epoch": given.body["row"]["epoch"] })).await;
    let held = app.get(&ingrid, "/v1/conversations/c9/view").await.body;
    assert_eq!(held["row"]["agent"], "otto", "whoever was asked has it no more");
    for number in 0..6 {
        let id = format!("c{number}");
        app.open(&id).await;
        app.turn(&id, "m1", "customer", "human please").await;
        assert_eq!(assign(&maya, &id, "maya").await.status, StatusCode::FORBIDDEN);
        assert_eq!(assign(&ingrid, &id, "nobody").await.status, StatusCode::NOT_FOUND);
        let given = assign(&ingrid, &id, "maya").await;
        assert_eq!(given.status, StatusCode::OK, "{given:?}");
        assert_eq!(
            (&given.body["row"]["agent"], &given.body["row"]["state"]),
            (&json!("maya"), &json!("preparing"))
        );
    }
    let held = app.get(&maya, "/v1/me").await.body;
    assert!(held["load"].as_u64() > held["capacity"].as_u64(), "{held}");
    let again = assign(&ingrid, "c0", "otto").await;
    assert_eq!(again.status, StatusCode::CONFLICT, "somebody has it: that is a transfer");
}

#[tokio::test]
async fn the_preparation_ends_by_itself_and_survives_a_restart() {
    let mut app = TestApp::start().await;
    let maya = app.sign_in("maya").await;
    app.arrives("maya");
    app.open("c1").await;
    app.turn("c1", "m1", "customer", "human please").await;
    let offered = app.until(&maya, "c1", |view| view["row"]["state"] == "offered").await;
    let epoch = offered["row"]["epoch"].clone();
    app.post(&maya, "/v1/conversations/c1/accept", json!({ "epoch": epoch })).await;
    app.restart().await;
    app.advance(16_000);
    app.until(&maya, "c1", |view| view["row"]["state"] == "human").await;
}

#[tokio::test]
async fn a_customer_who_thanks_and_goes_is_not_sent_back_to_the_queue() {
    let app = TestApp::start().await;
    let maya = app.sign_in("maya").await;
    app.arrives("maya");
    app.open("c1").await;
    app.turn("c1", "m1", "customer", "human please").await;
    let offered = app.until(&maya, "c1", |view| view["row"]["state"] == "offered").await;
    let epoch = offered["row"]["epoch"].clone();
    app.post(&maya, "/v1/conversations/c1/accept", json!({ "epoch": epoch })).await;
    app.post(&maya, "/v1/conversations/c1/replies", json!({ "client_id": "r1", "text": "Done, it works." }))
        .await;
    app.turn("c1", "m2", "customer", "Great, it works now, thank you!").await;
    app.advance(11 * 60_000);
    let done = app.until(&maya, "c1", |view| view["row"]["state"] != "human").await;
    assert_eq!(done["row"]["state"], "resolved", "{}", done["row"]);
}
