//! The policy's file: TOML to a policy with every problem at its line and column, and changes of the policy written
//! back into the text with comments and order kept.

mod edit;

use schemars::JsonSchema;
use serde::Serialize;
use toml_edit::{Document, Item, Value};

pub use edit::{EditError, edit};

use super::{
    Policy,
    check::{self, Fault, Severity, Step},
    expression::suggestion,
};
use crate::organisation::Organisation;

/// The longest file, bytes.
pub const TEXT_MAX_BYTES: usize = 512 * 1024;

/// What came of reading a text.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The policy; absent where the text is no policy at all.
    pub policy: Option<Policy>,
    /// Everything wrong with it, in the order of the text.
    pub problems: Vec<Problem>,
}

/// Something wrong, at its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "PolicyProblem")]
pub struct Problem {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Line of the end.
    pub end_line: usize,
    /// Column one past the end.
    pub end_column: usize,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
}

impl Checked {
    /// The policy, if nothing keeps it from being used.
    ///
    /// # Errors
    /// The errors; warnings alone do no harm.
    pub fn usable(self) -> Result<Policy, Vec<Problem>> {
        let (errors, _): (Vec<_>, Vec<_>) =
            self.problems.into_iter().partition(|problem| problem.severity == Severity::Error);
        match self.policy {
            Some(policy) if errors.is_empty() => Ok(policy),
            _ => Err(errors),
        }
    }
}

/// Reads a text. With the organisation at hand, names of squads and areas are held against it.
pub fn check(text: &str, organisation: Option<&Organisation>) -> Checked {
    let places = Places { text };
    let failed = |problem| Checked { policy: None, problems: vec![problem] };
    if text.len() > TEXT_MAX_BYTES {
        let message = format!("a policy has at most {} KiB", TEXT_MAX_BYTES / 1024);
        return failed(places.problem(0..0, Severity::Error, message, None));
    }
    let document = match Document::parse(text) {
        Ok(document) => document,
        Err(error) => {
            let hint = "strings stand in quotation marks, lists in [ ], and each rule begins with [[rule]]";
            let span = error.span().unwrap_or(0..0);
            return failed(places.problem(
                span,
                Severity::Error,
                first_line(error.message()),
                Some(hint.into()),
            ));
        }
    };
    let policy: Policy = match toml_edit::de::from_str(text) {
        Ok(policy) => policy,
        Err(error) => {
            let message = first_line(error.message());
            let hint = unknown_word(&message);
            return failed(places.problem(error.span().unwrap_or(0..0), Severity::Error, message, hint));
        }
    };
    let faults = check::faults(&policy, organisation);
    let mut problems: Vec<Problem> = faults.into_iter().map(|fault| places.fault(&document, fault)).collect();
    problems.sort_by_key(|problem| (problem.line, problem.column));
    Checked { policy: Some(policy), problems }
}

/// The lines on which the policy's tests begin, from 1, in order; empty where the text is no policy.
pub fn lines_of_tests(text: &str) -> Vec<usize> {
    let places = Places { text };
    let Ok(document) = Document::parse(text) else { return vec![] };
    let step = |index: usize| [Step::from("test"), Step::from(index)];
    let count = match document.get("test") {
        Some(Item::ArrayOfTables(tables)) => tables.len(),
        Some(Item::Value(Value::Array(list))) => list.len(),
        _ => 0,
    };
    (0..count).map(|index| places.place(find(document.as_item(), &step(index), text).0.start).0).collect()
}

/// A policy as a text of its own, without comments.
pub fn write(policy: &Policy) -> String {
    edit::document_of(policy).to_string()
}

fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or_default().to_owned()
}

/// "unknown field `propos_at`, expected one of `name`, `propose_at`": what was meant.
fn unknown_word(message: &str) -> Option<String> {
    let mut words = message.split('`').skip(1).step_by(2);
    let unknown = words.next().filter(|_| message.starts_with("unknown "))?;
    suggestion(unknown, words)
}

struct Places<'a> {
    text: &'a str,
}

impl Places<'_> {
    fn fault(&self, document: &Document<&str>, fault: Fault) -> Problem {
        let Fault { path, within, severity, message, hint } = fault;
        let (span, inner) = find(document.as_item(), &path, self.text);
        let span = match (within, inner) {
            (Some((start, end)), Some(inner)) => self.part(inner, start, end),
            _ => span,
        };
        self.problem(span, severity, message, hint)
    }

    /// The bytes of some characters of a part of the text.
    fn part(&self, inner: std::ops::Range<usize>, start: usize, end: usize) -> std::ops::Range<usize> {
        let words = &self.text[inner.clone()];
        let at = |n: usize| words.char_indices().nth(n).map_or(words.len(), |(at, _)| at);
        inner.start + at(start)..inner.start + at(end)
    }

    fn problem(
        &self,
        span: std::ops::Range<usize>,
        severity: Severity,
        message: String,
        hint: Option<String>,
    ) -> Problem {
        let (line, column) = self.place(span.start);
        let (end_line, end_column) = self.place(span.end.max(span.start));
        Problem { line, column, end_line, end_column, severity, message, hint }
    }

    fn place(&self, byte: usize) -> (usize, usize) {
        let mut byte = byte.min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        let before = &self.text[..byte];
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        (line, before[start..].chars().count() + 1)
    }
}

type Span = std::ops::Range<usize>;

/// Where a path leads, or its last step that the text has; and the inside of the string there, where the text stands as
/// it is meant.
fn find(root: &Item, path: &[Step], text: &str) -> (Span, Option<Span>) {
    let mut item = Some(Node::Item(root));
    let mut span = 0..0;
    for (depth, step) in path.iter().enumerate() {
        let Some(node) = item else { break };
        let (next, at) = node.step(step);
        if let Some(at) = at {
            span = at;
        } else if depth + 1 < path.len() || next.is_none() {
            break;
        }
        item = next;
    }
    let inner = item.and_then(|node| node.as_str()).and_then(|words| {
        let at = text.get(span.clone())?.find(words)?;
        Some(span.start + at..span.start + at + words.len())
    });
    (span, inner)
}

#[derive(Clone, Copy)]
enum Node<'a> {
    Item(&'a Item),
    Value(&'a Value),
    Table(&'a toml_edit::Table),
}

impl<'a> Node<'a> {
    fn as_str(self) -> Option<&'a str> {
        match self {
            Node::Item(item) => item.as_str(),
            Node::Value(value) => value.as_str(),
            Node::Table(_) => None,
        }
    }

    fn step(self, step: &Step) -> (Option<Node<'a>>, Option<Span>) {
        match step {
            Step::Key(key) => {
                let found = match self {
                    Node::Item(item) => item.as_table_like().and_then(|table| table.get(key)),
                    Node::Table(table) => table.get(key),
                    Node::Value(value) => {
                        let found = value.as_inline_table().and_then(|table| table.get(key));
                        return (found.map(Node::Value), found.and_then(Value::span));
                    }
                };
                (found.map(Node::Item), found.and_then(Item::span))
            }
            Step::Index(index) => match self {
                Node::Item(Item::ArrayOfTables(tables)) => {
                    let found = tables.get(*index);
                    (found.map(Node::Table), found.and_then(toml_edit::Table::span))
                }
                Node::Item(Item::Value(Value::Array(array))) | Node::Value(Value::Array(array)) => {
                    let found = array.get(*index);
                    (found.map(Node::Value), found.and_then(Value::span))
                }
                _ => (None, None),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_found_by_line() {
        let text =
            "name = \"a\"\n\n[[test]]\nname = \"b\"\n# why\n[[rule]]\nname = \"r\"\n[[test]]\nname = \"c\"\n";
        assert_eq!(lines_of_tests(text), [3, 8]);
        assert_eq!(lines_of_tests("test = [\n  {},\n  {},\n]"), [2, 3]);
        assert_eq!(lines_of_tests("[[["), [0; 0]);
    }
}
