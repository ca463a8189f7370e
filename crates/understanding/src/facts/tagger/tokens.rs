//! A turn as the tagger sees it: runs of letters and runs of digits, without what stands between them.
//!
//! Invariants:
//! - A token's form is free of punctuation, case and accents, so that `06/03/2018` and `06032018` look the same:
//!   what the weights learn from plain text holds for text with punctuation.
//! - Letters and digits that are written together are two tokens, the second glued to the first; a fact never
//!   starts or ends between them.

use crate::text::{Span, Text};

/// The most tokens of a turn that are looked at; a longer turn is no answer, and its rest is left to the rules.
pub(crate) const TOKENS_MAX: usize = 160;

/// A run of letters or of digits.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    /// Where it stands in the folded text, inner punctuation included.
    pub span: Span,
    /// Its form in [`Tokens::forms`].
    form: (u32, u32),
    /// Whether it is digits.
    pub digits: bool,
    /// Whether it is written together with the token before.
    pub glued: bool,
    /// Whether a sentence ends before it, so that no fact reaches over.
    pub starts: bool,
}

/// The tokens of a turn.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tokens {
    pub list: Vec<Token>,
    forms: String,
}

impl Tokens {
    /// Splits a turn, at most [`TOKENS_MAX`] tokens.
    pub fn new(text: &Text<'_>) -> Self {
        Self::of(&text.folded)
    }

    /// Splits folded text.
    pub fn of(folded: &str) -> Self {
        let mut tokens = Self { list: Vec::with_capacity(folded.len() / 4 + 1), forms: String::new() };
        tokens.forms.reserve(folded.len());
        let bytes = folded.as_bytes();
        let (mut glued, mut starts) = (false, false);
        let mut at = 0;
        while at < bytes.len() && tokens.list.len() < TOKENS_MAX {
            let c = char_at(folded, at);
            if !c.is_alphanumeric() {
                glued = glued && joins(c);
                starts |= ends_sentence(folded, at, c);
                at += c.len_utf8();
                continue;
            }
            let span = tokens.push(folded, at, c);
            let token = tokens.list.last_mut().expect("a token was just added");
            token.glued = glued;
            token.starts = starts && !glued;
            (glued, starts) = (true, false);
            at = span.end;
        }
        tokens
    }

    /// The token that starts at a byte.
    fn push(&mut self, folded: &str, start: usize, first: char) -> Span {
        let digits = first.is_ascii_digit();
        let form_start = self.forms.len() as u32;
        let mut end = start;
        let mut chars = folded[start..].char_indices().peekable();
        while let Some((offset, c)) = chars.next() {
            if c.is_alphanumeric() && c.is_ascii_digit() == digits {
                self.forms.push(c);
                end = start + offset + c.len_utf8();
                continue;
            }
            // One mark between two of a kind belongs to them: "06/03", "1,450", "ann.lee@mail".
            let next = chars.peek().map(|&(_, next)| next);
            let alike = next.is_some_and(|next| next.is_alphanumeric() && next.is_ascii_digit() == digits);
            let within = if digits { matches!(c, '.' | ',' | '/' | '-' | ':' | '\'') } else { joins(c) };
            if !(alike && within) {
                break;
            }
        }
        let form = (form_start, self.forms.len() as u32);
        let span = Span::new(start, end);
        self.list.push(Token { span, form, digits, glued: false, starts: false });
        span
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// The form of a token: letters or digits only.
    pub fn form(&self, at: usize) -> &str {
        let (start, end) = self.list[at].form;
        &self.forms[start as usize..end as usize]
    }

    /// The place of a stretch of tokens, `[start, end)`, in the folded text.
    pub fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.list[start].span.start, self.list[end - 1].span.end)
    }
}

fn char_at(text: &str, at: usize) -> char {
    text[at..].chars().next().expect("a byte at which a character starts")
}

/// Marks that tie what is written without a space: parts of addresses, codes and compound names.
fn joins(c: char) -> bool {
    matches!(c, '.' | '@' | '_' | '-' | '\'' | '&' | '+' | '#' | '/' | ':')
}

/// Whether a mark ends a sentence: a full stop only before a space or the end, and after more than one letter.
fn ends_sentence(folded: &str, at: usize, c: char) -> bool {
    match c {
        '!' | '?' | ';' | '\n' | '。' | '！' | '？' => true,
        '.' => {
            let after = &folded[at + 1..];
            let word = folded[..at].rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
            (after.is_empty() || after.starts_with(char::is_whitespace))
                && word.chars().count() > 1
                && !matches!(word, "mr" | "mrs" | "ms" | "dr" | "st" | "no" | "nr" | "apt" | "ave" | "rd")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, forms: &str) {
        let tokens = Tokens::new(&Text::new(text));
        let shown: Vec<String> = (0..tokens.len())
            .map(|at| {
                let token = &tokens.list[at];
                let mark = if token.glued {
                    "+"
                } else if token.starts {
                    "|"
                } else {
                    ""
                };
                format!("{mark}{}", tokens.form(at))
            })
            .collect();
        assert_eq!(shown.join(" "), forms, "{text}");
    }

    #[test]
    fn splits_into_letters_and_digits() {
        check("g 75 f 34", "g 75 f 34");
        check("Ann.Lee22@Mail.com, 06/03/2018", "annlee +22 +mailcom 06032018");
        check("order AC-20931!", "order ac +20931");
        check("(977) 625-2661", "977 6252661");
        check("I paid $1,450.50. Thanks", "i paid 145050 |thanks");
        check("Mr. Doe, 12 Main St. Boston", "mr doe 12 main st boston");
        check("l'été 日本", "lete 日本");
        check("", "");
    }
}
