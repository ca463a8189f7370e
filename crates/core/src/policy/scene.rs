//! What rules can ask about: every field with its type, unit and where it comes from.
//!
//! A new field is one entry in [`FIELDS`]. A field that is unknown at a moment (no page, no tier) reads as `None`, and
//! every comparison with it fails.

mod fields;

use schemars::{JsonSchema, schema_for};
use serde_json::Value as Json;

pub use fields::FIELDS;
pub(super) use fields::SHARE;

use crate::{
    hours,
    organisation::Organisation,
    reading::{ActKind, FactKind, TopicKind},
    signal::Found,
    trigger::Moment,
};

/// A moment as rules see it: the conversation and what the signals have found.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// The conversation right after a turn.
    pub moment: &'a Moment<'a>,
    /// What the signals saw.
    pub found: &'a [Found],
}

/// Something that rules can ask about.
pub struct Field {
    /// As written in rules, such as `customer.tier`.
    pub name: &'static str,
    /// What it is, with its unit and range.
    pub doc: &'static str,
    /// The least and the greatest that a number can be; absent where it can be any.
    pub range: Option<(f64, f64)>,
    pub(super) words: Option<Words>,
    pub(super) read: Read,
}

/// The words that a text can be.
#[derive(Clone, Copy)]
pub(super) struct Words {
    /// All of them; empty where any word may be one, as far as the organisation is known.
    pub known: fn(Option<&Organisation>) -> Vec<String>,
    /// What to write instead of another one; empty where the nearest of them is offered.
    pub hint: &'static str,
}

/// How a field is read, by its type.
#[derive(Clone, Copy)]
pub(super) enum Read {
    Text(for<'s> fn(&'s Scene<'_>) -> Option<&'s str>),
    Whole(fn(&Scene<'_>) -> Option<i64>),
    Number(fn(&Scene<'_>) -> Option<f64>),
    Boolean(fn(&Scene<'_>) -> Option<bool>),
    List(List),
}

/// A field that holds several values.
#[derive(Clone, Copy)]
pub(super) struct List {
    pub has: fn(&Scene<'_>, &Member) -> bool,
    pub size: fn(&Scene<'_>) -> usize,
    /// The word as a member; `None` where no such member can be.
    pub member: fn(&str) -> Option<Member>,
    /// All members; empty where any text may be one.
    pub members: fn() -> Vec<String>,
}

/// A value that a list can hold.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Member {
    Topic(TopicKind),
    Act(ActKind),
    Fact(FactKind),
    Text(Box<str>),
}

/// The type of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Words.
    Text,
    /// A whole number.
    Whole,
    /// A number.
    Number,
    /// Yes or no.
    Boolean,
    /// Several words.
    List,
}

impl Field {
    /// Its type.
    pub fn kind(&self) -> Kind {
        match self.read {
            Read::Text(_) => Kind::Text,
            Read::Whole(_) => Kind::Whole,
            Read::Number(_) => Kind::Number,
            Read::Boolean(_) => Kind::Boolean,
            Read::List(_) => Kind::List,
        }
    }

    /// The words that a list can hold or that a text can be; empty where any word may be one, and for other types.
    pub fn values(&self) -> Vec<String> {
        match self.read {
            Read::List(list) => (list.members)(),
            _ => self.words.map(|words| (words.known)(None)).unwrap_or_default(),
        }
    }

    /// The field of this name.
    pub fn named(name: &str) -> Option<&'static Field> {
        FIELDS.iter().find(|field| field.name == name)
    }
}

impl std::fmt::Debug for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// All words of a closed vocabulary, as in JSON.
pub fn vocabulary<T: JsonSchema>() -> Vec<String> {
    let schema = schema_for!(T);
    let variants = schema.get("oneOf").and_then(Json::as_array).into_iter().flatten();
    let plain = schema.get("enum").and_then(Json::as_array).into_iter().flatten();
    let words = variants.flat_map(|variant| {
        let one = variant.get("const").into_iter();
        one.chain(variant.get("enum").and_then(Json::as_array).into_iter().flatten())
    });
    words.chain(plain).filter_map(|word| word.as_str().map(str::to_owned)).collect()
}

/// Names that stand for several fields: `signal.frustration`, `customer.attributes.plan`.
pub static PREFIXES: [(&str, &str); 2] = [
    ("signal.", "How strongly a signal speaks for a human at this moment, 0 to 1."),
    ("customer.attributes.", "Any attribute of the signed identity."),
];

impl<'a> Scene<'a> {
    pub(super) fn package(&self) -> &'a crate::context::ContextPackage {
        &self.moment.conversation.package
    }

    fn clock(&self) -> jiff::Zoned {
        hours::zoned(self.moment.now_ms(), &self.moment.organisation.time_zone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn field_names_are_unique() {
        let mut names: Vec<_> = FIELDS.iter().map(|field| field.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), FIELDS.len());
    }
}
