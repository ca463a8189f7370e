//! Microseconds per turn on one core: `cargo bench -p segue-understanding --bench read`.

use std::{hint::black_box, time::Instant};

use segue_core::context::Role;
use segue_understanding::{
    Reader, TurnText, redact,
    retrieval::{Article, KnowledgeIndex, Query},
};

#[path = "../src/testing.rs"]
mod testing;

/// A conversation of ten turns, before the turns that are measured.
const BEFORE: &[(Role, &str)] = &[
    (Role::Customer, "Hi, the export of my contacts does not work since yesterday."),
    (Role::Assistant, "I'm sorry to hear that. Please open Contacts, press Export and tell me what you see."),
    (Role::Customer, "It spins for a minute and then says something went wrong."),
    (Role::Assistant, "Could you try another browser, or clear the cache of this one?"),
    (Role::Customer, "I cleared the cache and tried Firefox, same thing."),
    (Role::Assistant, "Thank you. May I have the account ID and the e-mail address of the workspace?"),
    (Role::Customer, "ann.lee@brightside.example"),
    (Role::Customer, "AC-20931"),
    (Role::Assistant, "Thanks, I have opened a case with our team, they answer within 2 business days."),
    (Role::Customer, "Two days is long, we need the list for a mailing on Friday."),
];

/// Turns as customers and assistants write them, 60 to 150 characters mostly.
const TURNS: &[(&str, Role, &str)] = &[
    (
        "plain question",
        Role::Customer,
        "How do I get the archived contacts exported as well, they are not part of the file?",
    ),
    (
        "request for a human",
        Role::Customer,
        "This is going nowhere, can I please talk to a real person about our account now?",
    ),
    (
        "facts",
        Role::Customer,
        "My order 58213377 over 1,450 euro was paid on 12 March, you can call me on (977) 625-2661.",
    ),
    (
        "angry",
        Role::Customer,
        "This is the THIRD time this has happened, absolutely unacceptable, and I'm about to cancel my subscription!!",
    ),
    (
        "report",
        Role::Customer,
        "I already tried that, restarted the laptop and used Safari 18, still the same error 502.",
    ),
    ("bare answer", Role::Customer, "7916676427"),
    ("thanks", Role::Customer, "works now, thanks a lot"),
    ("spanish", Role::Customer, "ya lo hice y nada, quiero hablar con una persona de su equipo por favor"),
    (
        "german",
        Role::Customer,
        "Ich habe das schon probiert, es funktioniert nicht, bitte verbinden Sie mich mit einem Mitarbeiter",
    ),
    ("japanese", Role::Customer, "まだエラーが出ます。オペレーターにつないでください。"),
    (
        "assistant answer",
        Role::Assistant,
        "Please open Contacts, turn on Show archived and press Export again. The file should arrive within 10 minutes.",
    ),
    (
        "assistant unsure",
        Role::Assistant,
        "I'm not certain, but it might be possible with the Business plan. Could you tell me your plan?",
    ),
];

const ROUNDS: u32 = 4_000;

fn main() {
    let built = Instant::now();
    let reader = Reader::new();
    println!("built in {:.0} ms", built.elapsed().as_secs_f64() * 1e3);
    let without_tagger = Reader::new().with_tagger(None);
    let context = testing::context(BEFORE);
    let (mut sum, mut rest) = (0.0, 0.0);
    for &(name, role, text) in TURNS {
        let micros = fastest(|| black_box(reader.read(TurnText { role, text: black_box(text) }, &context)));
        let plain =
            fastest(|| black_box(without_tagger.read(TurnText { role, text: black_box(text) }, &context)));
        (sum, rest) = (sum + micros, rest + plain);
        let (chars, tagger) = (text.chars().count(), micros - plain);
        println!("{micros:8.1} us  {chars:4} chars  {name}, of which tagger {tagger:.1} us");
    }
    let kinds = TURNS.len() as f64;
    println!(
        "{:8.1} us  mean of the kinds above, of which tagger {:.1} us",
        sum / kinds,
        (sum - rest) / kinds
    );
    let started = Instant::now();
    for _ in 0..ROUNDS {
        for (_, _, text) in TURNS {
            black_box(redact(black_box(text)));
        }
    }
    let redactions = f64::from(ROUNDS) * TURNS.len() as f64;
    println!("{:8.1} us  redact", started.elapsed().as_secs_f64() * 1e6 / redactions);
    search();
}

/// Microseconds of one call: the fastest of several batches, so that other programs count little.
fn fastest<T>(mut call: impl FnMut() -> T) -> f64 {
    const BATCHES: u32 = 40;
    let batch = |_| {
        let started = Instant::now();
        for _ in 0..ROUNDS / BATCHES {
            black_box(call());
        }
        started.elapsed().as_secs_f64() * 1e6 / f64::from(ROUNDS / BATCHES)
    };
    (0..BATCHES).map(batch).fold(f64::MAX, f64::min)
}

fn search() {
    let article = |number: usize| {
        let text = format!(
            "# Topic {number} of the handbook\n\nOpen settings number {number} and choose what you want to change.\n\nIt takes effect at once."
        );
        Article::from_markdown(&format!("a{number}"), &text)
    };
    let articles: Vec<Article> = (0..1_000).map(article).collect();
    let started = Instant::now();
    let index = KnowledgeIndex::build(&articles).expect("memory for a thousand short articles");
    println!("{:8.1} ms  build an index of 1,000 articles", started.elapsed().as_secs_f64() * 1e3);
    let started = Instant::now();
    for _ in 0..500 {
        black_box(index.search(
            Query { text: "where do I change settings number 77", language: Some("en"), vector: None },
            3,
        ));
    }
    println!("{:8.1} us  search", started.elapsed().as_secs_f64() * 1e6 / 500.0);
}
