//! The format of recorded conversations: one JSON document per line. Unknown fields are tolerated.

use segue_core::{
    backtest::label::{Label, Source},
    context::{Customer, Role},
    ids::AtMs,
    reading::Reading,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::run::START_MS;

/// A line that is no conversation, with what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct UnreadableLine(String);

/// One conversation as it was recorded.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Recorded {
    /// Text or number; absent where the recording has none.
    #[serde(default)]
    pub id: Value,
    /// `chat`, `email` ...
    #[serde(default)]
    pub channel: Option<String>,
    /// What was known of the customer, taken as given.
    #[serde(default)]
    pub customer: Option<Profile>,
    /// Pages the customer saw.
    #[serde(default)]
    pub pages: Option<Vec<PageSeen>>,
    /// When it began, Unix ms.
    #[serde(default)]
    pub at_ms: Option<AtMs>,
    /// The turns in order.
    pub turns: Vec<RecordedTurn>,
}

/// What was known of the customer.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// Full name.
    pub name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Whether a signed identity vouched for them.
    pub verified: bool,
    /// The organisation's word for their importance.
    pub tier: Option<String>,
    /// Their company.
    pub company: Option<String>,
    /// IANA name.
    pub time_zone: Option<String>,
    /// Anything else.
    pub attributes: Map<String, Value>,
}

/// A page and when it was seen.
#[derive(Clone, Debug, Deserialize)]
pub struct PageSeen {
    /// The turn before which it was opened.
    pub turn: usize,
    /// Its address.
    pub url: String,
    /// Its title.
    #[serde(default)]
    pub title: String,
    /// Errors that it reported.
    #[serde(default)]
    pub errors: u32,
}

/// One turn.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct RecordedTurn {
    /// Who speaks.
    pub role: Speaker,
    /// The words.
    pub text: String,
    /// The assistant's own confidence, 0..=1.
    #[serde(default)]
    pub confidence: Option<f32>,
    /// What was understood, where it was read before.
    #[serde(default)]
    pub reading: Option<Reading>,
    /// Whether a human should take over here, where somebody said.
    #[serde(default)]
    pub needs_human: Option<bool>,
}

/// Who speaks in a recording.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The person who asks.
    #[default]
    Customer,
    /// The AI.
    Assistant,
    /// A human who answers.
    Agent,
    /// A system, told in words: "Account has been pulled up".
    #[serde(alias = "system")]
    Action,
}

impl Speaker {
    /// The role in the log.
    pub fn role(self) -> Role {
        match self {
            Speaker::Customer => Role::Customer,
            Speaker::Assistant => Role::Assistant,
            Speaker::Agent => Role::Agent,
            Speaker::Action => Role::System,
        }
    }
}

impl Recorded {
    /// Reads one line; `number` counts from 1 and names a conversation that has no id.
    ///
    /// # Errors
    /// What is wrong with the line.
    pub fn parse(line: &str, number: u64) -> Result<Self, UnreadableLine> {
        let unreadable = |why: String| Err(UnreadableLine(why));
        let mut recorded: Self = match serde_json::from_str(line) {
            Ok(recorded) => recorded,
            Err(problem) => {
                let said = problem.to_string();
                // The parser sees one line only and would call it the first.
                let why = said.split(" at line ").next().unwrap_or_default();
                return unreadable(format!(
                    "line {number} is not a conversation: {why} (column {}); a line reads like \
                     {{\"id\": \"1\", \"turns\": [{{\"role\": \"customer\", \"text\": \"Hello\"}}]}}",
                    problem.column()
                ));
            }
        };
        if let Some(bad) = recorded.turns.iter().find_map(|turn| turn.confidence.filter(|c| !is_share(*c))) {
            return unreadable(format!(
                "line {number} has the confidence {bad}; a confidence lies between 0 and 1"
            ));
        }
        match &recorded.id {
            Value::String(_) | Value::Number(_) => {}
            Value::Null => recorded.id = Value::String(format!("line-{number}")),
            other => {
                return unreadable(format!("line {number} has the id {other}; an id is a text or a number"));
            }
        }
        Ok(recorded)
    }

    /// Its id as text.
    pub fn id(&self) -> String {
        self.id.as_str().map_or_else(|| self.id.to_string(), str::to_owned)
    }

    /// The customer as the core knows one.
    pub(super) fn profile(&self) -> Customer {
        let known = self.customer.clone().unwrap_or_default();
        Customer {
            id: None,
            name: known.name,
            email: known.email,
            verified: known.verified,
            tier: known.tier,
            company: known.company,
            time_zone: known.time_zone,
            contact: None,
            attributes: known.attributes,
        }
    }

    /// When it begins, Unix ms.
    pub(super) fn begins_at_ms(&self) -> AtMs {
        self.at_ms.unwrap_or(START_MS)
    }

    /// When a human was needed, where the turns were labelled.
    pub fn label(&self) -> Option<Label> {
        let labelled = self.turns.iter().any(|turn| turn.needs_human.is_some());
        let needed_at = self.turns.iter().position(|turn| turn.needs_human == Some(true));
        labelled.then(|| Label { needed_at: needed_at.map(|at| at as u32), source: Source::Labelled })
    }

    /// Pages opened before a turn, in order.
    pub(super) fn pages_before(&self, turn: usize) -> impl Iterator<Item = &PageSeen> {
        self.pages.iter().flatten().filter(move |page| page.turn == turn)
    }
}

fn is_share(value: f32) -> bool {
    (0.0..=1.0).contains(&value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_may_hold_more_than_is_known_and_less_than_is_possible() {
        let line =
            r#"{"id": 7, "account": {}, "turns": [{"role": "action", "text": "Pulled up.", "slots": []}]}"#;
        let recorded = Recorded::parse(line, 3).unwrap();
        assert_eq!(recorded.id(), "7");
        assert_eq!(recorded.turns[0].role.role(), Role::System);
        assert_eq!(Recorded::parse(r#"{"turns": []}"#, 3).unwrap().id(), "line-3");
    }

    #[test]
    fn a_bad_line_is_named_with_what_to_do() {
        let check = |line: &str, expected: &str| {
            let problem = Recorded::parse(line, 12).unwrap_err().to_string();
            assert!(problem.starts_with("line 12 ") && problem.contains(expected), "{problem}");
        };
        check("{", "is not a conversation");
        check("[]", "is not a conversation");
        check(r#"{"id": "a"}"#, "missing field `turns`");
        check(r#"{"turns": [{"role": "robot", "text": ""}]}"#, "unknown variant `robot`");
        check(r#"{"id": [], "turns": []}"#, "an id is a text or a number");
        check(r#"{"turns": [{"role": "assistant", "text": "x", "confidence": 3}]}"#, "between 0 and 1");
    }
}
