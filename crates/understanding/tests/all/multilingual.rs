//! Who asks for a human, in eight languages: a set that was written apart from the examples that the heads learned from.

use segue_understanding::{
    Head, Reader,
    learn::measure::{Counts, Scored},
};
use serde_json::Value;

fn items() -> Vec<(f32, Value)> {
    let reader = Reader::new();
    let lines = include_str!("../data/asks_human.jsonl").lines();
    let parsed = lines.map(|line| serde_json::from_str::<Value>(line).expect("a line of JSON"));
    parsed
        .map(|line| (reader.probability(Head::AsksHuman, line["text"].as_str().expect("words")), line))
        .collect()
}

#[test]
fn requests_are_heard_in_eight_languages() {
    let items = items();
    let scored: Vec<Scored> = items.iter().map(|(p, line)| (*p, line["asks_human"] == true)).collect();
    let counts = Counts::of(&scored, 0.5);
    for (p, line) in items.iter().filter(|(p, line)| (*p >= 0.5) != (line["asks_human"] == true)) {
        println!("{p:.2} {} {}", line["kind"], line["text"]);
    }
    println!("F1 {:.3}, {counts:?}", counts.f1());
    assert!(items.len() >= 300 && counts.f1() >= 0.95, "{counts:?}");
}

#[test]
fn plain_requests_are_never_missed() {
    let missed: Vec<_> =
        items().into_iter().filter(|(p, line)| line["kind"] == "plain" && *p < 0.5).collect();
    assert!(missed.is_empty(), "{missed:?}");
}
