//! One conversation: what the log says so far.
//!
//! [`Conversation::apply`] is the only way a conversation changes, [`decide`] the only way an event comes about.

pub mod callback;
pub mod decide;
mod mark;
pub mod ticketing;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use mark::{Mark, MarkKind};

use crate::{
    callback::{Callback, Slot},
    context::{ContextPackage, HandoffReason, Role, fold},
    event::{AssistantKind, Body, Event},
    handoff::{Deadline, Handoff, State, Ticketed},
    ids::{AgentId, AtMs, ConversationId, CustomerId, OrganisationId},
    reading::Reading,
    trigger::{Action, Decision},
};

/// The most decisions a conversation keeps at hand; the log has them all.
pub const DECISIONS_MAX: usize = 50;
/// The most marks a conversation keeps at hand; the log has them all.
pub const MARKS_MAX: usize = 200;
/// The most readings of customer turns kept at hand for the signals.
pub const READINGS_MAX: usize = 20;

/// A fold over the log. What never changes once it is there is shared, so that a copy costs little: every step
/// works on one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    /// The last event folded in; 0 before the first.
    pub seq: u64,
    /// The customer; absent before the first event.
    pub customer: Option<CustomerId>,
    /// When it began, Unix ms.
    pub opened_at_ms: AtMs,
    /// Who answers before a human does.
    pub assistant: AssistantKind,
    /// The context package, always up to date.
    pub package: ContextPackage,
    /// Where it stands.
    pub state: State,
    /// Fencing number of the current owner.
    pub epoch: u64,
    /// When the state must have ended.
    pub deadline: Option<Deadline>,
    /// The handoff under way, or the last one.
    pub handoff: Option<Handoff>,
    /// What was decided, newest last.
    pub decisions: Vec<Arc<Decision>>,
    /// What happened between turns.
    pub marks: Vec<Mark>,
    /// The last readings with their turns, newest last.
    pub readings: Vec<(u32, Role, Arc<Reading>)>,
    /// Customer turn at which a proposal was refused, newest last.
    pub refused_proposals: Vec<u32>,
    /// The customer's rating, 1..=5.
    pub rating: Option<(u8, String)>,
    /// When a read state of the preparation ends.
    pub prepare_until_ms: Option<AtMs>,
    /// Who was with the customer last, and since when, Unix ms. Nobody, once they have handed the customer on.
    pub last_agent: Option<(AgentId, AtMs)>,
}

impl Conversation {
    /// A conversation before its first event.
    pub fn new(organisation: OrganisationId, id: ConversationId) -> Self {
        Self {
            seq: 0,
            customer: None,
            opened_at_ms: 0,
            assistant: AssistantKind::BuiltIn,
            package: ContextPackage::new(organisation, id),
            state: State::Ai,
            epoch: 0,
            deadline: None,
            handoff: None,
            decisions: vec![],
            marks: vec![],
            readings: vec![],
            refused_proposals: vec![],
            rating: None,
            prepare_until_ms: None,
            last_agent: None,
        }
    }

    /// The conversation's id.
    pub fn id(&self) -> &ConversationId {
        &self.package.conversation
    }

    /// The tenant.
    pub fn organisation(&self) -> &OrganisationId {
        &self.package.organisation
    }

    /// Index that the next turn gets.
    pub fn next_turn(&self) -> u32 {
        self.package.transcript_omitted + self.package.transcript.len() as u32
    }

    /// The agent who is reserved or answers.
    pub fn agent(&self) -> Option<&AgentId> {
        let held = self.state.holds_agent();
        self.handoff.as_ref().and_then(|handoff| handoff.agent.as_ref()).filter(|_| held)
    }

    /// The last reading of a customer turn.
    pub fn last_customer_reading(&self) -> Option<&Reading> {
        self.customer_readings().next_back().map(|(_, reading)| reading)
    }

    /// Readings of customer turns, oldest first.
    pub fn customer_readings(&self) -> impl DoubleEndedIterator<Item = (u32, &Reading)> {
        self.readings
            .iter()
            .filter(|(_, role, _)| *role == Role::Customer)
            .map(|(turn, _, reading)| (*turn, reading.as_ref()))
    }

    /// Folds one event in. An event that was folded in before changes nothing; one that comes too early is a
    /// fault of the caller.
    ///
    /// # Panics
    /// Where `event.seq` leaves a gap: the store never hands out such a log.
    pub fn apply(&mut self, event: &Event) {
        if event.seq <= self.seq {
            return;
        }
        assert_eq!(event.seq, self.seq + 1, "the log has no gaps");
        self.seq = event.seq;
        fold::apply(&mut self.package, event);
        self.apply_handoff(event);
        self.apply_rest(event);
        if let Some(mark) = mark::of(self, event) {
            push_bounded(&mut self.marks, mark, MARKS_MAX);
        }
    }

    /// The part of an event that moves the handoff.
    fn apply_handoff(&mut self, event: &Event) {
        match &event.body {
            Body::HumanProposed { deadline_at_ms, .. } => {
                self.enter(State::Proposed, Some(*deadline_at_ms));
            }
            Body::ProposalAnswered { accepted } => {
                if self.state == State::Proposed {
                    self.enter(State::Ai, None);
                }
                if *accepted != Some(true) {
                    self.refused_proposals.push(self.next_turn());
                }
            }
            Body::HandoffRequested { handoff, epoch, reason, needs, .. } => {
                self.epoch = *epoch;
                self.handoff = Some(Handoff {
                    id: handoff.clone(),
                    reason: *reason,
                    needs: needs.clone(),
                    waiting_since_ms: event.at_ms,
                    sla_due_at_ms: event.at_ms,
                    agent: None,
                    refused_by: vec![],
                    refused_at_ms: None,
                    joined_at_ms: None,
                    first_reply_at_ms: None,
                    disposition: None,
                    timing: None,
                    ticket: None,
                    callback: None,
                    stays: false,
                });
                self.enter(State::Requested, Some(event.at_ms));
            }
            Body::HandoffTicketed { epoch, ticket, due_at_ms, tag, .. } => {
                self.epoch = *epoch;
                self.with_handoff(|handoff| {
                    handoff.agent = None;
                    handoff.callback = None;
                    handoff.stays = false;
                    let (id, due_at_ms) = (ticket.clone(), *due_at_ms);
                    handoff.ticket = Some(Ticketed { id, due_at_ms, tag: *tag });
                });
                self.enter(State::Ticketed, Some(*due_at_ms));
            }
            Body::HandoffReturned { epoch, .. } => {
                self.epoch = *epoch;
                self.enter(State::Returned, None);
            }
            Body::HandoffAbandoned { epoch } => {
                self.epoch = *epoch;
                self.enter(State::Abandoned, None);
            }
            Body::WaitChosen { epoch } => {
                self.epoch = *epoch;
                self.with_handoff(|handoff| handoff.stays = true);
                self.enter(State::Requested, Some(event.at_ms));
            }
            Body::PromiseOverdue { deadline_at_ms, .. } => self.enter(self.state, *deadline_at_ms),
            _ => {
                self.apply_callback(event);
                self.apply_queue(event);
            }
        }
    }

    /// The part of an event that moves a callback.
    fn apply_callback(&mut self, event: &Event) {
        match &event.body {
            Body::CallbackBooked { epoch, from_ms, until_ms, .. } => {
                self.epoch = *epoch;
                let slot = Slot { from_ms: *from_ms, until_ms: *until_ms };
                let booked = Callback { slot, asked_at_ms: event.at_ms, due_at_ms: None, missed: 0 };
                // One that was due already is put off by its customer: it is the same wish.
                self.with_handoff(|handoff| {
                    let before = handoff.callback.take();
                    handoff.callback = Some(before.map_or(booked.clone(), |before| Callback {
                        asked_at_ms: before.asked_at_ms,
                        missed: before.missed,
                        ..booked
                    }));
                });
                self.enter(State::Callback, Some(*from_ms));
            }
            Body::CallbackMoved { epoch, from_ms, until_ms, .. } => {
                self.epoch = *epoch;
                self.with_handoff(|handoff| handoff.agent = None);
                self.with_callback(|callback| {
                    callback.slot = Slot { from_ms: *from_ms, until_ms: *until_ms };
                    callback.due_at_ms = None;
                });
                self.enter(State::Callback, Some(*from_ms));
            }
            Body::CallbackCancelled { epoch, .. } => {
                self.epoch = *epoch;
                self.with_handoff(|handoff| handoff.callback = None);
                self.enter(State::Requested, Some(event.at_ms));
            }
            Body::CallbackDue { epoch } => {
                self.epoch = *epoch;
                self.with_callback(|callback| callback.due_at_ms = Some(event.at_ms));
                self.enter(State::Requested, Some(event.at_ms));
            }
            Body::CallbackMissed { missed, .. } => self.with_callback(|callback| callback.missed = *missed),
            // Taken by hand before its time.
            Body::OfferAccepted { .. } => self.with_callback(|callback| {
                callback.due_at_ms.get_or_insert(event.at_ms);
            }),
            _ => {}
        }
    }

    /// The part of an event that moves the handoff between queue and agents.
    fn apply_queue(&mut self, event: &Event) {
        match &event.body {
            Body::HandoffQueued { epoch, squad, waiting_since_ms, sla_due_at_ms, deadline_at_ms } => {
                self.epoch = *epoch;
                self.with_handoff(|handoff| {
                    handoff.needs.squad = squad.clone();
                    handoff.waiting_since_ms = *waiting_since_ms;
                    handoff.sla_due_at_ms = *sla_due_at_ms;
                    handoff.agent = None;
                });
                self.enter(State::Queued, Some(*deadline_at_ms));
            }
            Body::AgentOffered { epoch, agent, deadline_at_ms, .. } => {
                self.epoch = *epoch;
                self.with_handoff(|handoff| handoff.agent = Some(agent.clone()));
                self.enter(State::Offered, Some(*deadline_at_ms));
            }
            Body::OfferEnded { epoch, agent, deadline_at_ms, .. } => {
                self.epoch = *epoch;
                self.with_handoff(|handoff| {
                    handoff.agent = None;
                    handoff.refused_by.push(agent.clone());
                });
                self.enter(State::Queued, Some(*deadline_at_ms));
            }
            Body::HandoffRefused { .. } => self.with_handoff(|handoff| {
                handoff.refused_at_ms = Some(event.at_ms);
            }),
            Body::OfferAccepted { epoch, agent, prepare_until_ms } => {
                self.epoch = *epoch;
                self.prepare_until_ms = Some(*prepare_until_ms);
                self.with_handoff(|handoff| {
                    handoff.agent = Some(agent.clone());
                    handoff.refused_at_ms = None;
                });
                self.enter(State::Preparing, Some(*prepare_until_ms));
            }
            Body::AgentJoined { deadline_at_ms, .. } => {
                self.last_agent = self.agent().cloned().map(|agent| (agent, event.at_ms));
                self.with_handoff(|handoff| {
                    handoff.joined_at_ms.get_or_insert(event.at_ms);
                });
                self.enter(State::Human, Some(*deadline_at_ms));
            }
            Body::AgentLost { epoch, deadline_at_ms, .. } => {
                self.epoch = *epoch;
                self.with_handoff(|handoff| handoff.agent = None);
                self.enter(State::Queued, Some(*deadline_at_ms));
            }
            Body::HandoffTransferred { epoch, needs, deadline_at_ms, .. } => {
                self.epoch = *epoch;
                self.last_agent = None;
                self.with_handoff(|handoff| {
                    handoff.needs = needs.clone();
                    handoff.agent = None;
                    handoff.refused_by.clear();
                    handoff.refused_at_ms = None;
                });
                self.enter(State::Queued, Some(*deadline_at_ms));
            }
            Body::HandoffResolved { disposition, timing, wrap_up_until_ms, .. } => {
                self.with_handoff(|handoff| {
                    handoff.disposition = Some(*disposition);
                    handoff.timing = Some(*timing);
                });
                self.enter(State::WrapUp, Some(*wrap_up_until_ms));
            }
            Body::WrapUpEnded { epoch, .. } => {
                self.epoch = *epoch;
                self.enter(State::Resolved, None);
            }
            _ => {}
        }
    }

    /// The part of an event that is neither package nor handoff.
    fn apply_rest(&mut self, event: &Event) {
        match &event.body {
            Body::ConversationOpened { customer, assistant, .. } => {
                self.customer = Some(customer.clone());
                self.assistant = *assistant;
                self.opened_at_ms = event.at_ms;
            }
            Body::TurnReceived { turn, role, content, .. } => {
                self.hear_in_human_state(*role, event.at_ms);
                let reading = content.known().map(|content| content.reading.clone()).unwrap_or_default();
                push_bounded(&mut self.readings, (*turn, *role, Arc::new(reading)), READINGS_MAX);
            }
            Body::TurnReread { turn, repeats } => {
                if let Some((.., reading)) = self.readings.iter_mut().rfind(|(of, ..)| of == turn) {
                    Arc::make_mut(reading).repeats = Some(repeats.clone());
                }
            }
            Body::DecisionMade {
                turn, action, reason, confidence, hold, policy, shadow, content, ..
            } => {
                let decision = Decision {
                    action: *action,
                    turn: *turn,
                    reason: *reason,
                    triggers: content.known().map(|known| known.triggers.clone()).unwrap_or_default(),
                    confidence: *confidence,
                    hold: hold.clone(),
                    counterfactual: content
                        .known()
                        .map(|known| known.counterfactual.clone())
                        .unwrap_or_default(),
                    policy: *policy,
                    shadow: shadow.clone(),
                };
                push_bounded(&mut self.decisions, Arc::new(decision), DECISIONS_MAX);
            }
            Body::HandoffRequested { turn, reason, content, .. } => {
                let decision =
                    self.decisions.iter().rfind(|d| d.action == Action::HandOff && d.turn == *turn);
                self.package.handoff = Some(HandoffReason {
                    reason: *reason,
                    focus: content.known().map(|known| known.focus.clone()).unwrap_or_default(),
                    evidence: decision.map(|decision| decision.triggers.clone()).unwrap_or_default(),
                    turn: *turn,
                    at_ms: event.at_ms,
                });
                crate::wording::opening_lines(&mut self.package);
            }
            Body::HandoffReturned { .. } => {
                self.package.handoff = None;
                self.package.opening_lines.clear();
            }
            Body::ConversationRated { score, content } => {
                self.rating = Some((*score, content.known().map(|c| c.text.clone()).unwrap_or_default()));
            }
            _ => {}
        }
    }

    /// While a human answers, every turn moves the deadline: the agent owes a reply, or the customer does.
    fn hear_in_human_state(&mut self, role: Role, at_ms: AtMs) {
        if self.state != State::Human {
            return;
        }
        match role {
            Role::Agent => {
                self.with_handoff(|handoff| {
                    handoff.first_reply_at_ms.get_or_insert(at_ms);
                });
                self.enter(State::Human, Some(at_ms + decide::IDLE_MS));
            }
            Role::Customer => self.enter(State::Human, Some(at_ms + decide::REPLY_WITHIN_MS)),
            Role::Assistant | Role::System => {}
        }
    }

    fn enter(&mut self, state: State, deadline_at_ms: Option<AtMs>) {
        self.state = state;
        self.deadline = deadline_at_ms.map(|at_ms| Deadline { at_ms, state });
        if state != State::Preparing {
            self.prepare_until_ms = None;
        }
    }

    fn with_callback(&mut self, change: impl FnOnce(&mut Callback)) {
        self.with_handoff(|handoff| {
            if let Some(callback) = &mut handoff.callback {
                change(callback);
            }
        });
    }

    fn with_handoff(&mut self, change: impl FnOnce(&mut Handoff)) {
        if let Some(handoff) = &mut self.handoff {
            change(handoff);
        }
    }
}

fn push_bounded<T>(list: &mut Vec<T>, item: T, most: usize) {
    if list.len() == most {
        list.remove(0);
    }
    list.push(item);
}
