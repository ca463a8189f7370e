//! The agents' socket: a snapshot, then what changes. Offers and the open conversation travel at once, rows of
//! the list in batches. A socket that cannot keep up is closed with a code, and the client begins again.

use std::{
    collections::{HashMap, HashSet},
    time::{Duration, Instant},
};

use axum::{
    extract::{
        State,
        ws::{Message, WebSocket, WebSocketUpgrade},
    },
    response::IntoResponse,
};
use segue_bus::Wake;
use segue_core::{
    context::Role,
    conversation::Conversation,
    handoff::State as Stands,
    ids::{AgentId, AtMs, ConversationId},
    row::{self, Row},
};
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast::error::RecvError;

use crate::{
    access::Action,
    api::lists::{self, Counts},
    app::App,
    desk::AgentStatus,
    error::ApiError,
    extract::Staff,
    workspace_view::{self, Me, Offer, View},
};

/// How often changed rows are sent.
const ROWS_EVERY: Duration = Duration::from_millis(100);
/// How often counts are looked up while rows change.
const COUNTS_EVERY: Duration = Duration::from_millis(500);
/// Silence of a client after which it is gone.
const SILENCE: Duration = Duration::from_secs(30);
/// A write that takes longer ends the socket.
const WRITE_WITHIN: Duration = Duration::from_secs(10);
/// The largest frame a client may send, bytes.
const FRAME_MAX_BYTES: usize = 4096;

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Frame<'a> {
    Welcome {
        server_time_ms: AtMs,
        me: Me,
        rows: Vec<Row>,
        counts: Counts,
        offers: Vec<Offer>,
        agents: Vec<AgentStatus>,
    },
    Row {
        row: &'a Row,
    },
    Counts {
        counts: Counts,
    },
    View {
        view: Box<View>,
    },
    Offer {
        offer: Box<Offer>,
    },
    OfferEnded {
        conversation: &'a ConversationId,
        epoch: u64,
        why: &'static str,
    },
    Me {
        me: Me,
    },
    Agent {
        agent: AgentStatus,
    },
    CustomerTyping {
        conversation: &'a ConversationId,
    },
    Pong {
        server_time_ms: AtMs,
    },
    Bye {
        code: &'static str,
    },
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Heard {
    Open { conversation: Option<ConversationId> },
    Typing { conversation: ConversationId },
    Ping,
}

/// `GET /v1/workspace/socket`
pub(crate) async fn socket(
    State(app): State<App>,
    staff: Staff,
    upgrade: WebSocketUpgrade,
) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Read)?;
    let tasks = app.tasks.clone();
    Ok(upgrade.max_message_size(FRAME_MAX_BYTES).on_upgrade(move |socket| {
        tasks.track_future(async move { Session::new(app, staff, socket).run().await })
    }))
}

struct Session {
    app: App,
    staff: Staff,
    socket: WebSocket,
    open: Option<ConversationId>,
    /// Offers on the screen, with their epochs.
    offers: HashMap<ConversationId, u64>,
    dirty: HashSet<ConversationId>,
    heard_at: Instant,
    counted_at: Instant,
    counts: Option<Counts>,
}

/// The socket is closed or too slow.
struct Ended;

type Flow = Result<(), Ended>;

impl Session {
    fn new(app: App, staff: Staff, socket: WebSocket) -> Self {
        let now = Instant::now();
        Self {
            app,
            staff,
            socket,
            open: None,
            offers: HashMap::new(),
            dirty: HashSet::new(),
            heard_at: now,
            counted_at: now,
            counts: None,
        }
    }

    async fn run(mut self) {
        let tenant = self.staff.tenant.clone();
        let answers = self.staff.may(Action::Answer).is_ok();
        if answers {
            tenant.desk.connected(self.staff.id());
            self.app.remember_presence(&tenant, self.staff.id(), true).await;
        }
        self.serve().await.ok();
        if answers {
            tenant.desk.disconnected(self.staff.id(), self.app.config.clock.now_ms());
        }
    }

    async fn serve(&mut self) -> Flow {
        let tenant = self.staff.tenant.clone();
        let mut wakes = self.app.bus.organisation(&tenant.id);
        let mut changes = tenant.desk.changes();
        let stop = self.app.stop.clone();
        let mut rows = tokio::time::interval(ROWS_EVERY);
        rows.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        self.welcome().await?;
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => {
                    self.send(&Frame::Bye { code: "shutdown" }).await?;
                    return Err(Ended);
                }
                agent = changes.recv() => match agent {
                    Ok(agent) => self.agent_changed(&agent).await?,
                    Err(RecvError::Lagged(_)) => self.check_offers().await?,
                    Err(RecvError::Closed) => return Err(Ended),
                },
                message = self.socket.recv() => match message {
                    Some(Ok(message)) => self.hear(message).await?,
                    _ => return Err(Ended),
                },
                wake = wakes.recv() => match wake {
                    Ok(wake) => self.woken(wake).await?,
                    Err(RecvError::Lagged(_)) => self.welcome().await?,
                    Err(RecvError::Closed) => return Err(Ended),
                },
                _ = rows.tick() => self.flush().await?,
            }
        }
    }

    async fn send(&mut self, frame: &Frame<'_>) -> Flow {
        let text = serde_json::to_string(frame).map_err(|_| Ended)?;
        let write = self.socket.send(Message::Text(text.into()));
        match tokio::time::timeout(WRITE_WITHIN, write).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(Ended),
        }
    }

    async fn welcome(&mut self) -> Flow {
        let Ok((rows, _)) = lists::rows(&self.app, &self.staff, "open", None).await else {
            return Err(Ended);
        };
        let counts = lists::counts(&self.app, &self.staff).await.map_err(|_| Ended)?;
        let offers = standing_offers(&self.app, &self.staff).await;
        self.offers = offers.iter().map(|offer| (offer.conversation.clone(), offer.epoch)).collect();
        self.dirty.clear();
        self.counts = Some(counts.clone());
        let frame = Frame::Welcome {
            server_time_ms: self.app.config.clock.now_ms(),
            me: workspace_view::me(&self.staff),
            rows,
            counts,
            offers,
            agents: self.staff.tenant.desk.statuses(),
        };
        self.send(&frame).await?;
        self.send_view().await
    }

    /// Sends offers that are not on the screen, and takes away those that no longer stand.
    async fn check_offers(&mut self) -> Flow {
        let standing = standing_offers(&self.app, &self.staff).await;
        let gone: Vec<(ConversationId, u64)> = self
            .offers
            .iter()
            .filter(|(id, epoch)| !standing.iter().any(|o| o.conversation == **id && o.epoch == **epoch))
            .map(|(id, epoch)| (id.clone(), *epoch))
            .collect();
        for (id, epoch) in gone {
            self.offers.remove(&id);
            let why = match self.app.conversation(&self.staff.tenant, &id).await {
                Ok(now) => why_ended(&now, self.staff.id()),
                Err(_) => "withdrawn",
            };
            self.send(&Frame::OfferEnded { conversation: &id, epoch, why }).await?;
        }
        for offer in standing {
            if self.offers.insert(offer.conversation.clone(), offer.epoch) != Some(offer.epoch) {
                self.send(&Frame::Offer { offer: Box::new(offer) }).await?;
            }
        }
        Ok(())
    }

    async fn agent_changed(&mut self, agent: &AgentId) -> Flow {
        if agent == self.staff.id() {
            self.check_offers().await?;
            let me = workspace_view::me(&self.staff);
            self.send(&Frame::Me { me }).await?;
        }
        match self.staff.tenant.desk.status(agent) {
            Some(agent) => self.send(&Frame::Agent { agent }).await,
            None => Ok(()),
        }
    }

    async fn woken(&mut self, wake: Wake) -> Flow {
        match wake {
            Wake::Grown { conversation, .. } => {
                if self.offers.contains_key(&conversation) {
                    self.check_offers().await?;
                }
                let is_open = self.open.as_ref() == Some(&conversation);
                self.dirty.insert(conversation);
                if is_open { self.send_view().await } else { Ok(()) }
            }
            Wake::Typing { conversation, role: Role::Customer }
                if self.open.as_ref() == Some(&conversation) =>
            {
                self.send(&Frame::CustomerTyping { conversation: &conversation }).await
            }
            Wake::Typing { .. } | Wake::Delta { .. } => Ok(()),
        }
    }

    async fn send_view(&mut self) -> Flow {
        let Some(id) = &self.open else { return Ok(()) };
        let Ok(conversation) = self.app.conversation(&self.staff.tenant, id).await else { return Ok(()) };
        let online = self.app.bus.listens(&self.staff.tenant.id, id);
        let view = Box::new(workspace_view::view(&self.staff.tenant, &conversation, online));
        self.send(&Frame::View { view }).await
    }

    /// Sends rows that have changed since the last time, then counts.
    async fn flush(&mut self) -> Flow {
        if self.heard_at.elapsed() > SILENCE {
            return Err(Ended);
        }
        if self.dirty.is_empty() {
            return Ok(());
        }
        for id in std::mem::take(&mut self.dirty) {
            let Ok(conversation) = self.app.conversation(&self.staff.tenant, &id).await else { continue };
            let row = row::row(&conversation);
            self.send(&Frame::Row { row: &row }).await?;
        }
        if self.counted_at.elapsed() >= COUNTS_EVERY {
            self.counted_at = Instant::now();
            let counts = lists::counts(&self.app, &self.staff).await.map_err(|_| Ended)?;
            if self.counts.as_ref() != Some(&counts) {
                self.counts = Some(counts.clone());
                self.send(&Frame::Counts { counts }).await?;
            }
        }
        Ok(())
    }

    async fn hear(&mut self, message: Message) -> Flow {
        self.heard_at = Instant::now();
        let text = match message {
            Message::Text(text) => text,
            Message::Close(_) => return Err(Ended),
            _ => return Ok(()),
        };
        match serde_json::from_str(&text) {
            Ok(Heard::Open { conversation }) => {
                self.open = conversation;
                self.send_view().await
            }
            Ok(Heard::Typing { conversation }) => {
                let wake = Wake::Typing { conversation, role: Role::Agent };
                self.app.bus.publish(&self.staff.tenant.id, wake);
                Ok(())
            }
            Ok(Heard::Ping) => {
                let server_time_ms = self.app.config.clock.now_ms();
                self.send(&Frame::Pong { server_time_ms }).await
            }
            // Something else than a frame of ours: nothing happens, whoever it pretends to be.
            Err(_) => Ok(()),
        }
    }
}

async fn standing_offers(app: &App, staff: &Staff) -> Vec<Offer> {
    let mut offers = vec![];
    for id in staff.tenant.desk.held_by(staff.id()) {
        if let Ok(conversation) = app.conversation(&staff.tenant, &id).await {
            offers.extend(workspace_view::offer(&conversation, staff.id()));
        }
    }
    offers
}

fn why_ended(now: &Conversation, me: &AgentId) -> &'static str {
    let mine = now.agent() == Some(me);
    match now.state {
        Stands::Preparing | Stands::Human | Stands::WrapUp if mine => "accepted",
        _ => {
            let refused = now.handoff.as_ref().is_some_and(|handoff| handoff.refused_by.last() == Some(me));
            let mark = now.marks.iter().rfind(|mark| mark.agent.as_ref() == Some(me));
            let missed = mark.is_some_and(|mark| mark.kind == segue_core::conversation::MarkKind::Missed);
            if missed {
                "missed"
            } else if refused {
                "declined"
            } else {
                "withdrawn"
            }
        }
    }
}
