//! What a head promises, tried on conversations in words that mean nothing.

use super::*;
use crate::learn::{measure::auroc, random::Random};

/// Conversations in opaque words, all numbers of the same length. A customer's turn holds the label where the assistant has said the same kind of thing twice
/// before and the customer uses one of a dozen words.
fn planted(count: usize, seed: u64) -> Vec<LabelledConversation> {
    let mut random = Random::new(seed);
    (0..count).map(|_| conversation(&mut random)).collect()
}

fn conversation(random: &mut Random) -> LabelledConversation {
    let (mut turns, mut failures) = (Vec::new(), 0);
    for at in 0..6 + random.below(8) {
        let mut words: Vec<String> =
            (0..3 + random.below(5)).map(|_| format!("{}", 1_000 + random.below(300))).collect();
        let is_customer = at % 2 == 0;
        let stirred = random.unit() < 0.3;
        if stirred {
            words.push(format!("{}", random.below(12) + if is_customer { 1_300 } else { 1_400 }));
        }
        failures += usize::from(stirred && !is_customer);
        turns.push(LabelledTurn {
            role: if is_customer { Role::Customer } else { Role::Assistant },
            text: words.join(" "),
            needs_human: Some(is_customer && stirred && failures > 0),
            dissatisfied: is_customer.then_some(stirred),
        });
    }
    LabelledConversation { turns }
}

fn train(conversations: &[LabelledConversation], label: HeadLabel) -> Result<ConversationHead, HeadError> {
    let settings = HeadSettings::default();
    let go_on = |_: HeadProgress| ControlFlow::Continue(());
    ConversationHead::train(conversations, None, label, &settings, &go_on)
        .map(|head| head.expect("nobody ended it"))
}

fn judged(head: &ConversationHead, conversation: &LabelledConversation) -> Vec<f32> {
    head.from_turns(conversation.turns.iter().map(|turn| (turn.role, turn.text.as_str())))
}

fn scored(head: &ConversationHead, conversations: &[LabelledConversation]) -> Vec<Scored> {
    let labelled = |conversation: &LabelledConversation| -> Vec<Scored> {
        let turns = conversation.turns.iter().zip(judged(head, conversation));
        turns.filter_map(|(turn, p)| turn.label(head.label()).map(|held| (p, held))).collect()
    };
    conversations.iter().flat_map(labelled).collect()
}

#[test]
fn a_pattern_in_opaque_words_is_learned() {
    for label in [HeadLabel::NeedsHuman, HeadLabel::Dissatisfied] {
        let head = train(&planted(100, 1), label).unwrap();
        let items = scored(&head, &planted(100, 2));
        assert!(auroc(&items).unwrap() > 0.9, "{label:?}: {:?}", auroc(&items));
        assert!((0.05..0.95).contains(&head.threshold()));
    }
}

#[test]
fn the_same_conversations_give_the_same_bytes_and_another_seed_others() {
    let conversations = planted(30, 3);
    let head = train(&conversations, HeadLabel::NeedsHuman).unwrap();
    let bytes = head.to_bytes();
    assert_eq!(bytes, train(&conversations, HeadLabel::NeedsHuman).unwrap().to_bytes());
    let go_on = |_: HeadProgress| ControlFlow::Continue(());
    let settings = HeadSettings::with_seed(2);
    let other = ConversationHead::train(&conversations, None, HeadLabel::NeedsHuman, &settings, &go_on);
    assert_ne!(bytes, other.unwrap().unwrap().to_bytes());

    let loaded = ConversationHead::from_bytes(HeadLabel::NeedsHuman, &bytes).unwrap();
    assert_eq!(loaded.to_bytes(), bytes);
    assert_eq!(judged(&loaded, &conversations[0]), judged(&head, &conversations[0]));
}

#[test]
fn what_is_not_a_whole_head_for_this_label_is_refused() {
    let bytes = train(&planted(30, 4), HeadLabel::NeedsHuman).unwrap().to_bytes();
    let refused = |bytes: &[u8]| ConversationHead::from_bytes(HeadLabel::NeedsHuman, bytes).unwrap_err();
    let other = ConversationHead::from_bytes(HeadLabel::Dissatisfied, &bytes).unwrap_err();
    assert_eq!(other.to_string(), "this is a model for \"transfer\", not for \"mood\"");
    assert_eq!(refused(b"something else entirely"), FileError::Foreign);
    assert!(matches!(refused(&bytes[..bytes.len() / 2]), FileError::Damaged(_)));
    let mut random = Random::new(1);
    for _ in 0..50 {
        let mut damaged = bytes.clone();
        let at = random.below(damaged.len());
        damaged[at] ^= 1 << random.below(8);
        refused(&damaged);
    }
}

#[test]
fn later_turns_never_change_an_earlier_probability() {
    let head = train(&planted(30, 5), HeadLabel::NeedsHuman).unwrap();
    for mut conversation in planted(20, 6) {
        let all = judged(&head, &conversation);
        while conversation.turns.len() > 1 {
            conversation.turns.pop();
            assert_eq!(judged(&head, &conversation), all[..conversation.turns.len()]);
        }
    }
}

#[test]
fn odd_turns_are_judged_as_well() {
    let head = train(&planted(30, 7), HeadLabel::Dissatisfied).unwrap();
    let long = "1001 ".repeat(50_000);
    let turns =
        [(Role::Action, ""), (Role::Customer, ""), (Role::Customer, "نص 😀 \u{0}"), (Role::Agent, &long)];
    let probabilities = head.from_turns(turns.into_iter().chain((0..500).map(|_| (Role::Customer, "1 2"))));
    assert!(probabilities.iter().all(|p| (0.0..=1.0).contains(p)));
    // Nobody labelled what others than the customer say.
    assert_eq!(probabilities[3], probabilities[2]);
}

#[test]
fn probabilities_can_be_set_on_other_conversations() {
    let mut head = train(&planted(60, 8), HeadLabel::NeedsHuman).unwrap();
    let before = scored(&head, &planted(40, 9));
    head.recalibrate(&planted(60, 10)).unwrap();
    let after = scored(&head, &planted(40, 9));
    assert!((auroc(&before).unwrap() - auroc(&after).unwrap()).abs() < 0.01);
    assert!(crate::learn::measure::ece(&after) < 0.06);
    assert!(head.recalibrate(&planted(2, 10)).is_err());
}

#[test]
fn too_little_to_learn_from_is_said() {
    let unlabelled: Vec<_> = planted(20, 11)
        .into_iter()
        .map(|mut conversation| {
            conversation.turns.iter_mut().for_each(|turn| turn.needs_human = None);
            conversation
        })
        .collect();
    let error = |conversations: &[LabelledConversation]| {
        train(conversations, HeadLabel::NeedsHuman).unwrap_err().to_string()
    };
    assert!(error(&[]).contains("too few"));
    assert!(error(&planted(5, 11)).contains("too few"));
    assert!(error(&unlabelled).contains("no turn has \"needs_human\""));
    let one_sided: Vec<_> = planted(20, 11)
        .into_iter()
        .map(|mut conversation| {
            conversation.turns.iter_mut().for_each(|turn| turn.needs_human = Some(false));
            conversation
        })
        .collect();
    assert!(error(&one_sided).contains("true on 0 turns"));
}

#[test]
fn training_can_be_ended() {
    let end = |_: HeadProgress| ControlFlow::Break(());
    let settings = HeadSettings::default();
    let conversations = planted(20, 12);
    let head = ConversationHead::train(&conversations, None, HeadLabel::NeedsHuman, &settings, &end);
    assert!(head.unwrap().is_none());
}

#[test]
fn a_handful_of_positives_is_enough_to_train_on() {
    let mut conversations = planted(40, 13);
    let mut left = 5;
    for turn in conversations.iter_mut().flat_map(|conversation| &mut conversation.turns) {
        let keep = turn.needs_human == Some(true) && left > 0;
        left -= usize::from(keep);
        turn.needs_human = Some(keep);
    }
    let head = train(&conversations, HeadLabel::NeedsHuman).unwrap();
    assert!(scored(&head, &conversations).iter().all(|item| item.0 < 0.9));
}

#[test]
fn a_turn_of_a_very_long_conversation_costs_as_much_as_one_of_a_long_one() {
    let head = train(&planted(30, 14), HeadLabel::NeedsHuman).unwrap();
    let mut live = head.live();
    let mut random = Random::new(15);
    let mut text = || (0..40).map(|_| random.below(100_000).to_string()).collect::<Vec<_>>().join(" ");
    for at in 0..2_000 {
        head.push(&mut live, if at % 2 == 0 { Role::Customer } else { Role::Assistant }, &text());
    }
    let remembered = live.past.words();
    head.push(&mut live, Role::Customer, &text());
    assert_eq!(live.past.words(), remembered, "what is remembered has a limit");
}
