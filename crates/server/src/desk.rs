//! The floor of one organisation with what it needs around it: who is connected, who holds what, and how a
//! face hears of changes. The floor itself is pure; this keeps it fed.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use arc_swap::ArcSwap;
use segue_core::{
    conversation::Conversation,
    floor::{Candidate, Estimate, Floor, OfferToMake, Waiting},
    handoff::State,
    ids::{AgentId, AtMs, ConversationId},
    organisation::{AgentProfile, Organisation},
    queue::Coverage,
    routing::{Channel, Presence, Seat},
};
use serde::Serialize;
use tokio::sync::{Notify, broadcast};

/// How long an agent may be gone before what they hold goes back to the queue, ms.
pub const GONE_AFTER_MS: AtMs = 45_000;

/// An agent as others see one.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
pub struct AgentStatus {
    /// Who.
    pub id: AgentId,
    /// Full name.
    pub name: String,
    /// Whether they take conversations.
    pub presence: Presence,
    /// Conversations held.
    pub load: u32,
    /// The most they take.
    pub capacity: u32,
}

/// See the module.
pub struct Desk {
    inner: Mutex<Inner>,
    coverage: ArcSwap<Coverage>,
    /// The floor should look again.
    pub wake: Notify,
    changed: broadcast::Sender<AgentId>,
}

struct Inner {
    floor: Floor,
    holds: HashMap<ConversationId, AgentId>,
    sockets: HashMap<AgentId, u32>,
    /// Since when an agent without a socket is gone, Unix ms.
    gone_since: HashMap<AgentId, AtMs>,
    chosen: HashMap<AgentId, Presence>,
}

impl Desk {
    /// Nobody there and nobody waiting yet.
    pub fn new(organisation: &Organisation) -> Self {
        let inner = Inner {
            floor: Floor::new(organisation),
            holds: HashMap::new(),
            sockets: HashMap::new(),
            gone_since: HashMap::new(),
            chosen: HashMap::new(),
        };
        Self {
            inner: Mutex::new(inner),
            coverage: ArcSwap::default(),
            wake: Notify::new(),
            changed: broadcast::channel(256).0,
        }
    }
}

impl Desk {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Squads with somebody there.
    pub fn coverage(&self) -> Arc<Coverage> {
        self.coverage.load_full()
    }

    /// Agents whose status changes.
    pub fn changes(&self) -> broadcast::Receiver<AgentId> {
        self.changed.subscribe()
    }

    /// Adds an agent or takes over a changed profile.
    pub fn seat(&self, profile: AgentProfile) {
        let mut inner = self.lock();
        inner.floor.seat(profile);
        self.publish(&inner, None);
    }

    /// Takes over changed settings.
    pub fn reorganise(&self, organisation: &Organisation) {
        let mut inner = self.lock();
        inner.floor.reorganise(organisation);
        self.publish(&inner, None);
    }

    /// Takes over what a commit changed: who waits, who holds what.
    pub fn observe(&self, now_ms: AtMs, conversation: &Conversation) {
        let id = conversation.id();
        let mut inner = self.lock();
        let held_before = inner.holds.get(id).cloned();
        let held_now = conversation.agent().cloned();
        if held_before != held_now {
            match &held_now {
                Some(agent) => inner.holds.insert(id.clone(), agent.clone()),
                None => inner.holds.remove(id),
            };
        }
        let waiting = || {
            conversation.handoff.as_ref().map(|handoff| Waiting {
                conversation: id.clone(),
                epoch: conversation.epoch,
                needs: handoff.needs.clone(),
                channel: Channel::named(&conversation.package.channel),
                since_ms: handoff.waiting_since_ms,
                refused_by: handoff.refused_by.clone(),
                told: handoff.refused_at_ms.is_some(),
                last_agent: conversation.last_agent.clone(),
            })
        };
        match (waiting(), &held_now) {
            (Some(waiting), Some(agent)) => {
                inner.floor.hold(now_ms, waiting, agent, conversation.state != State::Offered);
            }
            (Some(waiting), None) if conversation.state == State::Queued => inner.floor.wait(now_ms, waiting),
            _ => inner.floor.let_go(now_ms, id),
        }
        if held_before != held_now {
            for agent in held_before.into_iter().chain(held_now) {
                self.changed.send(agent).ok();
            }
        }
    }

    /// The offers to make now.
    pub fn decide(&self, now_ms: AtMs) -> Vec<OfferToMake> {
        let mut inner = self.lock();
        let offers = inner.floor.decide(now_ms);
        // Shifts begin and end by the clock alone.
        self.coverage.store(Arc::new(inner.floor.coverage()));
        offers
    }

    /// Handoffs that everybody who could take them has refused, with their epochs.
    pub fn refused_by_all(&self) -> Vec<(ConversationId, u64)> {
        self.lock().floor.refused_by_all()
    }

    /// When to look again although nothing happens, Unix ms.
    pub fn next_look_ms(&self) -> Option<AtMs> {
        let inner = self.lock();
        let gone = inner.gone_since.values().map(|since| since + GONE_AFTER_MS).min();
        [inner.floor.next_look_ms(), gone].into_iter().flatten().min()
    }

    /// Place and likely wait of a handoff.
    pub fn estimate(&self, conversation: &ConversationId, now_ms: AtMs) -> Option<Estimate> {
        self.lock().floor.estimate(conversation, now_ms)
    }

    /// Every agent, held against a conversation that waits.
    pub fn compare(&self, now_ms: AtMs, conversation: &ConversationId) -> Option<Vec<Candidate>> {
        self.lock().floor.compare(now_ms, conversation)
    }

    /// A missed offer; an agent who misses several in a row is away.
    pub fn missed(&self, agent: &AgentId) {
        let mut inner = self.lock();
        if inner.floor.missed(agent) >= segue_core::routing::NOT_RESPONDING {
            inner.floor.set_presence(agent, Presence::Away);
            self.publish(&inner, Some(agent));
        }
    }

    /// An agent's workspace has connected.
    pub fn connected(&self, agent: &AgentId) {
        let mut inner = self.lock();
        *inner.sockets.entry(agent.clone()).or_default() += 1;
        inner.gone_since.remove(agent);
        let presence = inner.chosen.get(agent).copied().unwrap_or(Presence::Available);
        inner.floor.set_presence(agent, presence);
        self.publish(&inner, Some(agent));
    }

    /// An agent's workspace has disconnected; the agent is gone only after a while.
    pub fn disconnected(&self, agent: &AgentId, now_ms: AtMs) {
        let mut inner = self.lock();
        let left = inner.sockets.get_mut(agent).map_or(0, |count| {
            *count = count.saturating_sub(1);
            *count
        });
        if left == 0 {
            inner.sockets.remove(agent);
            inner.gone_since.insert(agent.clone(), now_ms);
            // Nobody looks at the screen: no offers, but customers may still be told that somebody is there.
            inner.floor.set_presence(agent, Presence::Busy);
            self.publish(&inner, Some(agent));
        }
    }

    /// After a start: an agent who was there before has a while to come back.
    pub fn expect(&self, agent: &AgentId, now_ms: AtMs) {
        let mut inner = self.lock();
        inner.gone_since.insert(agent.clone(), now_ms);
        inner.floor.set_presence(agent, Presence::Busy);
        self.publish(&inner, Some(agent));
    }

    /// An agent says whether they take conversations.
    pub fn choose(&self, agent: &AgentId, presence: Presence) {
        let mut inner = self.lock();
        inner.chosen.insert(agent.clone(), presence);
        inner.floor.set_presence(agent, presence);
        self.publish(&inner, Some(agent));
    }

    /// Agents who have been gone for too long; they are offline from now on.
    pub fn gone(&self, now_ms: AtMs) -> Vec<AgentId> {
        let mut inner = self.lock();
        let gone: Vec<AgentId> = inner
            .gone_since
            .iter()
            .filter(|(_, since)| now_ms - **since >= GONE_AFTER_MS)
            .map(|(agent, _)| agent.clone())
            .collect();
        for agent in &gone {
            inner.gone_since.remove(agent);
            inner.floor.set_presence(agent, Presence::Offline);
            self.publish(&inner, Some(agent));
        }
        gone
    }

    /// What an agent holds.
    pub fn held_by(&self, agent: &AgentId) -> Vec<ConversationId> {
        let inner = self.lock();
        inner.holds.iter().filter(|(_, holder)| *holder == agent).map(|(id, _)| id.clone()).collect()
    }

    /// One agent as others see them.
    pub fn status(&self, agent: &AgentId) -> Option<AgentStatus> {
        let inner = self.lock();
        inner.floor.seat_of(agent).map(|(presence, seat)| status_of(presence, seat))
    }

    /// All agents as others see them.
    pub fn statuses(&self) -> Vec<AgentStatus> {
        self.lock().floor.seats().map(|(presence, seat)| status_of(presence, seat)).collect()
    }

    fn publish(&self, inner: &Inner, agent: Option<&AgentId>) {
        self.coverage.store(Arc::new(inner.floor.coverage()));
        if let Some(agent) = agent {
            self.changed.send(agent.clone()).ok();
        }
        self.wake.notify_one();
    }
}

fn status_of(presence: Presence, seat: &Seat) -> AgentStatus {
    AgentStatus {
        id: seat.profile.id.clone(),
        name: seat.profile.name.clone(),
        presence,
        load: seat.load.count(),
        capacity: seat.profile.work.capacity,
    }
}
