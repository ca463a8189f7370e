//! Writes a changed policy into the text it came from.

use toml_edit::{
    Array, ArrayOfTables, DocumentMut, Formatted, Item, KeyMut, Table, TableLike, Value,
    visit_mut::{self, VisitMut},
};

use super::check;
use crate::policy::{Policy, limit::Limit};

/// Why a policy cannot be written into a text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The text is no policy, so nobody can say what has changed.
    #[error("line {line}: {message}; mend the text first")]
    Unreadable {
        /// Line, from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
}

/// The text with the policy in it. Comments, order and spelling of everything that has not changed are kept; a policy
/// that has not changed gives the same bytes.
///
/// # Errors
/// Where the text is no policy.
pub fn edit(text: &str, policy: &Policy) -> Result<String, EditError> {
    let before = check(text, None);
    let Some(before_policy) = before.policy else {
        let problem = before.problems.into_iter().next();
        let (line, message) = problem.map_or((1, String::new()), |problem| (problem.line, problem.message));
        return Err(EditError::Unreadable { line, message });
    };
    if before_policy == *policy {
        return Ok(text.to_owned());
    }
    let mut document: DocumentMut = text.parse().expect("a text that was read above");
    let (old, new) = (document_of(&before_policy), document_of(policy));
    merge(document.as_table_mut(), Some(old.as_table()), new.as_table());
    Ok(document.to_string())
}

/// A policy as a document: one table for each rule, and what a rule asks in lines of its own.
pub(super) fn document_of(policy: &Policy) -> DocumentMut {
    let mut document =
        toml_edit::ser::to_document(policy).expect("a policy has nothing that TOML cannot hold");
    Shorten.visit_document_mut(&mut document);
    for (key, item) in document.iter_mut() {
        let plain = std::mem::take(item);
        *item = match plain {
            Item::Value(Value::InlineTable(table)) => Item::Table(table.into_table()),
            Item::Value(Value::Array(list)) if is_list_of_tables(&key, &list) => {
                let tables = list.into_iter().filter_map(|value| match value {
                    Value::InlineTable(table) => Some(table.into_table()),
                    _ => None,
                });
                let mut tables: ArrayOfTables = tables.collect();
                tables.iter_mut().for_each(in_lines);
                Item::ArrayOfTables(tables)
            }
            plain => plain,
        };
    }
    document
}

/// Numbers that are kept in single precision are written as people write them: `0.6`, not `0.6000000238418579`.
struct Shorten;

impl VisitMut for Shorten {
    fn visit_table_like_kv_mut(&mut self, key: KeyMut<'_>, item: &mut Item) {
        match (key.get(), &mut *item) {
            ("emphasis", factors) => {
                for (_, factor) in factors.as_table_like_mut().into_iter().flat_map(|table| table.iter_mut())
                {
                    shorten(factor);
                }
            }
            // What stands there is not Segue's to shorten.
            ("attributes", _) => {}
            (key, number) if Limit::of(key).is_some_and(|limit| !limit.whole) => shorten(number),
            _ => visit_mut::visit_table_like_kv_mut(self, key, item),
        }
    }
}

fn shorten(item: &mut Item) {
    if let Item::Value(Value::Float(number)) = item {
        let single = *number.value() as f32;
        *number = Formatted::new(single.to_string().parse().expect("a number just written"));
    }
}

/// An empty list stays a value: `area = []` is another policy than none at all.
fn is_list_of_tables(key: &str, list: &Array) -> bool {
    let named = matches!(key, "area" | "rule" | "override" | "test");
    named && !list.is_empty() && list.iter().all(Value::is_inline_table)
}

/// Lists of rows stand one row a line.
fn in_lines(table: &mut Table) {
    table.decor_mut().set_prefix("\n");
    for (_, item) in table.iter_mut() {
        let Some(list) = item.as_array_mut().filter(|list| list.iter().any(Value::is_inline_table)) else {
            continue;
        };
        list.iter_mut().for_each(|value| value.decor_mut().set_prefix("\n    "));
        list.set_trailing("\n");
        list.set_trailing_comma(true);
    }
}

/// The wanted values, each as it stands in the text where it was there before.
fn merged_array(target: &Array, old: Option<&Array>, new: &Array) -> Array {
    let same = |value: &Value, wanted: &Value| value.to_string().trim() == wanted.to_string().trim();
    let mut list = target.clone();
    list.clear();
    for wanted in new {
        let at = old.and_then(|old| old.iter().position(|was| same(was, wanted)));
        list.push_formatted(at.and_then(|at| target.get(at)).unwrap_or(wanted).clone());
    }
    list
}

/// Brings `target` from `old` to `new`, and touches nothing that is the same in both.
fn merge(target: &mut dyn TableLike, old: Option<&dyn TableLike>, new: &dyn TableLike) {
    let before = |key: &str| old.and_then(|old| old.get(key));
    let gone: Vec<String> = old
        .into_iter()
        .flat_map(|old| old.iter().map(|(key, _)| key.to_owned()).collect::<Vec<_>>())
        .filter(|key| new.get(key).is_none())
        .collect();
    for key in gone {
        target.remove(&key);
    }
    for (key, wanted) in new.iter() {
        let was = before(key);
        if was.is_some_and(|was| same(was, wanted)) {
            continue;
        }
        match (target.get_mut(key), wanted) {
            (Some(Item::ArrayOfTables(list)), Item::ArrayOfTables(wanted)) => {
                let was = was.and_then(Item::as_array_of_tables);
                *list = merged_list(list, was, wanted);
            }
            // A table of dotted keys is seen by them alone: without any it would be gone.
            (Some(item), Item::Value(Value::InlineTable(wanted))) if wanted.is_empty() => {
                *item = Item::Value(Value::InlineTable(wanted.clone()));
            }
            (Some(item), wanted) if item.is_table_like() && wanted.is_table_like() => {
                let was = was.and_then(Item::as_table_like);
                let table = item.as_table_like_mut().expect("as just seen");
                merge(table, was, wanted.as_table_like().expect("as just seen"));
            }
            (Some(Item::Value(Value::Array(list))), Item::Value(Value::Array(wanted))) => {
                *list = merged_array(list, was.and_then(Item::as_array), wanted);
            }
            (Some(Item::Value(value)), Item::Value(wanted)) => *value = with_decor(value, wanted),
            (Some(item), wanted) => *item = fresh(wanted),
            (None, wanted) => {
                target.insert(key, fresh(wanted));
            }
        }
    }
}

/// A table is the same one as before where it bears the same name, or is most like one whose name is gone.
fn merged_list(target: &ArrayOfTables, old: Option<&ArrayOfTables>, new: &ArrayOfTables) -> ArrayOfTables {
    let mut free: Vec<usize> = (0..target.len()).collect();
    let mut from: Vec<Option<usize>> = vec![None; new.len()];
    for by_name in [true, false] {
        for (wanted, from) in new.iter().zip(&mut from).filter(|(_, from)| from.is_none()) {
            let likeness = |at: &usize| match old.and_then(|old| old.get(*at)) {
                Some(was) if by_name => usize::from(name(was).is_some() && name(was) == name(wanted)),
                Some(was) => alike(was, wanted),
                None => 0,
            };
            let best = free.iter().copied().rev().max_by_key(|at| likeness(at)).filter(|at| likeness(at) > 0);
            *from = best;
            free.retain(|at| Some(*at) != best);
        }
    }
    let mut list = ArrayOfTables::new();
    for (wanted, from) in new.iter().zip(from) {
        let mut table = match from.and_then(|at| target.get(at)) {
            Some(kept) => kept.clone(),
            None => Table::new(),
        };
        let was = from.and_then(|at| old?.get(at)).map(|table| table as &dyn TableLike);
        merge(&mut table, was, wanted);
        if from.is_none() {
            table.decor_mut().set_prefix("\n");
        }
        list.push(table);
    }
    reposition(&mut list, target);
    list
}

fn name(table: &Table) -> Option<&str> {
    ["name", "area"].iter().find_map(|key| table.get(key)).and_then(Item::as_str)
}

/// Keys with the same value, where that is at least half of them.
fn alike(a: &Table, b: &Table) -> usize {
    let equal = a.iter().filter(|(key, item)| b.get(key).is_some_and(|other| same(item, other))).count();
    if 2 * equal >= a.len().min(b.len()) { equal } else { 0 }
}

/// Tables are printed by their position: the places of the old ones, in the new order; what is new comes after. Tables
/// within them have none of their own, so that each stays with the one it belongs to.
fn reposition(list: &mut ArrayOfTables, before: &ArrayOfTables) {
    let places: Vec<isize> = before.iter().filter_map(Table::position).collect();
    let last = places.last().copied();
    for (index, table) in list.iter_mut().enumerate() {
        Unplace.visit_table_mut(table);
        table.set_position(places.get(index).copied().or(last));
    }
}

struct Unplace;

impl VisitMut for Unplace {
    fn visit_table_mut(&mut self, table: &mut Table) {
        table.set_position(None);
        visit_mut::visit_table_mut(self, table);
    }
}

fn same(a: &Item, b: &Item) -> bool {
    a.to_string().trim() == b.to_string().trim()
}

/// The wanted value with the space and the comment around the old one.
fn with_decor(old: &Value, wanted: &Value) -> Value {
    let mut value = wanted.clone();
    *value.decor_mut() = old.decor().clone();
    value
}

/// A part that the text has not had; a new table stands apart from what is before it.
fn fresh(item: &Item) -> Item {
    let mut item = item.clone();
    match &mut item {
        Item::Table(table) => {
            table.decor_mut().set_prefix("\n");
            table.set_position(None);
        }
        Item::ArrayOfTables(list) => {
            for table in list.iter_mut() {
                table.decor_mut().set_prefix("\n");
                table.set_position(None);
            }
        }
        Item::Value(_) | Item::None => {}
    }
    item
}
