//! An organisation's own model of when a human is needed: what `segue eval transfer` scores is what a decision says.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::{ops::ControlFlow, sync::Arc};

use reqwest::{Method, StatusCode};
use segue_core::{ids::OrganisationId, organisation::Organisation, policy::Policy};
use segue_server::rehearsal::{Recorded, Rehearser};
use segue_testkit::{As, TestApp, read};
use segue_understanding::{
    ConversationHead, HeadLabel, HeadSettings, LabelledConversation, OwnModels, Reader, Role,
};
use serde_json::{Value, json};

/// Conversations in opaque words: a human is needed from the turn in which `w7` is said for the second time.
fn conversation(seed: u64) -> Value {
    let mut seen = 0;
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut draw = move |n: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    let turns: Vec<Value> = (0..4 + draw(6))
        .map(|at| {
            let customer = at % 2 == 0;
            let mut words: Vec<String> = (0..3 + draw(5)).map(|_| format!("w{}", 20 + draw(60))).collect();
            if customer && draw(3) == 0 {
                words.push("w7".into());
                seen += 1;
            }
            let role = if customer { "customer" } else { "assistant" };
            json!({ "role": role, "text": words.join(" "), "needs_human": seen >= 2 })
        })
        .collect();
    json!({ "id": format!("c{seed}"), "turns": turns })
}

fn trained() -> ConversationHead {
    let examples: Vec<LabelledConversation> =
        (0..120).map(|seed| serde_json::from_value(conversation(seed)).unwrap()).collect();
    let progress = |_| ControlFlow::Continue(());
    let head =
        ConversationHead::train(&examples, None, HeadLabel::NeedsHuman, &HeadSettings::default(), &progress);
    head.unwrap().unwrap()
}

/// What `segue eval transfer` scores a conversation's turns with.
fn scored(head: &ConversationHead, conversation: &Value) -> Vec<f32> {
    let turns = conversation["turns"].as_array().unwrap().iter();
    let said = turns.map(|turn| {
        let role = if turn["role"] == "customer" { Role::Customer } else { Role::Assistant };
        (role, turn["text"].as_str().unwrap())
    });
    head.from_turns(said)
}

/// Nothing is ever handed off, so that every turn is decided.
fn patient() -> Policy {
    Policy { propose_at: 1.0, hand_off_at: 1.0, ..Policy::default() }
}

#[tokio::test]
async fn the_decision_says_what_the_model_was_calibrated_to() {
    let head = trained();
    // In a rehearsal, as `segue replay --transfer` runs it.
    let mut organisation = Organisation::new(OrganisationId::parse("acme").unwrap(), "Acme");
    organisation.policy = patient();
    let reader = Reader::new();
    let models = OwnModels { transfer: Some(Arc::new(head.clone())), intents: None };
    let rehearser = Rehearser::new(&reader, organisation.clone()).unwrap().with_models(models);
    for seed in 500..520 {
        let conversation = conversation(seed);
        let replayed = rehearser.replay(&Recorded::parse(&conversation.to_string(), 1).unwrap()).unwrap();
        let said: Vec<f32> = replayed.turns.iter().map(|turn| turn.decision.confidence).collect();
        assert_eq!(said, scored(&head, &conversation), "{conversation}");
    }
    // In a running server, restarted in the middle of each conversation.
    let mut app = TestApp::start().await;
    let otto = app.sign_in("otto").await;
    let settings = app.get(&otto, "/v1/organisation").await.body;
    let mut settings: Organisation = serde_json::from_value(settings).unwrap();
    settings.policy = Policy { version: settings.policy.version, ..patient() };
    let changed = app.request(Method::PUT, &otto, "/v1/organisation").json(&settings);
    assert_eq!(read(changed).await.status, StatusCode::OK);
    let put = |who: As, bytes: Vec<u8>| app.request(Method::PUT, &who, "/v1/models/transfer").body(bytes);
    let refused = read(put(otto.clone(), b"no model".to_vec())).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{refused:?}");
    let maya = app.sign_in("maya").await;
    assert_eq!(read(put(maya, head.to_bytes())).await.status, StatusCode::FORBIDDEN);
    let taken = read(put(otto.clone(), head.to_bytes())).await;
    assert_eq!(taken.status, StatusCode::NO_CONTENT, "{taken:?}");
    let conversation = conversation(501);
    let expected = scored(&head, &conversation);
    app.open("opaque").await;
    for (at, turn) in conversation["turns"].as_array().unwrap().iter().enumerate() {
        if at == 2 {
            app.restart().await;
        }
        let (role, text) = (turn["role"].as_str().unwrap(), turn["text"].as_str().unwrap());
        let reply = app.turn("opaque", &format!("m{at}"), role, text).await;
        let said = reply.body["decision"]["confidence"].as_f64().unwrap_or_else(|| panic!("{reply:?}"));
        assert!((said - f64::from(expected[at])).abs() < 1e-6, "turn {at}: {said} and {}", expected[at]);
    }
}
