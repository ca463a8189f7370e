//! Tests of a policy: short conversations with what is to be decided.

use jiff::{civil::DateTime, tz::TimeZone};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::{
    ids::{AtMs, SquadId},
    trigger::{Action, Reason},
};

/// One test, as it stands in the policy's file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyCase {
    /// What it shows.
    pub name: String,
    /// Who writes.
    #[serde(default, skip_serializing_if = "CaseCustomer::is_unknown")]
    pub customer: CaseCustomer,
    /// `chat` where nothing else is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Address of the page that the customer is on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// When it begins, on the organisation's own clock: `2026-01-05T22:30`. Absent: a Wednesday at ten in the morning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// What is said, in order.
    pub turns: Vec<CaseTurn>,
    /// What is to be decided.
    pub expect: Expected,
    /// The reason that is to be recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// The rule that is to fire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The squad that is to take it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub squad: Option<SquadId>,
    /// The turn, from 0, at which it is to happen; absent: at any turn, and for `answer` and `hold` at the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn: Option<u32>,
}

/// A Wednesday at ten in the morning.
const USUAL_TIME: DateTime = DateTime::constant(2026, 1, 7, 10, 0, 0, 0);

impl PolicyCase {
    /// When it begins, Unix ms; `None` where `at` is no time.
    pub fn begins_at_ms(&self, time_zone: &str) -> Option<AtMs> {
        let civil = self.at.as_deref().map_or(Ok(USUAL_TIME), str::parse::<DateTime>).ok()?;
        let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
        Some(civil.to_zoned(zone).ok()?.timestamp().as_millisecond())
    }
}

/// Who writes in a test.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CaseCustomer {
    /// The organisation's word for their importance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// Whether a signed identity vouches for them.
    pub verified: bool,
    /// Other attributes of the identity.
    #[serde(skip_serializing_if = "Map::is_empty", serialize_with = "without_null")]
    pub attributes: Map<String, Value>,
}

impl CaseCustomer {
    fn is_unknown(&self) -> bool {
        *self == Self::default()
    }
}

/// What is `null` is unknown, as what is left out is. A policy's file knows no other way to say it, and no whole number
/// beyond 64 bits.
fn without_null<S: Serializer>(attributes: &Map<String, Value>, serializer: S) -> Result<S::Ok, S::Error> {
    fn known(value: &Value) -> Option<Value> {
        Some(match value {
            Value::Null => return None,
            Value::Array(values) => values.iter().filter_map(known).collect(),
            Value::Object(values) => {
                values.iter().filter_map(|(key, value)| Some((key.clone(), known(value)?))).collect()
            }
            Value::Number(number) if !number.is_i64() => number.as_f64().map_or(Value::Null, Value::from),
            value => value.clone(),
        })
    }
    let attributes = attributes.iter().filter_map(|(key, value)| Some((key, known(value)?)));
    serializer.collect_map(attributes)
}

/// One turn of a test: `customer` or `assistant` with the words.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CaseTurn {
    /// The customer's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// The assistant's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assistant: Option<String>,
    /// The assistant's own confidence, 0..=1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
}

/// What a test expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Expected {
    /// Neither proposed nor handed off at any turn.
    Answer,
    /// Held back.
    Hold,
    /// A human is proposed first.
    Propose,
    /// A human takes over.
    HandOff,
    /// Either.
    ProposeOrHandOff,
}

impl Expected {
    /// Whether an action is what was expected.
    pub fn allows(self, action: Action) -> bool {
        match self {
            Expected::Answer => action == Action::Answer,
            Expected::Hold => action == Action::Hold,
            Expected::Propose => action == Action::Propose,
            Expected::HandOff => action == Action::HandOff,
            Expected::ProposeOrHandOff => matches!(action, Action::Propose | Action::HandOff),
        }
    }
}
