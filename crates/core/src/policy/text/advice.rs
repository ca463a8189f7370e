//! What to write instead of what TOML or the policy's shape refuses.
//!
//! Their readers say what they expected, in the words of programmers. Each row of the two tables knows one such saying,
//! looks at what was written in its place, and tells it to a person who sets up a help desk.

mod shape;
mod syntax;

use toml_edit::{Document, TomlError, de::Error};

use super::place::{Span, keys_to};
use crate::policy::sign;

/// What is wrong, where, and what to write instead.
pub(super) struct Advice {
    pub span: Span,
    pub message: String,
    pub hint: Option<String>,
}

/// What a row is told.
struct Mistake<'a> {
    /// What the reader says.
    said: &'a str,
    /// The key that it is about; empty where that is not to be told.
    key: &'a str,
    /// Keys from the top of the file.
    keys: &'a [String],
    /// The field that the row asks.
    field: &'a str,
    /// What stands at the place.
    wrote: &'a str,
    /// The word around it.
    word: &'a str,
    /// The line up to it.
    before: &'a str,
    /// The heading above it, without brackets; empty at the top of the file.
    section: &'a str,
}

/// One row of a table.
struct Row {
    /// A part of what the reader says.
    said: &'static str,
    /// What is wrong and what to write instead; `None` where the row has nothing to tell.
    tell: fn(&Mistake<'_>) -> Option<(String, String)>,
}

/// A text that is no TOML.
pub(super) fn syntax(text: &str, error: &TomlError) -> Advice {
    let span = error.span().unwrap_or(0..0);
    if let Some((at, sign)) = odd_sign(text, &span, error.message()) {
        let (message, hint) = sign::odd(sign).expect("an odd one, as found");
        return Advice { span: at..at + sign.len_utf8(), message, hint: Some(hint) };
    }
    told(syntax::SYNTAX, text, error.message(), span, (&[], None))
}

/// TOML that is no policy.
pub(super) fn shape(text: &str, document: &Document<&str>, error: &Error) -> Advice {
    let span = error.span().unwrap_or(0..0);
    let (mut keys, field) = keys_to(document.as_item(), &span);
    // Of `[rule.a]` it may be the `rule` that is wrong.
    let named = text.get(span.clone()).and_then(|wrote| keys.iter().position(|key| key == wrote));
    keys.truncate(named.map_or(keys.len(), |at| at + 1));
    told(shape::SHAPE, text, error.message(), span, (&keys, field))
}

fn told(
    rows: &[Row],
    text: &str,
    said: &str,
    span: Span,
    (keys, field): (&[String], Option<String>),
) -> Advice {
    let said = said.lines().next().unwrap_or_default();
    let line = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let before = &text[line..span.start];
    let apart = |sign: char| sign.is_whitespace() || "[]{}=\"'#".contains(sign);
    let from = before.rfind(apart).map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
    let word = &text[line + from..];
    let word = &word[..word.find(apart).unwrap_or(word.len())];
    let written_key = before.rsplit_once('=').map_or(before, |(key, _)| key).trim();
    let written_key = written_key.rsplit(apart).next().unwrap_or_default();
    let heading = text[..line].lines().rev().find(|line| line.trim_start().starts_with('['));
    let heading = heading.unwrap_or_default().trim().trim_start_matches('[');
    // Where nothing is marked, the rest of the word is.
    let end = (line + from + word.len()).max(span.start);
    let span = if span.is_empty() { span.start..end } else { span };
    let mistake = Mistake {
        said,
        key: keys.last().map_or(written_key, String::as_str),
        keys,
        field: field.as_deref().unwrap_or("reading.topics"),
        wrote: text.get(span.clone()).unwrap_or_default(),
        word,
        before,
        section: heading.split([']', '.']).next().unwrap_or_default(),
    };
    let spoken = rows.iter().filter(|row| said.contains(row.said)).find_map(|row| (row.tell)(&mistake));
    let (message, hint) = spoken.unwrap_or_else(|| (said.to_owned(), String::new()));
    Advice { span, message, hint: Some(hint).filter(|hint| !hint.is_empty()) }
}

/// A sign that only looks right: at the place, or a quotation mark of the line that does not close.
fn odd_sign(text: &str, span: &Span, said: &str) -> Option<(usize, char)> {
    let is_odd = |(_, sign): &(usize, char)| sign::odd(*sign).is_some();
    let here = text.get(span.start..)?.chars().next().map(|sign| (span.start, sign)).filter(is_odd);
    let line = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let quotes = text[line..span.start].char_indices().map(|(at, sign)| (line + at, sign));
    let quote =
        || quotes.rev().find(|(_, sign)| "“”„‟‘’".contains(*sign)).filter(|_| said.contains("basic string"));
    here.or_else(quote)
}

/// Sections of which there can be several.
const LISTS: [&str; 4] = ["rule", "override", "area", "test"];
/// What people write for an operator, and the operator.
static OPERATORS: &[(&str, &str)] = &[
    (">", "above"),
    (">=", "at_least"),
    ("<", "below"),
    ("<=", "at_most"),
    ("=", "is"),
    ("==", "is"),
    ("!=", "is_not"),
    ("equals", "is"),
    ("equal", "is"),
    ("eq", "is"),
    ("value", "is"),
    ("not_equals", "is_not"),
    ("isnt", "is_not"),
    ("gt", "above"),
    ("greater_than", "above"),
    ("more_than", "above"),
    ("min", "at_least"),
    ("lt", "below"),
    ("less_than", "below"),
    ("max", "at_most"),
    ("one_of", "in"),
    ("any_of", "in"),
    ("none_of", "not_in"),
    ("includes", "has"),
    ("exists", "known"),
    ("or", "any"),
    ("and", "all"),
];

fn operator(word: &str) -> Option<&'static str> {
    OPERATORS.iter().find(|(other, _)| other.eq_ignore_ascii_case(word)).map(|(_, operator)| *operator)
}

fn operator_hint(operator: &str) -> String {
    format!("use `{operator}`")
}

impl<'a> Mistake<'a> {
    /// The word before the place.
    fn last(&self) -> &'a str {
        self.before.split_whitespace().next_back().unwrap_or_default()
    }

    /// The text that was written, without its quotation marks.
    fn text(&self) -> Option<&'a str> {
        let mark = self.wrote.chars().next().filter(|mark| matches!(mark, '"' | '\''))?;
        self.wrote.strip_prefix(mark)?.strip_suffix(mark)
    }

    fn wants_number(&self) -> bool {
        ["f32", "f64", "u8", "u32", "i64"].iter().any(|kind| self.said.ends_with(&format!("expected {kind}")))
    }

    /// The word that is not known, and those that are.
    fn words(&self) -> Option<(&'a str, impl Iterator<Item = &'a str> + use<'a>)> {
        let mut words = self.said.split('`').skip(1).step_by(2);
        Some((words.next()?, words))
    }
}

/// `0,5`, `.5`, `1.`, `50%` and `0.5` as a number of TOML.
fn decimal(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches(',');
    let (digits, shift) = match text.strip_suffix('%') {
        Some(share) => (share.trim_end(), 100.0),
        None => (text, 1.0),
    };
    let only = |sign: char| sign.is_ascii_digit() || matches!(sign, '.' | ',' | '-' | '+');
    if !digits.contains(|sign: char| sign.is_ascii_digit()) || !digits.chars().all(only) {
        return None;
    }
    let point = digits.replace(',', ".");
    if shift == 1.0 && !point.contains('.') {
        return point.parse::<i64>().ok().map(|whole| whole.to_string());
    }
    let number = point.parse::<f64>().ok()? / shift;
    Some(if number.fract() == 0.0 { format!("{number:.1}") } else { number.to_string() })
}
