//! What can be compiled and yet never be meant: values that a field never has.

use crate::{
    organisation::Organisation,
    policy::{
        expression::{Node, evaluate::Constant, names::suggestion},
        scene::{Field, SHARE},
    },
};

/// Something that is probably not meant.
pub(super) struct Doubt {
    /// The value, as it may stand in an expression.
    written: Vec<String>,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
}

impl Doubt {
    /// Where the value stands in an expression, in characters.
    pub fn place(&self, text: &str) -> Option<(usize, usize)> {
        let alone = |(at, found): &(usize, &str)| {
            let part = |sign: char| sign.is_alphanumeric() || matches!(sign, '_' | '.');
            !text[..*at].ends_with(part) && !text[at + found.len()..].starts_with(part)
        };
        let mut places = self.written.iter().flat_map(|written| text.match_indices(written.as_str()));
        let (at, found) = places.find(alone)?;
        let start = text[..at].chars().count();
        Some((start, start + found.chars().count()))
    }
}

/// All doubts about a node and its parts, whether a row or an expression was compiled to it.
pub(super) fn doubts(node: &Node, organisation: Option<&Organisation>) -> Vec<Doubt> {
    let mut found = vec![];
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        open.extend(node.parts());
        match node {
            Node::Compare(_, sides) => match sides.as_ref() {
                [asked, Node::Constant(constant)] | [Node::Constant(constant), asked] => {
                    found.extend(beyond(asked, constant, organisation));
                }
                _ => {}
            },
            Node::OneOf(asked, constants) => {
                let never = Doubt {
                    written: vec!["[]".into()],
                    message: "nothing is in an empty list".into(),
                    hint: Some("put the values into `[ ]`".into()),
                };
                found.extend(constants.is_empty().then_some(never));
                found.extend(constants.iter().filter_map(|constant| beyond(asked, constant, organisation)));
            }
            Node::Contains(sides) | Node::StartsWith(sides) | Node::EndsWith(sides) => {
                let empty = matches!(&sides[1], Node::Constant(Constant::Text(part)) if part.is_empty());
                found.extend(empty.then(|| Doubt {
                    written: vec!["\"\"".into(), "''".into()],
                    message: "every text has an empty part".into(),
                    hint: Some("write what is looked for, or ask whether it is known".into()),
                }));
            }
            _ => {}
        }
    }
    found
}

/// The doubt about a value that what is asked never has.
fn beyond(asked: &Node, constant: &Constant, organisation: Option<&Organisation>) -> Option<Doubt> {
    let (name, range, words) = match asked {
        Node::Field(Field { name, range, words, .. }) => ((*name).to_owned(), *range, *words),
        Node::Signal(name) => (format!("signal.{name}"), Some(SHARE), None),
        _ => return None,
    };
    let number = match constant {
        Constant::Text(text) => {
            let words = words?;
            let known = (words.known)(organisation);
            if known.is_empty() || known.iter().any(|known| **known == **text) {
                return None;
            }
            let nearest = || suggestion(text, known.iter().map(String::as_str));
            return Some(Doubt {
                written: vec![format!("\"{text}\""), format!("'{text}'")],
                message: format!("`{name}` is never `{text}`"),
                hint: Some(words.hint.to_owned()).filter(|hint| !hint.is_empty()).or_else(nearest),
            });
        }
        Constant::Whole(whole) => *whole as f64,
        Constant::Number(number) => *number,
        Constant::Boolean(_) => return None,
    };
    let (least, most) = range.filter(|(least, most)| !(*least..=*most).contains(&number))?;
    let reach = if most.is_finite() { format!("from {least} to {most}") } else { format!("{least} or more") };
    Some(Doubt {
        written: vec![format!("{number:?}"), number.to_string()],
        message: format!("`{name}` is never {number}"),
        hint: Some(format!("it is {reach}")),
    })
}
