//! Random texts against the whole reader, heads included: no panic, no span outside the text, no list without an end.
//!
//! A moment of it runs with every test. `SEGUE_FUZZ_SECONDS=600 cargo test --release -p segue-understanding --test all fuzz -- --nocapture`
//! runs it for long, from a new seed, and looks for input whose cost grows faster than its length as well.

use std::{
    env,
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use crate::{properties, testing};
use segue_core::{context::Role, reading::Reading};
use segue_understanding::{READ_MAX_CHARS, Reader, TurnText, learn::random::Random, redact};

/// The most of anything that one reading may hold.
const LIST_MAX: usize = 40;
/// Reading four times the text may cost this much more before it counts as super-linear.
const GROWTH_MAX: f64 = 12.0;
/// Pieces of texts that rules look for, and characters that break things.
const PIECES: &[&str] = &[
    "agent",
    "talk to a human",
    "order 4412",
    "a@b.example",
    "+44 20 7946 0958",
    "4242 4242 4242 4242",
    "€ 1.299,00",
    "12 March",
    "I'll call you within 2 days",
    "did that, same error",
    "not",
    "n't",
    "ich möchte",
    "quiero hablar",
    "オペレーター",
    "مدير",
    "😡",
    "👩‍👩‍👧",
    "\u{301}",
    "\u{202e}",
    "\u{0}",
    "ß",
    "İ",
    "ﬁ",
    "\n",
    "\r\n",
    "\t",
    "...",
    "??",
    "!!!!",
    "((((",
    "[[",
    "\"",
    "'",
    "''",
    "aaaa",
    "-",
    "--",
    "_",
    "1",
    "00000000000",
    ",",
    ";",
    ":",
    "http://",
    "www.",
    "@",
    "#",
    "%",
    "&",
    "<b>",
    "\\",
    "to to to",
    "no no no",
    "my name is",
    "password is",
    "third time",
    "it's 4412, no, 4413",
    "12 Baker Street",
    "per favore",
    "bitte",
    "s'il vous plaît",
];

fn text(random: &mut Random) -> String {
    let mut text = String::new();
    let most = if random.below(20) == 0 { 3_000 } else { 30 };
    let pieces = 1 + random.below(most);
    let repeats = random.below(8) == 0;
    let one = random.below(PIECES.len());
    for _ in 0..pieces {
        match random.below(6) {
            0 => text.extend(char::from_u32(random.below(0x11_0000) as u32)),
            1 => text.push(' '),
            _ if repeats => text.push_str(PIECES[one]),
            _ => text.push_str(PIECES[random.below(PIECES.len())]),
        }
        if random.below(3) > 0 {
            text.push(' ');
        }
    }
    text
}

fn check(reader: &Reader, text: &str, before: &str) {
    let context =
        testing::context(&[(Role::Assistant, "May I have your order number?"), (Role::Customer, before)]);
    for role in [Role::Customer, Role::Assistant, Role::Agent, Role::System] {
        let reading = reader.read(TurnText { role, text }, &context);
        properties::check(text, &reading);
        assert!(largest(&reading) <= LIST_MAX, "a list of {} items", largest(&reading));
    }
    redact(text);
}

fn largest(reading: &Reading) -> usize {
    let lists = [
        reading.acts.len(),
        reading.topics.len(),
        reading.facts.len(),
        reading.promises.len(),
        reading.steps.len(),
        reading.questions.len(),
    ];
    lists.into_iter().max().unwrap_or(0)
}

/// How much longer four times the text takes: the least of three tries, each of the best of three readings, since a busy
/// machine lengthens any of them.
fn growth(reader: &Reader, piece: &str) -> f64 {
    (0..3).map(|_| growth_once(reader, piece)).fold(f64::INFINITY, f64::min)
}

fn growth_once(reader: &Reader, piece: &str) -> f64 {
    let context = testing::empty();
    let cost = |chars: usize| {
        let text: String = piece.chars().cycle().take(chars).collect();
        let once = || {
            let started = Instant::now();
            reader.read(TurnText { role: Role::Customer, text: &text }, &context);
            started.elapsed()
        };
        (0..3).map(|_| once()).min().unwrap_or(Duration::ZERO).as_secs_f64()
    };
    cost(READ_MAX_CHARS) / cost(READ_MAX_CHARS / 4).max(1e-4)
}

#[test]
fn random_texts_are_read_within_bounds() {
    let long = env::var("SEGUE_FUZZ_SECONDS").ok().map(|text| text.parse::<u64>().expect("whole seconds"));
    let seed = match long {
        Some(_) => SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |time| time.as_nanos() as u64),
        None => 20_261_121,
    };
    let (reader, mut random, mut texts) = (Reader::new(), Random::new(seed), 0u64);
    let until = long.map(|seconds| Instant::now() + Duration::from_secs(seconds));
    while until.map_or(texts < 300, |until| Instant::now() < until) {
        let (now, before) = (text(&mut random), text(&mut random));
        let read = catch_unwind(AssertUnwindSafe(|| check(&reader, &now, &before)));
        assert!(read.is_ok(), "seed {seed}, text {texts}: {now:?} after {before:?}");
        texts += 1;
    }
    println!("{texts} texts from seed {seed}");
    if long.is_some() {
        for piece in PIECES {
            let growth = growth(&reader, &format!("{piece} "));
            assert!(growth <= GROWTH_MAX, "{piece:?}: four times the text takes {growth:.1} times as long");
        }
    }
}
