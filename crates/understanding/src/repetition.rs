//! Whether a customer says the same again: overlap of stems without function words, over their last turns.

use segue_core::{
    context::{ContextPackage, Role},
    reading::Repeat,
};

use crate::{
    language::is_function_word,
    text::{Text, digit_value, fold, stem, words},
};

/// How many turns of the customer are looked at.
const LOOK_BACK: usize = 12;
/// The cosine from which on two turns say the same. Paraphrases of a question lie at 0.62 to 0.78 with all-MiniLM-L6-v2;
/// one in 110 turns of task dialogues (SGD) is as near as this to an earlier one of the same customer, mostly a wish made
/// more precise. One such turn is not enough for a handoff.
const SAME_COSINE: f32 = 0.72;
/// The fewest content words of a turn that can be said again in other words.
const STEMS_MIN: usize = 2;
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

/// How much two turns of a customer say the same, 0..=1, by the vectors of a sentence encoder; absent where they do not,
/// where one of them says too little to be a question, or where their numbers differ: who asks for another day asks
/// for something else.
///
/// 0.5 where the cosine is at [`SAME_COSINE`], 1 where it is 1.
pub fn says_the_same(text: &str, earlier: &str, vector: &[f32], before: &[f32]) -> Option<f32> {
    let says_enough = |text: &str| stems(&fold(head(text))).len() >= STEMS_MIN;
    let cosine: f32 = vector.iter().zip(before).map(|(a, b)| a * b).sum();
    let same = cosine >= SAME_COSINE
        && says_enough(text)
        && says_enough(earlier)
        && numbers(text).eq(numbers(earlier));
    same.then(|| (0.5 + 0.5 * (cosine - SAME_COSINE) / (1.0 - SAME_COSINE)).min(1.0))
}

/// The digits of a text, in order.
fn numbers(text: &str) -> impl Iterator<Item = u8> {
    head(text).chars().filter_map(digit_value)
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

    use super::says_the_same;
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

    #[test]
    fn hears_the_same_in_other_words() {
        let near = [1.0, 0.0];
        let check = |a: &str, b: &str, cosine: f32, same: Option<f32>| {
            let other = [cosine, (1.0 - cosine * cosine).sqrt()];
            let said =
                says_the_same(a, b, &near, &other).map(|similarity| (similarity * 100.0).round() / 100.0);
            assert_eq!(said, same, "{a} / {b}");
        };
        let (asked, again) =
            ("Where has my parcel got to?", "the package still has not shown up, what is going on");
        check(asked, again, 0.86, Some(0.75));
        check(asked, again, 1.0, Some(1.0));
        check(asked, again, 0.7, None);
        check(asked, "yes please", 0.9, None);
        check("move my booking to 12 May", "move my booking to 14 May", 0.95, None);
    }
}
