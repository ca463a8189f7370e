//! From paths and bytes to lines and columns.

use std::ops::Range;

use toml_edit::{Document, Item, TableLike, Value};

use super::Problem;
use crate::policy::check::{Fault, Severity, Step};

pub(super) type Span = Range<usize>;

/// Finds places in a text.
pub(super) struct Places<'a> {
    /// All of it.
    pub text: &'a str,
}

impl Places<'_> {
    /// A fault of the policy at its place in the text.
    pub fn fault(&self, document: &Document<&str>, fault: Fault) -> Problem {
        let Fault { path, within, severity, message, hint } = fault;
        let (span, inner) = find(document.as_item(), &path, self.text);
        let span = match (within, inner) {
            (Some((start, end)), Some(inner)) => self.part(inner, start, end),
            _ => span,
        };
        self.problem(span, severity, message, hint)
    }

    /// The bytes of some characters of a part of the text.
    fn part(&self, inner: Span, start: usize, end: usize) -> Span {
        let words = &self.text[inner.clone()];
        let at = |n: usize| words.char_indices().nth(n).map_or(words.len(), |(at, _)| at);
        inner.start + at(start)..inner.start + at(end)
    }

    /// Something wrong between two bytes.
    pub fn problem(&self, span: Span, severity: Severity, message: String, hint: Option<String>) -> Problem {
        let (line, column) = self.place(span.start);
        let (end_line, end_column) = self.place(span.end.max(span.start));
        Problem { line, column, end_line, end_column, severity, message, hint }
    }

    /// Line and column of a byte, from 1.
    pub fn place(&self, byte: usize) -> (usize, usize) {
        let before = &self.text[..self.text.floor_char_boundary(byte)];
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        (line, before[start..].chars().count() + 1)
    }
}

/// Where a path leads, or its last step that the text has; and the inside of the string there, where the text stands as
/// it is meant.
pub(super) fn find(root: &Item, path: &[Step], text: &str) -> (Span, Option<Span>) {
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

/// The keys that lead to what stands at a place, and the field that its row asks.
pub(super) fn keys_to(root: &Item, at: &Span) -> (Vec<String>, Option<String>) {
    let mut keys = vec![];
    let mut field = None;
    let mut open = Some(Node::Item(root));
    while let Some(node) = open {
        field = node.table().and_then(|table| table.get("field")).and_then(Item::as_str).or(field);
        let mut inside = None;
        for (key, part, span) in node.parts() {
            if span.is_some_and(|span| span.start <= at.start && at.end <= span.end) {
                keys.extend(key);
                inside = Some(part);
                break;
            }
        }
        open = inside;
    }
    (keys, field.map(str::to_owned))
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

    fn table(self) -> Option<&'a dyn TableLike> {
        match self {
            Node::Item(item) => item.as_table_like(),
            Node::Table(table) => Some(table),
            Node::Value(value) => value.as_inline_table().map(|table| table as &dyn TableLike),
        }
    }

    fn span(self) -> Option<Span> {
        match self {
            Node::Item(item) => item.span(),
            Node::Value(value) => value.span(),
            Node::Table(table) => table.span(),
        }
    }

    fn step(self, step: &Step) -> (Option<Node<'a>>, Option<Span>) {
        let found = match step {
            Step::Key(key) => self.table().and_then(|table| table.get(key)).map(Node::Item),
            Step::Name(key) => {
                let found = self.table().and_then(|table| table.get_key_value(key));
                return (found.map(|(_, item)| Node::Item(item)), found.and_then(|(key, _)| key.span()));
            }
            Step::Index(index) => match self {
                Node::Item(Item::ArrayOfTables(tables)) => tables.get(*index).map(Node::Table),
                Node::Item(Item::Value(Value::Array(array))) | Node::Value(Value::Array(array)) => {
                    array.get(*index).map(Node::Value)
                }
                _ => None,
            },
        };
        (found, found.and_then(Node::span))
    }

    /// What it holds, with keys and places. A table reaches as far as its last part.
    fn parts(self) -> Vec<(Option<String>, Node<'a>, Option<Span>)> {
        let reach = |node: Node<'a>| node.reach();
        if let Some(table) = self.table() {
            let parts = table.iter().map(|(key, item)| (Some(key.to_owned()), Node::Item(item)));
            return parts.map(|(key, node)| (key, node, reach(node))).collect();
        }
        match self {
            Node::Item(Item::ArrayOfTables(tables)) => {
                tables.iter().map(|table| (None, Node::Table(table), reach(Node::Table(table)))).collect()
            }
            Node::Item(Item::Value(Value::Array(list))) | Node::Value(Value::Array(list)) => {
                list.iter().map(|value| (None, Node::Value(value), value.span())).collect()
            }
            _ => vec![],
        }
    }

    /// From its first byte to the last one of its parts: the place of a table is its heading alone.
    fn reach(self) -> Option<Span> {
        let parts = match self {
            Node::Table(_) | Node::Item(Item::Table(_) | Item::ArrayOfTables(_)) => self.parts(),
            _ => vec![],
        };
        let parts = parts.into_iter().filter_map(|(_, _, span)| span);
        self.span().into_iter().chain(parts).reduce(|a, b| a.start.min(b.start)..a.end.max(b.end))
    }
}
