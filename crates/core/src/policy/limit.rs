//! The range of every number that stands in a policy's file.

use crate::signal::COUNTS_MAX;

/// The range of the number under a key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Limit {
    /// The key; `emphasis` for the factors below it.
    pub key: &'static str,
    /// The least that is allowed.
    pub least: f32,
    /// The most that is allowed.
    pub most: f32,
    /// Whether it has no point.
    pub whole: bool,
}

const fn share(key: &'static str, most: f32) -> Limit {
    Limit { key, least: 0.0, most, whole: false }
}

const fn whole(key: &'static str, least: f32, most: f32) -> Limit {
    Limit { key, least, most, whole: true }
}

/// All of them. Those in seconds end with `_s`.
static LIMITS: &[Limit] = &[
    share("propose_at", 1.0),
    share("hand_off_at", 1.0),
    share("answer_confidence_min", 1.0),
    share("confidence", 1.0),
    share("weight", COUNTS_MAX),
    share("emphasis", 2.0),
    whole("cool_down_turns", 0.0, 100.0),
    whole("priority", 0.0, 100.0),
    whole("per_day", 0.0, 10.0),
    whole("after_dismissal_days", 0.0, 365.0),
    whole("turn", 0.0, 49.0),
    whole("proactive_after_s", 0.0, 86_400.0),
    // At least what it takes to press a button, at most a week.
    whole("first_reply_s", 5.0, 604_800.0),
];

impl Limit {
    /// The range of this key.
    pub fn of(key: &str) -> Option<&'static Limit> {
        LIMITS.iter().find(|limit| limit.key == key)
    }

    /// Whether a number lies within.
    pub fn allows(&self, number: f32) -> bool {
        (self.least..=self.most).contains(&number)
    }

    /// What to write instead.
    pub fn hint(&self) -> String {
        let Self { key, least, most, whole } = self;
        match whole {
            true if key.ends_with("_s") => format!("write seconds, {least} to {most}, such as `120`"),
            true => format!("write a whole number from {least} to {most}"),
            false => format!("write a number from {least} to {most}"),
        }
    }
}
