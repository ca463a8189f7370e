//! One organisation, one conversation, a clock, and everything that was ever committed.

use proptest::{prelude::*, sample::select};
use segue_core::{
    callback::{Bookings, Slot},
    command::{Command, Env, Rejection},
    conversation::{Conversation, callback},
    engine::{self, Claim, Step},
    event::{AssistantKind, Event},
    handoff::State,
    hours::{Hours, Override},
    ids::{AgentId, AtMs, ConversationId, HandoffId, OrganisationId, SquadId, TicketId},
    organisation::{AtClose, Organisation, Squad},
    policy::Policy,
    queue::Coverage,
    reading::TopicKind,
};

use super::acts::{self, Act};

/// Monday, 2026-01-05T09:00Z, Unix ms.
const START_MS: AtMs = 1_767_603_600_000;

/// What differs between organisations.
#[derive(Clone, Debug)]
pub struct Rules {
    prepare_s: u32,
    wrap_up_s: u32,
    propose_at: f32,
    hand_off_at: f32,
    always_human: bool,
    assistant: AssistantKind,
    /// Whether the squads work at night.
    always_open: bool,
    covered: bool,
    at_close: AtClose,
    /// Minutes of a slot, and how many customers it takes.
    callbacks: (u16, u16),
}

/// Any organisation, also one whose policy never hands off by itself.
pub fn rules() -> impl Strategy<Value = Rules> {
    let thresholds = select(vec![(0.5, 0.75), (0.0, 0.0), (2.0, 2.0), (0.0, 2.0)]);
    let assistant = select(vec![AssistantKind::BuiltIn, AssistantKind::External]);
    let times = (select(vec![0_u32, 15]), select(vec![0_u32, 60]));
    let later =
        (select(vec![AtClose::Ticket, AtClose::Keep]), select(vec![(30_u16, 2_u16), (60, 1), (20, 0)]));
    (times, thresholds, any::<bool>(), assistant, any::<bool>(), any::<bool>(), later).prop_map(
        |(
            (prepare_s, wrap_up_s),
            (propose_at, hand_off_at),
            always_human,
            assistant,
            always_open,
            covered,
            (at_close, callbacks),
        )| {
            Rules {
                prepare_s,
                wrap_up_s,
                propose_at,
                hand_off_at,
                always_human,
                assistant,
                always_open,
                covered,
                at_close,
                callbacks,
            }
        },
    )
}

impl Rules {
    fn organisation(&self) -> Organisation {
        let mut organisation = Organisation::new(OrganisationId::parse("acme").unwrap(), "Acme");
        let night = || -> Hours { vec!["Mon-Fri 08:00-18:00".to_owned()].try_into().unwrap() };
        let hours = if self.always_open { Hours::always() } else { night() };
        organisation.squads[0].hours = hours.clone();
        organisation.squads.push(Squad {
            topics: vec![TopicKind::Billing, TopicKind::Refund],
            areas: vec!["cancel".into()],
            hours,
            fallback: Some(organisation.squads[0].id.clone()),
            ..Squad::new(SquadId::parse("billing").unwrap(), "Billing", "billing")
        });
        for squad in &mut organisation.squads {
            (squad.callbacks.slot_min, squad.callbacks.per_slot) = self.callbacks;
            squad.at_close = self.at_close;
            squad.close_grace_s = 120;
        }
        organisation.prepare_s = self.prepare_s;
        organisation.wrap_up_s = self.wrap_up_s;
        organisation.policy =
            Policy { propose_at: self.propose_at, hand_off_at: self.hand_off_at, ..Policy::default() };
        if !self.always_human {
            organisation.policy.always_human_topics.clear();
        }
        organisation
    }
}

/// A conversation and all that happened to it.
pub struct World {
    pub organisation: Organisation,
    pub conversation: Conversation,
    pub log: Vec<Event>,
    /// Claims in the order of their commits.
    pub claims: Vec<Claim>,
    pub now_ms: AtMs,
    pub covered: bool,
    /// What other customers have booked, and this one.
    pub bookings: Bookings,
    ids: u64,
}

/// A command, what it met, and what came of it.
pub struct Happening<'a> {
    pub act: Option<&'a Act>,
    pub before: Conversation,
    pub step: Step,
    pub covered: bool,
    /// The slots on offer before.
    pub slots: Vec<Slot>,
    pub now_ms: AtMs,
}

impl World {
    /// A conversation that has just begun.
    pub fn new(rules: &Rules) -> Self {
        let organisation = rules.organisation();
        let id = ConversationId::parse("conversation-1").unwrap();
        let conversation = Conversation::new(organisation.id.clone(), id);
        let covered = rules.covered;
        let mut world = Self {
            organisation,
            conversation,
            log: vec![],
            claims: vec![],
            now_ms: START_MS,
            covered,
            bookings: Bookings::default(),
            ids: 0,
        };
        // Somebody else has the first slot of the morning after.
        let from_ms = START_MS + 23 * 3_600_000;
        for squad in &world.organisation.squads {
            let other = ConversationId::parse(&format!("other-{}", squad.id)).unwrap();
            let slot = Slot { from_ms, until_ms: from_ms + 1_800_000 };
            world.bookings.put(other, squad.id.clone(), slot);
        }
        world.perform(acts::open(rules.assistant)).unwrap();
        world
    }

    /// Does one act. `None` where it is no command; a refusal changes nothing.
    pub fn act<'a>(&mut self, act: &'a Act) -> Option<Result<Happening<'a>, Rejection>> {
        match act {
            Act::Wait(wait_ms) => self.now_ms += wait_ms,
            Act::Cover(covered) => self.covered = *covered,
            Act::Override(open, hours) => {
                let (from_ms, until_ms) = (self.now_ms, self.now_ms + hours * 3_600_000);
                for squad in &mut self.organisation.squads {
                    squad.overrides = vec![Override {
                        from_ms,
                        until_ms,
                        open: *open,
                        by: None,
                        why: String::new(),
                        channel: None,
                    }];
                }
            }
            Act::Deadline(false) => {
                let at_ms = self.conversation.deadline.map_or(self.now_ms, |deadline| deadline.at_ms);
                self.now_ms = self.now_ms.max(at_ms);
            }
            _ => {}
        }
        let slots = self.slots();
        let command = match act {
            Act::Book(n, offered) => {
                let slot = slots.get(*n).filter(|_| *offered);
                let from_ms = slot.map_or(self.now_ms + 60_000, |slot| slot.from_ms);
                Command::BookCallback { from_ms, number: Some("+31 6 1234".into()) }
            }
            act => act.command(&self.conversation, self.now_ms)?,
        };
        let before = self.conversation.clone();
        let (covered, now_ms) = (self.covered, self.now_ms);
        let done = self.perform(command);
        Some(done.map(|step| Happening { act: Some(act), before, step, covered, slots, now_ms }))
    }

    /// Lets the sweeper fire the deadline that stands, if one does.
    pub fn fire_deadline(&mut self) -> Option<Step> {
        let deadline = self.conversation.deadline?;
        self.now_ms = self.now_ms.max(deadline.at_ms);
        Some(self.perform(Command::DeadlinePassed { deadline }).expect("a deadline is never refused"))
    }

    /// The slots on offer now.
    fn slots(&self) -> Vec<Slot> {
        let wish = callback::wish(&self.conversation, &self.organisation, &self.bookings);
        wish.map(|wish| wish.slots(self.now_ms).collect()).unwrap_or_default()
    }

    fn env<'a>(&'a self, coverage: &'a Coverage) -> Env<'a> {
        Env {
            now_ms: self.now_ms,
            organisation: &self.organisation,
            shadow: None,
            coverage,
            bookings: &self.bookings,
            handoff: HandoffId::parse(&format!("handoff-{}", self.ids)).unwrap(),
            ticket: TicketId::parse(&format!("ticket-{}", self.ids)).unwrap(),
        }
    }

    fn perform(&mut self, command: Command) -> Result<Step, Rejection> {
        self.ids += 1;
        let squads = self.organisation.squads.iter().map(|squad| squad.id.clone());
        let coverage = Coverage::of(squads.filter(|_| self.covered));
        let step = engine::step(&self.conversation, command, &self.env(&coverage))?;
        let (id, handoff) = (step.conversation.id().clone(), step.conversation.handoff.as_ref());
        let booked = handoff.filter(|_| step.conversation.state == State::Callback);
        match booked.and_then(|handoff| Some((handoff.needs.squad.clone(), handoff.callback.clone()?.slot))) {
            Some((squad, slot)) => self.bookings.put(id, squad, slot),
            None => {
                self.bookings.remove(&id);
            }
        }
        self.conversation = step.conversation.clone();
        self.log.extend(step.events.iter().cloned());
        self.claims.extend(step.claims.clone());
        Ok(step)
    }

    /// Who holds a slot for which handoff, by the claims; panics where two would.
    pub fn holder(&self) -> Option<(AgentId, HandoffId)> {
        let mut holder: Option<(AgentId, HandoffId)> = None;
        for claim in &self.claims {
            match claim {
                Claim::Take { agent, handoff, .. } => {
                    assert!(holder.is_none(), "{agent} takes what {holder:?} holds");
                    holder = Some((agent.clone(), handoff.clone()));
                }
                Claim::Release { agent, handoff } => {
                    let released = Some((agent.clone(), handoff.clone()));
                    assert_eq!(holder, released, "somebody else's slot is released");
                    holder = None;
                }
            }
        }
        holder
    }
}
