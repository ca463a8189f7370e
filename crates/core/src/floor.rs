//! The floor: all waiting handoffs and all agents of one organisation at once, by their names. Pure and in memory; rebuilt
//! from projections; it never writes, it only says which offers to make. The claim in the commit makes an offer safe even
//! where two floors decide at once.

use std::collections::{BTreeMap, HashMap};

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    handoff::Needs,
    ids::{AgentId, AtMs, ConversationId},
    organisation::{AgentProfile, Organisation},
    queue::Coverage,
    routing::{
        AgentIx, Assignment, CaseIx, Channel, Compared, Dropped, Presence, Refusal, Router, Seat, Standing,
        TICK_MS, Terms, Wish, speaks,
    },
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
    /// Whether supervisors have been told that everybody did.
    pub told: bool,
    /// Who was with this customer last, and since when, Unix ms.
    pub last_agent: Option<(AgentId, AtMs)>,
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

/// How long a customer may still have to wait, seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Place in line, from 1.
    pub place: u32,
    /// Half of those who stay wait no longer; absent while unknown.
    pub low_s: Option<u32>,
    /// Nine of ten who stay wait no longer; absent while unknown.
    pub high_s: Option<u32>,
}

/// Seats and the line.
pub struct Floor {
    router: Router,
    tiers: Vec<String>,
    agents: BTreeMap<AgentId, AgentIx>,
    presence: BTreeMap<AgentId, Presence>,
    shifts: BTreeMap<AgentId, Shift>,
    time_zone: String,
    /// For how long after they joined an agent knows a customer, ms.
    known_for_ms: AtMs,
    cases: HashMap<ConversationId, Held>,
    conversations: HashMap<CaseIx, ConversationId>,
    /// Who has come since the last look: how long they will wait is foretold once, for what is learnt of it.
    newcomers: Vec<ConversationId>,
    ticked_at_ms: AtMs,
    /// The time as it was told last, Unix ms.
    now_ms: AtMs,
}

/// Whether an agent is on shift, and until when that holds.
#[derive(Clone, Copy)]
struct Shift {
    on: bool,
    from_ms: AtMs,
    until_ms: Option<AtMs>,
}

impl Shift {
    fn of(profile: &AgentProfile, now_ms: AtMs, time_zone: &str) -> Self {
        Self {
            on: profile.on_shift_at(now_ms, time_zone),
            from_ms: now_ms,
            until_ms: profile.shift(time_zone).next_change(now_ms),
        }
    }

    /// Whether it is known for this moment; clocks may jump back.
    fn holds_at(&self, now_ms: AtMs) -> bool {
        now_ms >= self.from_ms && self.until_ms.is_none_or(|until_ms| now_ms < until_ms)
    }
}

/// What the router knows a conversation as.
struct Held {
    case: CaseIx,
    waiting: Waiting,
    by: Option<AgentIx>,
    active: bool,
}

impl Held {
    /// Whether the same is still asked for, whoever has refused it meanwhile.
    fn asks_like(&self, waiting: &Waiting) -> bool {
        let Waiting { needs, channel, since_ms, .. } = &self.waiting;
        (needs, channel, since_ms) == (&waiting.needs, &waiting.channel, &waiting.since_ms)
    }
}

impl Floor {
    /// Nobody there and nobody waiting yet.
    pub fn new(organisation: &Organisation) -> Self {
        Self {
            router: router(organisation),
            tiers: tiers(organisation),
            agents: BTreeMap::new(),
            presence: BTreeMap::new(),
            shifts: BTreeMap::new(),
            time_zone: organisation.time_zone.clone(),
            known_for_ms: AtMs::from(organisation.routing.known_for_h) * 3_600_000,
            cases: HashMap::new(),
            conversations: HashMap::new(),
            newcomers: vec![],
            ticked_at_ms: 0,
            now_ms: 0,
        }
    }

    /// Takes over changed settings; everybody keeps their seat and their place in line.
    pub fn reorganise(&mut self, organisation: &Organisation) {
        let same = *self.router.terms() == Terms::of(organisation)
            && self.router.strategy().name() == organisation.routing.strategy().name()
            && self.tiers == tiers(organisation)
            && self.known_for_ms == AtMs::from(organisation.routing.known_for_h) * 3_600_000;
        if same && self.time_zone == organisation.time_zone {
            return;
        }
        let old = std::mem::replace(self, Self::new(organisation));
        let now_ms = old.now_ms;
        self.now_ms = now_ms;
        self.router.remember(&old.router);
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
        let id = profile.id.clone();
        self.shifts.insert(id.clone(), Shift::of(&profile, self.now_ms, &self.time_zone));
        match self.agents.get(&id) {
            Some(agent) => self.router.reseat(self.now_ms, *agent, profile),
            None => {
                let agent = self.router.seat(profile);
                self.agents.insert(id.clone(), agent);
            }
        }
        self.tell(&id);
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
        if self.agents.contains_key(agent) {
            self.presence.insert(agent.clone(), presence);
            self.tell(agent);
        }
    }

    /// Tells the router whether an agent is there and takes conversations: presence and shift together.
    fn tell(&mut self, agent: &AgentId) {
        let Some(seat) = self.agents.get(agent) else { return };
        let presence = self.presence.get(agent).copied().unwrap_or_default();
        let there = presence.is_there() && self.shifts.get(agent).is_some_and(|shift| shift.on);
        self.router.present(self.now_ms, *seat, there, presence == Presence::Available);
    }

    /// Takes over the shifts and breaks that have begun or ended.
    fn look_at_shifts(&mut self) {
        let now_ms = self.now_ms;
        let due = self.shifts.iter().filter(|(_, shift)| !shift.holds_at(now_ms));
        for id in due.map(|(id, _)| id.clone()).collect::<Vec<_>>() {
            let Some(agent) = self.agents.get(&id) else { continue };
            let shift = Shift::of(&self.router.seat_of(*agent).profile, now_ms, &self.time_zone);
            if self.shifts.insert(id.clone(), shift).is_none_or(|before| before.on != shift.on) {
                self.tell(&id);
            }
        }
    }

    /// Counts a missed offer; the answer is the number of misses in a row.
    pub fn missed(&mut self, agent: &AgentId) -> u32 {
        self.agents.get(agent).map_or(0, |agent| self.router.missed(*agent))
    }

    /// A handoff waits, or waits again.
    pub fn wait(&mut self, now_ms: AtMs, waiting: Waiting) {
        let refuser = waiting.refused_by.last().and_then(|id| self.agents.get(id)).copied();
        if let Some(held) = self.cases.get_mut(&waiting.conversation).filter(|held| held.asks_like(&waiting))
        {
            let has_refused = held.by.is_some() && held.by == refuser && !held.active;
            if has_refused {
                self.router.refused(now_ms, held.case, Refusal::Declined);
                held.by = None;
            }
            if held.by.is_none() && (has_refused || held.waiting.refused_by == waiting.refused_by) {
                held.waiting = waiting;
                return;
            }
        }
        self.let_go(now_ms, &waiting.conversation);
        let case = self.router.wait(now_ms, self.wish(now_ms, &waiting));
        self.newcomers.push(waiting.conversation.clone());
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
        let case = self.router.hold(now_ms, self.wish(now_ms, &waiting), by, active);
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

    fn wish(&self, now_ms: AtMs, waiting: &Waiting) -> Wish {
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
            sticky: self.knows(now_ms, waiting),
            refused_by: waiting.refused_by.iter().filter_map(|id| self.agents.get(id).copied()).collect(),
            refused_at_ms: now_ms,
        }
    }

    /// The agent who knows the customer, where that is not too long ago.
    fn knows(&self, now_ms: AtMs, waiting: &Waiting) -> Option<AgentIx> {
        let (agent, since_ms) = waiting.last_agent.as_ref()?;
        let recent = now_ms - since_ms <= self.known_for_ms;
        self.agents.get(agent).copied().filter(|_| recent)
    }

    /// Whether a handoff waits.
    pub fn waits(&self, conversation: &ConversationId) -> bool {
        self.cases.get(conversation).is_some_and(|held| held.by.is_none())
    }

    /// Squads with somebody there.
    pub fn coverage(&self) -> Coverage {
        let there = self.router.seats().filter(|(_, seat)| seat.there && seat.profile.work.capacity > 0);
        Coverage::of(there.flat_map(|(_, seat)| seat.profile.work.squads.iter().cloned()))
    }

    /// The offers to make now, the best first. Reserves the slots in memory until [`Floor::hold`] or [`Floor::wait`] says
    /// what came of them.
    pub fn decide(&mut self, now_ms: AtMs) -> Vec<OfferToMake> {
        self.now_ms = now_ms;
        self.look_at_shifts();
        let mut found = vec![];
        if now_ms >= self.ticked_at_ms + TICK_MS || now_ms < self.ticked_at_ms {
            self.ticked_at_ms = now_ms;
            self.router.tick(now_ms, &mut found);
        } else {
            self.router.decide(now_ms, &mut found);
        }
        let offers = found.iter().filter_map(|assignment| self.offer(assignment)).collect();
        for newcomer in std::mem::take(&mut self.newcomers) {
            if let Some(held) = self.cases.get(&newcomer) {
                self.router.foretell(now_ms, held.case);
            }
        }
        offers
    }

    fn offer(&mut self, assignment: &Assignment) -> Option<OfferToMake> {
        let held = self.cases.get_mut(self.conversations.get(&assignment.case)?)?;
        held.by = Some(assignment.agent);
        let known = self.router.waiting(assignment.case).sticky == Some(assignment.agent);
        let seat = self.router.seat_of(assignment.agent);
        Some(OfferToMake {
            why: why(seat, &held.waiting.needs, assignment.dropped, known),
            limit: seat.profile.work.capacity,
            agent: seat.profile.id.clone(),
            conversation: held.waiting.conversation.clone(),
            epoch: held.waiting.epoch,
        })
    }

    /// Handoffs that wait and that everybody who is there and could take them has refused, with their epochs; those that were
    /// told are left out.
    pub fn refused_by_all(&self) -> Vec<(ConversationId, u64)> {
        let is_stuck = |held: &&Held| {
            let refused =
                |agent: AgentIx| held.waiting.refused_by.iter().any(|id| self.agents.get(id) == Some(&agent));
            let is_there = |each: &Compared| {
                use Standing::{NeverQualifies, NotResponding, NotThere};
                !matches!(each.standing, NotResponding | NotThere | NeverQualifies)
            };
            let mut there =
                self.router.compare(self.now_ms, held.case).into_iter().filter(is_there).peekable();
            there.peek().is_some() && there.all(|each| refused(each.agent))
        };
        let may_be =
            |held: &&Held| held.by.is_none() && !held.waiting.told && !held.waiting.refused_by.is_empty();
        let stuck = self.cases.values().filter(may_be).filter(is_stuck);
        stuck.map(|held| (held.waiting.conversation.clone(), held.waiting.epoch)).collect()
    }

    /// When the floor should be looked at again although nothing happens: somebody waits, or a shift or break begins or ends.
    /// Unix ms.
    pub fn next_look_ms(&self) -> Option<AtMs> {
        let tick = (self.router.queued() > 0).then_some(self.ticked_at_ms + TICK_MS);
        let shift = self.shifts.values().filter_map(|shift| shift.until_ms).min();
        [tick, shift].into_iter().flatten().min()
    }

    /// Place and likely wait of a handoff, from now on.
    pub fn estimate(&mut self, conversation: &ConversationId, now_ms: AtMs) -> Option<Estimate> {
        let held = self.cases.get(conversation).filter(|held| held.by.is_none())?;
        let foretold = self.router.foretell(now_ms, held.case);
        Some(Estimate {
            place: self.router.place(now_ms, held.case),
            low_s: foretold.map(|wait| wait.median_s.round() as u32),
            high_s: foretold.map(|wait| wait.high_s.ceil() as u32),
        })
    }
}

/// An agent, held against a conversation that waits.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Candidate {
    /// Who.
    pub agent: AgentId,
    /// As colleagues know them.
    pub name: String,
    /// Level of the skill that is needed, 0..=5; 0: without it.
    pub level: u8,
    /// Whether they speak the language.
    pub speaks: bool,
    /// Conversations they hold, offers included.
    pub chats: u32,
    /// The most they take, in chats.
    pub capacity: u32,
    /// Whether they would be asked now, and what stands in the way where not.
    pub standing: Standing,
    /// The step of relaxation from which they qualify; 0: at once.
    pub step: Option<usize>,
    /// What one more chance of waiting costs the customer; one conversation of the lowest tier late once is 1.
    pub urgency: f64,
    /// What the agent's slot is worth to those who will come, in the same unit.
    pub price: f64,
    /// What ranks those who may be asked: urgency less price, poor fit and load.
    pub score: Option<f64>,
}

impl Floor {
    /// Every agent, held against a conversation that waits or is offered: the best first. Absent for any other.
    pub fn compare(&self, now_ms: AtMs, conversation: &ConversationId) -> Option<Vec<Candidate>> {
        let held = self.cases.get(conversation).filter(|held| !held.active)?;
        let needs = &held.waiting.needs;
        let candidate = |compared: Compared| {
            let seat = self.router.seat_of(compared.agent);
            let profile = &seat.profile;
            Candidate {
                agent: profile.id.clone(),
                name: profile.name.clone(),
                level: profile.work.skills.get(&needs.skill).copied().unwrap_or(0),
                speaks: speaks(profile, needs.language.as_deref()),
                chats: seat.load.count(),
                capacity: profile.work.capacity,
                standing: compared.standing,
                step: compared.step,
                urgency: compared.urgency,
                price: compared.price,
                score: compared.score,
            }
        };
        Some(self.router.compare(now_ms, held.case).into_iter().map(candidate).collect())
    }
}

fn router(organisation: &Organisation) -> Router {
    Router::new(Terms::of(organisation), organisation.routing.strategy())
}

fn tiers(organisation: &Organisation) -> Vec<String> {
    organisation.tiers.iter().map(|tier| tier.name.clone()).collect()
}

/// Why this agent, without personal data: "billing 5, English, 1 of 4 chats".
fn why(seat: &Seat, needs: &Needs, dropped: Dropped, known: bool) -> String {
    let level = seat.profile.work.skills.get(&needs.skill);
    let skill =
        level.map_or_else(|| format!("no {} skill", needs.skill), |level| format!("{} {level}", needs.skill));
    let mut parts = vec![skill];
    if let Some(language) = &needs.language {
        let speaks = seat.profile.work.languages.iter().any(|spoken| spoken == language);
        parts.push(if speaks { language.clone() } else { format!("does not speak {language}") });
    }
    parts.push(format!("{} of {} chats", seat.load.count() - 1, seat.profile.work.capacity));
    if dropped.squad {
        parts.push("from another squad".into());
    }
    if needs.only.is_some() {
        parts.push("asked for by name".into());
    }
    if known {
        parts.push("knows the customer".into());
    }
    parts.join(", ")
}
