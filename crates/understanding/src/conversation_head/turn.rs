//! What a head sees of one turn: hashed n-grams of it and of the turns before, and a row of plain numbers on its place in the
//! conversation. Nothing here knows a language: words may be anything that stands between blanks.

use std::collections::{HashMap, VecDeque};

use super::Role;
use crate::learn::features::Features;

/// Where an n-gram stands. Each family has its own columns and weight.
pub(super) const FAMILIES: usize = 8;
const NOW: u8 = 0;
const PLAIN: u8 = 1;
const BEFORE: [u8; TURNS_BEFORE] = [2, 3, 4];
const EARLIER: [u8; SIDES] = [5, 6];
const GRAMS: u8 = 7;

/// Turns before this one of which words are looked at.
const TURNS_BEFORE: usize = 3;
/// The customer, and whoever answers.
const SIDES: usize = 2;
/// Words of each side that are remembered.
const WORDS_MAX: usize = 2_000;
/// Own earlier turns that a turn is compared with.
const TURNS_COMPARED: usize = 16;
/// Words of one turn that are looked at.
const TURN_WORDS_MAX: usize = 200;
/// Runs of characters of one turn that are looked at.
const TURN_GRAMS_MAX: usize = 2_000;

/// How many plain numbers a turn has.
pub(super) const NUMBERS: usize = 26;

/// One turn as a head sees it.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// Family and hash, each once.
    pub grams: Vec<(u8, u32)>,
    pub numbers: [f32; NUMBERS],
}

/// What is remembered of a conversation so far. Bounded, however long it gets.
#[derive(Clone, Debug, Default)]
pub(super) struct Past {
    turns: usize,
    last: VecDeque<Said>,
    sides: [Side; SIDES],
}

#[derive(Clone, Debug)]
struct Said {
    role: Role,
    words: Vec<u32>,
    pairs: Vec<u32>,
    whole: u32,
}

#[derive(Clone, Debug, Default)]
struct Side {
    turns: usize,
    words: usize,
    in_a_row: usize,
    /// How often each word was said, by turns.
    vocabulary: HashMap<u32, u16>,
    said_twice: usize,
    /// Sorted words and the whole, of the latest turns.
    latest: VecDeque<(Vec<u32>, u32)>,
}

impl Past {
    /// Reads the next turn, and remembers it.
    pub fn read(&mut self, role: Role, text: &str) -> Seen {
        let features = Features::of_opaque(text);
        let mut words = features.words;
        words.truncate(TURN_WORDS_MAX);
        let mut pairs = features.pairs;
        pairs.truncate(TURN_WORDS_MAX);
        let whole = words.iter().fold(7, |whole, &word| mix(whole, word));
        let said = Said { role, words, pairs, whole };
        let unique = sorted(&said.words);
        let mut seen = Seen { grams: Vec::new(), numbers: self.numbers(&said, &unique, text) };
        self.grams(&said, &features.grams, &mut seen.grams);
        self.remember(said, unique);
        seen
    }

    /// How many words are remembered.
    #[cfg(test)]
    pub fn words(&self) -> usize {
        let side = |side: &Side| side.vocabulary.len();
        self.sides.iter().map(side).sum()
    }

    fn grams(&self, said: &Said, runs: &[u32], grams: &mut Vec<(u8, u32)>) {
        let role = said.role as u32;
        let mut put = |family: u8, hash: u32, salt: u32| grams.push((family, mix(hash, salt)));
        for &hash in said.words.iter().chain(&said.pairs).chain([&said.whole]) {
            put(NOW, hash, role);
        }
        said.words.iter().for_each(|&hash| put(PLAIN, hash, 0x51));
        runs.iter().take(TURN_GRAMS_MAX).for_each(|&hash| put(GRAMS, hash, 0x57));
        for (back, family) in BEFORE.into_iter().enumerate() {
            let salt = (back as u32 + 1) * 64 + role * 8;
            let Some(before) = self.last.get(back) else {
                put(family, salt, 0x61);
                continue;
            };
            let salt = salt + before.role as u32 + 1;
            before.words.iter().for_each(|&hash| put(family, hash, salt));
            if back == 0 {
                before.pairs.iter().chain([&before.whole]).for_each(|&hash| put(family, hash, salt));
            }
        }
        for (side, family) in EARLIER.into_iter().enumerate() {
            self.sides[side].vocabulary.keys().for_each(|&hash| put(family, hash, 0x71 + side as u32));
        }
        grams.sort_unstable();
        grams.dedup();
    }

    fn numbers(&self, said: &Said, unique: &[u32], text: &str) -> [f32; NUMBERS] {
        let side = side_of(said.role);
        let (own, other) = (&self.sides[side], &self.sides[1 - side]);
        let length = said.words.len();
        let before = self.last.front().map_or(length, |turn| turn.words.len());
        let usual = if own.turns > 0 { own.words as f32 / own.turns as f32 } else { length as f32 };
        let empty: &[u32] = &[];
        let last_of = |side: &Side| side.latest.front().map_or_else(Vec::new, |turn| turn.0.clone());
        let alike = own.latest.iter().map(|turn| likeness(unique, &turn.0)).fold(0.0, f32::max);
        let other_alike = other.latest.iter().map(|turn| likeness(unique, &turn.0)).fold(0.0, f32::max);
        let said_before = own.latest.iter().filter(|turn| turn.1 == said.whole).count();
        let followed = self.last.front().is_some_and(|turn| turn.role == said.role);
        let answered_alike = match (other.latest.front(), other.latest.get(1)) {
            (Some(last), Some(one_before)) => likeness(&last.0, &one_before.0),
            _ => 0.0,
        };
        let marks = Marks::of(text);
        [
            f32::from(u8::from(said.role == Role::Customer)),
            f32::from(u8::from(said.role == Role::Assistant)),
            log(self.turns),
            self.turns.min(30) as f32 / 30.0,
            log(length),
            log(unique.len()),
            log(length) - (1.0 + usual).ln(),
            log(length) - log(before),
            share(unique, &last_of(other)),
            share(unique, &last_of(own)),
            alike,
            other_alike,
            known(unique, own),
            known(unique, other),
            answered_alike,
            said_before.min(4) as f32,
            f32::from(u8::from(followed)) * own.in_a_row.min(5) as f32,
            log(own.words),
            log(other.words),
            log(own.turns),
            log(other.turns),
            own.said_twice as f32 / own.vocabulary.len().max(1) as f32,
            share(last_of(own).as_slice(), if own.latest.is_empty() { empty } else { unique }),
            marks.digits,
            marks.calls,
            marks.drawn_out,
        ]
    }

    fn remember(&mut self, said: Said, unique: Vec<u32>) {
        self.turns += 1;
        let at = side_of(said.role);
        self.sides[1 - at].in_a_row = 0;
        let side = &mut self.sides[at];
        side.in_a_row += 1;
        side.turns += 1;
        side.words += said.words.len();
        for &word in &unique {
            if let Some(times) = side.vocabulary.get_mut(&word) {
                side.said_twice += usize::from(*times == 1);
                *times = times.saturating_add(1);
            } else if side.vocabulary.len() < WORDS_MAX {
                side.vocabulary.insert(word, 1);
            }
        }
        side.latest.push_front((unique, said.whole));
        side.latest.truncate(TURNS_COMPARED);
        self.last.push_front(said);
        self.last.truncate(TURNS_BEFORE);
    }
}

/// Marks that mean much the same in many scripts. All 0 where words are opaque.
struct Marks {
    digits: f32,
    /// Question and exclamation marks.
    calls: f32,
    /// Letters said three times or more.
    drawn_out: f32,
}

impl Marks {
    fn of(text: &str) -> Self {
        let (mut digits, mut calls, mut drawn_out, mut all) = (0, 0, 0, 0);
        let mut last = ['\0'; 2];
        for c in text.chars().take(crate::READ_MAX_CHARS) {
            all += 1;
            digits += usize::from(c.is_numeric());
            calls += usize::from(matches!(c, '?' | '!' | '？' | '！' | '؟' | '¿' | '¡'));
            drawn_out += usize::from(c.is_alphabetic() && last == [c, c]);
            last = [last[1], c];
        }
        Self { digits: digits as f32 / all.max(1) as f32, calls: log(calls), drawn_out: log(drawn_out) }
    }
}

fn side_of(role: Role) -> usize {
    usize::from(role != Role::Customer)
}

fn mix(hash: u32, salt: u32) -> u32 {
    let mut hash = hash ^ salt.wrapping_mul(0x9e37_79b1);
    hash = (hash ^ (hash >> 16)).wrapping_mul(0x7feb_352d);
    hash = (hash ^ (hash >> 15)).wrapping_mul(0x846c_a68b);
    hash ^ (hash >> 16)
}

fn log(count: usize) -> f32 {
    (1.0 + count as f32).ln()
}

fn sorted(words: &[u32]) -> Vec<u32> {
    let mut words = words.to_vec();
    words.sort_unstable();
    words.dedup();
    words
}

fn common(a: &[u32], b: &[u32]) -> f32 {
    a.iter().filter(|word| b.binary_search(word).is_ok()).count() as f32
}

/// The share of the words of `a` that are in `b`.
fn share(a: &[u32], b: &[u32]) -> f32 {
    common(a, b) / a.len().max(1) as f32
}

/// Words in both of words in either.
fn likeness(a: &[u32], b: &[u32]) -> f32 {
    let both = common(a, b);
    both / (a.len() as f32 + b.len() as f32 - both).max(1.0)
}

fn known(unique: &[u32], side: &Side) -> f32 {
    let known = unique.iter().filter(|word| side.vocabulary.contains_key(word)).count();
    known as f32 / unique.len().max(1) as f32
}
