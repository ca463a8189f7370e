//! What a customer may do when nobody can come now: choose a time, move it, call it off, stay in line. For the widget,
//! and for assistants of the organisation's own.

use std::sync::Arc;

use axum::{
    Json as Answer,
    extract::{Path, State},
    http::StatusCode,
    response::IntoResponse,
};
use schemars::JsonSchema;
use segue_core::{
    callback::Slot,
    command::Command,
    conversation::{Conversation, callback},
    handoff,
    ids::{AtMs, ConversationId},
    wording,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Access, Api, ById, Doc, assistant::check_client_id};
use crate::{
    app::App,
    error::ApiError,
    extract::{Json, Key, Visitor, conversation_id},
    pipeline::{Done, Submit},
    tenant::Tenant,
    widget_view::{self, CallbackPromise, Choice, TicketPromise, Wait},
};

pub(super) fn routes(api: Api) -> Api {
    let visitor = |summary| Doc::new(Access::Visitor, summary);
    let key = |summary| Doc::new(Access::Key, summary);
    let times = "Free times for a callback, in the customer's zone.";
    let book = "Agrees on a callback at a free time, or moves the one there is.";
    let cancel = "Calls the callback off: the customer is in line again, or has a ticket.";
    let stay = "Stays in line although nobody is there.";
    api.get("/v1/widget/conversations/{id}/callback", visitor(times).gives::<Times>(), visitor_times)
        .post(
            "/v1/widget/conversations/{id}/callback",
            visitor(book).takes::<Book>().gives::<Agreed>(),
            visitor_book,
        )
        .post(
            "/v1/widget/conversations/{id}/callback/cancel",
            visitor(cancel).takes::<ById>().gives::<Agreed>(),
            visitor_cancel,
        )
        .post(
            "/v1/widget/conversations/{id}/wait",
            visitor(stay).takes::<ById>().gives::<Agreed>(),
            visitor_wait,
        )
        .get(
            "/v1/conversations/{id}/choices",
            key("What the customer may do while nobody is there, and what was promised.").gives::<Choices>(),
            choices,
        )
        .get("/v1/conversations/{id}/callback", key(times).gives::<Times>(), times_of)
        .post("/v1/conversations/{id}/callback", key(book).takes::<Book>().gives::<Agreed>(), book_for)
        .post(
            "/v1/conversations/{id}/callback/cancel",
            key(cancel).takes::<ById>().gives::<Agreed>(),
            cancel_for,
        )
        .post("/v1/conversations/{id}/wait", key(stay).takes::<ById>().gives::<Agreed>(), wait_for)
}

/// Free times.
#[derive(Serialize, JsonSchema)]
struct Times {
    /// In order; none where the squad offers no callbacks or is full.
    slots: Vec<Offered>,
    /// IANA name of the zone of the words.
    time_zone: String,
    /// What is agreed on already.
    #[serde(skip_serializing_if = "Option::is_none")]
    callback: Option<CallbackPromise>,
}

/// A time that is free.
#[derive(Serialize, JsonSchema)]
struct Offered {
    /// From, Unix ms.
    from_ms: AtMs,
    /// Until, Unix ms.
    until_ms: AtMs,
    /// Both in words, in the customer's zone.
    text: String,
}

/// A wish for a callback.
#[derive(Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Book {
    client_id: String,
    /// Beginning of a free time, Unix ms.
    from_ms: AtMs,
    /// Where to reach the customer, at most 64 characters; absent where the conversation will do.
    #[serde(default)]
    number: Option<String>,
    /// The same customer has a callback in another conversation: move that one instead of refusing.
    #[serde(default)]
    moves: bool,
}

/// What holds now.
#[derive(Serialize, JsonSchema)]
struct Agreed {
    /// The last event of the conversation that was changed.
    seq: u64,
    /// That conversation: another one where an earlier callback was moved.
    conversation: ConversationId,
    /// Where the conversation stands.
    state: handoff::State,
    /// The callback, where there is one now.
    #[serde(skip_serializing_if = "Option::is_none")]
    callback: Option<CallbackPromise>,
}

/// What the customer may do.
#[derive(Serialize, JsonSchema)]
struct Choices {
    /// Where the conversation stands.
    state: handoff::State,
    /// In the order in which they are best offered; none where a human or the assistant answers.
    choices: Vec<Choice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wait: Option<Wait>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket: Option<TicketPromise>,
    #[serde(skip_serializing_if = "Option::is_none")]
    callback: Option<CallbackPromise>,
}

async fn free_times(app: &App, tenant: &Tenant, id: &ConversationId) -> Result<Answer<Times>, ApiError> {
    let conversation = app.conversation(tenant, id).await?;
    let (settings, book, now_ms) = (tenant.settings(), tenant.calls.book(), app.now_ms());
    let elsewhere = book.elsewhere(&conversation);
    // Another conversation's callback is the one that would move: its squad calls back.
    let other = match elsewhere {
        Some((other, _)) => Some(app.conversation(tenant, other).await?),
        None => None,
    };
    let of = other.as_deref().unwrap_or(&conversation);
    let wish = callback::wish(of, &settings, &book.bookings);
    let slots: Vec<Slot> = wish.map(|wish| wish.slots(now_ms).collect()).unwrap_or_default();
    let text = |slot: &Slot| wording::slot(&conversation, &settings, *slot, now_ms);
    let offered = |slot: Slot| Offered { from_ms: slot.from_ms, until_ms: slot.until_ms, text: text(&slot) };
    let zone = conversation.package.customer.time_zone.as_ref().unwrap_or(&settings.time_zone);
    Ok(Answer(Times {
        slots: slots.into_iter().map(offered).collect(),
        time_zone: zone.clone(),
        callback: widget_view::agreed(tenant, &conversation, now_ms),
    }))
}

/// Books, or moves what the customer has: here, or in the conversation where they booked before.
async fn agree(
    app: &App,
    tenant: &Arc<Tenant>,
    id: &ConversationId,
    wanted: &Book,
) -> Result<Answer<Agreed>, ApiError> {
    let conversation = app.conversation(tenant, id).await?;
    let book = tenant.calls.book();
    let target = match book.elsewhere(&conversation) {
        Some((other, _)) if wanted.moves => other,
        Some((_, slot)) => return Err(exists(app, tenant, &conversation, slot)),
        None => id,
    };
    let command = Command::BookCallback { from_ms: wanted.from_ms, number: wanted.number.clone() };
    // Two conversations may have used the same client id.
    let kind = if target == id { "callback".to_owned() } else { format!("callback:{id}") };
    let done = once(app, tenant, target, &kind, &wanted.client_id, wanted, &command).await?;
    Ok(told(app, tenant, &done))
}

/// One callback for each customer: the earlier one is shown, and can be moved.
fn exists(app: &App, tenant: &Tenant, conversation: &Conversation, slot: Slot) -> ApiError {
    let text = wording::slot(conversation, &tenant.settings(), slot, app.now_ms());
    let detail = format!("There is a callback already: {text}. Send moves: true to move it.");
    let known = json!({ "from_ms": slot.from_ms, "until_ms": slot.until_ms, "text": text });
    ApiError::new(StatusCode::CONFLICT, "callback_exists", detail).with("callback", known)
}

/// A command of the customer's, once by its client id; such commands are decided one after another.
async fn once(
    app: &App,
    tenant: &Arc<Tenant>,
    id: &ConversationId,
    kind: &str,
    client_id: &str,
    body: &impl Serialize,
    command: &Command,
) -> Result<Done, ApiError> {
    check_client_id(client_id)?;
    let submit = Submit { books: true, ..Submit::once(kind, client_id, body) };
    app.submit(tenant, id, submit, |_| command.clone()).await
}

fn told(app: &App, tenant: &Tenant, done: &Done) -> Answer<Agreed> {
    let now = &done.conversation;
    Answer(Agreed {
        seq: done.receipt.seq,
        conversation: now.id().clone(),
        state: done.receipt.state,
        callback: widget_view::agreed(tenant, now, app.now_ms()),
    })
}

async fn by_id(
    app: &App,
    tenant: &Arc<Tenant>,
    id: &ConversationId,
    kind: &str,
    body: &ById,
    command: Command,
) -> Result<Answer<Agreed>, ApiError> {
    let done = once(app, tenant, id, kind, &body.client_id, body, &command).await?;
    Ok(told(app, tenant, &done))
}

async fn visitor_times(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, ApiError> {
    free_times(&app, &visitor.tenant, visitor.own(&id)?).await
}

async fn visitor_book(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    Json(wanted): Json<Book>,
) -> Result<impl IntoResponse, ApiError> {
    agree(&app, &visitor.tenant, visitor.own(&id)?, &wanted).await
}

async fn visitor_cancel(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    Json(body): Json<ById>,
) -> Result<impl IntoResponse, ApiError> {
    by_id(&app, &visitor.tenant, visitor.own(&id)?, "cancel", &body, Command::CancelCallback).await
}

async fn visitor_wait(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    Json(body): Json<ById>,
) -> Result<impl IntoResponse, ApiError> {
    by_id(&app, &visitor.tenant, visitor.own(&id)?, "wait", &body, Command::KeepWaiting).await
}

async fn choices(
    State(app): State<App>,
    key: Key,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, ApiError> {
    let conversation = app.conversation(&key.tenant, &conversation_id(&id)?).await?;
    let shown = widget_view::state(&key.tenant, &conversation, app.now_ms());
    Ok(Answer(Choices {
        state: shown.state,
        choices: shown.choices,
        wait: shown.wait,
        ticket: shown.ticket,
        callback: shown.callback,
    }))
}

async fn times_of(
    State(app): State<App>,
    key: Key,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, ApiError> {
    free_times(&app, &key.tenant, &conversation_id(&id)?).await
}

async fn book_for(
    State(app): State<App>,
    key: Key,
    Path(id): Path<String>,
    Json(wanted): Json<Book>,
) -> Result<impl IntoResponse, ApiError> {
    agree(&app, &key.tenant, &conversation_id(&id)?, &wanted).await
}

async fn cancel_for(
    State(app): State<App>,
    key: Key,
    Path(id): Path<String>,
    Json(body): Json<ById>,
) -> Result<impl IntoResponse, ApiError> {
    by_id(&app, &key.tenant, &conversation_id(&id)?, "cancel", &body, Command::CancelCallback).await
}

async fn wait_for(
    State(app): State<App>,
    key: Key,
    Path(id): Path<String>,
    Json(body): Json<ById>,
) -> Result<impl IntoResponse, ApiError> {
    by_id(&app, &key.tenant, &conversation_id(&id)?, "wait", &body, Command::KeepWaiting).await
}
