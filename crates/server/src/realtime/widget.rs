//! The customer's stream: server-sent events that resume by seq. A stream that cannot go on from the client's
//! seq begins with a snapshot; there is never a silent gap.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    extract::{Path, Query, State},
    http::HeaderMap,
    response::{
        IntoResponse,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::stream;
use segue_bus::Wake;
use segue_core::{context::Role, conversation::Conversation, handoff, ids::ConversationId};
use serde::{Deserialize, Serialize};
use tokio::sync::{broadcast, mpsc};

use crate::{
    api::widget::shown,
    app::App,
    error::ApiError,
    extract::Visitor,
    pipeline,
    tenant::Tenant,
    widget_view::{self, Item, WidgetState},
};

/// Events that wait for a slow browser; more than that ends the stream, and the browser resumes.
const QUEUE_MAX: usize = 64;
/// How often the wait is looked at again.
const WAIT_EVERY: Duration = Duration::from_secs(3);
/// Events read at once.
const EVENTS_MAX: u32 = 500;

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Frame {
    Snapshot { seq: u64, items: Vec<Item>, state: WidgetState },
    Items { seq: u64, items: Vec<Item>, state: WidgetState },
    State { state: WidgetState },
    Delta { turn: u32, text: String },
    Typing { role: Role },
}

#[derive(Deserialize)]
pub(crate) struct After {
    after: Option<u64>,
}

/// `GET /v1/widget/conversations/{id}/stream`
pub(crate) async fn stream(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(query): Query<After>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, ApiError> {
    let id = visitor.own(&id)?.clone();
    let last_event_id =
        headers.get("last-event-id").and_then(|id| id.to_str().ok()).and_then(|id| id.parse().ok());
    let after = last_event_id.or(query.after).unwrap_or(0);
    let (frames, queue) = mpsc::channel(QUEUE_MAX);
    let feed = Feed { app: app.clone(), tenant: visitor.tenant, id, seq: after, state: None, frames };
    app.tasks.spawn(feed.run());
    let events = stream::unfold(queue, async |mut queue: mpsc::Receiver<Event>| {
        queue.recv().await.map(|event| (Ok::<_, Infallible>(event), queue))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(10))))
}

/// What an open widget shows after a seq, up to the seq that `conversation` stands at: an event is shown as the conversation
/// stood with it or later, never earlier, or an offer that has just been made would look like one that is over.
pub(crate) async fn items_after(
    app: &App,
    tenant: &Tenant,
    conversation: &Conversation,
    after: u64,
) -> Result<(Vec<Item>, u64), ApiError> {
    let mut items = vec![];
    let mut seq = after;
    loop {
        let stored = app.store.events(&tenant.id, conversation.id(), seq, EVENTS_MAX).await?;
        for event in stored.iter().filter(|event| event.seq <= conversation.seq) {
            let event = pipeline::read(event).map_err(|error| ApiError::internal(&error))?;
            seq = event.seq;
            items.extend(widget_view::item(tenant, conversation, &event));
        }
        if stored.len() < EVENTS_MAX as usize || seq >= conversation.seq {
            return Ok((items, seq));
        }
    }
}

struct Feed {
    app: App,
    tenant: Arc<Tenant>,
    id: ConversationId,
    seq: u64,
    state: Option<WidgetState>,
    frames: mpsc::Sender<Event>,
}

/// The browser is gone, too slow, or the server stops.
struct Ended;

impl Feed {
    async fn run(mut self) {
        let mut wakes = self.app.bus.conversation(&self.tenant.id, &self.id);
        let stop = self.app.stop.clone();
        if self.begin().await.is_err() {
            return;
        }
        let mut wait = tokio::time::interval(WAIT_EVERY);
        loop {
            let result = tokio::select! {
                () = stop.cancelled() => return,
                () = self.frames.closed() => return,
                wake = wakes.recv() => self.woken(wake).await,
                _ = wait.tick() => self.refresh_state().await,
            };
            if result.is_err() {
                return;
            }
        }
    }

    async fn begin(&mut self) -> Result<(), Ended> {
        let now = self.app.conversation(&self.tenant, &self.id).await.map_err(|_| Ended)?;
        if (1..=now.seq).contains(&self.seq) {
            return self.catch_up().await;
        }
        let (seq, items, state) =
            shown(&self.app, &self.tenant, &self.id).await.map_err(|_| Ended)?.into_parts();
        self.seq = seq;
        self.state = Some(state.clone());
        self.send(Some(seq), &Frame::Snapshot { seq, items, state })
    }

    async fn woken(&mut self, wake: Result<Wake, broadcast::error::RecvError>) -> Result<(), Ended> {
        match wake {
            Ok(Wake::Grown { seq, .. }) if seq <= self.seq => Ok(()),
            Ok(Wake::Grown { .. }) | Err(broadcast::error::RecvError::Lagged(_)) => self.catch_up().await,
            Ok(Wake::Delta { turn, text, .. }) => self.send(None, &Frame::Delta { turn, text }),
            Ok(Wake::Typing { role: Role::Customer, .. }) => Ok(()),
            Ok(Wake::Typing { role, .. }) => self.send(None, &Frame::Typing { role }),
            Err(broadcast::error::RecvError::Closed) => Err(Ended),
        }
    }

    async fn catch_up(&mut self) -> Result<(), Ended> {
        let now = self.app.conversation(&self.tenant, &self.id).await.map_err(|_| Ended)?;
        let (items, seq) = items_after(&self.app, &self.tenant, &now, self.seq).await.map_err(|_| Ended)?;
        let state = widget_view::state(&self.tenant, &now, self.app.config.clock.now_ms());
        self.seq = seq;
        self.state = Some(state.clone());
        self.send(Some(seq), &Frame::Items { seq, items, state })
    }

    /// The wait changes although nothing is written here, and so does what is agreed on elsewhere.
    async fn refresh_state(&mut self) -> Result<(), Ended> {
        let later =
            |state: &WidgetState| matches!(state.state, handoff::State::Ticketed | handoff::State::Callback);
        let waits = self.state.as_ref().is_some_and(|state| state.wait.is_some() || later(state));
        if !waits {
            return Ok(());
        }
        let now = self.app.conversation(&self.tenant, &self.id).await.map_err(|_| Ended)?;
        let state = widget_view::state(&self.tenant, &now, self.app.config.clock.now_ms());
        if self.state.as_ref() == Some(&state) {
            return Ok(());
        }
        self.state = Some(state.clone());
        self.send(None, &Frame::State { state })
    }

    fn send(&self, seq: Option<u64>, frame: &Frame) -> Result<(), Ended> {
        let data = serde_json::to_string(frame).map_err(|_| Ended)?;
        let mut event = Event::default().data(data);
        if let Some(seq) = seq {
            event = event.id(seq.to_string());
        }
        self.frames.try_send(event).map_err(|_| Ended)
    }
}
