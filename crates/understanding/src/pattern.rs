//! Expressions over folded text, compiled once.

use regex::Regex;

/// Compiles a constant expression. Word boundaries, word characters and white space are ASCII, which folded text of
/// Latin scripts needs no more than, and which keeps the automata small; negated classes still take any character.
pub(crate) fn expression(pattern: &str) -> Regex {
    let plain = ascii(pattern);
    match Regex::new(&plain) {
        Ok(regex) => regex,
        Err(error) => unreachable!("expressions are constants, and a test compiles them all: {error}"),
    }
}

/// Spells out the classes, inside and outside of brackets.
fn ascii(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() * 2);
    let mut chars = pattern.chars().peekable();
    let mut in_class = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                let escaped = chars.next().unwrap_or('\\');
                out.push_str(&match (escaped, in_class) {
                    ('b', _) => r"(?-u:\b)".to_owned(),
                    ('w', true) => "0-9A-Za-z_".to_owned(),
                    ('w', false) => "[0-9A-Za-z_]".to_owned(),
                    ('W', _) => "[^0-9A-Za-z_]".to_owned(),
                    ('s', true) => r" \t\n\r".to_owned(),
                    ('s', false) => r"[ \t\n\r]".to_owned(),
                    (other, _) => format!("\\{other}"),
                });
            }
            '[' if !in_class => {
                in_class = true;
                out.push(c);
                // A bracket right after the opening stands for itself.
                if chars.peek() == Some(&'^') {
                    out.extend(chars.next());
                }
            }
            ']' if in_class => {
                in_class = false;
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{ascii, expression};

    #[test]
    fn classes_are_spelled_out() {
        assert_eq!(ascii(r"\b\w+[^\s.]"), r"(?-u:\b)[0-9A-Za-z_]+[^ \t\n\r.]");
        assert!(expression(r"\bagent\b[^.]{0,3}$").is_match("an agent né"));
    }
}
