//! Where policies turn a conversation to a human.

use std::sync::Arc;

use super::history::{Past, is_given};
use crate::{
    context::Role,
    conversation::{Conversation, decide::PROPOSAL_MS},
    event::{Body, DecisionContent, Event, TextContent},
    handoff::State,
    ids::{AtMs, SquadId},
    organisation::Organisation,
    queue,
    reading::TopicKind,
    trigger::{self, Action, Decision, Moment, Reason, Verdict, evaluate},
};

/// What one policy does with one conversation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Course {
    /// The first turn at which a human is proposed or takes over.
    pub first: Option<Turned>,
    /// The turn at which a human takes over.
    pub handoff: Option<Turned>,
    /// Rules that held something back, with the first turn.
    pub held_by: Vec<(Arc<str>, u32)>,
    /// Whether anything was held back, by whatever.
    pub held: bool,
    /// Whether the customer refused the proposal.
    pub refused: bool,
    /// Every trigger that took part at any turn.
    pub fired: Vec<Arc<str>>,
    /// The overrides that applied at any turn.
    pub overrides: Vec<Arc<str>>,
}

/// A turn at which a policy wants a human.
#[derive(Clone, Debug, PartialEq)]
pub struct Turned {
    /// The turn.
    pub turn: u32,
    /// Customer turns up to and including it.
    pub customer_turns: u32,
    /// Propose or hand off.
    pub action: Action,
    /// The main reason.
    pub reason: Option<Reason>,
    /// Every trigger that took part, strongest first.
    pub triggers: Vec<Arc<str>>,
    /// The squad that would take it.
    pub squad: Option<SquadId>,
}

/// What every policy met in one conversation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Walk {
    /// One for each policy, in order.
    pub courses: Vec<Course>,
    /// Turns that were decided about at least once.
    pub turns: u32,
    /// Customer turns that were said before a human took over in history.
    pub customer_turns: Vec<u32>,
    /// The turn at which a human took over in history; what came after is unknown to other policies.
    pub taken_over_at: Option<u32>,
    /// The main subject.
    pub topic: Option<TopicKind>,
    /// The customer's tier.
    pub tier: Option<String>,
    /// The customer's language.
    pub language: Option<String>,
    /// How the customer writes.
    pub channel: String,
    /// The last product area.
    pub area: Option<String>,
    /// One line.
    pub title: String,
}

/// Decides a conversation of the past anew, by each of these policies. They share what they all see, so that several cost
/// little more than one.
///
/// Events are renumbered on the way: what was decided in history is left out.
pub fn walk(past: &mut Past, organisations: &[&Organisation]) -> Walk {
    let mut shared = Conversation::new(past.organisation.clone(), past.conversation.clone());
    let mut lanes: Vec<Lane> = organisations.iter().map(|_| Lane::default()).collect();
    let mut walk = Walk::default();
    for event in &mut past.events {
        match &event.body {
            Body::HandoffRequested { turn, reason, .. } => {
                let turn = *turn;
                if *reason == Reason::ExplicitRequest {
                    // By the button, which no policy decides; what was said is honoured at the turn itself.
                    lanes.iter_mut().for_each(|lane| lane.asked(turn, &walk.customer_turns));
                }
                walk.taken_over_at = Some(turn);
                break;
            }
            Body::ProposalAnswered { accepted: Some(accepted) } => {
                lanes.iter_mut().for_each(|lane| lane.answered(*accepted, event.at_ms, &walk.customer_turns));
            }
            body if is_given(body) => {
                let said = match body {
                    Body::TurnReceived { turn, role, .. } => Some((*turn, *role)),
                    _ => None,
                };
                let at_ms = event.at_ms;
                apply(&mut shared, event);
                lanes.iter_mut().for_each(|lane| lane.hear(event, at_ms));
                let Some((turn, role)) = said else { continue };
                if role == Role::Customer {
                    walk.customer_turns.push(turn);
                }
                if matches!(role, Role::Customer | Role::Assistant) {
                    walk.turns += 1;
                    for (lane, organisation) in lanes.iter_mut().zip(organisations) {
                        lane.decide(&shared, organisation, at_ms, walk.customer_turns.len() as u32);
                    }
                }
            }
            _ => {}
        }
        if lanes.iter().all(|lane| lane.course.handoff.is_some())
            && walk.turns > 0
            && walk.taken_over_at.is_some()
        {
            break;
        }
    }
    let package = shared.package;
    walk.topic = package.issue.topic;
    walk.title = package.issue.title;
    walk.tier = package.customer.tier;
    walk.language = package.language;
    walk.channel = package.channel;
    walk.area = package.page.and_then(|page| page.area);
    walk.courses = lanes.into_iter().map(|lane| lane.course).collect();
    walk
}

/// Folds an event in as the next one.
fn apply(conversation: &mut Conversation, event: &mut Event) {
    event.seq = conversation.seq + 1;
    conversation.apply(event);
}

/// One policy's way: the shared conversation until it does something that matters later, a copy of its own from there.
#[derive(Default)]
struct Lane {
    own: Option<Box<Conversation>>,
    course: Course,
}

impl Lane {
    /// Something that happened whatever the policy.
    fn hear(&mut self, event: &mut Event, at_ms: AtMs) {
        let Some(own) = self.own.as_mut().filter(|_| self.course.handoff.is_none()) else { return };
        let lapsed = own.deadline.is_some_and(|deadline| deadline.at_ms <= at_ms);
        if own.state == State::Proposed && lapsed {
            push(own, at_ms, Body::ProposalAnswered { accepted: None });
        }
        apply(own, event);
    }

    fn decide(
        &mut self,
        shared: &Conversation,
        organisation: &Organisation,
        at_ms: AtMs,
        customer_turns: u32,
    ) {
        if self.course.handoff.is_some() {
            return;
        }
        let conversation = self.own.as_deref().unwrap_or(shared);
        let Some((turn, role, reading)) = conversation.readings.last() else { return };
        let moment = Moment::new(conversation, organisation, *turn, *role, reading);
        let refuses = *role == Role::Customer && trigger::answers_proposal(&moment) == Some(false);
        let Verdict { decision, wishes } = evaluate(&moment);
        self.course.note(moment.thresholds().overrides.iter().copied(), &decision);
        if refuses {
            self.course.refused = true;
        }
        let acts = matches!(decision.action, Action::Propose | Action::HandOff);
        if !acts && !refuses {
            return;
        }
        let squad = wishes.squad.or_else(|| {
            let package = &conversation.package;
            decision.reason.and_then(|reason| queue::by_reason(organisation, package, reason))
        });
        if acts {
            let turned = Turned {
                turn: decision.turn,
                customer_turns,
                action: decision.action,
                reason: decision.reason,
                triggers: decision.triggers.iter().map(|trigger| trigger.name.as_str().into()).collect(),
                squad,
            };
            self.course.first.get_or_insert_with(|| turned.clone());
            if decision.action == Action::HandOff {
                self.course.handoff = Some(turned);
                self.own = None;
                return;
            }
        }
        let own = self.own.get_or_insert_with(|| Box::new(shared.clone()));
        if refuses {
            push(own, at_ms, Body::ProposalAnswered { accepted: Some(false) });
        }
        if acts {
            propose(own, at_ms, &decision);
        }
    }

    /// The customer pressed "Talk to a person".
    fn asked(&mut self, turn: u32, customer_turns: &[u32]) {
        if self.course.handoff.is_none() {
            let turned = Turned {
                turn,
                customer_turns: customer_turns.iter().filter(|said| **said <= turn).count() as u32,
                action: Action::HandOff,
                reason: Some(Reason::ExplicitRequest),
                triggers: vec!["explicit_request".into()],
                squad: None,
            };
            self.course.first.get_or_insert_with(|| turned.clone());
            self.course.handoff = Some(turned);
        }
    }

    /// The customer answered a proposal of history by a button; a policy that had one open as well gets the same answer.
    fn answered(&mut self, accepted: bool, at_ms: AtMs, customer_turns: &[u32]) {
        let Some(own) = self.own.as_mut().filter(|own| own.state == State::Proposed) else { return };
        if accepted {
            let turn = own.next_turn().saturating_sub(1);
            self.asked(turn, customer_turns);
        } else {
            push(own, at_ms, Body::ProposalAnswered { accepted: Some(false) });
            self.course.refused = true;
        }
    }
}

impl Course {
    fn note<'a>(&mut self, overrides: impl Iterator<Item = &'a str>, decision: &Decision) {
        for name in overrides {
            remember(&mut self.overrides, name);
        }
        for trigger in &decision.triggers {
            remember(&mut self.fired, &trigger.name);
        }
        let Some(why) = decision.hold.as_deref().filter(|_| decision.action == Action::Hold) else { return };
        self.held = true;
        let rule = why.strip_prefix("the rule “").and_then(|rest| rest.split_once('”')).map(|(name, _)| name);
        if let Some(rule) = rule.filter(|rule| !self.held_by.iter().any(|(known, _)| **known == **rule)) {
            self.held_by.push((rule.into(), decision.turn));
        }
    }
}

fn remember(names: &mut Vec<Arc<str>>, name: &str) {
    if !names.iter().any(|known| **known == *name) {
        names.push(name.into());
    }
}

fn push(conversation: &mut Conversation, at_ms: AtMs, body: Body) {
    let event = Event { seq: conversation.seq + 1, at_ms, body };
    conversation.apply(&event);
}

fn propose(conversation: &mut Conversation, at_ms: AtMs, decision: &Decision) {
    push(
        conversation,
        at_ms,
        Body::DecisionMade {
            turn: decision.turn,
            action: decision.action,
            reason: decision.reason,
            confidence: decision.confidence,
            hold: None,
            triggers: vec![],
            policy: None,
            shadow: None,
            content: DecisionContent { triggers: decision.triggers.clone(), ..DecisionContent::default() }
                .into(),
        },
    );
    let reason = decision.reason.unwrap_or(Reason::Policy);
    let deadline_at_ms = at_ms + PROPOSAL_MS;
    let content = TextContent::default().into();
    push(conversation, at_ms, Body::HumanProposed { turn: decision.turn, reason, deadline_at_ms, content });
}
