//! What holds for every policy and every conversation.

use proptest::prelude::*;
use segue_core::{
    context::Role,
    policy::{Policy, text},
    reading::{ActKind, Outcome, Reading, Repeat, TopicKind},
    signal,
    trigger::{Action, Reason},
};

use crate::story::{Story, With, read};

fn any_unit() -> impl Strategy<Value = f32> {
    prop_oneof![0.0_f32..=1.0, Just(f32::NAN), Just(-3.0), Just(7.0)]
}

const ACTS: [ActKind; 15] = [
    ActKind::AsksHuman,
    ActKind::AsksManager,
    ActKind::DeclinesHuman,
    ActKind::ConfirmsSolved,
    ActKind::DeniesSolved,
    ActKind::Complains,
    ActKind::Threatens,
    ActKind::WantsToCancel,
    ActKind::Thanks,
    ActKind::Corrects,
    ActKind::Repeats,
    ActKind::Greets,
    ActKind::Agrees,
    ActKind::Refuses,
    ActKind::Leaves,
];
const TOPICS: [TopicKind; 14] = [
    TopicKind::SelfHarm,
    TopicKind::Violence,
    TopicKind::Legal,
    TopicKind::Security,
    TopicKind::Privacy,
    TopicKind::Refund,
    TopicKind::Billing,
    TopicKind::Replacement,
    TopicKind::Cancellation,
    TopicKind::Sales,
    TopicKind::FeatureRequest,
    TopicKind::Bug,
    TopicKind::Delivery,
    TopicKind::Access,
];
const OUTCOMES: [Outcome; 5] =
    [Outcome::Proposed, Outcome::Started, Outcome::Done, Outcome::Failed, Outcome::Worked];

/// What a lead could try, by mistake or on purpose, to keep people away from humans.
const RULES: [&str; 5] = [
    "[[rule]]\nname = \"hold all\"\nif = 'conversation.turns >= 0'\nthen = \"hold\"\n",
    "[[rule]]\nname = \"hold requests\"\nif = '\"asks_human\" in reading.acts'\nthen = \"hold\"\n",
    "[[rule]]\nname = \"count nothing\"\nif = 'reading.frustration >= 0.0'\nthen = \"count\"\nweight = 0.0\n",
    "[[override]]\nname = \"never\"\nif = 'conversation.turns >= 0'\npropose_at = 1.0\nhand_off_at = 1.0\n",
    "[[override]]\nname = \"mute\"\nif = '\"legal\" in reading.topics'\nemphasis = { safety_floor = 0.0, explicit_request = 0.0 }\n",
];

prop_compose! {
    fn any_policy()(
        always in prop::sample::subsequence(TOPICS.to_vec(), 0..4),
        propose in prop::sample::subsequence(TOPICS.to_vec(), 0..4),
        thresholds in (any_unit(), any_unit(), any_unit()),
        cool_down_turns in 0_u32..9,
        emphasis in prop::collection::btree_map(
            prop::sample::select(signal::names().map(str::to_owned).collect::<Vec<_>>()), any_unit(), 0..9),
        rules in prop::sample::subsequence(RULES.to_vec(), 0..=RULES.len()),
    ) -> Policy {
        let ruled = text::check(&rules.concat(), None).usable().expect("rules that stand");
        Policy {
            rules: ruled.rules,
            overrides: ruled.overrides,
            always_human_topics: always,
            propose_topics: propose,
            propose_at: thresholds.0,
            hand_off_at: thresholds.1,
            answer_confidence_min: thresholds.2,
            cool_down_turns,
            emphasis,
            ..Policy::default()
        }
    }
}

prop_compose! {
    fn any_reading()(
        acts in prop::collection::vec((prop::sample::select(ACTS.to_vec()), any_unit()), 0..4),
        topics in prop::sample::subsequence(TOPICS.to_vec(), 0..3),
        mood in (any_unit(), any_unit()),
        step in prop::option::of((prop::sample::select(OUTCOMES.to_vec()), any::<bool>())),
        repeats in prop::option::of((0_u32..9, any_unit())),
        complexity in any_unit(),
        confidence in prop::option::of(any_unit()),
        asks in any::<bool>(),
        promise in prop::option::of(0.0_f32..4.0),
        needs_human in prop::option::of(any_unit()),
    ) -> Reading {
        let mut reading = acts.into_iter().fold(read(), |reading, (kind, p)| reading.act_of(kind, p));
        reading = topics.into_iter().fold(reading, Reading::topic).frustration(mood.0).urgency(mood.1);
        if let Some((outcome, reports)) = step {
            reading = if reports { reading.reports(outcome) } else { reading.step("it", outcome) };
        }
        if let Some(days) = promise {
            reading = reading.promise("soon", days);
        }
        reading.repeats = repeats.map(|(turn, similarity)| Repeat { turn, similarity });
        reading.answer_confidence = confidence;
        reading.needs_human = needs_human;
        if asks { reading.question().complex(complexity) } else { reading.complex(complexity) }
    }
}

fn any_story() -> impl Strategy<Value = Vec<(Role, Reading)>> {
    let role = prop::sample::select(vec![Role::Customer, Role::Customer, Role::Assistant, Role::Agent]);
    prop::collection::vec((role, any_reading()), 0..9)
}

fn played(policy: &Policy, turns: &[(Role, Reading)]) -> Story {
    let begun = Story::of("pro", true)
        .policy(|own| own.clone_from(policy))
        .page("https://app.acme.example/account/cancel");
    turns.iter().fold(begun, |story, (role, reading)| story.turn(*role, "some words", reading.clone()))
}

proptest! {
    /// No policy, no history and nothing else in the turn stands in the way of a request.
    #[test]
    fn a_request_is_always_honoured(
        policy in any_policy(), turns in any_story(), reading in any_reading(), manager in any::<bool>(),
    ) {
        let mut reading = reading;
        reading.acts.retain(|act| act.kind != ActKind::DeclinesHuman);
        let kind = if manager { ActKind::AsksManager } else { ActKind::AsksHuman };
        let story = played(&policy, &turns).customer("a person", reading.act_of(kind, 0.6));
        let decision = &story.last().decision;
        prop_assert_eq!(decision.action, Action::HandOff);
        prop_assert_eq!(decision.confidence, 1.0);
        prop_assert!(decision.triggers.iter().any(|trigger| trigger.name == "explicit_request"));
    }

    #[test]
    fn the_floor_holds_for_every_policy(
        policy in any_policy(), turns in any_story(), reading in any_reading(),
        topic in prop::sample::select(vec![TopicKind::SelfHarm, TopicKind::Violence, TopicKind::Legal]),
    ) {
        let story = played(&policy, &turns).customer("words", reading.topic(topic));
        let decision = &story.last().decision;
        prop_assert_eq!(decision.action, Action::HandOff);
        prop_assert!(matches!(decision.reason, Some(Reason::Safety | Reason::Legal)));
    }

    #[test]
    fn decisions_are_sound(policy in any_policy(), turns in any_story()) {
        let story = played(&policy, &turns);
        prop_assert_eq!(&story.verdicts, &played(&policy, &turns).verdicts, "the same again");
        for (turn, verdict) in story.verdicts.iter().enumerate() {
            let decision = &verdict.decision;
            prop_assert_eq!(decision.turn as usize, turn);
            prop_assert!((0.0..=1.0).contains(&decision.confidence));
            prop_assert_eq!(decision.hold.is_some(), decision.action == Action::Hold);
            prop_assert_eq!(decision.reason.is_some(), decision.action != Action::Answer);
            prop_assert!(decision.triggers.iter().all(|trigger| trigger.turn <= decision.turn));
            prop_assert!(decision.triggers.iter().all(|trigger| (0.0..=1.0).contains(&trigger.strength)));
            prop_assert!(decision.triggers.iter().all(|trigger| !trigger.evidence.is_empty()));
            prop_assert!(decision.triggers.is_sorted_by(|a, b| a.strength >= b.strength));
            let (role, _) = turns[turn];
            let own = ["low_confidence", "failed_steps", "needs_human"];
            let quiet = decision.triggers.iter().all(|trigger| own.contains(&trigger.name.as_str()));
            prop_assert!(role == Role::Customer || quiet, "{:?}", decision.triggers);
        }
    }
}
