//! The floor of one organisation with what it needs around it: who is connected, who holds what, and how a
//! face hears of changes. The floor itself is pure; this keeps it fed.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use arc_swap::ArcSwap;
use segue_core::{
    conversation::Conversation,
    floor::{Estimate, Floor, OfferToMake},
    handoff::State,
    ids::{AgentId, AtMs, ConversationId},
    organisation::{AgentProfile, Organisation},
    queue::Coverage,
    routing::{Presence, Waiting},
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

#[derive(Default)]
struct Inner {
    floor: Floor,
    holds: HashMap<ConversationId, AgentId>,
    sockets: HashMap<AgentId, u32>,
    /// Since when an agent without a socket is gone, Unix ms.
    gone_since: HashMap<AgentId, AtMs>,
    chosen: HashMap<AgentId, Presence>,
}

impl Inner {
    fn load_of(&self, agent: &AgentId) -> u32 {
        self.holds.values().filter(|holder| *holder == agent).count() as u32
    }
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            inner: Mutex::default(),
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

    /// Takes over what a commit changed: who waits, who holds what.
    pub fn observe(&self, conversation: &Conversation, organisation: &Organisation) {
        let id = conversation.id();
        let mut inner = self.lock();
        let held_before = inner.holds.get(id).cloned();
        let held_now = conversation.agent().cloned();
        if held_before != held_now {
            match &held_now {
                Some(agent) => inner.holds.insert(id.clone(), agent.clone()),
                None => inner.holds.remove(id),
            };
            for agent in held_before.iter().chain(&held_now) {
                let load = inner.load_of(agent);
                inner.floor.set_load(agent, load);
                self.changed.send(agent.clone()).ok();
            }
        }
        match (&conversation.handoff, conversation.state) {
            (Some(handoff), State::Queued) => {
                let tier = organisation.tier(handoff.needs.tier.as_deref());
                inner.floor.wait(Waiting {
                    conversation: id.clone(),
                    epoch: conversation.epoch,
                    needs: handoff.needs.clone(),
                    since_ms: handoff.waiting_since_ms,
                    sla_due_at_ms: handoff.sla_due_at_ms,
                    weight: tier.map_or(1.0, |tier| tier.weight),
                    refused_by: handoff.refused_by.clone(),
                });
            }
            (Some(handoff), State::Preparing) if inner.floor.waits(id) || held_before.is_some() => {
                let waited_ms = conversation.package.updated_at_ms - handoff.waiting_since_ms;
                inner.floor.waited((waited_ms / 1000).clamp(0, 86_400) as u32);
                inner.floor.stop_waiting(id);
            }
            _ => inner.floor.stop_waiting(id),
        }
    }

    /// The offers to make now.
    pub fn decide(&self, now_ms: AtMs) -> Vec<OfferToMake> {
        self.lock().floor.decide(now_ms)
    }

    /// When to look again although nothing happens, Unix ms.
    pub fn next_look_ms(&self, now_ms: AtMs) -> Option<AtMs> {
        let inner = self.lock();
        let gone = inner.gone_since.values().map(|since| since + GONE_AFTER_MS).min();
        [inner.floor.next_look_ms(now_ms), gone].into_iter().flatten().min()
    }

    /// Place and likely wait of a handoff.
    pub fn estimate(&self, conversation: &ConversationId, now_ms: AtMs) -> Option<Estimate> {
        self.lock().floor.estimate(conversation, now_ms)
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

    /// Counts anew what an agent holds, after an offer that could not be made.
    pub fn recount(&self, agent: &AgentId) {
        let mut inner = self.lock();
        let load = inner.load_of(agent);
        inner.floor.set_load(agent, load);
    }

    /// What an agent holds.
    pub fn held_by(&self, agent: &AgentId) -> Vec<ConversationId> {
        let inner = self.lock();
        inner.holds.iter().filter(|(_, holder)| *holder == agent).map(|(id, _)| id.clone()).collect()
    }

    /// One agent as others see them.
    pub fn status(&self, agent: &AgentId) -> Option<AgentStatus> {
        let inner = self.lock();
        inner.floor.seat_of(agent).map(status_of)
    }

    /// All agents as others see them.
    pub fn statuses(&self) -> Vec<AgentStatus> {
        self.lock().floor.seats().map(status_of).collect()
    }

    fn publish(&self, inner: &Inner, agent: Option<&AgentId>) {
        self.coverage.store(Arc::new(inner.floor.coverage()));
        if let Some(agent) = agent {
            self.changed.send(agent.clone()).ok();
        }
        self.wake.notify_one();
    }
}

fn status_of(seat: &segue_core::routing::Seat) -> AgentStatus {
    AgentStatus {
        id: seat.profile.id.clone(),
        name: seat.profile.name.clone(),
        presence: seat.presence,
        load: seat.load,
        capacity: seat.profile.capacity,
    }
}
