//! A reader and packages for tests and benches. A small stand-in for the fold of `segue-core`: enough for the
//! readers that look back.

#![allow(dead_code)] // Each including test uses its own part.

use std::sync::OnceLock;

use std::sync::Arc;

use segue_core::{
    context::{ContextPackage, Customer, GivenFact, GivenPromise, Issue, Role, SCHEMA, TriedStep, Turn},
    ids::{ConversationId, OrganisationId},
    reading::{Outcome, Reading},
};

use crate::{Reader, TurnText};

/// One reader for all tests of the process. Rules only: the tests beside a rule are about that rule.
pub fn reader() -> &'static Reader {
    static READER: OnceLock<Reader> = OnceLock::new();
    READER.get_or_init(Reader::rules_only)
}

/// A package without turns.
pub fn empty() -> ContextPackage {
    ContextPackage {
        schema: SCHEMA.to_owned(),
        organisation: OrganisationId::parse("northwind").expect("a plain id"),
        conversation: ConversationId::parse("c1").expect("a plain id"),
        seq: 0,
        updated_at_ms: 0,
        channel: "chat".to_owned(),
        language: None,
        customer: Customer::default(),
        issue: Issue::default(),
        wants: None,
        summary: Vec::new(),
        transcript: Vec::new(),
        transcript_omitted: 0,
        mood: Vec::new(),
        turning_points: Vec::new(),
        facts: Vec::new(),
        promises: Vec::new(),
        steps: Vec::new(),
        handoff: None,
        page: None,
        journey: Vec::new(),
        opening_lines: Vec::new(),
        suggested_articles: Vec::new(),
        notes: Vec::new(),
        missing_sources: Vec::new(),
    }
}

/// Adds a turn with its reading.
pub fn push(package: &mut ContextPackage, role: Role, text: &str, reading: &Reading) {
    let turn = package.transcript.len() as u32;
    package.transcript.push(Arc::new(Turn {
        turn,
        role,
        agent: None,
        at_ms: 0,
        text: text.to_owned(),
        confidence: None,
        citations: Vec::new(),
    }));
    if role == Role::Customer
        && package.language.is_none()
        && let Some(language) = &reading.language
    {
        package.language = Some(language.code.clone());
    }
    for fact in &reading.facts {
        package.facts.push(GivenFact {
            kind: fact.kind,
            value: fact.value.clone(),
            normalised: fact.normalised.clone(),
            turn,
            start: fact.start,
            end: fact.end,
            verified: false,
        });
    }
    for promise in &reading.promises {
        package.promises.push(GivenPromise {
            text: promise.text.clone(),
            by: role,
            turn,
            start: promise.start,
            end: promise.end,
            due: promise.due.clone(),
            due_at_ms: None,
            amount: promise.amount.clone(),
        });
    }
    for step in &reading.steps {
        if step.reports_earlier {
            let open = |known: &&mut TriedStep| matches!(known.outcome, Outcome::Proposed | Outcome::Started);
            if let Some(known) = package.steps.iter_mut().rev().find(open) {
                known.outcome = step.outcome;
                known.outcome_turn = Some(turn);
            }
            continue;
        }
        package.steps.push(TriedStep {
            what: step.what.clone(),
            outcome: step.outcome,
            by: role,
            turn,
            start: step.start,
            end: step.end,
            outcome_turn: None,
        });
    }
}

/// Reads the turns one after another; the package after them.
pub fn context(turns: &[(Role, &str)]) -> ContextPackage {
    let mut package = empty();
    for &(role, text) in turns {
        let reading = reader().read(TurnText { role, text }, &package);
        push(&mut package, role, text, &reading);
    }
    package
}

/// Reads a customer's turn without anything before it.
pub fn read(text: &str) -> Reading {
    read_after(&[], text)
}

/// Reads a customer's turn after others.
pub fn read_after(turns: &[(Role, &str)], text: &str) -> Reading {
    reader().read(TurnText { role: Role::Customer, text }, &context(turns))
}

/// Reads an assistant's turn after others.
pub fn read_assistant(turns: &[(Role, &str)], text: &str) -> Reading {
    reader().read(TurnText { role: Role::Assistant, text }, &context(turns))
}
