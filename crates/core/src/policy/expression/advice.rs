//! What to write instead of a text that CEL's grammar refuses.
//!
//! The grammar tells what it expected; people who write rules know other languages, and mean something that can be
//! told from the words and signs themselves.

use cel::parser::ParseErrors;

use super::{
    ExpressionError,
    token::{Kind, Token, tokens},
};
use crate::policy::sign;

/// Signs and words of other languages, and what CEL writes.
static INSTEAD: &[(&str, &str)] = &[
    ("=", "compare with `==`"),
    ("===", "compare with `==`"),
    ("!==", "compare with `!=`"),
    ("<>", "compare with `!=`"),
    ("=<", "compare with `<=`"),
    ("=>", "compare with `>=`"),
    ("&", "write `&&`"),
    ("|", "write `||`"),
    ("~", "write `reading.text.matches(r\"...\")`"),
    ("=~", "write `reading.text.matches(r\"...\")`"),
    ("and", "write `&&`"),
    ("or", "write `||`"),
    ("not", "write `!`, as in `!reading.asks`"),
    ("is", "compare with `==`"),
    ("isn't", "compare with `!=`"),
    ("equals", "compare with `==`"),
    ("contains", "write `reading.text.contains(\"...\")`"),
    ("startsWith", "write `reading.text.startsWith(\"...\")`"),
    ("endsWith", "write `reading.text.endsWith(\"...\")`"),
    ("matches", "write `reading.text.matches(r\"...\")`"),
    ("has", "write `\"...\" in reading.topics`"),
    ("if", "leave it out: the whole text is the question"),
    ("then", "leave it out: what happens stands under `then` of the rule"),
];

/// What CEL writes instead of a sign or a word.
pub(super) fn instead(word: &str) -> Option<&'static str> {
    INSTEAD.iter().find(|(other, _)| other.eq_ignore_ascii_case(word)).map(|(_, hint)| *hint)
}

const FORM: &str = "write it like `customer.tier == \"enterprise\" && reading.frustration > 0.5`";

/// Ways to tell what is wrong, the surest first.
static LOOKS: &[fn(&Text<'_>) -> Option<ExpressionError>] = &[
    odd_sign,
    reserved,
    open_text,
    backslash,
    other_language,
    parentheses,
    depth,
    unfinished,
    sides,
    unexpected,
];

/// What is looked at.
struct Text<'a> {
    tokens: Vec<Token<'a>>,
    /// What the grammar says of the first place that it refuses.
    said: &'a str,
    /// Characters of the whole.
    chars: usize,
    /// The place, in characters from the beginning.
    at: usize,
}

/// What is wrong with a text that is no expression.
pub(super) fn unparsed(text: &str, errors: &ParseErrors) -> ExpressionError {
    let first = errors.errors.first();
    let (line, column) = first.map_or((1, 0), |error| error.pos);
    let lines = text.split_inclusive('\n').take(line.max(1) as usize - 1);
    let before: usize = lines.map(|line| line.chars().count()).sum();
    let chars = text.chars().count();
    let at = (before + column.max(1) as usize - 1).min(chars.saturating_sub(1));
    let said = first.map(|error| error.msg.as_str()).unwrap_or_default();
    let looked = Text { tokens: tokens(text), said, chars, at };
    let general = || ExpressionError {
        message: "this is no expression".into(),
        hint: Some(FORM.into()),
        start: at,
        end: chars,
    };
    LOOKS.iter().find_map(|look| look(&looked)).unwrap_or_else(general)
}

impl Text<'_> {
    fn outside(&self) -> impl Iterator<Item = (usize, &Token<'_>)> {
        self.tokens.iter().enumerate().filter(|(_, token)| token.kind != Kind::Text)
    }
}

fn at(token: &Token<'_>, message: impl Into<String>, hint: impl Into<String>) -> ExpressionError {
    let hint = Some(hint.into()).filter(|hint| !hint.is_empty());
    ExpressionError { message: message.into(), hint, start: token.start, end: token.end }
}

fn odd_sign(text: &Text<'_>) -> Option<ExpressionError> {
    text.outside().find_map(|(_, token)| {
        let (message, hint) = sign::odd(token.text.chars().next()?)?;
        Some(at(token, message, hint))
    })
}

fn reserved(text: &Text<'_>) -> Option<ExpressionError> {
    let word = text.said.split_once("reserved identifier: ")?.1.trim();
    let (_, token) = text.outside().find(|(_, token)| token.text == word)?;
    let hint = match (word, instead(word)) {
        ("package", _) => "write `context`, as in `context.amount > 500.0`",
        (_, Some(hint)) => hint,
        _ => "write another name",
    };
    Some(at(token, format!("`{word}` is a reserved word"), hint))
}

fn open_text(text: &Text<'_>) -> Option<ExpressionError> {
    let open = text.tokens.iter().find(|token| token.kind == Kind::Text && !token.closed)?;
    Some(at(open, "the text has no closing quotation mark", "close it where the text ends"))
}

fn backslash(text: &Text<'_>) -> Option<ExpressionError> {
    let refused = text.said.contains("token recognition error");
    let has = |token: &&Token<'_>| {
        token.kind == Kind::Text && !token.text.starts_with(['r', 'R']) && token.text.contains('\\')
    };
    let token = text.tokens.iter().find(has).filter(|_| refused)?;
    let hint = format!("write r{}, so that the backslash stays one", token.text);
    Some(at(token, "a backslash means something of its own in this text", hint))
}

fn other_language(text: &Text<'_>) -> Option<ExpressionError> {
    text.outside().find_map(|(index, token)| {
        let hint = instead(token.text)?;
        let beside = |index: Option<usize>| index.and_then(|index| text.tokens.get(index));
        let is = |token: Option<&Token<'_>>, sign: &str| token.is_some_and(|token| token.text == sign);
        let part = is(beside(index.checked_sub(1)), ".") || is(beside(Some(index + 1)), "(");
        (!part).then(|| at(token, format!("`{}` is not known here", token.text), hint))
    })
}

fn parentheses(text: &Text<'_>) -> Option<ExpressionError> {
    let mut open: Vec<(&Token<'_>, &str)> = vec![];
    for (_, token) in text.outside() {
        match token.text {
            "(" => open.push((token, ")")),
            "[" => open.push((token, "]")),
            ")" | "]" if open.last().is_some_and(|(_, wanted)| *wanted == token.text) => drop(open.pop()),
            ")" | "]" => {
                let message = format!("there is one `{}` too many", token.text);
                return Some(at(token, message, "leave it out, or open it before"));
            }
            _ => {}
        }
    }
    let (token, wanted) = open.pop()?;
    let message = format!("something is missing at the end: this `{}` is not closed", token.text);
    Some(at(token, message, format!("close it with `{wanted}`")))
}

fn depth(text: &Text<'_>) -> Option<ExpressionError> {
    let deep = text.said.to_ascii_lowercase().contains("recursion");
    deep.then(|| ExpressionError {
        message: "the parentheses are too deep".into(),
        hint: Some("split it into several rules, or into conditions under `when`".into()),
        start: 0,
        end: text.chars,
    })
}

fn unfinished(text: &Text<'_>) -> Option<ExpressionError> {
    let last = text.tokens.last().filter(|_| text.said.contains("<EOF>'"))?;
    let message = format!("something is missing at the end, after `{}`", last.text);
    Some(at(last, message, "end with a field, a value or a `)`"))
}

fn sides(text: &Text<'_>) -> Option<ExpressionError> {
    let (_, token) = text.outside().find(|(_, token)| token.text == "?")?;
    let sides = text.outside().filter(|(_, token)| token.text == ":").count();
    (sides == 0).then(|| at(token, "`?` needs two answers", "write `question ? yes : no`, or `&&`"))
}

fn unexpected(text: &Text<'_>) -> Option<ExpressionError> {
    let token = text.tokens.iter().find(|token| token.end > text.at)?;
    Some(at(token, format!("`{}` cannot stand here", token.text), FORM))
}
