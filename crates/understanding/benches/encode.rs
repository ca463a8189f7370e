//! Milliseconds per text on one thread: `SEGUE_ENCODER=FOLDER cargo bench -p segue-understanding --bench encode`.
//!
//! Half of all runs take the time shown or less. The least time is what the machine can do undisturbed.

use std::{
    env,
    hint::black_box,
    path::PathBuf,
    time::{Duration, Instant},
};

use segue_understanding::encoder::Encoder;

const ROUNDS: usize = 200;

/// Twelve words, as customers write them.
const SHORT: &str = "My parcel should have arrived last week and nobody answers my messages";

fn main() {
    let Some(folder) = env::var_os("SEGUE_ENCODER").map(PathBuf::from) else {
        println!("no model: SEGUE_ENCODER names the folder of a sentence encoder");
        return;
    };
    let started = Instant::now();
    let encoder = match Encoder::load(&folder) {
        Ok(encoder) => encoder,
        Err(problem) => {
            println!("{problem}");
            return;
        }
    };
    println!(
        "{}: {:.0} ms to load, {:.1} MB of weights",
        encoder.id(),
        started.elapsed().as_secs_f64() * 1e3,
        encoder.size_bytes() as f64 / 1e6
    );
    let long =
        "Since the last update the export stops halfway, and I tried everything you wrote. ".repeat(40);
    let huge = long.repeat(31);
    let hundred: Vec<String> = (0..100).map(|n| format!("{SHORT}, order {n}")).collect();
    show("2 words", 1, || encoder.encode("thank you").len());
    show("12 words", 1, || encoder.encode(SHORT).len());
    show("128 tokens", 1, || encoder.encode(&long).len());
    show("100 kB of text", 1, || encoder.encode(&huge).len());
    show("each of 100 in a batch", 100, || encoder.encode_batch(&hundred).len());
}

fn show(name: &str, texts: u32, mut encode: impl FnMut() -> usize) {
    let rounds = if texts > 1 { ROUNDS / 20 } else { ROUNDS };
    for _ in 0..rounds / 10 {
        black_box(encode());
    }
    let mut times: Vec<Duration> = (0..rounds)
        .map(|_| {
            let started = Instant::now();
            black_box(encode());
            started.elapsed() / texts
        })
        .collect();
    times.sort();
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    println!("{:8.2} ms  least {:8.2} ms  {name}", ms(times[rounds / 2]), ms(times[0]));
}
