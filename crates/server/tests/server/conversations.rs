//! `/v1/conversations`: turns come once, in order, and are decided.

use axum::{Json, Router, routing::post};
use reqwest::{Method, StatusCode};
use segue_core::ids::OrganisationId;
use segue_testkit::{TestApp, read};
use serde_json::{Value, json};

#[tokio::test]
async fn the_same_turn_twice_gives_the_same_answer_and_another_body_is_refused() {
    let app = TestApp::start().await;
    app.open("c1").await;
    let first = app.turn("c1", "m1", "customer", "Where can I change my address?").await;
    let second = app.turn("c1", "m1", "customer", "Where can I change my address?").await;
    assert_eq!((first.status, &first.body), (StatusCode::OK, &second.body));
    assert_eq!(first.body["turn"], 0);
    let other = app.turn("c1", "m1", "customer", "Something else").await;
    assert_eq!((other.status, other.body["code"].as_str()), (StatusCode::CONFLICT, Some("client_id_reused")));
}

#[tokio::test]
async fn a_turn_that_silenced_the_assistant_can_still_be_retried() {
    let app = TestApp::start().await;
    app.arrives("maya");
    app.open("c1").await;
    app.turn("c1", "m1", "assistant", "How can I help?").await;
    let asked = app.turn("c1", "m2", "customer", "I want to talk to a human").await;
    assert_eq!(asked.body["decision"]["action"], "hand_off");
    let late = app.turn("c1", "m3", "assistant", "Before that, one more thing").await;
    assert_eq!((late.status, late.body["code"].as_str()), (StatusCode::CONFLICT, Some("assistant_silenced")));
    let retried = app.turn("c1", "m1", "assistant", "How can I help?").await;
    assert_eq!((retried.status, retried.body["turn"].as_u64()), (StatusCode::OK, Some(0)));
}

#[tokio::test]
async fn many_turns_at_once_all_find_their_place() {
    let app = TestApp::start().await;
    app.open("c1").await;
    let names: Vec<String> = (0..20).map(|n| format!("m{n}")).collect();
    let sends = names.iter().map(|name| app.turn("c1", name, "customer", "Is anything broken today?"));
    let replies = futures::future::join_all(sends).await;
    assert!(replies.iter().all(|reply| reply.status == StatusCode::OK), "{replies:?}");
    let log = app.get(&app.bot(), "/v1/conversations/c1/events?after=0&limit=500").await.body;
    let events = log["events"].as_array().unwrap();
    let seqs: Vec<u64> = events.iter().map(|event| event["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>(), "no gap");
    let mut said: Vec<&str> = events
        .iter()
        .filter(|event| event["type"] == "turn.received")
        .map(|event| event["data"]["client_id"].as_str().unwrap())
        .collect();
    said.sort_unstable();
    said.dedup();
    assert_eq!(said.len(), 20, "each once");
}

#[tokio::test]
async fn what_was_said_is_there_after_a_restart() {
    let mut app = TestApp::start().await;
    app.open("c1").await;
    app.turn("c1", "m1", "customer", "My order 58213377 is late.").await;
    let before = app.get(&app.bot(), "/v1/conversations/c1/package").await.body;
    app.restart().await;
    let after = app.get(&app.bot(), "/v1/conversations/c1/package").await.body;
    assert_eq!(before, after);
    let facts: Vec<&Value> = after["facts"].as_array().unwrap().iter().map(|fact| &fact["value"]).collect();
    assert!(facts.contains(&&json!("58213377")), "{facts:?}");
}

#[tokio::test]
async fn card_numbers_never_enter_the_log() {
    let app = TestApp::start().await;
    app.open("c1").await;
    app.turn("c1", "m1", "customer", "My card is 4242 4242 4242 4242, please check it").await;
    let log = app.get(&app.bot(), "/v1/conversations/c1/events").await.body.to_string();
    assert!(!log.contains("4242 4242"), "{log}");
}

#[tokio::test]
async fn an_organisations_identifiers_never_enter_the_log_and_its_products_are_facts() {
    let mut app = TestApp::start().await;
    let lead = app.sign_in("ingrid").await;
    let mut settings = app.get(&lead, "/v1/organisation").await.body;
    let mut save = async |app: &TestApp, pattern: &str| {
        let identifier = json!({"name": "member number", "pattern": pattern});
        settings["glossary"] = json!({"products": ["Flexform"], "identifier": [identifier]});
        read(app.request(Method::PUT, &lead, "/v1/organisation").json(&settings)).await
    };
    let refused = save(&app, "MB-[0-9").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body["detail"].as_str().unwrap().contains("member number"), "{}", refused.body);
    assert_eq!(save(&app, "MB-[0-9]{8}").await.status, StatusCode::OK);
    app.restart().await;
    app.open("c1").await;
    app.turn("c1", "m1", "customer", "I am mb-10220041 and my flexform is broken").await;
    let log = app.get(&app.bot(), "/v1/conversations/c1/events").await.body.to_string();
    assert!(!log.contains("10220041") && log.contains("[member number ending 0041]"), "{log}");
    let package = app.get(&app.bot(), "/v1/conversations/c1/package").await.body;
    let fact = &package["facts"][0];
    assert_eq!(
        (&fact["kind"], &fact["normalised"]),
        (&json!("product_code"), &json!("Flexform")),
        "{package}"
    );
}

#[tokio::test]
async fn an_organisation_without_conversations_survives_a_restart_with_its_keys() {
    let mut app = TestApp::start().await;
    app.restart().await;
    app.open("c1").await;
    assert_eq!(app.turn("c1", "m1", "customer", "hello").await.status, StatusCode::OK);
}

#[tokio::test]
async fn what_comes_of_an_answer_is_learnt_and_kept() {
    let mut app = TestApp::start().await;
    let seen = |app: &TestApp| {
        let acme = OrganisationId::parse("acme").unwrap();
        app.app().tenant(&acme).unwrap().outcomes().seen()
    };
    app.open("c1").await;
    app.turn("c1", "m1", "customer", "How do I export my contacts?").await;
    let answer = json!({
        "client_id": "m2", "role": "assistant", "text": "Open Contacts and press Export.",
        "citations": [{"id": "export", "title": "Export"}],
    });
    let reply = app.post(&app.bot(), "/v1/conversations/c1/turns", answer).await;
    assert_eq!(reply.status, StatusCode::OK, "{reply:?}");
    assert_eq!(seen(&app), 0);
    app.turn("c1", "m3", "customer", "That worked, thank you!").await;
    assert_eq!(seen(&app), 1);
    app.turn("c1", "m4", "customer", "One more thing").await;
    app.restart().await;
    assert_eq!(seen(&app), 1, "and what was learnt is there after a restart");
}

#[tokio::test]
async fn who_asks_the_same_in_other_words_is_heard_by_a_second_look() {
    let Ok(encoder) = std::env::var("SEGUE_ENCODER") else {
        println!("skipped: SEGUE_ENCODER names no folder of a sentence encoder");
        return;
    };
    let app = TestApp::start_with(|config| config.encoder = Some(encoder)).await;
    app.open("c1").await;
    app.turn("c1", "m1", "customer", "Where is my parcel, it should have arrived on Friday?").await;
    app.turn("c1", "m2", "assistant", "It is on its way to you.").await;
    app.turn("c1", "m3", "customer", "Where is my package, it was due on Friday?").await;
    let mut log = String::new();
    for _ in 0..400 {
        log = app.get(&app.bot(), "/v1/conversations/c1/events").await.body.to_string();
        if log.contains("turn.reread") {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    panic!("no second look: {log}");
}

/// A language model that says the same to everybody; where it listens.
async fn model(says: &'static str) -> String {
    let said = move || async move {
        let choice =
            json!({"index": 0, "message": {"role": "assistant", "content": says}, "finish_reason": "stop"});
        Json(json!({"id": "1", "object": "chat.completion", "model": "small-1", "choices": [choice]}))
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let routes = Router::new().route("/v1/chat/completions", post(said));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    address.to_string()
}

#[tokio::test]
async fn a_models_summary_is_taken_as_far_as_the_turns_support_it() {
    let host = model(
        "- Order 58213377 arrived broken and the customer wants the money back. [0]\n\
         - The assistant offered a voucher of 45 euro. [1]\n\
         - The customer was promised 500 euro. [1]",
    )
    .await;
    let app = TestApp::start_with(|config| {
        let llm = json!({"base_url": format!("http://{host}/v1"), "model": "small-1", "allow_hosts": [host]});
        config.llm = Some(serde_json::from_value(llm).unwrap());
    })
    .await;
    app.arrives("maya");
    app.open("c1").await;
    app.turn("c1", "m1", "customer", "Order 58213377 arrived broken, I want my money back.").await;
    app.turn("c1", "m2", "assistant", "I can offer you a voucher of 45 euro.").await;
    app.turn("c1", "m3", "customer", "No. Let me talk to a person.").await;
    let mut package = Value::Null;
    for _ in 0..400 {
        package = app.get(&app.bot(), "/v1/conversations/c1/package").await.body;
        if package["summary_until"] == 2 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    let lines: Vec<&str> =
        package["summary"].as_array().unwrap().iter().filter_map(|line| line["text"].as_str()).collect();
    assert_eq!(
        lines,
        [
            "Order 58213377 arrived broken and the customer wants the money back.",
            "The assistant offered a voucher of 45 euro."
        ],
        "{package}"
    );
}
