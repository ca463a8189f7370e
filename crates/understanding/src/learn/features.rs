//! A text as hashed n-grams: words, pairs of words, and runs of characters inside words. Works in any script.

use crate::text::fold;

/// Hashes of the n-grams of one text, by family. The same n-gram always has the same hash, on every machine.
#[derive(Clone, Debug, Default)]
pub struct Features {
    /// Words and marks.
    pub words: Vec<u32>,
    /// Neighbouring words, the borders of the text included.
    pub pairs: Vec<u32>,
    /// Runs of [`GRAM_MIN`]..=[`GRAM_MAX`] characters inside a word and its borders.
    pub grams: Vec<u32>,
    /// What was learned of the text elsewhere.
    pub marks: Vec<u32>,
}

/// The shortest run of characters.
pub const GRAM_MIN: usize = 2;
/// The longest run of characters.
pub const GRAM_MAX: usize = 5;

/// Words of a text that are looked at. The rest of a longer text rarely changes what it is about.
const WORDS_MAX: usize = 400;

impl Features {
    /// The families in their order.
    pub fn families(&self) -> [&[u32]; 4] {
        [&self.words, &self.pairs, &self.grams, &self.marks]
    }

    /// The n-grams of a text. Digits count as one and the same: which number it is rarely says what a text is about.
    pub fn of(text: &str) -> Self {
        Self::of_folded(&fold(text))
    }

    /// The n-grams of a text of which the words may be opaque, such as `1734` or `tok_1734`: digits are told apart, and `_`
    /// does not part words. Conversations can come with every word replaced to protect the people in them.
    pub fn of_opaque(text: &str) -> Self {
        Self::read(&fold(text), |digit| digit, "'_")
    }

    /// The n-grams of a text that is folded already.
    pub(crate) fn of_folded(folded: &str) -> Self {
        Self::read(folded, |_| b'0', "'")
    }

    /// `inside`: marks that do not part words.
    fn read(folded: &str, digit: impl Fn(u8) -> u8, inside: &str) -> Self {
        let digit = |byte: u8| if byte.is_ascii_digit() { digit(byte) } else { byte };
        let mut features = Self::default();
        let mut last = START;
        for token in tokens(folded, inside).take(WORDS_MAX) {
            let word = hash_of(token.bytes().map(digit));
            features.words.push(finish(word, WORD));
            features.pairs.push(finish(join(last, word), PAIR));
            grams(token, digit, &mut features.grams);
            last = word;
        }
        if last != START {
            features.pairs.push(finish(join(last, END), PAIR));
        }
        features
    }
}

/// An n-gram that no text can have, for what was learned of it elsewhere.
pub(crate) fn mark(kind: &str, number: u32) -> u32 {
    finish(join(hash_of(kind.bytes()), number), MARK)
}

const MARK: u32 = 0x1656_67b1;
const WORD: u32 = 0x9e37_79b1;
const PAIR: u32 = 0x85eb_ca77;
const GRAM: u32 = 0x27d4_eb2f;
const START: u32 = 1;
const END: u32 = 2;
const BORDER: char = '\u{2}';

/// Words (letters, digits, inner apostrophes) and single marks; blanks only part them. A mark that is said again at once
/// counts once more at most.
fn tokens<'a>(folded: &'a str, inside: &str) -> impl Iterator<Item = &'a str> {
    let mut rest = folded;
    std::iter::from_fn(move || {
        loop {
            let first = rest.chars().next()?;
            if first.is_whitespace() {
                rest = &rest[first.len_utf8()..];
                continue;
            }
            let inside = |c: char| c.is_alphanumeric() || inside.contains(c);
            let end = if first.is_alphanumeric() {
                rest.find(|c| !inside(c)).unwrap_or(rest.len())
            } else {
                rest.find(|c| c != first).unwrap_or(rest.len())
            };
            let (token, after) = rest.split_at(end);
            rest = after;
            if first.is_alphanumeric() {
                return Some(token.trim_end_matches('\''));
            }
            let twice = first.len_utf8() * 2;
            return Some(&token[..token.len().min(twice)]);
        }
    })
}

fn hash_of(bytes: impl Iterator<Item = u8>) -> u32 {
    bytes.fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

fn join(left: u32, right: u32) -> u32 {
    (left.rotate_left(13) ^ right).wrapping_mul(0x0100_0193) ^ (left >> 3)
}

/// Spreads the bits, so that any part of the hash can be used, and keeps families apart.
fn finish(hash: u32, family: u32) -> u32 {
    let mut hash = hash ^ family;
    hash = (hash ^ (hash >> 16)).wrapping_mul(0x7feb_352d);
    hash = (hash ^ (hash >> 15)).wrapping_mul(0x846c_a68b);
    hash ^ (hash >> 16)
}

fn grams(token: &str, digit: impl Fn(u8) -> u8, found: &mut Vec<u32>) {
    let mut chars = [BORDER; 34];
    let mut count = 1;
    for c in token.chars().take(32) {
        chars[count] = u8::try_from(c).map_or(c, |byte| char::from(digit(byte)));
        count += 1;
    }
    count += 1;
    for start in 0..count {
        let mut hash = 0x811c_9dc5_u32;
        for (length, c) in (1..=GRAM_MAX).zip(&chars[start..count]) {
            hash = (hash ^ u32::from(*c)).wrapping_mul(0x0100_0193);
            if length >= GRAM_MIN && !(length == 2 && start == 0 && count == 2) {
                found.push(finish(hash, GRAM));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_words_only_where_words_may_be_opaque() {
        assert_eq!(Features::of("order 1734").words, Features::of("order 2501").words);
        assert_ne!(Features::of_opaque("order 1734").words, Features::of_opaque("order 2501").words);
        assert_eq!(Features::of_opaque("tok_17 tok_18").words.len(), 2);
        assert_eq!(Features::of_opaque("Bitte, sofort!").words, Features::of("bitte, sofort!").words);
    }
}
