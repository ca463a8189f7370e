//! Signals: what argues for a human, one file each.
//!
//! A new signal is a file here and a line in [`SIGNALS`]. A signal looks at a [`Moment`], keeps nothing, and
//! returns what it saw in words that quote the customer, or `None`.

pub mod always_human_topic;
pub mod anomaly;
pub mod authority;
pub mod churn_risk;
pub mod complexity;
pub mod customer_health;
pub mod explicit_request;
pub mod failed_steps;
pub mod frustration;
pub mod low_confidence;
pub mod needs_human;
pub mod page_context;
pub mod page_errors;
pub mod private_scope;
pub mod product_feedback;
pub mod propose_topic;
pub mod repetition;
pub mod safety_floor;
pub mod sales;
pub mod security;

use std::borrow::Cow;

use crate::{
    context::{Evidence, Role, summary},
    policy::Scene,
    trigger::{Moment, Reason, unit},
};

/// Something that argues for a human.
pub trait Signal {
    /// Its name in evidence, settings and measures.
    const NAME: &'static str;
    /// Whose turns it looks at.
    const HEARS: Hears = Hears::Customer;
    /// Whether no policy can weaken it.
    const FLOOR: bool = false;
    /// Whether it sees what a model of the words alone cannot: the page, the account, the answer's confidence.
    const BEYOND_TEXT: bool = false;
    /// What it looks for, in one sentence for the lead.
    const ABOUT: &'static str;

    /// What it sees at this moment, if anything.
    fn detect(&self, moment: &Moment<'_>) -> Option<Finding>;
}

/// Whose turns a signal looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hears {
    /// The customer's.
    Customer,
    /// The customer's and the assistant's.
    Both,
}

/// What a signal saw.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// How clearly it was seen, 0..=1.
    pub strength: f32,
    /// In words, quoting what was seen.
    pub evidence: String,
    /// The turn it comes from.
    pub turn: u32,
    /// Why that needs a human.
    pub reason: Reason,
    /// How strongly it argues for one.
    pub weight: Weight,
}

/// How strongly a finding argues for a human.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Weight {
    /// Hand off at once.
    Decisive,
    /// Offer a human, whatever the probability.
    Propose,
    /// The probability that a human is needed where this was seen at full strength and nothing else,
    /// 0..=[`COUNTS_MAX`].
    Counts(f32),
    /// The calibrated probability itself, by a model that has read the whole conversation.
    Is(f32),
}

/// The weight of a finding that asks for a proposal, in the probability. Source: the default `propose_at`.
pub const PROPOSE: f32 = 0.5;
/// The most that one finding which is not decisive can weigh, so that it alone never leaves less than a tenth
/// of doubt.
pub const COUNTS_MAX: f32 = 0.9;

/// A finding with the signal that made it.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The signal, or `rule:` and the rule's name.
    pub name: Cow<'static, str>,
    /// What it saw.
    pub finding: Finding,
    /// Weight times strength, 0..=1: the probability that a human is needed by this finding alone.
    pub force: f32,
}

impl Found {
    /// As recorded with the decision.
    pub fn into_evidence(self) -> Evidence {
        let Finding { evidence, turn, .. } = self.finding;
        Evidence { name: self.name.into(), strength: self.force, evidence, turn }
    }

    /// Whether it saw what a model of the words alone cannot.
    pub(crate) fn beyond_text(&self) -> bool {
        let signal = SIGNALS.iter().find(|entry| entry.name == self.name);
        signal.is_none_or(|entry| entry.beyond_text)
    }
}

struct Entry {
    name: &'static str,
    hears: Hears,
    floor: bool,
    beyond_text: bool,
    about: &'static str,
    detect: fn(&Moment<'_>) -> Option<Finding>,
}

const fn entry<S: Signal>(detect: fn(&Moment<'_>) -> Option<Finding>) -> Entry {
    Entry {
        name: S::NAME,
        hears: S::HEARS,
        floor: S::FLOOR,
        beyond_text: S::BEYOND_TEXT,
        about: S::ABOUT,
        detect,
    }
}

macro_rules! signals {
    ($($signal:path),* $(,)?) => { &[$(entry::<$signal>(|moment| $signal.detect(moment))),*] };
}

/// Every signal, the gravest first: among equally strong findings the earlier one gives the reason.
static SIGNALS: &[Entry] = signals![
    safety_floor::SafetyFloor,
    explicit_request::ExplicitRequest,
    security::Security,
    always_human_topic::AlwaysHumanTopic,
    authority::Authority,
    churn_risk::ChurnRisk,
    customer_health::CustomerHealth,
    frustration::Frustration,
    repetition::Repetition,
    failed_steps::FailedSteps,
    low_confidence::LowConfidence,
    page_context::PageContext,
    page_errors::PageErrors,
    propose_topic::ProposeTopic,
    sales::Sales,
    product_feedback::ProductFeedback,
    private_scope::PrivateScope,
    anomaly::Anomaly,
    complexity::Complexity,
    needs_human::NeedsHuman,
];

/// The names of all signals, the gravest first.
pub fn names() -> impl Iterator<Item = &'static str> {
    SIGNALS.iter().map(|entry| entry.name)
}

/// What a signal is, for those who tune it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// Its name.
    pub name: &'static str,
    /// What it looks for.
    pub about: &'static str,
    /// Whether no policy can weaken it.
    pub floor: bool,
}

/// All signals, the gravest first.
pub fn all() -> impl Iterator<Item = About> {
    SIGNALS.iter().map(|entry| About { name: entry.name, about: entry.about, floor: entry.floor })
}

/// Everything seen at this moment by signals and rules, strongest first; decisive findings before all others.
pub fn detect(moment: &Moment<'_>) -> Vec<Found> {
    let listens = |entry: &&Entry| match moment.role {
        Role::Customer => true,
        Role::Assistant => entry.hears == Hears::Both,
        Role::Agent | Role::System => false,
    };
    let mut found: Vec<Found> =
        SIGNALS.iter().filter(listens).filter_map(|entry| weigh(entry, moment)).collect();
    let rules = &moment.policy().rules;
    if !rules.is_empty() {
        let scene = Scene { moment, found: &found };
        let ruled: Vec<Found> = rules.iter().filter_map(|rule| rule.found(&scene)).collect();
        found.extend(ruled);
    }
    if moment.role == Role::Assistant && found.iter().all(|found| found.finding.turn < moment.turn) {
        // Nothing that this answer brought: what there is was decided at the customer's turn.
        return vec![];
    }
    // Stable: equals stay in the order of the list.
    found.sort_by(|a, b| {
        let decisive = |found: &Found| found.finding.weight == Weight::Decisive;
        decisive(b).cmp(&decisive(a)).then(b.force.total_cmp(&a.force))
    });
    found
}

fn weigh(entry: &Entry, moment: &Moment<'_>) -> Option<Found> {
    let factor = if entry.floor { 1.0 } else { moment.thresholds().emphasis(entry.name) };
    let finding = (entry.detect)(moment).filter(|_| factor > 0.0)?;
    let weight = match finding.weight {
        Weight::Decisive => 1.0,
        Weight::Propose => PROPOSE,
        Weight::Counts(weight) => unit(weight * factor).min(COUNTS_MAX),
        Weight::Is(probability) => unit(probability),
    };
    let force = weight * unit(finding.strength);
    (force > 0.0).then_some(Found { name: Cow::Borrowed(entry.name), finding, force })
}

/// Texts up to this many characters are quoted whole.
const WHOLE_CHARS: usize = 140;

/// A text in quotation marks, shortened at a word boundary.
pub(crate) fn quoted(text: &str) -> String {
    format!("“{}”", summary::quote(text))
}

/// The sentence around the characters `start..end`, or the whole text where it is short, in quotation marks.
pub(crate) fn quote_around(text: &str, (start, end): (u32, u32)) -> String {
    if end <= start || text.chars().nth(WHOLE_CHARS).is_none() {
        return quoted(text);
    }
    let byte = |n: u32| text.char_indices().nth(n as usize).map_or(text.len(), |(at, _)| at);
    let stop = |c: char| matches!(c, '.' | '!' | '?' | '\n' | '。' | '！' | '？');
    let (first, last) = (byte(start), byte(end));
    let from =
        text[..first].rfind(stop).map_or(0, |at| at + text[at..].chars().next().map_or(0, char::len_utf8));
    let to = text[last..]
        .find(stop)
        .map_or(text.len(), |at| last + at + text[last + at..].chars().next().map_or(0, char::len_utf8));
    quoted(&text[from..to])
}

/// A count with its noun: `1 step`, `3 steps`.
pub(crate) fn counted(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_quoted_by_sentence() {
        let long = format!("{} My lawyer will call. {}", "Filler words here. ".repeat(8), "More. ".repeat(5));
        let start = long.find("lawyer").map(|at| at as u32).unwrap_or_default();
        assert_eq!(quote_around(&long, (start, start + 6)), "“My lawyer will call.”");
        assert_eq!(quote_around("short. text", (0, 2)), "“short. text”");
        assert_eq!(quote_around("", (3, 9)), "“”");
    }

    #[test]
    fn names_are_unique() {
        let mut all: Vec<_> = names().collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
