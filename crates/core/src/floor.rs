//! The floor: all waiting handoffs and all agents of one organisation at once. Pure and in memory; rebuilt
//! from projections; it never writes, it only says which offers to make. The claim in the commit makes an
//! offer safe even where two floors decide at once.

use std::collections::BTreeMap;

use crate::{
    ids::{AgentId, AtMs, ConversationId},
    organisation::AgentProfile,
    queue::Coverage,
    routing::{self, Dropped, Presence, Seat, Waiting},
};

/// An offer to make.
#[derive(Clone, Debug, PartialEq)]
pub struct OfferToMake {
    /// To whom.
    pub agent: AgentId,
    /// For which conversation.
    pub conversation: ConversationId,
    /// The epoch it was decided at.
    pub epoch: u64,
    /// Why this agent.
    pub why: String,
    /// The most this agent may hold.
    pub limit: u32,
}

/// How long a customer may have to wait, seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Place in line, from 1.
    pub place: u32,
    /// Shortest likely wait; absent while unknown.
    pub low_s: Option<u32>,
    /// Longest likely wait; absent while unknown.
    pub high_s: Option<u32>,
}

/// Seats and the line.
#[derive(Clone, Debug, Default)]
pub struct Floor {
    seats: BTreeMap<AgentId, Seat>,
    waiting: BTreeMap<ConversationId, Waiting>,
    /// Seconds from queue to join of the last handoffs, at most [`SAMPLES_MAX`].
    waits_s: Vec<u32>,
}

/// Waits remembered for the estimate.
const SAMPLES_MAX: usize = 50;
/// Waits needed before an estimate is given.
const SAMPLES_MIN: usize = 5;

impl Floor {
    /// Adds an agent or takes over a changed profile; presence and load stay.
    pub fn seat(&mut self, profile: AgentProfile) {
        match self.seats.get_mut(&profile.id) {
            Some(seat) => seat.profile = profile,
            None => {
                let id = profile.id.clone();
                let seat =
                    Seat { profile, presence: Presence::Offline, load: 0, missed: 0, last_offer_at_ms: 0 };
                self.seats.insert(id, seat);
            }
        }
    }

    /// Removes an agent.
    pub fn unseat(&mut self, agent: &AgentId) {
        self.seats.remove(agent);
    }

    /// Every seat.
    pub fn seats(&self) -> impl Iterator<Item = &Seat> {
        self.seats.values()
    }

    /// One seat.
    pub fn seat_of(&self, agent: &AgentId) -> Option<&Seat> {
        self.seats.get(agent)
    }

    /// Sets an agent's presence; whoever acts is responding again.
    pub fn set_presence(&mut self, agent: &AgentId, presence: Presence) {
        if let Some(seat) = self.seats.get_mut(agent) {
            seat.presence = presence;
            seat.missed = 0;
        }
    }

    /// Sets how many conversations an agent holds.
    pub fn set_load(&mut self, agent: &AgentId, load: u32) {
        if let Some(seat) = self.seats.get_mut(agent) {
            seat.load = load;
        }
    }

    /// Counts a missed offer; the answer is the number of misses in a row.
    pub fn missed(&mut self, agent: &AgentId) -> u32 {
        self.seats.get_mut(agent).map_or(0, |seat| {
            seat.missed += 1;
            seat.missed
        })
    }

    /// A handoff waits, or waits again.
    pub fn wait(&mut self, waiting: Waiting) {
        self.waiting.insert(waiting.conversation.clone(), waiting);
    }

    /// A handoff no longer waits for an offer.
    pub fn stop_waiting(&mut self, conversation: &ConversationId) {
        self.waiting.remove(conversation);
    }

    /// Whether a handoff waits.
    pub fn waits(&self, conversation: &ConversationId) -> bool {
        self.waiting.contains_key(conversation)
    }

    /// Remembers how long somebody waited, seconds.
    pub fn waited(&mut self, wait_s: u32) {
        if self.waits_s.len() == SAMPLES_MAX {
            self.waits_s.remove(0);
        }
        self.waits_s.push(wait_s);
    }

    /// Squads with somebody there.
    pub fn coverage(&self) -> Coverage {
        let there = self.seats.values().filter(|seat| seat.presence.is_there() && seat.profile.capacity > 0);
        Coverage::of(there.flat_map(|seat| seat.profile.squads.iter().cloned()))
    }

    /// The offers to make now, most urgent handoff first. Reserves the slots in memory.
    pub fn decide(&mut self, now_ms: AtMs) -> Vec<OfferToMake> {
        let mut line: Vec<&Waiting> = self.waiting.values().collect();
        line.sort_by(|a, b| {
            let (a_urgency, b_urgency) = (routing::urgency(a, now_ms), routing::urgency(b, now_ms));
            b_urgency
                .total_cmp(&a_urgency)
                .then(a.since_ms.cmp(&b.since_ms))
                .then(a.conversation.cmp(&b.conversation))
        });
        let mut offers = vec![];
        let seats = &mut self.seats;
        for waiting in line {
            let Some((agent, dropped)) = choose(seats, waiting, now_ms) else { continue };
            let Some(seat) = seats.get_mut(&agent) else { continue };
            offers.push(OfferToMake {
                why: routing::why(seat, waiting, dropped),
                limit: seat.profile.capacity,
                agent,
                conversation: waiting.conversation.clone(),
                epoch: waiting.epoch,
            });
            seat.load += 1;
            seat.last_offer_at_ms = now_ms;
        }
        for offer in &offers {
            self.waiting.remove(&offer.conversation);
        }
        offers
    }

    /// When the line should be looked at again although nothing happens: a relaxation is due. Unix ms.
    pub fn next_look_ms(&self, now_ms: AtMs) -> Option<AtMs> {
        let steps = |waiting: &Waiting| {
            [1, 2].map(|n| waiting.since_ms + n * routing::RELAX_SKILL_MS).into_iter().find(|at| *at > now_ms)
        };
        self.waiting.values().filter_map(steps).min()
    }

    /// Place and likely wait of a handoff.
    pub fn estimate(&self, conversation: &ConversationId, now_ms: AtMs) -> Option<Estimate> {
        let mine = self.waiting.get(conversation)?;
        let urgency = routing::urgency(mine, now_ms);
        let same_line = |other: &&Waiting| other.needs.squad == mine.needs.squad;
        let ahead = self
            .waiting
            .values()
            .filter(same_line)
            .filter(|other| routing::urgency(other, now_ms) > urgency)
            .count();
        let place = ahead as u32 + 1;
        if self.waits_s.len() < SAMPLES_MIN {
            return Some(Estimate { place, low_s: None, high_s: None });
        }
        let mut waits = self.waits_s.clone();
        waits.sort_unstable();
        let quantile = |q: f32| waits[((waits.len() - 1) as f32 * q) as usize];
        let waited_s = ((now_ms - mine.since_ms) / 1000) as u32;
        let low = quantile(0.5) * place;
        let high = quantile(0.9).max(quantile(0.5) + 15) * place;
        let left = |bound: u32| bound.saturating_sub(waited_s);
        let known = left(high) > 0;
        Some(Estimate { place, low_s: known.then_some(left(low)), high_s: known.then_some(left(high)) })
    }
}

/// The best agent for a handoff along its relaxation steps.
fn choose(seats: &BTreeMap<AgentId, Seat>, waiting: &Waiting, now_ms: AtMs) -> Option<(AgentId, Dropped)> {
    routing::relaxations(waiting, seats, now_ms).into_iter().find_map(|dropped| {
        seats
            .values()
            .filter(|seat| routing::eligible(seat, waiting, dropped))
            .max_by(|a, b| {
                let order = routing::rank(a, waiting, now_ms).total_cmp(&routing::rank(b, waiting, now_ms));
                order.then(b.profile.id.cmp(&a.profile.id))
            })
            .map(|seat| (seat.profile.id.clone(), dropped))
    })
}
