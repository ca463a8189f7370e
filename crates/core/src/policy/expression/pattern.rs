//! Regular expressions, and what is wrong with those that are none.

use regex::{Error, Regex, RegexBuilder};

use super::names::Unfit;

/// The most memory of a regular expression, bytes. Source: a list of forty words with their endings in four languages
/// takes about 200 KiB, most of it for letters beyond ASCII.
const SIZE_MAX_BYTES: usize = 1024 * 1024;

/// What the reader of patterns says, and what to write instead.
static ADVICE: &[(&str, &str)] = &[
    ("unclosed group", "close the `(`, or write `\\(` for the sign itself"),
    ("unopened group", "open it with `(`, or write `\\)` for the sign itself"),
    ("unclosed character class", "close the `[`, or write `\\[` for the sign itself"),
    ("repetition operator missing expression", "write `\\*`, `\\+` or `\\?` for the sign itself"),
    ("look-around", "ask twice instead: `reading.text.matches(...) && !reading.text.matches(...)`"),
    ("backreferences", "a pattern cannot ask for what it has found before"),
    ("unrecognized escape sequence", "leave out the backslash; signs that need one are \\.+*?()|[]{}^$"),
    ("unrecognized flag", "write `(?i)` at the beginning, so that capitals do not matter"),
    ("incomplete escape sequence", "write `\\\\` for a backslash"),
    ("repetition quantifier", "write `{2}` or `{2,5}`, or `\\{` for the sign itself"),
    ("invalid repetition count", "write `{2}` or `{2,5}`, the smaller number first"),
    ("decimal literal empty", "write `{2}` or `{2,5}`, or `\\{` for the sign itself"),
];

/// A pattern, ready to be asked.
pub(super) fn pattern(text: &str) -> Result<Regex, Unfit> {
    RegexBuilder::new(text).size_limit(SIZE_MAX_BYTES).build().map_err(|problem| match problem {
        Error::CompiledTooBig(_) => {
            let hint = "split it into several with `||`, and write `[^.!?]*` instead of `.{0,40}`";
            ("the regular expression is too large".into(), Some(hint.into()))
        }
        problem => {
            let told = problem.to_string();
            let said = told.lines().last().unwrap_or_default();
            let said = said.strip_prefix("error: ").unwrap_or(said);
            let hint = ADVICE.iter().find(|(part, _)| said.contains(part)).map(|(_, hint)| *hint);
            let hint = hint.unwrap_or(
                "write signs such as ( [ * with a backslash before them where they stand for themselves",
            );
            (format!("this is no regular expression: {said}"), Some(hint.into()))
        }
    })
}
