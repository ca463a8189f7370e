//! Whatever is written, reading it neither fails nor points outside the text.

use crate::testing;
use proptest::prelude::*;
use segue_core::{
    context::Role,
    reading::{Reading, span},
};
use segue_understanding::{Reader, TurnText, redact};

/// Every span of a reading lies in the text and gives the value back.
pub fn check(text: &str, reading: &Reading) {
    let length = text.chars().count() as u32;
    let inside =
        |start: u32, end: u32| assert!(start <= end && end <= length, "{start}..{end} of {length}: {text:?}");
    for fact in &reading.facts {
        inside(fact.start, fact.end);
        assert_eq!(span(text, fact.start, fact.end), fact.value);
        assert_eq!(fact.value.trim(), fact.value);
    }
    for promise in &reading.promises {
        inside(promise.start, promise.end);
        assert_eq!(span(text, promise.start, promise.end), promise.text);
    }
    for question in &reading.questions {
        inside(question.start, question.end);
        assert_eq!(span(text, question.start, question.end), question.text);
    }
    reading.acts.iter().for_each(|act| {
        inside(act.start, act.end);
        assert!((0.0..=1.0).contains(&act.probability));
    });
    reading.topics.iter().for_each(|topic| inside(topic.start, topic.end));
    reading.steps.iter().for_each(|step| inside(step.start, step.end));
    let mood = reading.mood;
    assert!((-1.0..=1.0).contains(&mood.valence));
    assert!((0.0..=1.0).contains(&mood.frustration) && (0.0..=1.0).contains(&mood.urgency));
    assert!((0.0..=1.0).contains(&reading.complexity));
    for (at, fact) in reading.facts.iter().enumerate() {
        for other in &reading.facts[at + 1..] {
            assert!(fact.end <= other.start || other.end <= fact.start, "two facts share words: {text:?}");
        }
    }
}

/// Words that the rules look for, glued at random with odd characters.
fn words() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "order",
        "ID:",
        "3348917502",
        "my name is",
        "İstanbul",
        "agent",
        "talk to",
        "a human",
        "€14.50",
        "1.299,00 €",
        "on Friday",
        "ﬁne",
        "I'll call you",
        "within 2 days",
        "did that",
        "same error",
        "do_not_honor",
        "(977) 625-2661",
        "a@b.example",
        "12 Baker Street, London",
        "日本",
        "オペレーターにつないで",
        "Straße 5",
        "password is",
        "4242 4242 4242 4242",
        "👩‍👩‍👧",
        "\u{301}",
        "\n",
        "?",
        "...",
        "gold member",
        "Safari 18",
        "https://x.example/a?b",
        "[card ending 4242]",
        "quiero hablar con una persona",
        "ǅ",
        "ß",
    ]);
    prop::collection::vec(word, 0..14).prop_flat_map(|words| {
        prop::sample::select(vec![" ", "", ", ", "\u{a0}", ". "]).prop_map(move |glue| words.join(glue))
    })
}

fn read_all(text: &str, before: &str) {
    let reader: &Reader = testing::reader();
    let context = testing::context(&[
        (Role::Assistant, "May I have your name, order ID and phone number?"),
        (Role::Customer, before),
    ]);
    for role in [Role::Customer, Role::Assistant, Role::Agent, Role::System] {
        check(text, &reader.read(TurnText { role, text }, &context));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reads_any_unicode(text in "\\PC{0,120}", before in "\\PC{0,40}") {
        read_all(&text, &before);
    }

    #[test]
    fn reads_any_words(text in words(), before in words()) {
        read_all(&text, &before);
    }

    #[test]
    fn redacting_twice_changes_nothing(text in words()) {
        let once = redact(&text).into_owned();
        prop_assert_eq!(redact(&once).into_owned(), once);
    }
}
