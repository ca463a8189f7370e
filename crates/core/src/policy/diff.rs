//! What differs between two policies, in words.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::Policy;

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "PolicyDifference")]
pub struct Change {
    /// Where, such as `rule “large refunds” › weight`.
    pub path: String,
    /// What it was; null where it is new.
    pub from: Option<String>,
    /// What it is; null where it is gone.
    pub to: Option<String>,
    /// In one sentence.
    pub words: String,
}

/// Everything that differs, in the order of the file. Names tell rules, overrides and tests apart; areas are told
/// apart by their area.
pub fn diff(from: &Policy, to: &Policy) -> Vec<Change> {
    let value = |policy: &Policy| serde_json::to_value(policy).expect("a policy is plain JSON");
    let mut changes = vec![];
    compare("", Some(&value(from)), Some(&value(to)), &mut changes);
    changes
}

fn compare(path: &str, from: Option<&Value>, to: Option<&Value>, changes: &mut Vec<Change>) {
    if from == to {
        return;
    }
    match (from, to) {
        (Some(Value::Object(from)), Some(Value::Object(to))) => objects(path, from, to, changes),
        (Some(Value::Array(_)) | None, Some(Value::Array(_)) | None) if named(from) || named(to) => {
            lists(path, from, to, changes);
        }
        _ => changes.push(change(path, from, to)),
    }
}

fn objects(path: &str, from: &Map<String, Value>, to: &Map<String, Value>, changes: &mut Vec<Change>) {
    let added = to.keys().filter(|key| !from.contains_key(*key));
    for key in from.keys().chain(added) {
        let inner = if path.is_empty() { key.clone() } else { format!("{path} › {key}") };
        compare(&inner, from.get(key), to.get(key), changes);
    }
}

fn name(item: &Value) -> Option<&str> {
    item.get("name").or_else(|| item.get("area")).and_then(Value::as_str)
}

fn named(list: Option<&Value>) -> bool {
    let items = list.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    !items.is_empty() && items.iter().all(|item| name(item).is_some())
}

fn lists(path: &str, from: Option<&Value>, to: Option<&Value>, changes: &mut Vec<Change>) {
    let items = |list: Option<&Value>| list.and_then(Value::as_array).cloned().unwrap_or_default();
    let (from, to) = (items(from), items(to));
    let in_list =
        |list: &[Value], wanted: &Value| list.iter().find(|item| name(item) == name(wanted)).cloned();
    let called = |item: &Value| format!("{path} “{}”", name(item).unwrap_or_default());
    for item in &from {
        compare(&called(item), Some(item), in_list(&to, item).as_ref(), changes);
    }
    for item in to.iter().filter(|item| in_list(&from, item).is_none()) {
        changes.push(change(&called(item), None, Some(item)));
    }
    let order = |list: &[Value], other: &[Value]| -> Vec<String> {
        let kept = list.iter().filter(|item| in_list(other, item).is_some());
        kept.filter_map(|item| name(item).map(str::to_owned)).collect()
    };
    let (before, after) = (order(&from, &to), order(&to, &from));
    if before != after {
        let words = format!("{path}: the order has changed");
        let (from, to) = (Some(before.join(", ")), Some(after.join(", ")));
        changes.push(Change { path: path.to_owned(), from, to, words });
    }
}

fn change(path: &str, from: Option<&Value>, to: Option<&Value>) -> Change {
    let told = |value: Option<&Value>| {
        value.map(|value| match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => {
                number.as_f64().map_or_else(|| number.to_string(), |number| (number as f32).to_string())
            }
            other => other.to_string(),
        })
    };
    let (from, to) = (told(from), told(to));
    let words = match (&from, &to) {
        (None, Some(_)) => format!("{path} is new"),
        (Some(_), None) => format!("{path} is gone"),
        (Some(from), Some(to)) => format!("{path}: {from} → {to}"),
        (None, None) => path.to_owned(),
    };
    Change { path: path.to_owned(), from, to, words }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_told_by_name() {
        let read = |text: &str| super::super::text::check(text, None).policy.expect("a policy");
        let from = read(
            "[[rule]]\nname = \"a\"\nif = 'reading.asks'\nthen = \"count\"\nweight = 0.3\n[[rule]]\nname = \"b\"\nthen = \"hold\"",
        );
        let to = read(
            "propose_at = 0.6\n[[rule]]\nname = \"a\"\nif = 'reading.asks'\nthen = \"count\"\nweight = 0.4\n[[rule]]\nname = \"c\"\nthen = \"hold\"",
        );
        let words: Vec<String> = diff(&from, &to).into_iter().map(|change| change.words).collect();
        let expected =
            ["propose_at: 0.5 → 0.6", "rule “a” › weight: 0.3 → 0.4", "rule “b” is gone", "rule “c” is new"];
        assert_eq!(words, expected);
        assert_eq!(diff(&from, &from), []);
    }
}
