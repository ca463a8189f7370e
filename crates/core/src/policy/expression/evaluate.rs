//! The compiled tree and what it says of a moment.

use std::cmp::Ordering;

use regex::Regex;
use serde_json::Value as Json;

use crate::policy::scene::{Field, List, Member, Read, Scene};

/// A value while an expression is evaluated.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::policy) enum Value<'s> {
    Text(&'s str),
    Whole(i64),
    Number(f64),
    Boolean(bool),
}

/// A value written in an expression.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::policy) enum Constant {
    Text(Box<str>),
    Whole(i64),
    Number(f64),
    Boolean(bool),
}

/// One step of an expression. Every way to build one is checked, so that types fit.
#[derive(Clone, Debug)]
pub(in crate::policy) enum Node {
    Constant(Constant),
    Field(&'static Field),
    Attribute(Box<str>),
    Signal(Box<str>),
    Not(Box<Node>),
    All(Vec<Node>),
    Any(Vec<Node>),
    If(Box<[Node; 3]>),
    Compare(Compare, Box<[Node; 2]>),
    OneOf(Box<Node>, Vec<Constant>),
    Has(&'static Field, Member),
    Size(&'static Field),
    Length(Box<Node>),
    Known(Box<Node>),
    Contains(Box<[Node; 2]>),
    StartsWith(Box<[Node; 2]>),
    EndsWith(Box<[Node; 2]>),
    Matches(Box<Node>, Regex),
    Math(Math, Box<[Node; 2]>),
    Negate(Box<Node>),
}

/// Comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::policy) enum Compare {
    Is,
    IsNot,
    Above,
    AtLeast,
    Below,
    AtMost,
}

/// Arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::policy) enum Math {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Constant {
    fn value(&self) -> Value<'_> {
        match self {
            Constant::Text(text) => Value::Text(text),
            Constant::Whole(whole) => Value::Whole(*whole),
            Constant::Number(number) => Value::Number(*number),
            Constant::Boolean(boolean) => Value::Boolean(*boolean),
        }
    }
}

impl Compare {
    fn allows(self, order: Ordering) -> bool {
        match self {
            Compare::Is => order.is_eq(),
            Compare::IsNot => order.is_ne(),
            Compare::Above => order.is_gt(),
            Compare::AtLeast => order.is_ge(),
            Compare::Below => order.is_lt(),
            Compare::AtMost => order.is_le(),
        }
    }
}

impl Node {
    /// Whether it holds for sure.
    pub(in crate::policy) fn holds(&self, scene: &Scene<'_>) -> bool {
        self.truth(scene) == Some(true)
    }

    /// Whether it, or a part of it, satisfies a test.
    pub(in crate::policy) fn mentions(&self, test: &dyn Fn(&Node) -> bool) -> bool {
        test(self) || self.parts().iter().any(|part| part.mentions(test))
    }

    /// What it is made of; fields, constants and what is asked of lists have no parts.
    pub(in crate::policy) fn parts(&self) -> &[Node] {
        match self {
            Node::Not(part)
            | Node::Length(part)
            | Node::Known(part)
            | Node::Negate(part)
            | Node::OneOf(part, _)
            | Node::Matches(part, _) => std::slice::from_ref(part),
            Node::All(parts) | Node::Any(parts) => parts,
            Node::If(parts) => parts.as_ref(),
            Node::Compare(_, parts)
            | Node::Contains(parts)
            | Node::StartsWith(parts)
            | Node::EndsWith(parts)
            | Node::Math(_, parts) => parts.as_ref(),
            Node::Constant(_)
            | Node::Field(_)
            | Node::Attribute(_)
            | Node::Signal(_)
            | Node::Has(..)
            | Node::Size(_) => &[],
        }
    }

    /// Yes, no, or not to be told. As in CEL, a part that cannot be told does not matter where another one decides.
    pub(in crate::policy) fn truth(&self, scene: &Scene<'_>) -> Option<bool> {
        match self {
            Node::All(parts) => joined(parts, scene, false),
            Node::Any(parts) => joined(parts, scene, true),
            Node::Not(part) => part.truth(scene).map(|truth| !truth),
            Node::Compare(compare, parts) => {
                let [left, right] = parts.as_ref();
                compared(*compare, &left.value(scene)?, &right.value(scene)?)
            }
            Node::OneOf(part, constants) => {
                let value = part.value(scene)?;
                Some(constants.iter().any(|one| compared(Compare::Is, &value, &one.value()) == Some(true)))
            }
            Node::Has(field, member) => list(field).map(|list| (list.has)(scene, member)),
            Node::Known(part) => Some(part.value(scene).is_some()),
            Node::Contains(parts) => texts(parts, scene).map(|(text, part)| text.contains(part)),
            Node::StartsWith(parts) => texts(parts, scene).map(|(text, part)| text.starts_with(part)),
            Node::EndsWith(parts) => texts(parts, scene).map(|(text, part)| text.ends_with(part)),
            Node::Matches(part, regex) => match part.value(scene)? {
                Value::Text(text) => Some(regex.is_match(text)),
                _ => None,
            },
            _ => match self.value(scene)? {
                Value::Boolean(truth) => Some(truth),
                _ => None,
            },
        }
    }

    /// Its value; `None` where it cannot be told.
    pub(in crate::policy) fn value<'s>(&'s self, scene: &'s Scene<'_>) -> Option<Value<'s>> {
        match self {
            Node::Constant(constant) => Some(constant.value()),
            Node::Field(field) => match field.read {
                Read::Text(read) => read(scene).map(Value::Text),
                Read::Whole(read) => read(scene).map(Value::Whole),
                Read::Number(read) => read(scene).map(Value::Number),
                Read::Boolean(read) => read(scene).map(Value::Boolean),
                Read::List(_) => None,
            },
            Node::Attribute(name) => match scene.package().customer.attributes.get(&**name)? {
                Json::String(text) => Some(Value::Text(text)),
                Json::Bool(truth) => Some(Value::Boolean(*truth)),
                Json::Number(number) => {
                    number.as_i64().map(Value::Whole).or_else(|| number.as_f64().map(Value::Number))
                }
                Json::Null | Json::Array(_) | Json::Object(_) => None,
            },
            Node::Signal(name) => {
                let found = scene.found.iter().find(|found| found.name == **name);
                Some(Value::Number(found.map_or(0.0, |found| f64::from(found.force))))
            }
            Node::If(parts) => {
                let [test, yes, no] = parts.as_ref();
                if test.truth(scene)? { yes.value(scene) } else { no.value(scene) }
            }
            Node::Size(field) => list(field).map(|list| Value::Whole((list.size)(scene) as i64)),
            Node::Length(part) => match part.value(scene)? {
                Value::Text(text) => Some(Value::Whole(text.chars().count() as i64)),
                _ => None,
            },
            Node::Math(math, parts) => {
                let [left, right] = parts.as_ref();
                calculated(*math, &left.value(scene)?, &right.value(scene)?)
            }
            Node::Negate(part) => match part.value(scene)? {
                Value::Whole(whole) => whole.checked_neg().map(Value::Whole),
                Value::Number(number) => Some(Value::Number(-number)),
                _ => None,
            },
            _ => self.truth(scene).map(Value::Boolean),
        }
    }
}

/// `decides` is the truth of a part that settles the whole.
fn joined(parts: &[Node], scene: &Scene<'_>, decides: bool) -> Option<bool> {
    let mut unknown = false;
    for part in parts {
        match part.truth(scene) {
            Some(truth) if truth == decides => return Some(decides),
            Some(_) => {}
            None => unknown = true,
        }
    }
    (!unknown).then_some(!decides)
}

fn list(field: &Field) -> Option<List> {
    match field.read {
        Read::List(list) => Some(list),
        _ => None,
    }
}

fn texts<'s>(parts: &'s [Node; 2], scene: &'s Scene<'_>) -> Option<(&'s str, &'s str)> {
    match (parts[0].value(scene)?, parts[1].value(scene)?) {
        (Value::Text(text), Value::Text(part)) => Some((text, part)),
        _ => None,
    }
}

fn compared(compare: Compare, left: &Value<'_>, right: &Value<'_>) -> Option<bool> {
    let order = match (left, right) {
        (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
        (Value::Boolean(left), Value::Boolean(right)) => Some(left.cmp(right)),
        (Value::Whole(left), Value::Whole(right)) => Some(left.cmp(right)),
        (Value::Number(left), Value::Number(right)) => left.partial_cmp(right),
        // As interpreters of CEL do it, though its specification would have more than 15 digits compared.
        (Value::Whole(left), Value::Number(right)) => (*left as f64).partial_cmp(right),
        (Value::Number(left), Value::Whole(right)) => left.partial_cmp(&(*right as f64)),
        // An attribute of another type.
        _ => None,
    };
    match (order, compare) {
        (Some(order), _) => Some(compare.allows(order)),
        // What has no order, such as what is no number at all, is equal to nothing, and neither above nor below.
        (None, Compare::Is) => Some(false),
        (None, Compare::IsNot) => Some(true),
        (None, _) => None,
    }
}

fn calculated<'s>(math: Math, left: &Value<'s>, right: &Value<'s>) -> Option<Value<'s>> {
    match (left, right) {
        (Value::Whole(left), Value::Whole(right)) => match math {
            Math::Add => left.checked_add(*right),
            Math::Subtract => left.checked_sub(*right),
            Math::Multiply => left.checked_mul(*right),
            Math::Divide => left.checked_div(*right),
            Math::Remainder => left.checked_rem(*right),
        }
        .map(Value::Whole),
        (Value::Number(left), Value::Number(right)) => match math {
            Math::Add => Some(left + right),
            Math::Subtract => Some(left - right),
            Math::Multiply => Some(left * right),
            Math::Divide => Some(left / right),
            Math::Remainder => None,
        }
        .map(Value::Number),
        _ => None,
    }
}

impl std::fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Text(text) => write!(f, "{text}"),
            Value::Whole(whole) => write!(f, "{whole}"),
            Value::Number(number) => {
                let text = format!("{number:.2}");
                f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
            }
            Value::Boolean(truth) => f.write_str(if *truth { "yes" } else { "no" }),
        }
    }
}
