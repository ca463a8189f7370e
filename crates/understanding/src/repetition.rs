//! Whether a customer says the same again: overlap of stems without function words, over their last turns.

use segue_core::{
    context::{ContextPackage, Role},
    reading::Repeat,
};

use crate::{
    language::is_function_word,
    text::{Text, fold, stem, words},
};

/// How many turns of the customer are looked at.
const LOOK_BACK: usize = 12;
/// The least similarity that is reported.
const LEAST: f32 = 0.45;

/// The most similar earlier turn of the customer, if one is similar enough.
pub(crate) fn read(text: &Text<'_>, context: &ContextPackage) -> Option<Repeat> {
    let mine = stems(&text.folded);
    if mine.len() < 2 {
        return None;
    }
    let earlier = context.transcript.iter().rev().filter(|turn| turn.role == Role::Customer);
    let mut best: Option<Repeat> = None;
    for turn in earlier.take(LOOK_BACK) {
        let similarity = similarity(&mine, &stems(&fold(head(&turn.text))));
        if similarity >= LEAST && best.as_ref().is_none_or(|known| similarity > known.similarity) {
            best = Some(Repeat { turn: turn.turn, similarity });
        }
    }
    best
}

/// A long earlier turn is compared by its beginning.
fn head(text: &str) -> &str {
    let mut end = text.len().min(1_000);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Hashes of the content stems, sorted, each once. Scripts without spaces give pairs of characters.
fn stems(folded: &str) -> Vec<u64> {
    let mut found = Vec::with_capacity(16);
    for span in words(folded) {
        let word = &folded[span.start..span.end];
        if !word.is_ascii() && word.chars().any(|c| c >= '\u{3040}') {
            let chars: Vec<char> = word.chars().collect();
            found.extend(chars.windows(2).map(|pair| hash(pair.iter().map(|&c| u64::from(u32::from(c))))));
        } else if word.len() > 1 && !is_function_word(word) && !filler(word) {
            found.push(hash(stem(word).bytes().map(u64::from)));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Words that say nothing about the matter.
fn filler(word: &str) -> bool {
    matches!(
        word,
        "please"
            | "thanks"
            | "thank"
            | "hi"
            | "hello"
            | "hey"
            | "again"
            | "help"
            | "need"
            | "want"
            | "get"
            | "ok"
            | "okay"
            | "yes"
            | "no"
            | "sure"
            | "great"
            | "perfect"
            | "good"
            | "just"
            | "still"
            | "also"
            | "really"
            | "like"
            | "would"
            | "could"
    )
}

/// FNV-1a.
fn hash(parts: impl Iterator<Item = u64>) -> u64 {
    parts.fold(0xcbf2_9ce4_8422_2325, |sum, part| (sum ^ part).wrapping_mul(0x0100_0000_01b3))
}

/// Half Jaccard, half the share of the shorter text found in the longer, 0..=1. Texts that share fewer than two
/// stems, or a single pair out of many, are not alike.
fn similarity(a: &[u64], b: &[u64]) -> f32 {
    let shared = a.iter().filter(|stem| b.binary_search(stem).is_ok()).count();
    let least = a.len().min(b.len());
    if shared < 2 || (shared < 3 && least > 3) {
        return 0.0;
    }
    let union = a.len() + b.len() - shared;
    0.5 * shared as f32 / union as f32 + 0.5 * shared as f32 / least as f32
}

#[cfg(test)]
mod tests {
    use segue_core::context::Role;

    use crate::testing::read_after;

    #[track_caller]
    fn check(earlier: &str, now: &str, repeats: bool) {
        let reading = read_after(&[(Role::Customer, earlier)], now);
        assert_eq!(reading.repeats.is_some(), repeats, "{now}: {:?}", reading.repeats);
    }

    #[test]
    fn hears_the_same_again() {
        check(
            "How do I export all my contacts including the archived ones?",
            "That leaves out archived contacts. How can I export those too?",
            true,
        );
        check(
            "That leaves out archived contacts. How can I export those too?",
            "Again, the archived ones are not in the file. How do I get archived contacts exported?",
            true,
        );
        check("Why was my card declined?", "my card is declined, why?", true);
        check("Why was my card declined?", "I would like to change my address", false);
        check("ok thanks", "ok thanks", false);
        check("支付失败了怎么办", "支付失败了,怎么办?", true);
    }
}
