//! Conditions as a form shows them: a field, an operator, a value, and groups of such rows.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    expression::{
        evaluate::{Compare, Constant, Node},
        names,
    },
    scene::{Field, Kind, Scene},
};

/// Operators by the type of the field, in the order in which a form offers them.
pub const OPERATORS: &[(Kind, &[&str])] = &[
    (Kind::Text, &["is", "is_not", "in", "not_in", "contains", "starts_with", "ends_with", "known"]),
    (Kind::Whole, &["is", "is_not", "above", "at_least", "below", "at_most", "known"]),
    (Kind::Number, &["above", "at_least", "below", "at_most", "known"]),
    (Kind::Boolean, &["is", "known"]),
    (Kind::List, &["has", "has_not"]),
];
/// The most groups within each other.
const DEPTH_MAX: usize = 8;

/// One row, or a group of rows.
///
/// As with [`super::Expression`], one that cannot be understood is kept, never holds, and is reported.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(from = "Row", into = "Row")]
#[schemars(with = "Row")]
pub struct Condition {
    row: Row,
    compiled: Arc<Result<Node, ConditionError>>,
}

/// The written form: `field` with exactly one operator, or one of `any`, `all` and `not`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Row {
    /// What is asked, such as `customer.tier`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Equal to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is: Option<Scalar>,
    /// Known, and not equal to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_not: Option<Scalar>,
    /// One of these.
    #[serde(rename = "in", skip_serializing_if = "Option::is_none")]
    pub one_of: Option<Vec<Scalar>>,
    /// Known, and none of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_in: Option<Vec<Scalar>>,
    /// The list holds this word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has: Option<String>,
    /// The list does not hold this word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub has_not: Option<String>,
    /// Greater than.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub above: Option<Scalar>,
    /// Greater than or equal to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least: Option<Scalar>,
    /// Less than.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub below: Option<Scalar>,
    /// Less than or equal to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most: Option<Scalar>,
    /// The text has this part; case matters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contains: Option<String>,
    /// The text begins so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts_with: Option<String>,
    /// The text ends so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_with: Option<String>,
    /// Whether there is a value at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known: Option<bool>,
    /// At least one of them holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub any: Option<Vec<Condition>>,
    /// All of them hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub all: Option<Vec<Condition>>,
    /// It does not hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not: Option<Box<Condition>>,
}

/// A value of a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Scalar {
    /// Yes or no.
    Boolean(bool),
    /// A whole number.
    Whole(i64),
    /// A number.
    Number(f64),
    /// Words.
    Text(String),
}

/// Why a row cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ConditionError {
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
    /// The key of the row that it is about; absent where it is about the whole.
    pub key: Option<&'static str>,
}

impl ConditionError {
    fn new(key: Option<&'static str>, message: impl Into<String>, hint: Option<String>) -> Self {
        Self { message: message.into(), hint, key }
    }
}

impl Condition {
    /// Reads a row.
    pub fn new(row: Row) -> Self {
        let compiled = Arc::new(compiled(&row, 0));
        Self { row, compiled }
    }

    /// As written.
    pub fn row(&self) -> &Row {
        &self.row
    }

    /// What is wrong with it, if anything; groups report what is wrong with their parts on the parts.
    pub fn problem(&self) -> Option<&ConditionError> {
        self.compiled.as_ref().as_ref().err()
    }

    /// Whether it holds; unknown values count as no.
    pub fn holds(&self, scene: &Scene<'_>) -> bool {
        self.compiled.as_ref().as_ref().is_ok_and(|node| node.holds(scene))
    }

    /// What the field reads at this moment, in words; empty where it is unknown or the condition is a group.
    pub fn reads(&self, scene: &Scene<'_>) -> String {
        let Some(name) = &self.row.field else { return String::new() };
        if let Some(field) = Field::named(name).filter(|field| field.kind() == Kind::List) {
            let held = field.values();
            let has = |word: &String| names::has(field, word).is_ok_and(|node| node.holds(scene));
            return held.into_iter().filter(has).collect::<Vec<_>>().join(", ");
        }
        let read = names::resolve(name).ok();
        read.and_then(|(node, _)| node.value(scene).map(|value| value.to_string())).unwrap_or_default()
    }

    pub(super) fn node(&self) -> Option<&Node> {
        self.compiled.as_ref().as_ref().ok()
    }
}

impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        self.row == other.row
    }
}

impl From<Row> for Condition {
    fn from(row: Row) -> Self {
        Self::new(row)
    }
}

impl From<Condition> for Row {
    fn from(condition: Condition) -> Self {
        condition.row
    }
}

/// What a row asks of its field.
enum Ask<'a> {
    Compare(Compare, &'a Scalar),
    OneOf(&'a [Scalar], bool),
    Has(&'a str, bool),
    Text(fn(Box<[Node; 2]>) -> Node, &'a str),
    Known(bool),
}

impl Row {
    fn asks(&self) -> Vec<(&'static str, Ask<'_>)> {
        let compares = [
            ("is", &self.is, Compare::Is),
            ("is_not", &self.is_not, Compare::IsNot),
            ("above", &self.above, Compare::Above),
            ("at_least", &self.at_least, Compare::AtLeast),
            ("below", &self.below, Compare::Below),
            ("at_most", &self.at_most, Compare::AtMost),
        ];
        let compares = compares.into_iter();
        let mut asks: Vec<(&'static str, Ask<'_>)> = compares
            .filter_map(|(key, scalar, compare)| Some((key, Ask::Compare(compare, scalar.as_ref()?))))
            .collect();
        asks.extend(self.one_of.iter().map(|values| ("in", Ask::OneOf(values, true))));
        asks.extend(self.not_in.iter().map(|values| ("not_in", Ask::OneOf(values, false))));
        asks.extend(self.has.iter().map(|word| ("has", Ask::Has(word, true))));
        asks.extend(self.has_not.iter().map(|word| ("has_not", Ask::Has(word, false))));
        asks.extend(self.contains.iter().map(|part| ("contains", Ask::Text(Node::Contains, part))));
        asks.extend(self.starts_with.iter().map(|part| ("starts_with", Ask::Text(Node::StartsWith, part))));
        asks.extend(self.ends_with.iter().map(|part| ("ends_with", Ask::Text(Node::EndsWith, part))));
        asks.extend(self.known.iter().map(|known| ("known", Ask::Known(*known))));
        asks
    }

    /// The key under which it asks; absent for groups.
    pub(super) fn operator(&self) -> Option<&'static str> {
        self.asks().first().map(|(key, _)| *key)
    }

    fn groups(&self) -> usize {
        usize::from(self.any.is_some()) + usize::from(self.all.is_some()) + usize::from(self.not.is_some())
    }
}

const FORM: &str = "write `{ field = \"customer.tier\", is = \"enterprise\" }` or `{ any = [ ... ] }`";

fn compiled(row: &Row, depth: usize) -> Result<Node, ConditionError> {
    let error = |message: &str, hint: &str| ConditionError::new(None, message, Some(hint.into()));
    if depth > DEPTH_MAX {
        return Err(error("the groups are too deep", "write the rest as an expression under `if`"));
    }
    let asks = row.asks();
    match (&row.field, row.groups(), asks.as_slice()) {
        (None, 1, []) => group(row, depth),
        (Some(field), 0, [(key, ask)]) => asked(field, key, ask),
        (Some(field), 0, []) => Err(error(&format!("nothing is asked of `{field}`"), FORM)),
        (Some(_), 0, _) => {
            Err(error("a row asks one thing", "write two rows, or a group with `any` or `all`"))
        }
        _ => Err(error("this is neither a row nor a group", FORM)),
    }
}

fn group(row: &Row, depth: usize) -> Result<Node, ConditionError> {
    let part = |condition: &Condition| compiled(&condition.row, depth + 1);
    let parts = |conditions: &[Condition]| conditions.iter().map(part).collect::<Result<Vec<_>, _>>();
    if let Some(any) = &row.any {
        return Ok(Node::Any(parts(any)?));
    }
    if let Some(all) = &row.all {
        return Ok(Node::All(parts(all)?));
    }
    let not = row.not.as_deref().expect("one of the three, as counted");
    Ok(Node::Not(Box::new(part(not)?)))
}

fn asked(name: &str, key: &'static str, ask: &Ask<'_>) -> Result<Node, ConditionError> {
    let kind = kind_of(name)?;
    let allowed = kind.and_then(|kind| OPERATORS.iter().find(|(of, _)| *of == kind));
    if let Some((_, operators)) = allowed.filter(|(_, operators)| !operators.contains(&key)) {
        let message = format!("`{name}` cannot be asked with `{key}`");
        return Err(ConditionError::new(Some(key), message, Some(format!("use {}", operators.join(", ")))));
    }
    let value_error =
        |(message, hint): (String, Option<String>)| ConditionError::new(Some(key), message, hint);
    if let Ask::Has(word, wanted) = *ask {
        let Some(field) = Field::named(name) else {
            let message = format!("`{name}` is one value, and `{key}` asks a list");
            let hint = "use is, in, contains, or any other operator but has and has_not";
            return Err(ConditionError::new(Some(key), message, Some(hint.into())));
        };
        let node = names::has(field, word).map_err(value_error)?;
        return Ok(if wanted { node } else { Node::Not(Box::new(node)) });
    }
    let node = names::resolve(name).map_err(value_error)?.0;
    Ok(match *ask {
        Ask::Compare(compare, scalar) => {
            let constant = fitting(scalar, kind, key)?;
            Node::Compare(compare, Box::new([node, Node::Constant(constant)]))
        }
        Ask::OneOf(values, wanted) => {
            let constants = values.iter().map(|value| fitting(value, kind, key)).collect::<Result<_, _>>()?;
            let node = Node::OneOf(Box::new(node), constants);
            if wanted { node } else { Node::Not(Box::new(node)) }
        }
        Ask::Text(form, part) => form(Box::new([node, Node::Constant(Constant::Text(part.into()))])),
        Ask::Known(wanted) => {
            let node = Node::Known(Box::new(node));
            if wanted { node } else { Node::Not(Box::new(node)) }
        }
        Ask::Has(..) => unreachable!("answered above"),
    })
}

/// The type of a field; `None` for attributes, which may have any.
fn kind_of(name: &str) -> Result<Option<Kind>, ConditionError> {
    if let Some(field) = Field::named(name) {
        return Ok(Some(field.kind()));
    }
    if name.starts_with("customer.attributes.") {
        return Ok(None);
    }
    let (_, _) =
        names::resolve(name).map_err(|(message, hint)| ConditionError::new(Some("field"), message, hint))?;
    Ok(Some(Kind::Number))
}

fn fitting(scalar: &Scalar, kind: Option<Kind>, key: &'static str) -> Result<Constant, ConditionError> {
    let constant = match scalar {
        Scalar::Boolean(truth) => Constant::Boolean(*truth),
        Scalar::Whole(whole) => Constant::Whole(*whole),
        Scalar::Number(number) => Constant::Number(*number),
        Scalar::Text(text) => Constant::Text(text.as_str().into()),
    };
    let fits = match kind {
        None => true,
        Some(Kind::Text) => matches!(constant, Constant::Text(_)),
        Some(Kind::Whole | Kind::Number) => matches!(constant, Constant::Whole(_) | Constant::Number(_)),
        Some(Kind::Boolean) => matches!(constant, Constant::Boolean(_)),
        Some(Kind::List) => false,
    };
    if fits {
        return Ok(constant);
    }
    let wanted = match kind {
        Some(Kind::Text) => "a text in quotation marks",
        Some(Kind::Boolean) => "`true` or `false`",
        _ => "a number",
    };
    Err(ConditionError::new(
        Some(key),
        "the value has another type than the field",
        Some(format!("write {wanted}")),
    ))
}

impl std::fmt::Display for Scalar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Scalar::Boolean(truth) => f.write_str(if *truth { "yes" } else { "no" }),
            Scalar::Whole(whole) => write!(f, "{whole}"),
            Scalar::Number(number) => write!(f, "{number}"),
            Scalar::Text(text) => write!(f, "{text}"),
        }
    }
}

/// In words, such as `context.amount above 500`.
impl std::fmt::Display for Condition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let joined = |conditions: &[Condition], word: &str| {
            conditions.iter().map(|one| format!("({one})")).collect::<Vec<_>>().join(word)
        };
        let row = &self.row;
        if let Some(any) = &row.any {
            return f.write_str(&joined(any, " or "));
        }
        if let Some(all) = &row.all {
            return f.write_str(&joined(all, " and "));
        }
        if let Some(not) = &row.not {
            return write!(f, "not ({not})");
        }
        let field = row.field.as_deref().unwrap_or("?");
        let Some((key, ask)) = row.asks().into_iter().next() else { return f.write_str(field) };
        let words = key.replace('_', " ");
        match ask {
            Ask::Compare(_, scalar) => write!(f, "{field} {words} {scalar}"),
            Ask::OneOf(values, _) => {
                let values: Vec<String> = values.iter().map(Scalar::to_string).collect();
                write!(f, "{field} {words} {}", values.join(", "))
            }
            Ask::Has(word, _) => write!(f, "{field} {words} {word}"),
            Ask::Text(_, part) => write!(f, "{field} {words} “{part}”"),
            Ask::Known(known) => write!(f, "{field} is {}", if known { "known" } else { "unknown" }),
        }
    }
}

/// The operators of a field, as a form offers them.
pub fn operators(field: &str) -> &'static [&'static str] {
    let kind = Field::named(field).map_or(Kind::Text, Field::kind);
    OPERATORS.iter().find(|(of, _)| *of == kind).map_or(&[], |(_, operators)| operators)
}
