//! TOML that is no policy.

use schemars::schema_for;

use super::{LISTS, Mistake, Row, decimal, operator, operator_hint};
use crate::policy::{Policy, expression::suggestion, limit::Limit};

/// What serde says, in order: the first row that has something to tell speaks.
pub(super) static SHAPE: &[Row] = &[
    Row {
        said: "expected ",
        tell: |at| {
            let number = decimal(at.text()?).filter(|_| at.wants_number())?;
            let hint = format!("write the number without quotation marks: `{number}`");
            Some((format!("`{}` is a number, and this is a text", at.key), hint))
        },
    },
    Row {
        said: "expected ",
        tell: |at| {
            let seconds = seconds(at.text()?).filter(|_| at.wants_number() && at.key.ends_with("_s"))?;
            Some((format!("`{}` is a number of seconds", at.key), format!("write seconds: `{seconds}`")))
        },
    },
    Row {
        said: "expected ",
        tell: |at| {
            let whole = if at.said.ends_with("f32") { "a number" } else { "a whole number" };
            let limit = Limit::of(at.key).or_else(|| Limit::of(at.keys.iter().rev().nth(1)?));
            let hint = limit.map_or_else(|| format!("write {whole}"), Limit::hint);
            at.wants_number().then(|| (format!("`{}` needs {whole}", at.key), hint))
        },
    },
    Row {
        said: "expected ",
        tell: |at| {
            let shape = at.said.ends_with("expected a sequence") || at.said.contains("expected struct");
            let list = shape && LISTS.contains(&at.key) && at.keys.len() == 1;
            let hint = format!("each {0} begins with `[[{0}]]`, in two brackets", at.key);
            list.then(|| (format!("there can be several of `{}`", at.key), hint))
        },
    },
    Row {
        said: "expected a sequence",
        tell: |at| {
            let hint = format!("write `{} = [{ROW}]`; an expression stands under `if`", at.key);
            let rows = matches!(at.key, "when" | "any" | "all") && at.text().is_some();
            rows.then(|| (format!("`{}` holds rows", at.key), hint))
        },
    },
    Row {
        said: "expected a sequence",
        tell: |at| {
            let short = at.wrote.chars().count() <= 60 && !at.wrote.contains('\n');
            let hint =
                format!("put it into `[ ]`: `{} = [{}]`", at.key, if short { at.wrote } else { "..." });
            Some((format!("`{}` is a list", at.key), hint))
        },
    },
    Row {
        said: "",
        tell: |at| {
            let list = at.keys.iter().any(|key| key == "not") && at.said.ends_with("expected a string");
            let hint = format!("leave out the `[ ]`: `not = {ROW}`");
            (list && !matches!(at.key, "has" | "has_not")).then(|| ("`not` takes one row".into(), hint))
        },
    },
    Row {
        said: "sequence, expected a string",
        tell: |at| {
            let group = match at.key {
                "has" | "contains" | "starts_with" | "ends_with" => "any",
                "has_not" => "all",
                _ => return None,
            };
            let words =
                at.wrote.trim_matches(['[', ']']).split(',').map(str::trim).filter(|word| !word.is_empty());
            let rows = words.map(|word| format!("{{ field = \"{}\", {} = {word} }}", at.field, at.key));
            let hint = format!("write `{{ {group} = [{}] }}`", rows.collect::<Vec<_>>().join(", "));
            Some((format!("`{}` takes one word", at.key), hint))
        },
    },
    Row {
        said: "untagged enum Scalar",
        tell: |at| {
            let list = match (at.key, at.wrote.starts_with('[')) {
                ("is", true) => format!("write `in = {}`", at.wrote),
                ("is_not", true) => format!("write `not_in = {}`", at.wrote),
                _ => "write a text in quotation marks, a number, `true` or `false`".into(),
            };
            Some((format!("`{}` takes one value", at.key), list))
        },
    },
    Row {
        said: "expected a string",
        tell: |at| {
            let plain = !at.wrote.starts_with(['[', '{']) && !at.wrote.contains('\n');
            let shown = if plain { format!("`\"{}\"`", at.wrote) } else { "one text".into() };
            Some((format!("`{}` is a text", at.key), format!("write {shown} in quotation marks")))
        },
    },
    Row {
        said: "expected a map",
        tell: |at| {
            let key = if at.keys.first().is_some_and(|key| key == "wording") { at.key } else { "say" };
            let texts = key == at.key;
            let hint = format!("write `{key} = {{ en = {} }}`", at.text().map_or("\"...\"", |_| at.wrote));
            texts.then(|| (format!("`{key}` holds a text for each language"), hint))
        },
    },
    Row { said: "expected struct CaseTurn", tell: |at| table(at, "customer", "a turn tells who speaks") },
    Row {
        said: "expected struct CaseCustomer",
        tell: |at| table(at, "tier", "a customer has a tier and the like"),
    },
    Row {
        said: "expected struct Row",
        tell: |_| Some(("this is no row".into(), format!("write `{ROW}`; an expression stands under `if`"))),
    },
    Row {
        said: "expected ",
        tell: |at| {
            let section = at.said.ends_with("expected a map") || at.said.contains("expected struct");
            let hint = format!("write `[{}]`, and its keys on the lines below", at.key);
            section.then(|| (format!("`{}` is a section", at.key), hint))
        },
    },
    Row {
        said: "wanted string or table",
        tell: |at| {
            let word =
                at.wrote.trim_matches(['[', ']', ' ']).split(',').next().filter(|word| word.starts_with('"'));
            let hint = format!("write `{} = {}`", at.key, word.unwrap_or_else(|| example(at.key)));
            Some((format!("`{}` takes one word", at.key), hint))
        },
    },
    Row {
        said: "expected a boolean",
        tell: |at| {
            let hint = "write `true` or `false`, without quotation marks";
            Some((format!("`{}` is yes or no", at.key), hint.into()))
        },
    },
    Row {
        said: "unknown field",
        tell: |at| {
            let (unknown, mut known) = at.words()?;
            let operator = operator(unknown).filter(|operator| known.any(|known| known == *operator))?;
            Some((unknown_key(unknown), operator_hint(operator)))
        },
    },
    Row {
        said: "unknown field",
        tell: |at| {
            let (unknown, _) = at.words()?;
            let policy = schema_for!(Policy);
            let top = policy.get("properties").and_then(|keys| keys.get(unknown)).is_some();
            let hint = "move it above the first `[section]`: below one, everything belongs to it";
            (top && unknown != "name").then(|| (unknown_key(unknown), hint.into()))
        },
    },
    Row {
        said: "unknown field",
        tell: |at| {
            let (unknown, known) = at.words()?;
            Some((unknown_key(unknown), suggestion(unknown, known)?))
        },
    },
    Row {
        said: "unknown variant",
        tell: |at| {
            let (unknown, _) = at.words().filter(|_| at.key == "action")?;
            let hint = "only `propose`, `hand_off` or (with `proactive_after_s`) `answer` are allowed";
            Some((format!("an area has no action `{unknown}`"), hint.into()))
        },
    },
    Row {
        said: "unknown variant",
        tell: |at| {
            let (unknown, known) = at.words()?;
            Some((format!("`{unknown}` is not known here"), suggestion(unknown, known)?))
        },
    },
    Row {
        said: "an id has",
        tell: |at| Some((at.said.into(), "write the squad's id, such as `billing`, and not its name".into())),
    },
    Row {
        said: "missing field",
        tell: |at| {
            let (missing, _) = at.words()?;
            Some((format!("`{missing}` is missing"), format!("add `{missing} = {}`", example(missing))))
        },
    },
];

const ROW: &str = "{ field = \"customer.tier\", is = \"gold\" }";

/// What stands under the keys that cannot be left out.
static EXAMPLES: &[(&str, &str)] = &[
    ("name", "\"what colleagues call it\""),
    ("then", "\"propose\""),
    ("turns", "[{ customer = \"Where is my parcel?\" }]"),
    ("expect", "\"hand_off\""),
    ("area", "\"pricing\""),
    ("action", "\"propose\""),
];

fn example(key: &str) -> &'static str {
    EXAMPLES.iter().find(|(known, _)| *known == key).map_or("\"...\"", |(_, example)| example)
}

fn unknown_key(key: &str) -> String {
    format!("unknown field `{key}`")
}

/// A table of one key, written around a text.
fn table(at: &Mistake<'_>, key: &str, message: &str) -> Option<(String, String)> {
    let text = at.text().map_or("\"...\"", |_| at.wrote);
    Some((message.into(), format!("write `{{ {key} = {text} }}`")))
}

/// `2 minutes` in seconds.
fn seconds(text: &str) -> Option<u64> {
    let unit = text.find(|sign: char| !sign.is_ascii_digit())?;
    let number: u64 = text[..unit].parse().ok()?;
    let unit_s = match text[unit..].trim().chars().next()?.to_ascii_lowercase() {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return None,
    };
    number.checked_mul(unit_s)
}
