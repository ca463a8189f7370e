//! What no sequence of commands may break: the handoff's invariants, and the log's.
//!
//! A world of one conversation, three agents and a random organisation lives through random acts, many of them
//! late, repeated or by the wrong person. A failing sequence is printed whole and shrunk.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

mod support;

use proptest::prelude::*;
use segue_core::{
    conversation::Conversation,
    event::{Body, Event, VERSION},
    handoff::State,
    organisation::Squad,
};
use support::{
    acts::{self, Act},
    check, words,
    world::{self, Rules, World},
};

/// Acts in one life.
const ACTS_MAX: usize = 60;
/// Deadlines that may pass in a row before nobody is owed anything: a proposal, or the chain
/// preparing -> human -> callback -> queued, overdue -> queue of the fallback -> ticket, overdue; and a callback may be
/// moved once more by the hours.
const DEADLINES_MAX: usize = 12;

fn live(rules: &Rules, acts: &[Act]) -> World {
    let mut world = World::new(rules);
    for act in acts {
        if let Some(Ok(happening)) = world.act(act) {
            check::step(&happening);
        }
    }
    check::log(&world);
    world
}

fn fold(world: &World, events: &[Event]) -> Conversation {
    let first = Conversation::new(world.organisation.id.clone(), world.conversation.id().clone());
    events.iter().fold(first, |mut conversation, event| {
        conversation.apply(event);
        conversation
    })
}

fn json(conversation: &Conversation) -> String {
    serde_json::to_string(conversation).unwrap()
}

/// As the store keeps it; `erased` as it reads after the customer's key is gone.
fn stored(event: &Event, erased: bool) -> Event {
    let (open, content) = (event.open_json(), event.body.content_json());
    let content = (!erased).then_some(&content[..]);
    Event::read(event.seq, event.at_ms, event.body.kind(), VERSION, &open, content).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_step_keeps_the_invariants(rules in world::rules(), acts in acts::acts(ACTS_MAX)) {
        live(&rules, &acts);
    }

    #[test]
    fn nobody_is_stranded(rules in world::rules(), acts in acts::acts(ACTS_MAX)) {
        let mut world = live(&rules, &acts);
        let mut fired = 0;
        while let Some(step) = world.fire_deadline() {
            fired += 1;
            prop_assert!(!step.events.is_empty(), "a deadline passed and changed nothing");
            prop_assert!(fired <= DEADLINES_MAX, "still {} after {fired} deadlines", world.conversation.state.name());
        }
        prop_assert!(!world.conversation.state.is_leased());
        prop_assert_eq!(world.holder(), None, "a slot is held for ever");
    }

    #[test]
    fn a_request_is_honoured_whatever_the_policy(
        rules in world::rules(),
        acts in acts::acts(ACTS_MAX),
        request in words::request(),
    ) {
        prop_assume!(!request.text.trim().is_empty());
        let mut world = live(&rules, &acts);
        let act = Act::CustomerSpeaks(request);
        let happening = world.act(&act).unwrap().unwrap();
        check::step(&happening);
        let state = world.conversation.state;
        let later = matches!(state, State::Ticketed | State::Callback);
        prop_assert!(state.waits() || state.holds_agent() || later, "{}", state.name());
        // Whoever asks again while only a ticket or a callback waits gets a human as soon as one is there.
        if happening.before.state == state && happening.covered && later {
            let open = |squad: &Squad| world.organisation.calendar(squad, Some("chat")).open_at(world.now_ms);
            prop_assert!(!world.organisation.squads.iter().any(open), "somebody could have come");
        }
    }

    #[test]
    fn the_log_tells_everything(rules in world::rules(), acts in acts::acts(ACTS_MAX), cut in 0.0..1.0) {
        let world = live(&rules, &acts);
        let replayed = fold(&world, &world.log);
        prop_assert_eq!(json(&replayed), json(&world.conversation), "a replay gives other bytes");
        // From a snapshot, and delivered twice.
        let cut = (world.log.len() as f64 * cut) as usize;
        let snapshot = json(&fold(&world, &world.log[..cut]));
        let mut resumed: Conversation = serde_json::from_str(&snapshot).unwrap();
        for event in world.log[cut..].iter().chain(&world.log) {
            resumed.apply(event);
            resumed.apply(event);
        }
        prop_assert_eq!(json(&resumed), json(&world.conversation), "a snapshot gives other bytes");
    }

    #[test]
    fn events_come_back_as_they_were_stored(rules in world::rules(), acts in acts::acts(ACTS_MAX)) {
        let world = live(&rules, &acts);
        for event in &world.log {
            let read = stored(event, false);
            prop_assert_eq!(&read, event);
            prop_assert_eq!(read.to_json(), event.to_json());
        }
    }

    #[test]
    fn an_erased_conversation_still_stands_where_it_stood(
        rules in world::rules(),
        acts in acts::acts(ACTS_MAX),
        after in acts::acts(10),
    ) {
        let mut world = live(&rules, &acts);
        let erased: Vec<Event> = world.log.iter().map(|event| stored(event, true)).collect();
        for event in &erased {
            prop_assert!(event.body.content_json().is_empty());
            event.to_json();
        }
        let folded = fold(&world, &erased);
        let stands = |c: &Conversation| (c.seq, c.state, c.epoch, c.deadline, c.agent().cloned(), c.next_turn());
        prop_assert_eq!(stands(&folded), stands(&world.conversation));
        let text: String = folded.package.transcript.iter().map(|turn| turn.text.as_str()).collect();
        prop_assert!(text.is_empty() && folded.package.facts.is_empty() && folded.package.notes.is_empty());
        // Life goes on with what is left.
        world.conversation = folded;
        world.log = erased;
        for act in &after {
            if let Some(Ok(happening)) = world.act(act) {
                check::step(&happening);
            }
        }
    }
}

/// Every kind of event is met by the round trips above, or stands here with the reason why not.
#[test]
fn the_random_acts_reach_every_kind_of_event() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let mut missing: Vec<&str> = Body::KINDS.to_vec();
    // Nothing abandons a handoff yet: a customer who goes away leaves a ticket behind.
    missing.retain(|kind| *kind != "handoff.abandoned");
    for _ in 0..400 {
        let rules = world::rules().new_tree(&mut runner).unwrap().current();
        let acts = acts::acts(ACTS_MAX).new_tree(&mut runner).unwrap().current();
        let world = live(&rules, &acts);
        missing.retain(|kind| world.log.iter().all(|event| event.body.kind() != *kind));
    }
    assert!(missing.is_empty(), "never happened: {missing:?}");
}
