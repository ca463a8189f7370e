//! When nobody can come: choices, callbacks, closing time, and promises that are kept or seen to be late.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use reqwest::{Method, StatusCode};
use segue_testkit::{As, Reply, TestApp, read};
use serde_json::{Value, json};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

/// The tests' clock begins on Friday, 2027-01-15, at 08:00 UTC.
const FRIDAY_8: i64 = 1_800_000_000_000;

/// The settings of `acme`, changed.
async fn tune(app: &TestApp, change: impl Fn(&mut Value)) {
    let otto = app.sign_in("otto").await;
    let mut settings = app.get(&otto, "/v1/organisation").await.body;
    change(&mut settings);
    let reply = read(app.request(Method::PUT, &otto, "/v1/organisation").json(&settings)).await;
    assert_eq!(reply.status, StatusCode::OK, "{reply:?}");
}

async fn office_hours(app: &TestApp) {
    tune(app, |settings| settings["squad"][0]["hours"] = json!(["Mon-Fri 09:00-17:00"])).await;
}

async fn visitor(app: &TestApp, extra: Value) -> (String, As) {
    let mut body = json!({ "site": "acme", "client_id": "b1", "time_zone": "Asia/Tokyo", "language": "en" });
    body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    let reply = app.post(&As::Nobody, "/v1/widget/conversations", body).await;
    let id = reply.body["conversation"].as_str().expect("an id").to_owned();
    let token = As::Bearer(reply.body["token"].as_str().expect("a token").to_owned());
    app.post(&token, &format!("/v1/widget/conversations/{id}/human"), json!({ "client_id": "h1" })).await;
    (id, token)
}

async fn shown(app: &TestApp, id: &str, who: &As) -> Value {
    app.get(who, &format!("/v1/widget/conversations/{id}")).await.body
}

async fn times(app: &TestApp, id: &str, who: &As) -> Vec<(i64, String)> {
    let times = app.get(who, &format!("/v1/widget/conversations/{id}/callback")).await.body;
    let slots = times["slots"].as_array().unwrap_or_else(|| panic!("{times}")).iter();
    slots.map(|slot| (slot["from_ms"].as_i64().unwrap(), slot["text"].as_str().unwrap().to_owned())).collect()
}

async fn book(app: &TestApp, id: &str, who: &As, body: Value) -> Reply {
    app.post(who, &format!("/v1/widget/conversations/{id}/callback"), body).await
}

fn kinds(choices: &Value) -> Vec<&str> {
    choices.as_array().unwrap().iter().map(|choice| choice["kind"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn an_off_hours_visitor_is_called_back_with_the_place_kept() {
    let app = TestApp::start().await;
    office_hours(&app).await;
    let (id, dana) = visitor(&app, json!({})).await;
    let first = shown(&app, &id, &dana).await;
    assert_eq!(first["state"]["state"], "ticketed");
    assert_eq!(kinds(&first["state"]["choices"]), ["email", "callback", "keep_waiting"], "{first}");
    // Four hours of work after nine, told where the visitor is.
    assert_eq!(first["state"]["ticket"]["due_text"], "Friday 22:00");

    let free = times(&app, &id, &dana).await;
    assert_eq!(free[0], (FRIDAY_8 + HOUR, "Friday 18:00–18:30".into()));
    let wish = json!({ "client_id": "k1", "from_ms": free[1].0, "number": "+81 3 1234" });
    let booked = book(&app, &id, &dana, wish.clone()).await;
    assert_eq!((booked.status, &booked.body["state"]), (StatusCode::OK, &json!("callback")), "{booked:?}");
    assert_eq!(
        book(&app, &id, &dana, wish).await.body["seq"],
        booked.body["seq"],
        "once, however often sent"
    );
    let agreed = shown(&app, &id, &dana).await;
    assert_eq!(agreed["state"]["callback"]["text"], "Friday 18:30–19:00");
    let told = agreed["items"].as_array().unwrap().last().unwrap()["text"].as_str().unwrap().to_owned();
    assert!(told.contains("Friday 18:30–19:00"), "{told}");

    let maya = app.sign_in("maya").await;
    app.arrives("maya");
    let rows = app.get(&maya, "/v1/lists/callbacks").await.body;
    let row = &rows["rows"][0];
    assert_eq!((&row["callback"]["asked_at_ms"], &row["callback"]["due"]), (&json!(FRIDAY_8), &json!(false)));
    app.advance(89 * MINUTE);
    let early = app.get(&maya, &format!("/v1/conversations/{id}/view")).await.body;
    assert_eq!(early["row"]["state"], "callback");
    assert_eq!(early["package"]["callback"]["number"], "+81 3 1234");
    app.advance(MINUTE);
    let offered = app.until(&maya, &id, |view| view["row"]["state"] == "offered").await;
    assert_eq!(offered["row"]["callback"]["due"], true);
    assert_eq!(offered["row"]["waiting_since_ms"], FRIDAY_8, "as old as the first request");

    let act = async |name: &str, body: Value| {
        let reply = app.post(&maya, &format!("/v1/conversations/{id}/{name}"), body).await;
        assert!(reply.status.is_success(), "{name}: {reply:?}");
        reply.body
    };
    let epoch = offered["row"]["epoch"].clone();
    act("accept", json!({ "epoch": epoch })).await;
    act("replies", json!({ "client_id": "r1", "text": "Hello, you asked us to call." })).await;
    app.post(
        &dana,
        &format!("/v1/widget/conversations/{id}/messages"),
        json!({ "client_id": "m1", "text": "Yes, thank you." }),
    )
    .await;
    let done = act("resolve", json!({ "epoch": epoch, "disposition": "solved", "timing": "right" })).await;
    assert_eq!(done["row"]["state"], "wrap_up");
    let promise = &done["package"]["promises"][0];
    assert!(promise["kept_at_ms"].is_i64() && promise["overdue_at_ms"].is_null(), "{promise}");
}

#[tokio::test]
async fn a_slot_takes_so_many_and_the_book_survives_a_restart() {
    let mut app = TestApp::start().await;
    tune(&app, |settings| {
        settings["squad"][0]["hours"] = json!(["Mon-Fri 09:00-17:00"]);
        settings["squad"][0]["callbacks"]["per_slot"] = json!(1);
    })
    .await;
    let (first, dana) = visitor(&app, json!({})).await;
    let (second, sam) = visitor(&app, json!({})).await;
    let from_ms = times(&app, &first, &dana).await[0].0;
    let wish = json!({ "client_id": "k1", "from_ms": from_ms });
    let (one, other) =
        tokio::join!(book(&app, &first, &dana, wish.clone()), book(&app, &second, &sam, wish.clone()));
    let mut statuses = [one.status, other.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::CONFLICT], "{one:?} {other:?}");
    app.restart().await;
    let (third, tom) = visitor(&app, json!({})).await;
    assert_eq!(times(&app, &third, &tom).await[0].0, from_ms + 30 * MINUTE);
    let refused = book(&app, &third, &tom, wish).await;
    assert_eq!(refused.body["code"], "slot_gone");
}

#[tokio::test]
async fn one_customer_has_one_callback_whatever_the_channel() {
    let app = TestApp::start().await;
    office_hours(&app).await;
    for (id, channel) in [("c1", "chat"), ("c2", "email")] {
        let customer = json!({ "id": "dana", "verified": true, "time_zone": "Europe/Madrid" });
        let open = json!({ "id": id, "channel": channel, "customer": customer });
        app.post(&app.bot(), "/v1/conversations", open).await;
        app.turn(id, "m1", "customer", "I want to talk to a human").await;
    }
    let path = |id: &str| format!("/v1/conversations/{id}/callback");
    let free = app.get(&app.bot(), &path("c1")).await.body;
    assert_eq!(free["slots"][0]["text"], "Friday 10:00–10:30");
    let wish = |n: usize| json!({ "client_id": "k1", "from_ms": free["slots"][n]["from_ms"] });
    assert_eq!(app.post(&app.bot(), &path("c1"), wish(0)).await.status, StatusCode::OK);
    let again = app.post(&app.bot(), &path("c2"), wish(1)).await;
    assert_eq!((again.status, again.body["code"].as_str()), (StatusCode::CONFLICT, Some("callback_exists")));
    assert_eq!(again.body["callback"]["text"], "Friday 10:00–10:30", "{again:?}");
    let choices = app.get(&app.bot(), "/v1/conversations/c2/choices").await.body;
    assert_eq!(choices["callback"]["elsewhere"], true);
    let mut moving = wish(1);
    moving["moves"] = json!(true);
    let moved = app.post(&app.bot(), &path("c2"), moving).await;
    assert_eq!(moved.body["conversation"], "c1", "{moved:?}");
    assert_eq!(moved.body["callback"]["text"], "Friday 10:30–11:00");
}

#[tokio::test]
async fn a_customer_who_does_not_answer_is_called_once_more_and_then_has_a_ticket() {
    let app = TestApp::start().await;
    office_hours(&app).await;
    let (id, dana) = visitor(&app, json!({})).await;
    let maya = app.sign_in("maya").await;
    app.arrives("maya");
    let from_ms = times(&app, &id, &dana).await[0].0;
    book(&app, &id, &dana, json!({ "client_id": "k1", "from_ms": from_ms })).await;
    app.advance(HOUR);
    let ring = async || {
        let offered = app.until(&maya, &id, |view| view["row"]["state"] == "offered").await;
        let epoch = offered["row"]["epoch"].clone();
        app.post(&maya, &format!("/v1/conversations/{id}/accept"), json!({ "epoch": epoch })).await;
        let how =
            json!({ "epoch": epoch, "disposition": "no_answer", "timing": "right", "note": "Rang twice." });
        app.post(&maya, &format!("/v1/conversations/{id}/resolve"), how).await.body
    };
    let missed = ring().await;
    assert_eq!(missed["row"]["state"], "callback", "{missed}");
    assert_eq!(missed["row"]["callback"]["missed"], 1);
    assert_eq!(missed["package"]["notes"][0]["text"], "Rang twice.");
    let again = missed["row"]["callback"]["from_ms"].as_i64().unwrap();
    assert_eq!(again, FRIDAY_8 + 2 * HOUR);
    app.advance(HOUR);
    let missed = ring().await;
    assert_eq!(missed["row"]["state"], "ticketed", "{missed}");
    let last = shown(&app, &id, &dana).await["items"].as_array().unwrap().last().unwrap().clone();
    assert!(
        last["text"].as_str().unwrap().starts_with("We called you back and could not reach you."),
        "{last}"
    );
}

#[tokio::test]
async fn closing_time_hands_the_backlog_to_tickets_and_moves_callbacks() {
    let app = TestApp::start().await;
    let otto = app.sign_in("otto").await;
    // Somebody is there and takes nobody: those who come wait.
    app.arrives("maya");
    let tenant = app.app().site("acme").unwrap().0;
    let id = segue_core::ids::AgentId::parse("maya").unwrap();
    tenant.desk.choose(&id, segue_core::routing::Presence::Busy);
    let (waits, dana) = visitor(&app, json!({})).await;
    let (later, sam) = visitor(&app, json!({})).await;
    assert_eq!(shown(&app, &waits, &dana).await["state"]["state"], "queued");
    let free = times(&app, &later, &sam).await;
    book(&app, &later, &sam, json!({ "client_id": "k1", "from_ms": free[0].0 })).await;

    let close = json!({ "open": false, "until_ms": FRIDAY_8 + 5 * HOUR, "why": "A drill." });
    let closed = app.post(&otto, "/v1/squads/general/overrides", close).await;
    assert_eq!((closed.status, &closed.body["open"]), (StatusCode::OK, &json!(false)), "{closed:?}");
    let ticketed = app.until(&otto, &waits, |view| view["row"]["state"] == "ticketed").await;
    assert_eq!((&ticketed["row"]["tag"], &ticketed["ticket"]["tag"]), (&json!("normal"), &json!("normal")));
    let notice = shown(&app, &waits, &dana).await["items"].as_array().unwrap().last().unwrap().clone();
    let text = notice["text"].as_str().unwrap();
    assert!(text.starts_with("The team has closed for now") && text.contains("by Saturday 02:00"), "{text}");
    let tickets = app.get(&otto, "/v1/tickets").await.body;
    assert_eq!(tickets["tickets"][0]["tag"], "normal", "{tickets}");

    let moved = app.until(&otto, &later, |view| view["row"]["callback"]["from_ms"] != free[0].0).await;
    assert_eq!(moved["row"]["callback"]["from_ms"], FRIDAY_8 + 5 * HOUR);
    let notice = shown(&app, &later, &sam).await["items"].as_array().unwrap().last().unwrap().clone();
    assert!(notice["text"].as_str().unwrap().starts_with("Our hours have changed"), "{notice}");
}

#[tokio::test]
async fn a_squad_closes_on_time_and_who_stays_in_line_is_there_when_it_opens() {
    let app = TestApp::start().await;
    tune(&app, |settings| settings["squad"][0]["hours"] = json!(["Fri 07:00-08:05", "Mon 09:00-17:00"]))
        .await;
    let maya = app.sign_in("maya").await;
    app.arrives("maya");
    let tenant = app.app().site("acme").unwrap().0;
    let agent = segue_core::ids::AgentId::parse("maya").unwrap();
    tenant.desk.choose(&agent, segue_core::routing::Presence::Busy);
    let (id, dana) = visitor(&app, json!({})).await;
    assert_eq!(shown(&app, &id, &dana).await["state"]["state"], "queued");
    app.advance(5 * MINUTE);
    let ticketed = app.until(&maya, &id, |view| view["row"]["state"] == "ticketed").await;
    let marks = ticketed["marks"].as_array().unwrap();
    assert!(marks.iter().any(|mark| mark["kind"] == "queue_closed"), "{marks:?}");

    let path = format!("/v1/widget/conversations/{id}/wait");
    let stays = app.post(&dana, &path, json!({ "client_id": "w1" })).await;
    assert_eq!(stays.body["state"], "queued", "{stays:?}");
    let now = shown(&app, &id, &dana).await;
    assert_eq!(
        now["state"]["wait"]["note"],
        "You stay in line, and your place is kept. The team is back Monday 18:00."
    );
    assert_eq!(kinds(&now["state"]["choices"]), ["email", "callback"]);
    tenant.desk.choose(&agent, segue_core::routing::Presence::Available);
    let offered = app.until(&maya, &id, |view| view["row"]["state"] == "offered").await;
    assert_eq!(offered["row"]["waiting_since_ms"], FRIDAY_8);
}

#[tokio::test]
async fn a_promise_that_is_not_kept_is_seen() {
    let app = TestApp::start().await;
    let ingrid = app.sign_in("ingrid").await;
    let (id, _) = visitor(&app, json!({})).await;
    app.advance(4 * HOUR);
    let late = app.until(&ingrid, &id, |view| !view["row"]["overdue_since_ms"].is_null()).await;
    assert_eq!(late["row"]["overdue_since_ms"], FRIDAY_8 + 4 * HOUR);
    assert_eq!(late["row"]["state"], "ticketed", "it stays until somebody answers");
    let marks = late["marks"].as_array().unwrap();
    assert_eq!(marks.iter().filter(|mark| mark["kind"] == "overdue").count(), 1);
}

#[tokio::test]
async fn a_callback_can_be_moved_called_off_and_taken_early() {
    let app = TestApp::start().await;
    office_hours(&app).await;
    let (id, dana) = visitor(&app, json!({})).await;
    let free = times(&app, &id, &dana).await;
    book(&app, &id, &dana, json!({ "client_id": "k1", "from_ms": free[0].0 })).await;
    let moved = book(&app, &id, &dana, json!({ "client_id": "k2", "from_ms": free[3].0 })).await;
    assert_eq!(moved.body["callback"]["from_ms"], free[3].0, "{moved:?}");
    let gone = book(&app, &id, &dana, json!({ "client_id": "k3", "from_ms": free[0].0 - HOUR })).await;
    assert_eq!(gone.body["code"], "slot_gone");
    let path = format!("/v1/widget/conversations/{id}/callback/cancel");
    let off = app.post(&dana, &path, json!({ "client_id": "x1" })).await;
    assert_eq!((&off.body["state"], off.body["callback"].is_null()), (&json!("ticketed"), true), "{off:?}");
    let refused = app.post(&dana, &path, json!({ "client_id": "x2" })).await;
    assert_eq!(refused.body["code"], "wrong_state");

    book(&app, &id, &dana, json!({ "client_id": "k4", "from_ms": free[0].0 })).await;
    let maya = app.sign_in("maya").await;
    let taken = app.post(&maya, &format!("/v1/conversations/{id}/claim"), json!({})).await;
    assert_eq!(taken.body["row"]["state"], "preparing", "{taken:?}");
}
