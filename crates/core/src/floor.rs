//! The floor: all waiting handoffs and all agents of one organisation at once, by their names. Pure and in memory; rebuilt
//! from projections; it never writes, it only says which offers to make. The claim in the commit makes an offer safe even
//! where two floors decide at once.

use std::collections::{BTreeMap, HashMap};

use crate::{
    handoff::Needs,
    ids::{AgentId, AtMs, ConversationId},
    organisation::{AgentProfile, Organisation},
    queue::Coverage,
    routing::{AgentIx, Assignment, CaseIx, Channel, Dropped, Presence, Router, Seat, TICK_MS, Terms, Wish},
    strategy,
};

/// A handoff that waits, or is with an agent.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    /// Which conversation.
    pub conversation: ConversationId,
    /// Its epoch, sent back with the offer.
    pub epoch: u64,
    /// What it needs.
    pub needs: Needs,
    /// How the customer reaches us.
    pub channel: Channel,
    /// Since when, Unix ms.
    pub since_ms: AtMs,
    /// Who said no or missed, in order.
    pub refused_by: Vec<AgentId>,
}

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
pub struct Floor {
    router: Router,
    tiers: Vec<String>,
    agents: BTreeMap<AgentId, AgentIx>,
    presence: BTreeMap<AgentId, Presence>,
    cases: HashMap<ConversationId, Held>,
    conversations: HashMap<CaseIx, ConversationId>,
    /// Seconds from queue to join of the last handoffs, at most [`SAMPLES_MAX`].
    waits_s: Vec<u32>,
    ticked_at_ms: AtMs,
    /// The time as it was told last, Unix ms.
    now_ms: AtMs,
}

/// What the router knows a conversation as.
struct Held {
    case: CaseIx,
    waiting: Waiting,
    by: Option<AgentIx>,
    active: bool,
}

/// Waits remembered for the estimate.
const SAMPLES_MAX: usize = 50;
/// Waits needed before an estimate is given.
const SAMPLES_MIN: usize = 5;

impl Floor {
    /// Nobody there and nobody waiting yet.
    pub fn new(organisation: &Organisation) -> Self {
        Self {
            router: router(organisation),
            tiers: tiers(organisation),
            agents: BTreeMap::new(),
            presence: BTreeMap::new(),
            cases: HashMap::new(),
            conversations: HashMap::new(),
            waits_s: vec![],
            ticked_at_ms: 0,
            now_ms: 0,
        }
    }

    /// Takes over changed settings; everybody keeps their seat and their place in line.
    pub fn reorganise(&mut self, organisation: &Organisation) {
        if *self.router.terms() == Terms::of(organisation) && self.tiers == tiers(organisation) {
            return;
        }
        let mut old = std::mem::replace(self, Self::new(organisation));
        let now_ms = old.now_ms;
        self.now_ms = now_ms;
        self.waits_s = std::mem::take(&mut old.waits_s);
        for (id, agent) in &old.agents {
            self.seat(old.router.seat_of(*agent).profile.clone());
            self.set_presence(id, old.presence.get(id).copied().unwrap_or_default());
        }
        for held in old.cases.into_values() {
            match held.by {
                Some(agent) => {
                    let agent = old.router.seat_of(agent).profile.id.clone();
                    self.hold(now_ms, held.waiting, &agent, held.active);
                }
                None => self.wait(now_ms, held.waiting),
            }
        }
    }

    /// Adds an agent or takes over a changed profile; presence and load stay.
    pub fn seat(&mut self, profile: AgentProfile) {
        match self.agents.get(&profile.id) {
            Some(agent) => self.router.reseat(self.now_ms, *agent, profile),
            None => {
                let id = profile.id.clone();
                let agent = self.router.seat(profile);
                self.agents.insert(id, agent);
            }
        }
    }

    /// Every seat, with the agent's presence.
    pub fn seats(&self) -> impl Iterator<Item = (Presence, &Seat)> {
        self.agents.values().map(|agent| self.with_presence(*agent))
    }

    /// One seat, with the agent's presence.
    pub fn seat_of(&self, agent: &AgentId) -> Option<(Presence, &Seat)> {
        self.agents.get(agent).map(|agent| self.with_presence(*agent))
    }

    fn with_presence(&self, agent: AgentIx) -> (Presence, &Seat) {
        let seat = self.router.seat_of(agent);
        (self.presence.get(&seat.profile.id).copied().unwrap_or_default(), seat)
    }

    /// Sets an agent's presence; whoever acts is responding again.
    pub fn set_presence(&mut self, agent: &AgentId, presence: Presence) {
        let Some(seat) = self.agents.get(agent) else { return };
        self.presence.insert(agent.clone(), presence);
        self.router.present(self.now_ms, *seat, presence.is_there(), presence == Presence::Available);
    }

    /// Counts a missed offer; the answer is the number of misses in a row.
    pub fn missed(&mut self, agent: &AgentId) -> u32 {
        self.agents.get(agent).map_or(0, |agent| self.router.missed(*agent))
    }

    /// A handoff waits, or waits again.
    pub fn wait(&mut self, now_ms: AtMs, waiting: Waiting) {
        let same = |held: &Held| held.by.is_none() && held.waiting == waiting;
        if self.cases.get(&waiting.conversation).is_some_and(same) {
            return;
        }
        self.let_go(now_ms, &waiting.conversation);
        let case = self.router.wait(now_ms, self.wish(&waiting));
        self.keep(Held { case, waiting, by: None, active: false });
    }

    /// A handoff is offered to an agent, or with one (`active`).
    pub fn hold(&mut self, now_ms: AtMs, waiting: Waiting, agent: &AgentId, active: bool) {
        let Some(by) = self.agents.get(agent).copied() else {
            return self.let_go(now_ms, &waiting.conversation);
        };
        if let Some(held) = self.cases.get_mut(&waiting.conversation).filter(|held| held.by == Some(by)) {
            if active && !held.active {
                self.router.accepted(now_ms, held.case);
                held.active = true;
            }
            return;
        }
        self.let_go(now_ms, &waiting.conversation);
        let case = self.router.hold(now_ms, self.wish(&waiting), by, active);
        self.keep(Held { case, waiting, by: Some(by), active });
    }

    /// A handoff neither waits nor is with anybody.
    pub fn let_go(&mut self, now_ms: AtMs, conversation: &ConversationId) {
        let Some(held) = self.cases.remove(conversation) else { return };
        self.conversations.remove(&held.case);
        if held.active {
            self.router.finished(now_ms, held.case);
        } else {
            self.router.leave(now_ms, held.case);
        }
    }

    fn keep(&mut self, held: Held) {
        self.conversations.insert(held.case, held.waiting.conversation.clone());
        self.cases.insert(held.waiting.conversation.clone(), held);
    }

    fn wish(&self, waiting: &Waiting) -> Wish {
        let last = self.tiers.len().saturating_sub(1);
        let tier = waiting
            .needs
            .tier
            .as_deref()
            .and_then(|name| self.tiers.iter().position(|tier| tier.eq_ignore_ascii_case(name)));
        Wish {
            needs: waiting.needs.clone(),
            channel: waiting.channel,
            tier: tier.unwrap_or(last) as u8,
            since_ms: waiting.since_ms,
            sticky: None,
            refused_by: waiting.refused_by.iter().filter_map(|id| self.agents.get(id).copied()).collect(),
        }
    }

    /// Whether a handoff waits.
    pub fn waits(&self, conversation: &ConversationId) -> bool {
        self.cases.get(conversation).is_some_and(|held| held.by.is_none())
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
        let there = self.router.seats().filter(|(_, seat)| seat.there && seat.profile.capacity > 0);
        Coverage::of(there.flat_map(|(_, seat)| seat.profile.squads.iter().cloned()))
    }

    /// The offers to make now, the best first. Reserves the slots in memory until [`Floor::hold`] or [`Floor::wait`] says
    /// what came of them.
    pub fn decide(&mut self, now_ms: AtMs) -> Vec<OfferToMake> {
        self.now_ms = now_ms;
        let mut found = vec![];
        if now_ms >= self.ticked_at_ms + TICK_MS || now_ms < self.ticked_at_ms {
            self.ticked_at_ms = now_ms;
            self.router.tick(now_ms, &mut found);
        } else {
            self.router.decide(now_ms, &mut found);
        }
        found.into_iter().filter_map(|assignment| self.offer(&assignment)).collect()
    }

    fn offer(&mut self, assignment: &Assignment) -> Option<OfferToMake> {
        let held = self.cases.get_mut(self.conversations.get(&assignment.case)?)?;
        held.by = Some(assignment.agent);
        let seat = self.router.seat_of(assignment.agent);
        Some(OfferToMake {
            why: why(seat, &held.waiting.needs, assignment.dropped),
            limit: seat.profile.capacity,
            agent: seat.profile.id.clone(),
            conversation: held.waiting.conversation.clone(),
            epoch: held.waiting.epoch,
        })
    }

    /// When the line should be looked at again although nothing happens, Unix ms; absent while nobody waits.
    pub fn next_look_ms(&self) -> Option<AtMs> {
        (self.router.queued() > 0).then_some(self.ticked_at_ms + TICK_MS)
    }

    /// Place and likely wait of a handoff.
    pub fn estimate(&self, conversation: &ConversationId, now_ms: AtMs) -> Option<Estimate> {
        let held = self.cases.get(conversation).filter(|held| held.by.is_none())?;
        let place = self.router.place(now_ms, held.case);
        if self.waits_s.len() < SAMPLES_MIN {
            return Some(Estimate { place, low_s: None, high_s: None });
        }
        let mut waits = self.waits_s.clone();
        waits.sort_unstable();
        let quantile = |q: f32| waits[((waits.len() - 1) as f32 * q) as usize];
        let waited_s = ((now_ms - held.waiting.since_ms) / 1000) as u32;
        let low = quantile(0.5) * place;
        let high = quantile(0.9).max(quantile(0.5) + 15) * place;
        let left = |bound: u32| bound.saturating_sub(waited_s);
        let known = left(high) > 0;
        Some(Estimate { place, low_s: known.then_some(left(low)), high_s: known.then_some(left(high)) })
    }
}

fn router(organisation: &Organisation) -> Router {
    Router::new(Terms::of(organisation), strategy::ALL[0])
}

fn tiers(organisation: &Organisation) -> Vec<String> {
    organisation.tiers.iter().map(|tier| tier.name.clone()).collect()
}

/// Why this agent, without personal data: "billing 5, English, 1 of 4 chats".
fn why(seat: &Seat, needs: &Needs, dropped: Dropped) -> String {
    let level = seat.profile.skills.get(&needs.skill);
    let skill =
        level.map_or_else(|| format!("no {} skill", needs.skill), |level| format!("{} {level}", needs.skill));
    let mut parts = vec![skill];
    if let Some(language) = &needs.language {
        let speaks = seat.profile.languages.iter().any(|spoken| spoken == language);
        parts.push(if speaks { language.clone() } else { format!("does not speak {language}") });
    }
    parts.push(format!("{} of {} chats", seat.load.count() - 1, seat.profile.capacity));
    if dropped.squad {
        parts.push("from another squad".into());
    }
    if needs.only.is_some() {
        parts.push("asked for by name".into());
    }
    parts.join(", ")
}
