//! Expressions: the part of CEL that rules need, parsed by CEL's own grammar and evaluated natively.
//!
//! An expression is compiled once, when a policy is read: names and types are checked there, so that a mistake is
//! told to whoever writes it and not to nobody at three in the night. What is left is a small tree without loops,
//! whose cost is bounded by the length of its text. Macros (`all`, `exists`, `map`, `filter`) are refused: they have
//! no bound.
//!
//! The semantics are CEL's; `tests/triggers/oracle.rs` holds them against an interpreter. What differs:
//! - Names, types, lists and patterns are refused when the text is read, where CEL fails when it is asked. So are
//!   numbers beyond 64 bits, `null`, bytes, maps and times.
//! - `+` adds numbers and does not join texts or lists.
//! - `3u` is the whole number 3, and calculates with other whole numbers.
//! - An attribute that is `null`, a list or a table counts as unknown, and `has()` says no of it.
//! - Whole numbers compare with others in double precision: as interpreters do it, though not the specification.

mod advice;
pub(super) mod compile;
pub(super) mod evaluate;
pub(super) mod names;
mod pattern;
mod token;

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(super) use evaluate::Node;
pub(super) use names::suggestion;

use super::scene::Scene;

/// The longest expression, in characters.
pub const TEXT_MAX_CHARS: usize = 2_000;

/// An expression that says yes or no, such as `customer.tier == "enterprise" && context.amount > 500.0`.
///
/// One that cannot be understood is kept with its text, never holds, and is reported by [`Expression::problem`]: a
/// policy that an older version has stored still loads, and nothing but the one rule is out of order.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Expression {
    text: String,
    compiled: Arc<Result<Node, ExpressionError>>,
}

/// Why an expression cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ExpressionError {
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
    /// First character concerned.
    pub start: usize,
    /// One past the last.
    pub end: usize,
}

impl Expression {
    /// Reads an expression.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let compiled = Arc::new(compile::compile(&text));
        Self { text, compiled }
    }

    /// As written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What is wrong with it, if anything.
    pub fn problem(&self) -> Option<&ExpressionError> {
        self.compiled.as_ref().as_ref().err()
    }

    /// Whether it holds; unknown values and errors such as a division by zero count as no.
    pub fn holds(&self, scene: &Scene<'_>) -> bool {
        self.compiled.as_ref().as_ref().is_ok_and(|node| node.holds(scene))
    }

    pub(super) fn node(&self) -> Option<&Node> {
        self.compiled.as_ref().as_ref().ok()
    }
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl From<String> for Expression {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<Expression> for String {
    fn from(expression: Expression) -> Self {
        expression.text
    }
}
