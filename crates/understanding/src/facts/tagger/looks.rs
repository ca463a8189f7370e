//! How the tokens of a turn look: words, shapes, and stretches of digits and letters that form one number or code.

use super::{
    keys::{Key, word_hash},
    tokens::Tokens,
};
use crate::language::{Familiar, familiar};

/// Stands for what is outside the turn.
pub(crate) const EDGE: u32 = 7;
/// Stands for any digits.
const DIGITS: u32 = 1;
/// Longest form told from longer ones, in characters.
const FORM_MAX: u32 = 24;
/// Letters up to this many, next to digits, are part of a code ("G 75 F 34", "PVX 752").
const CODE_LETTERS_MAX: usize = 4;

/// A stretch of digits and short uncommon words: a code, or a number in groups.
#[derive(Clone, Copy)]
pub(crate) struct Run {
    pub start: usize,
    pub end: usize,
    /// Digits and letters in all.
    pub digits: u32,
    pub letters: u32,
    /// Hash of the lengths of its parts.
    pub pattern: u32,
}

/// What is known of each token by itself.
pub(crate) struct Looks {
    word: Vec<u32>,
    shape: Vec<u32>,
    common: Vec<bool>,
    digits: Vec<bool>,
    run: Vec<Option<Run>>,
}

impl Looks {
    pub fn new(tokens: &Tokens) -> Self {
        let count = tokens.len();
        let mut looks = Self {
            word: Vec::with_capacity(count),
            shape: Vec::with_capacity(count),
            common: Vec::with_capacity(count),
            digits: Vec::with_capacity(count),
            run: vec![None; count],
        };
        for at in 0..count {
            let form = tokens.form(at);
            let chars = if form.is_ascii() { form.len() } else { form.chars().count() } as u32;
            let digits = tokens.list[at].digits;
            let known = if digits { Familiar::No } else { familiar(form) };
            looks.word.push(word_hash(form));
            looks.common.push(known == Familiar::Widely);
            looks.digits.push(digits);
            looks.shape.push(if digits {
                100 + chars.min(FORM_MAX)
            } else {
                let length = match chars {
                    0..=3 => chars,
                    4..=6 => 4,
                    7..=10 => 5,
                    _ => 6,
                };
                10 * (1 + known as u32) + length
            });
        }
        looks.find_runs(tokens);
        looks
    }

    fn find_runs(&mut self, tokens: &Tokens) {
        let part =
            |at: usize| self.digits[at] || tokens.form(at).len() <= CODE_LETTERS_MAX && !self.common[at];
        let mut found = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let start = at;
            while at < tokens.len() && part(at) && (at == start || !tokens.list[at].starts) {
                at += 1;
            }
            if at > start {
                found.extend(self.trimmed(start, at));
            } else {
                at += 1;
            }
        }
        for (start, end) in found {
            let mut run = Run { start, end, digits: 0, letters: 0, pattern: 0 };
            let mut key = Key::new(1);
            for token in start..end {
                let length = tokens.form(token).len() as u32;
                *(if self.digits[token] { &mut run.digits } else { &mut run.letters }) += length;
                key = key.with(length.min(FORM_MAX) * 2 + u32::from(self.digits[token]));
            }
            run.pattern = key.hash();
            self.run[start..end].fill(Some(run));
        }
    }

    /// Without the letters at its ends that stand next to no digits; none where nothing is left.
    fn trimmed(&self, mut start: usize, mut end: usize) -> Option<(usize, usize)> {
        while start < end && !self.digits[start] && !(start + 1 < end && self.digits[start + 1]) {
            start += 1;
        }
        while end > start && !self.digits[end - 1] && !(end >= start + 2 && self.digits[end - 2]) {
            end -= 1;
        }
        (start < end).then_some((start, end))
    }

    /// How many tokens there are.
    pub fn len(&self) -> usize {
        self.word.len()
    }

    /// The word at a place, or [`EDGE`].
    pub fn word(&self, at: isize) -> u32 {
        usize::try_from(at).ok().and_then(|at| self.word.get(at)).copied().unwrap_or(EDGE)
    }

    /// The word at a place, all digits alike.
    pub fn masked(&self, at: isize) -> u32 {
        match usize::try_from(at).ok().filter(|&at| at < self.word.len()) {
            None => EDGE,
            Some(at) if self.digits[at] => DIGITS,
            Some(at) => self.word[at],
        }
    }

    /// The word at a place, or how many digits.
    pub fn counted(&self, at: usize) -> u32 {
        if self.digits[at] { 0x1000 + self.shape[at] } else { self.word[at] }
    }

    /// The shape at a place, or [`EDGE`].
    pub fn shape(&self, at: isize) -> u32 {
        usize::try_from(at).ok().and_then(|at| self.shape.get(at)).copied().unwrap_or(EDGE)
    }

    /// The number or code that a token is part of.
    pub fn run(&self, at: usize) -> Option<Run> {
        self.run[at]
    }

    /// The pattern of a short turn as a whole; 0 for a longer one.
    pub fn whole(&self) -> u32 {
        const WHOLE_MAX: usize = 8;
        if self.word.len() > WHOLE_MAX {
            return 0;
        }
        let part = |at| if self.common[at] { self.word[at] } else { self.shape[at] };
        (0..self.word.len()).map(part).fold(Key::new(4), Key::with).hash()
    }

    /// How a token looks to the conversation before it: how many digits and letters, or what kind of word.
    pub fn look(&self, at: usize) -> u32 {
        let words = match self.word.len() {
            0..=1 => 0,
            2 => 1,
            3..=4 => 2,
            _ => 3,
        };
        match self.run[at] {
            Some(run) => Key::new(2)
                .with(run.digits.min(20))
                .with(run.letters.min(6))
                .with(u32::from(run.end - run.start > 1))
                .hash(),
            None => Key::new(3).with(u32::from(self.common[at])).with(words).hash(),
        }
    }

    /// The look in four classes: number, code, common word, other word.
    pub fn class(&self, at: usize) -> u32 {
        match self.run[at] {
            Some(run) if run.letters == 0 => 1,
            Some(_) => 2,
            None if self.common[at] => 3,
            None => 4,
        }
    }
}
