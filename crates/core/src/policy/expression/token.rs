//! Words, signs and texts of an expression, as far as they matter to tell what is wrong with it.

/// A part of an expression.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub kind: Kind,
    pub text: &'a str,
    /// First character.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// Of a text: whether it has its closing quotation mark.
    pub closed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    Sign,
    Text,
}

/// Signs of more than one character, the longer first; some are of other languages.
const SIGNS: [&str; 11] = ["===", "!==", "&&", "||", "==", "!=", "<=", ">=", "<>", "=<", "=>"];

/// Everything but space and comments.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = vec![];
    let (mut rest, mut start) = (text, 0);
    while let Some(first) = rest.chars().next() {
        let (kind, bytes, closed) = match first {
            ' ' | '\t' | '\r' | '\n' | '\u{c}' => (None, 1, true),
            '/' if rest.starts_with("//") => (None, rest.find('\n').unwrap_or(rest.len()), true),
            _ if quoted(rest).is_some() => {
                let (bytes, closed) = quoted(rest).expect("as just seen");
                (Some(Kind::Text), bytes, closed)
            }
            first if is_word(first) => {
                (Some(Kind::Word), rest.find(|c| !is_word(c)).unwrap_or(rest.len()), true)
            }
            first => {
                let long = SIGNS.iter().find(|sign| rest.starts_with(**sign));
                (Some(Kind::Sign), long.map_or(first.len_utf8(), |sign| sign.len()), true)
            }
        };
        let (text, after) = rest.split_at(bytes);
        let end = start + text.chars().count();
        tokens.extend(kind.map(|kind| Token { kind, text, start, end, closed }));
        (rest, start) = (after, end);
    }
    tokens
}

fn is_word(sign: char) -> bool {
    sign.is_ascii_alphanumeric() || sign == '_'
}

/// Bytes of the text that begins here, and whether it ends; `None` where none begins.
fn quoted(rest: &str) -> Option<(usize, bool)> {
    let raw = rest.starts_with(['r', 'R']);
    let body = &rest[usize::from(raw)..];
    let mark = body.chars().next().filter(|sign| matches!(sign, '"' | '\''))?;
    let triple = mark.to_string().repeat(3);
    let close = if body.starts_with(&triple) { triple } else { mark.to_string() };
    let mut at = usize::from(raw) + close.len();
    while let Some(sign) = rest[at..].chars().next() {
        if rest[at..].starts_with(&close) {
            return Some((at + close.len(), true));
        }
        at += sign.len_utf8();
        if sign == '\\' && !raw {
            at += rest[at..].chars().next().map_or(0, char::len_utf8);
        }
    }
    Some((rest.len(), false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_one_part() {
        let parts = |text| tokens(text).into_iter().map(|token| token.text).collect::<Vec<_>>();
        assert_eq!(parts("a.b=='x y' // z"), ["a", ".", "b", "==", "'x y'"]);
        assert_eq!(parts(r#"r"\" + "\"" + '''a'b'''"#), [r#"r"\""#, "+", r#""\"""#, "+", "'''a'b'''"]);
        let open = tokens("ä == \"ö");
        assert_eq!((open[2].start, open[2].end, open[2].closed), (5, 7, false));
    }
}
