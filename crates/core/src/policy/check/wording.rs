//! What customers are told.

use std::collections::BTreeMap;

use super::{Check, Severity, Step};
use crate::policy::{expression::suggestion, language, sign};

/// The longest wording, in characters.
const SAY_MAX_CHARS: usize = 300;

impl Check<'_> {
    /// A text for each language.
    pub(super) fn wordings(&mut self, texts: &BTreeMap<String, String>) {
        for (language, text) in texts {
            self.language(language);
            if text.trim().is_empty() || text.chars().count() > SAY_MAX_CHARS {
                self.error(language, format!("a wording has 1 to {SAY_MAX_CHARS} characters"), "");
            }
            if text.replace("{customer}", "").contains(['{', '}']) {
                self.error(language, "only `{customer}` can be filled in", "leave other braces out");
            }
            if let Some(sign) = text.chars().find(|sign| sign::TURNING.contains(sign)) {
                let message = format!("{} turns the direction of what follows", sign::shown(sign));
                self.warn(language, message, "delete it: right-to-left languages need no sign for it");
            }
        }
    }

    fn language(&mut self, language: &str) {
        if language::codes().any(|known| known == language) {
            return;
        }
        let two = language.len() == 2 && language.bytes().all(|byte| byte.is_ascii_lowercase());
        let (severity, message) = match two {
            true => (Severity::Warning, format!("no language is called `{language}`")),
            false => (Severity::Error, format!("`{language}` is no language")),
        };
        let base = language.split(['-', '_']).next().unwrap_or_default().to_lowercase();
        let hint = match language::codes().any(|known| known == base) {
            true => suggestion(&base, [base.as_str()].into_iter()),
            false => Some(language::HINT.to_owned()),
        };
        self.path.push(Step::Name(language.to_owned()));
        self.push(severity, "", message, hint);
        self.path.pop();
    }
}
