//! Names: fields, signals, words of lists, and what was meant by those that are none.

use cel::common::ast::{Expr, IdedExpr, LiteralValue, operators as op};

use super::{
    compile::{Type, Typed},
    evaluate::Node,
};
use crate::{
    policy::scene::{FIELDS, Field, Kind, PREFIXES, Read},
    signal,
};

/// What is wrong, and what to write instead.
pub(in crate::policy) type Unfit = (String, Option<String>);

const ATTRIBUTES: &str = "customer.attributes.";
/// The most words that a hint lists.
const LISTED_MAX: usize = 24;

/// A field by its name, as a value of its type; what is wrong with the name, and what to write instead.
pub(in crate::policy) fn resolve(name: &str) -> Result<Typed, Unfit> {
    if let Some(signal) = name.strip_prefix("signal.") {
        let known = signal::names().any(|known| known == signal);
        return if known {
            Ok((Node::Signal(signal.into()), Type::Number))
        } else {
            Err((format!("there is no signal `{signal}`"), suggestion(signal, signal::names())))
        };
    }
    if let Some(attribute) = name.strip_prefix(ATTRIBUTES) {
        if attribute.is_empty() {
            let hint = "write which one, as in `customer.attributes.plan`";
            return Err(("the attribute has no name".into(), Some(hint.into())));
        }
        return Ok((Node::Attribute(attribute.into()), Type::Any));
    }
    let Some(field) = Field::named(name) else {
        return Err((format!("there is no field `{name}`"), Some(meant(name))));
    };
    let kind = match field.kind() {
        Kind::Text => Type::Text,
        Kind::Whole => Type::Whole,
        Kind::Number => Type::Number,
        Kind::Boolean => Type::Boolean,
        Kind::List => {
            let hint = format!("write `\"...\" in {name}` or `size({name}) > 0`");
            return Err((format!("`{name}` is a list"), Some(hint)));
        }
    };
    Ok((Node::Field(field), kind))
}

/// What to write instead of a name that no field has.
fn meant(name: &str) -> String {
    let names = || FIELDS.iter().map(|field| field.name);
    let Some((prefix, rest)) = name.split_once('.') else {
        let same = names().find(|known| known.rsplit('.').next() == Some(name));
        return match same {
            Some(known) => format!("did you mean `{known}`? Texts stand in quotation marks: `\"{name}\"`"),
            None => format!("texts stand in quotation marks: `\"{name}\"`"),
        };
    };
    if prefix == "package" {
        return format!("write `context.{rest}`");
    }
    let of_prefix = || names().filter_map(|known| known.strip_prefix(prefix)?.strip_prefix('.'));
    if let Some(known) = nearest(rest, of_prefix()) {
        return format!("did you mean `{prefix}.{known}`?");
    }
    if of_prefix().next().is_some() {
        let all: Vec<String> = of_prefix().map(|rest| format!("{prefix}.{rest}")).collect();
        let attributes = match prefix {
            "customer" => format!(", and attributes, as in `{ATTRIBUTES}{rest}`"),
            _ => String::new(),
        };
        return format!("known are {}{attributes}", all.join(", "));
    }
    let prefixes = PREFIXES.iter().map(|(prefix, _)| *prefix);
    match nearest(name, names().chain(prefixes)) {
        Some(known) => format!("did you mean `{known}`?"),
        None => "`segue policy fields` lists them".into(),
    }
}

/// Whether a list holds a word.
pub(in crate::policy) fn has(field: &'static Field, word: &str) -> Result<Node, Unfit> {
    let Read::List(list) = field.read else {
        return Err((format!("`{}` is no list", field.name), None));
    };
    match (list.member)(word) {
        Some(member) => Ok(Node::Has(field, member)),
        None => {
            let members = (list.members)();
            let hint = suggestion(word, members.iter().map(String::as_str));
            Err((format!("`{}` never holds `{word}`", field.name), hint))
        }
    }
}

/// `customer.attributes["plan"]` and `customer.attributes.plan` as a name with points.
pub(super) fn path(at: &IdedExpr) -> Option<String> {
    match &at.expr {
        Expr::Ident(name) => Some(name.clone()),
        Expr::Select(select) => Some(format!("{}.{}", path(&select.operand)?, select.field)),
        Expr::Call(call) if call.func_name == op::INDEX => {
            match (call.args.first()?, &call.args.get(1)?.expr) {
                (of, Expr::Literal(LiteralValue::String(key))) => {
                    Some(format!("{}.{}", path(of)?, key.inner()))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// The word that was probably meant, or all that there are.
pub(in crate::policy) fn suggestion<'a>(word: &str, words: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut all: Vec<&str> = words.collect();
    if let Some(known) = nearest(word, all.iter().copied()) {
        return Some(format!("did you mean `{known}`?"));
    }
    all.sort_unstable();
    let more = if all.len() > LISTED_MAX { " ..." } else { "" };
    all.truncate(LISTED_MAX);
    (!all.is_empty()).then(|| format!("known are {}{more}", all.join(", ")))
}

/// The word that is a slip of the fingers away, or that begins alike.
fn nearest<'a>(word: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let far = |known: &str| {
        let lower = known.to_lowercase();
        let begins = word.len() > 2 && (lower.starts_with(&word) || word.starts_with(&lower));
        if begins { 1 } else { strsim::damerau_levenshtein(&word, &lower) }
    };
    let (distance, known) = words.map(|known| (far(known), known)).min()?;
    (distance <= known.chars().count().div_ceil(3).min(3)).then_some(known)
}
