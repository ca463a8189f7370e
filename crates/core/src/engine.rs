//! One step of a conversation: message, reading, context, decision, handoff.
//!
//! Pure: the caller passes the time and fresh ids, commits the events, and performs the effects.

use crate::{
    callback::Cancelled,
    command::{Command, Env, Rejection},
    context::Role,
    conversation::{
        Conversation, callback,
        decide::{self, PROPOSAL_MS},
        ticketing::{self, TicketFor},
    },
    event::{AssistantKind, Body, DecisionContent, Event, FocusContent, TextContent},
    handoff::State,
    ids::{AgentId, AtMs, HandoffId, SquadId},
    queue,
    reading::ActKind,
    trigger::{self, Action, Decision, Moment, Reason, Shadow, Verdict, Wishes},
    wording::{self, Said},
};

/// What came of a command. Nothing has happened until the events are committed.
#[derive(Clone, Debug)]
pub struct Step {
    /// The conversation with the events folded in.
    pub conversation: Conversation,
    /// What happened, in order; empty where the command changes nothing.
    pub events: Vec<Event>,
    /// What to do once the events are durable.
    pub effects: Vec<Effect>,
    /// The slots that are released and taken in the same transaction, in order.
    pub claims: Vec<Claim>,
    /// The decision made, if the step made one.
    pub decision: Option<Decision>,
}

/// Something to do outside, after the commit. Effects that must survive a crash go through the outbox.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// The built-in assistant owes an answer to this turn. Survives a crash.
    Answer {
        /// The customer's turn.
        turn: u32,
    },
    /// A queue or an agent's load has changed: the floor looks again.
    WakeFloor,
}

/// An agent's slot.
#[derive(Clone, Debug, PartialEq)]
pub enum Claim {
    /// Taken, unless the agent holds `limit` already.
    Take {
        /// Who.
        agent: AgentId,
        /// For which handoff.
        handoff: HandoffId,
        /// The most this agent may hold.
        limit: u32,
    },
    /// Given back.
    Release {
        /// Who.
        agent: AgentId,
        /// For which handoff.
        handoff: HandoffId,
    },
}

/// Performs a command on a conversation.
pub fn step(before: &Conversation, command: Command, env: &Env<'_>) -> Result<Step, Rejection> {
    let asked = Asked::of(&command);
    let limit = match command {
        Command::Offer { limit, .. } | Command::Take { limit, .. } => limit,
        Command::Assign { .. } => u32::MAX,
        _ => 0,
    };
    let bodies = decide::decide(before, command, env)?;
    let mut run = Run { conversation: before.clone(), events: vec![], decision: None, env };
    run.push_all(bodies);
    run.find_owner();
    match asked {
        Asked::Turn(role) => run.after_turn(role),
        Asked::SecondLook(turn) => run.look_again(turn),
        Asked::Human => run.request_by_button(),
        Asked::Nothing => {}
        Asked::ProposalAccepted => run.accept_proposal(),
    }
    let claims = claims(before, &run.conversation, limit);
    let effects = effects(before, &run);
    Ok(Step { conversation: run.conversation, events: run.events, effects, claims, decision: run.decision })
}

/// What a command asks for beyond its own events.
enum Asked {
    Nothing,
    Turn(Role),
    SecondLook(u32),
    Human,
    ProposalAccepted,
}

impl Asked {
    fn of(command: &Command) -> Self {
        match command {
            Command::Speak(spoken) | Command::Record(spoken) => Asked::Turn(spoken.role),
            Command::Reread { turn, .. } => Asked::SecondLook(*turn),
            Command::RequestHuman => Asked::Human,
            Command::AnswerProposal { accept: true } | Command::AcceptOffer => Asked::ProposalAccepted,
            _ => Asked::Nothing,
        }
    }
}

struct Run<'a> {
    conversation: Conversation,
    events: Vec<Event>,
    decision: Option<Decision>,
    env: &'a Env<'a>,
}

impl Run<'_> {
    fn push(&mut self, body: Body) {
        let event = Event { seq: self.conversation.seq + 1, at_ms: self.env.now_ms, body };
        self.conversation.apply(&event);
        self.events.push(event);
    }

    fn push_all(&mut self, bodies: Vec<Body>) {
        bodies.into_iter().for_each(|body| self.push(body));
    }

    /// Decides what happens after a customer's or the assistant's turn while the assistant owns the
    /// conversation.
    fn after_turn(&mut self, role: Role) {
        let decides =
            matches!(role, Role::Customer | Role::Assistant) && self.conversation.state.assistant_speaks();
        if !decides {
            self.ask_again(role);
            return;
        }
        let Some((turn, _, reading)) = self.conversation.readings.last() else { return };
        let moment = Moment::new(&self.conversation, self.env.organisation, *turn, role, reading);
        let refuses = role == Role::Customer && trigger::answers_proposal(&moment) == Some(false);
        let mut verdict = trigger::evaluate(&moment);
        verdict.decision.shadow = self.in_shadow(&moment);
        if refuses {
            self.push(Body::ProposalAnswered { accepted: Some(false) });
        }
        self.follow(verdict);
    }

    /// What the policy that is tried in the shadow would decide at the same moment.
    fn in_shadow(&self, moment: &Moment<'_>) -> Option<Shadow> {
        let other = self.env.shadow?;
        let moment = Moment::new(moment.conversation, other, moment.turn, moment.role, moment.reading);
        let Verdict { decision, .. } = trigger::evaluate(&moment);
        let Decision { action, reason, confidence, .. } = decision;
        Some(Shadow { policy: other.policy.version, action, reason, confidence })
    }

    /// Decides about the customer's last turn once more, where a slower reader changed what was understood of it. Only
    /// what brings a human nearer is followed: an answer already given stays given.
    fn look_again(&mut self, turn: u32) {
        let last = self.conversation.customer_readings().next_back().map(|(last, _)| last);
        if self.events.is_empty() || self.conversation.state != State::Ai || last != Some(turn) {
            return;
        }
        let heard = self.conversation.readings.iter().rfind(|(of, ..)| *of == turn);
        let Some((_, role, reading)) = heard else { return };
        let moment = Moment::new(&self.conversation, self.env.organisation, turn, *role, reading);
        let verdict = trigger::evaluate(&moment);
        if matches!(verdict.decision.action, Action::HandOff | Action::Propose) {
            self.follow(verdict);
        }
    }

    /// A customer with a ticket who asks again gets a human as soon as one is there, and one whose agent is
    /// wrapping up gets that agent back.
    fn ask_again(&mut self, role: Role) {
        let Some(reading) = self.conversation.last_customer_reading().filter(|_| role == Role::Customer)
        else {
            return;
        };
        let asks = trigger::sees(reading, ActKind::AsksHuman) || trigger::sees(reading, ActKind::AsksManager);
        let open = trigger::sees(reading, ActKind::DeniesSolved) || !reading.questions.is_empty();
        match self.conversation.state {
            State::Ticketed | State::Callback if asks => self.queue_again(),
            State::WrapUp if asks || open => self.reopen(),
            _ => {}
        }
    }

    /// The agent who was about to leave stays.
    fn reopen(&mut self) {
        if let Some(agent) = self.conversation.agent().cloned() {
            let joined = decide::joined(&self.conversation, agent, self.env.now_ms);
            self.push(joined);
        }
    }

    fn request_by_button(&mut self) {
        match self.conversation.state {
            State::Ticketed | State::Callback => self.queue_again(),
            State::WrapUp => self.reopen(),
            state if state.assistant_speaks() => {
                let turn = self.conversation.next_turn().saturating_sub(1);
                let decision = trigger::requested_by_button(turn);
                let wishes = Wishes::of_button(&self.conversation, self.env.organisation, decision.reason);
                self.follow(Verdict { decision, wishes });
            }
            _ => {}
        }
    }

    fn accept_proposal(&mut self) {
        let turn = self.conversation.next_turn().saturating_sub(1);
        let proposed =
            self.conversation.decisions.iter().rfind(|decision| decision.action == Action::Propose);
        let mut decision = trigger::requested_by_button(turn);
        if let Some(proposed) = proposed {
            decision.reason = proposed.reason;
            decision.triggers.extend(proposed.triggers.iter().cloned());
        }
        let wishes = Wishes::of_button(&self.conversation, self.env.organisation, decision.reason);
        self.follow(Verdict { decision, wishes });
    }

    /// Records a verdict and does what it says.
    fn follow(&mut self, verdict: Verdict) {
        let Verdict { decision, wishes } = verdict;
        self.push(Body::DecisionMade {
            turn: decision.turn,
            action: decision.action,
            reason: decision.reason,
            confidence: decision.confidence,
            hold: decision.hold.clone(),
            triggers: decision
                .triggers
                .iter()
                .map(|trigger| (trigger.name.clone(), trigger.strength))
                .collect(),
            policy: decision.policy,
            shadow: decision.shadow.clone(),
            content: DecisionContent {
                triggers: decision.triggers.clone(),
                counterfactual: decision.counterfactual.clone(),
            }
            .into(),
        });
        let reason = decision.reason.unwrap_or(Reason::Policy);
        match decision.action {
            Action::HandOff => self.hand_off(decision.turn, reason, &wishes),
            Action::Propose => {
                let language = self.language();
                let text = wording::say(Said::Proposed { reason, because: wishes.say.as_deref() }, &language);
                let deadline_at_ms = self.env.now_ms + PROPOSAL_MS;
                let content = TextContent { text }.into();
                self.push(Body::HumanProposed { turn: decision.turn, reason, deadline_at_ms, content });
            }
            Action::Answer | Action::Hold => {}
        }
        self.decision = Some(decision);
    }

    /// Requests, announces and queues a handoff, or writes its ticket, in one step: it is never announced and
    /// not performed.
    fn hand_off(&mut self, turn: u32, reason: Reason, wishes: &Wishes) {
        let env = self.env;
        let package = &self.conversation.package;
        let wanted = wishes.squad.as_ref();
        let placed = queue::place(env.organisation, package, reason, wanted, env.coverage, env.now_ms);
        let Some(mut placement) = placed else {
            // An organisation without squads cannot be saved by the server; a replay may have one.
            return;
        };
        placement.needs.priority = wishes.priority;
        placement.needs.first_reply_s = wishes.first_reply_s;
        let focus = wording::focus(package, reason);
        let squad_name = env
            .organisation
            .squad(&placement.needs.squad)
            .map_or_else(String::new, |squad| squad.name.clone());
        self.push(Body::HandoffRequested {
            handoff: env.handoff.clone(),
            epoch: self.conversation.epoch + 1,
            turn,
            reason,
            needs: placement.needs.clone(),
            content: FocusContent { focus }.into(),
        });
        if placement.covered {
            let said = Said::Announced { reason, because: wishes.say.as_deref(), squad: &squad_name };
            let text = wording::say(said, &self.language());
            self.push(Body::HandoffAnnounced {
                handoff: env.handoff.clone(),
                content: TextContent { text }.into(),
            });
            self.queue(placement.needs.squad, env.now_ms);
        } else {
            self.ticket(TicketFor::Nobody);
        }
    }

    fn ticket(&mut self, why: TicketFor) {
        let ticket = ticketing::ticket(&self.conversation, self.env, why);
        self.push(ticket);
    }

    /// Puts a ticketed handoff, or one that is to be called back, into a queue, age kept, if somebody can come now.
    fn queue_again(&mut self) {
        let placed = callback::placement(&self.conversation, self.env);
        let Some(placement) = placed.filter(|placement| placement.covered) else { return };
        if self.conversation.state == State::Callback {
            let sooner = callback::cancelled(&self.conversation, Cancelled::Sooner);
            self.push(sooner);
        }
        self.queue_at_old_age(placement.needs.squad);
    }

    /// Whatever a command leaves without an owner has one before its step ends.
    fn find_owner(&mut self) {
        // Who was called back for, or stays, waits whether somebody is there or not.
        let (waits, why) = match self.events.last().map(|event| &event.body) {
            Some(Body::CallbackDue { .. } | Body::WaitChosen { .. }) => (true, TicketFor::Nobody),
            Some(Body::CallbackCancelled { .. }) => (false, TicketFor::Nobody),
            Some(Body::QueueClosed { .. }) => (false, TicketFor::Closing),
            _ => return,
        };
        match callback::placement(&self.conversation, self.env) {
            Some(placement) if waits || placement.covered => self.queue_at_old_age(placement.needs.squad),
            _ => self.ticket(why),
        }
    }

    fn queue_at_old_age(&mut self, squad: SquadId) {
        let since_ms = self.conversation.handoff.as_ref().map_or(self.env.now_ms, |h| h.waiting_since_ms);
        self.queue(squad, since_ms);
    }

    fn queue(&mut self, squad: SquadId, waiting_since_ms: AtMs) {
        let organisation = self.env.organisation;
        let tier = self.conversation.package.customer.tier.as_deref();
        let needs = self.conversation.handoff.as_ref().map(|handoff| &handoff.needs);
        let of_rule = needs.and_then(|needs| needs.first_reply_s);
        // A rule can only be quicker than what the tier is promised.
        let of_tier = organisation.first_reply_s(tier);
        let target_ms = AtMs::from(of_rule.map_or(of_tier, |of_rule| of_rule.min(of_tier))) * 1000;
        let stays = self.conversation.handoff.as_ref().is_some_and(|handoff| handoff.stays);
        let channel = &self.conversation.package.channel;
        let until = queue::waits_until(organisation, &squad, channel, stays, self.env.now_ms);
        // A callback is promised within its slot.
        let promised = callback::is_due(&self.conversation).map(|slot| slot.until_ms);
        self.push(Body::HandoffQueued {
            epoch: self.conversation.epoch + 1,
            squad,
            waiting_since_ms,
            sla_due_at_ms: promised.unwrap_or(waiting_since_ms + target_ms),
            deadline_at_ms: promised
                .map_or(until, |promised| promised.max(self.env.now_ms + decide::MINUTE_MS)),
        });
    }

    fn language(&self) -> String {
        self.conversation.package.language.clone().unwrap_or_else(|| self.env.organisation.language.clone())
    }
}

fn effects(before: &Conversation, run: &Run<'_>) -> Vec<Effect> {
    let after = &run.conversation;
    let mut effects = vec![];
    let answers = run.decision.as_ref().is_some_and(|decision| {
        let asked = after.package.turn(decision.turn).is_some_and(|turn| turn.role == Role::Customer);
        asked && matches!(decision.action, Action::Answer | Action::Propose | Action::Hold)
    });
    if answers && after.assistant == AssistantKind::BuiltIn {
        let turn = after.next_turn().saturating_sub(1);
        effects.push(Effect::Answer { turn });
    }
    if (before.state, before.epoch, before.agent()) != (after.state, after.epoch, after.agent()) {
        effects.push(Effect::WakeFloor);
    }
    effects
}

/// The slot that one agent gives back, and the one that another takes.
fn claims(before: &Conversation, after: &Conversation, limit: u32) -> Vec<Claim> {
    if before.agent() == after.agent() {
        return vec![];
    }
    let held = |conversation: &Conversation| {
        let agent = conversation.agent()?.clone();
        Some((agent, conversation.handoff.as_ref()?.id.clone()))
    };
    let released = held(before).map(|(agent, handoff)| Claim::Release { agent, handoff });
    let taken = held(after).map(|(agent, handoff)| Claim::Take { agent, handoff, limit });
    released.into_iter().chain(taken).collect()
}
