//! A reader and packages for tests and benches.

#![allow(dead_code)] // Each including test uses its own part.

use std::sync::OnceLock;

use segue_core::{
    context::{ContextPackage, Role, Turn},
    event::TurnContent,
    ids::{ConversationId, OrganisationId},
    reading::Reading,
};

use crate::{Reader, TurnText};

/// One reader for all tests of the process. Rules only: the tests beside a rule are about that rule.
pub fn reader() -> &'static Reader {
    static READER: OnceLock<Reader> = OnceLock::new();
    READER.get_or_init(Reader::rules_only)
}

/// A package without turns.
pub fn empty() -> ContextPackage {
    let organisation = OrganisationId::parse("northwind").expect("a plain id");
    ContextPackage::new(organisation, ConversationId::parse("c1").expect("a plain id"))
}

/// Adds a turn with its reading.
pub fn push(package: &mut ContextPackage, role: Role, text: &str, reading: &Reading) {
    let said = Turn {
        turn: package.transcript.len() as u32,
        role,
        agent: None,
        at_ms: 0,
        text: text.to_owned(),
        confidence: None,
        citations: Vec::new(),
    };
    let content = TurnContent { text: text.to_owned(), reading: reading.clone(), citations: Vec::new() };
    package.hear(said, &content);
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
