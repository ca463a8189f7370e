//! The policy's file: TOML to a policy with every problem at its line and column, and changes of the policy written
//! back into the text with comments and order kept.

mod advice;
mod edit;
mod place;

use advice::Advice;
use place::{Places, find};
use schemars::JsonSchema;
use serde::Serialize;
use toml_edit::{Document, Item, Value};

pub use edit::{EditError, edit};

use super::{
    Policy,
    check::{self, Severity, Step},
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
    let wrong =
        |advice: Advice| failed(places.problem(advice.span, Severity::Error, advice.message, advice.hint));
    let document = match Document::parse(text) {
        Ok(document) => document,
        Err(error) => return wrong(advice::syntax(text, &error)),
    };
    let policy: Policy = match toml_edit::de::from_str(text) {
        Ok(policy) => policy,
        Err(error) => return wrong(advice::shape(text, &document, &error)),
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
