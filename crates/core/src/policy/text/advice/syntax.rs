//! Texts that are no TOML.

use super::{LISTS, Row, decimal, operator, operator_hint};

/// What TOML says, in order: the first row that has something to tell speaks.
pub(super) static SYNTAX: &[Row] = &[
    Row {
        said: "duplicate key",
        tell: |at| {
            let home = match at.section {
                _ if at.before.matches('{').count() > at.before.matches('}').count() => "row",
                _ if at.before.trim_start().starts_with('[') => "file",
                section if LISTS.contains(&section) => section,
                "" => "file",
                _ => "section",
            };
            Some((format!("`{}` stands in this {home} already", at.wrote), "leave one of them out".into()))
        },
    },
    Row {
        said: "",
        tell: |at| {
            let number = |word: &str| decimal(word).filter(|number| number != word);
            let word = [at.word, at.last()].into_iter().find(|word| number(word).is_some())?;
            Some((format!("`{word}` is no number here"), format!("write `{}`", number(word)?)))
        },
    },
    Row {
        said: "",
        tell: |at| {
            let truth = match at.word.trim_end_matches(',').to_lowercase().as_str() {
                "yes" | "true" | "on" => "true",
                "no" | "false" | "off" => "false",
                _ => return None,
            };
            Some((format!("`{}` is neither `true` nor `false`", at.word), format!("write `{truth}`")))
        },
    },
    Row {
        said: "",
        tell: |at| {
            let other = |word: &&str| *word != "=" && operator(word).is_some();
            let word = [at.word, at.last()].into_iter().find(other)?;
            Some((format!("`{word}` cannot stand here"), operator_hint(operator(word)?)))
        },
    },
    Row {
        said: "string values must be quoted",
        tell: |at| {
            Some((
                format!("`{}` stands without quotation marks", at.wrote),
                format!("write `\"{}\"`", at.wrote),
            ))
        },
    },
    Row {
        said: "missing comma",
        tell: |_| Some(("a comma is missing before this".into(), "put `,` after what stands before".into())),
    },
    Row {
        said: "unclosed array table",
        tell: |at| Some((at.said.into(), "write two brackets on both sides: `[[rule]]`".into())),
    },
    Row {
        said: "unclosed",
        tell: |_| {
            let hint = "close every `[` with `]`, and every `{` with `}`";
            Some(("a bracket stays open".into(), hint.into()))
        },
    },
    Row {
        said: "key with no value",
        tell: |at| match at.word.starts_with(':') || at.before.trim_end().ends_with(':') {
            true => Some(("`:` cannot stand here".into(), "write `=`".into())),
            false => Some(("there is a key and no value".into(), "write it like `propose_at = 0.5`".into())),
        },
    },
    Row {
        said: "invalid basic string",
        tell: |at| {
            let hint = "close it on the same line; several lines stand between \"\"\" and \"\"\"";
            at.before.contains('"').then(|| ("the text has no closing quotation mark".into(), hint.into()))
        },
    },
    Row {
        said: "invalid literal string",
        tell: |at| {
            let hint = "close it on the same line; several lines stand between ''' and '''";
            at.before.contains('\'').then(|| ("the text has no closing quotation mark".into(), hint.into()))
        },
    },
    Row {
        said: "unexpected key or value",
        tell: |at| {
            let hint = "put a text with quotation marks in it between ''' and '''";
            at.before.contains(['"', '\'']).then(|| ("the text ended before this".into(), hint.into()))
        },
    },
    Row {
        said: "cannot extend",
        tell: |_| {
            let hint = "it is written in `{ }` or as a value above: put everything of it in one place";
            Some(("this section stands above already".into(), hint.into()))
        },
    },
    Row {
        said: "",
        tell: |at| {
            let hint = "strings stand in quotation marks, lists in [ ], and each rule begins with [[rule]]";
            Some((at.said.into(), hint.into()))
        },
    },
];
