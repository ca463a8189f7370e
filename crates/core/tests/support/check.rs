//! The invariants of one step.

use segue_core::{
    context::Role,
    conversation::Conversation,
    engine::Effect,
    event::{Body, Event},
    handoff::State,
    ids::AgentId,
};

use super::{
    acts::Act,
    world::{Happening, World},
};

/// Who must act next. Two owners are the same only where nothing changes hands.
#[derive(Debug, PartialEq)]
enum Owner {
    Assistant,
    Queue,
    Agent(AgentId),
    Ticket,
    Calendar,
}

fn owner(conversation: &Conversation) -> Owner {
    match (conversation.state, conversation.agent()) {
        (_, Some(agent)) => Owner::Agent(agent.clone()),
        (State::Ticketed, None) => Owner::Ticket,
        (State::Callback, None) => Owner::Calendar,
        (state, None) if state.assistant_speaks() => Owner::Assistant,
        (_, None) => Owner::Queue,
    }
}

/// Everything that must hold after every step.
pub fn step(happening: &Happening<'_>) {
    let Happening { before, step, .. } = happening;
    let after = &step.conversation;
    sequence(before, after, &step.events);
    epochs(before, after, happening.act);
    silence(happening);
    announcements(&step.events);
    lease(after);
    age(before, after);
    requests(happening);
    callbacks(happening);
    promises(before, after, &step.events);
    effects(happening);
}

fn sequence(before: &Conversation, after: &Conversation, events: &[Event]) {
    let seqs: Vec<u64> = events.iter().map(|event| event.seq).collect();
    let expected: Vec<u64> = (before.seq + 1..=before.seq + events.len() as u64).collect();
    assert_eq!(seqs, expected, "the log has no gaps");
    assert_eq!(after.seq, before.seq + events.len() as u64);
    let turns = after.package.transcript.iter().map(|turn| turn.turn);
    assert!(turns.eq(after.package.transcript_omitted..after.next_turn()), "turns have no gaps");
}

/// One owner at a time, by epoch.
fn epochs(before: &Conversation, after: &Conversation, act: Option<&Act>) {
    assert!(after.epoch >= before.epoch, "the epoch fell from {} to {}", before.epoch, after.epoch);
    if owner(before) != owner(after) {
        assert!(
            after.epoch > before.epoch,
            "{:?} -> {:?} ({} -> {}) at epoch {}",
            owner(before),
            owner(after),
            before.state.name(),
            after.state.name(),
            after.epoch
        );
    }
    let late = act.is_some_and(Act::is_late) && before.epoch > 0;
    assert!(!late, "an act with the epoch before {} was let through: {act:?}", before.epoch);
}

/// The assistant does not speak after a human took over, and is not asked to.
fn silence(happening: &Happening<'_>) {
    let Happening { act, before, step, .. } = happening;
    let assistant = |event: &Event| matches!(event.body, Body::TurnReceived { role: Role::Assistant, .. });
    let spoke = step.events.iter().any(assistant) && matches!(act, Some(Act::AssistantSpeaks(_)));
    assert!(!spoke || before.state.assistant_speaks(), "the assistant spoke while {}", before.state.name());
}

fn effects(happening: &Happening<'_>) {
    let step = &happening.step;
    let answers = step.effects.iter().any(|effect| matches!(effect, Effect::Answer { .. }));
    let state = step.conversation.state;
    assert!(!answers || state.assistant_speaks(), "an answer is wanted while {}", state.name());
    let moved = (happening.before.state, happening.before.agent()) != (state, step.conversation.agent());
    assert!(!moved || step.effects.contains(&Effect::WakeFloor), "the floor sleeps through {}", state.name());
}

/// A handoff is requested, announced and queued, or ticketed, in one step.
fn announcements(events: &[Event]) {
    let kinds: Vec<&str> = events.iter().map(|event| event.body.kind()).collect();
    let count = |kind: &str| kinds.iter().filter(|k| **k == kind).count();
    let requested = count("handoff.requested");
    assert!(requested <= 1, "{kinds:?}");
    if requested == 1 {
        let told = (count("handoff.announced"), count("handoff.queued"), count("handoff.ticketed"));
        assert!(told == (1, 1, 0) || told == (0, 0, 1), "{kinds:?}");
    } else {
        assert_eq!(count("handoff.announced"), 0, "announced without a request: {kinds:?}");
    }
    assert!(count("handoff.queued") + count("handoff.ticketed") <= 1, "{kinds:?}");
}

/// Every state that somebody owns for a time has its deadline, and no other has, but for a ticket whose answer is due.
fn lease(after: &Conversation) {
    let state = after.state;
    let has_one = state.is_leased() || (state == State::Ticketed && after.deadline.is_some());
    assert_eq!(has_one, after.deadline.is_some(), "{} {:?}", state.name(), after.deadline);
    assert!(after.deadline.is_none_or(|deadline| deadline.state == state), "{:?}", after.deadline);
    assert_ne!(state, State::Requested, "decided and left nowhere");
    assert_eq!(state.holds_agent(), after.agent().is_some(), "{}", state.name());
}

/// Coming back, declining, timing out or a crash keep the original age.
fn age(before: &Conversation, after: &Conversation) {
    if let (Some(old), Some(new)) = (&before.handoff, &after.handoff)
        && old.id == new.id
    {
        assert_eq!(old.waiting_since_ms, new.waiting_since_ms, "the wait began anew");
        if old.joined_at_ms.is_some() {
            assert_eq!(old.joined_at_ms, new.joined_at_ms);
        }
        if let (Some(old), Some(new)) = (&old.callback, &new.callback) {
            assert_eq!(old.asked_at_ms, new.asked_at_ms, "a callback is as old as the wish for it");
            assert!(new.missed <= 1, "tried {} times and no ticket", new.missed);
        }
    }
}

/// Who asks for a human gets one, whatever the policy.
fn requests(happening: &Happening<'_>) {
    let asks = match happening.act {
        Some(Act::PressButton) => true,
        Some(Act::CustomerSpeaks(said)) => said.asks_human(),
        Some(Act::AnswerProposal(accept)) => *accept,
        _ => false,
    };
    if !asks {
        return;
    }
    let state = happening.step.conversation.state;
    let with_human =
        state.waits() || state.holds_agent() || matches!(state, State::Ticketed | State::Callback);
    assert!(with_human, "asked for a human and is {}", state.name());
    if happening.before.state == State::WrapUp {
        assert_ne!(state, State::WrapUp, "asked for a human who is about to leave");
    }
}

/// A callback is at a time that was on offer, comes no sooner than agreed, and leads to the queue or to a ticket.
fn callbacks(happening: &Happening<'_>) {
    let Happening { before, step, slots, now_ms, .. } = happening;
    let kinds: Vec<&str> = step.events.iter().map(|event| event.body.kind()).collect();
    let last = kinds.last().copied().unwrap_or_default();
    for event in &step.events {
        match &event.body {
            Body::CallbackBooked { from_ms, until_ms, .. }
            | Body::CallbackMoved { from_ms, until_ms, .. } => {
                let on_offer =
                    slots.iter().any(|slot| (slot.from_ms, slot.until_ms) == (*from_ms, *until_ms));
                assert!(on_offer, "nobody offered {from_ms}: {kinds:?}");
                assert_eq!(step.conversation.state, State::Callback);
            }
            Body::CallbackDue { .. } => {
                let agreed = before.handoff.as_ref().and_then(|handoff| handoff.callback.as_ref());
                assert!(agreed.is_some_and(|agreed| agreed.slot.from_ms <= *now_ms), "too soon");
                assert_eq!(last, "handoff.queued", "{kinds:?}");
            }
            Body::CallbackCancelled { .. } | Body::QueueClosed { .. } => {
                assert!(matches!(last, "handoff.queued" | "handoff.ticketed"), "{kinds:?}");
            }
            Body::CallbackMissed { .. } => {
                assert!(matches!(last, "callback.moved" | "handoff.ticketed"), "{kinds:?}");
            }
            _ => {}
        }
    }
}

/// Whoever waits for a ticket or a callback has a promise with the time they were told.
fn promises(before: &Conversation, after: &Conversation, events: &[Event]) {
    let owed: Vec<_> = after.package.promises.iter().filter(|promise| promise.is_owed()).collect();
    let awaited: Vec<_> = owed.iter().filter(|promise| promise.overdue_at_ms.is_none()).collect();
    assert!(awaited.len() <= 1, "{owed:?}");
    let told = events.iter().rev().find_map(|event| match &event.body {
        Body::HandoffTicketed { due_at_ms, .. } => Some(*due_at_ms),
        Body::CallbackBooked { until_ms, .. } | Body::CallbackMoved { until_ms, .. } => Some(*until_ms),
        _ => None,
    });
    if let Some(told) = told {
        let due: Vec<_> = awaited.iter().map(|promise| promise.due_at_ms).collect();
        assert_eq!(due, [Some(told)], "what was told is not what is promised");
    }
    // Nobody takes a promise back in silence.
    let broken = |conversation: &Conversation| {
        let promises = conversation.package.promises.iter();
        promises.filter(|promise| promise.overdue_at_ms.is_some()).count()
    };
    assert!(broken(after) >= broken(before));
}

/// Everything that must hold over the whole log.
pub fn log(world: &World) {
    let held = world.conversation.agent().cloned();
    assert_eq!(world.holder().map(|(agent, _)| agent), held, "claims and owner differ");
    let mut handoffs = vec![];
    for event in &world.log {
        match &event.body {
            Body::HandoffRequested { handoff, .. } => handoffs.push((handoff.clone(), 0)),
            Body::HandoffAnnounced { handoff, .. } => {
                let last = handoffs.last_mut().expect("requested before it is announced");
                assert_eq!(last.0, *handoff);
                last.1 += 1;
            }
            _ => {}
        }
    }
    assert!(handoffs.iter().all(|(_, announced)| *announced <= 1), "{handoffs:?}");
}
