//! Why a turn was decided as it was: everything that was looked at, fired or not.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Decision, Moment, evaluate};
use crate::{
    policy::{Scene, Then},
    signal::{self, Weight},
    timing::{self, When},
};

/// See the module.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Explanation {
    /// The decision.
    pub decision: Decision,
    /// The numbers that held.
    pub thresholds: ExplainedThresholds,
    /// Every signal, the gravest first.
    pub signals: Vec<ExplainedSignal>,
    /// Every rule of the policy, in order.
    pub rules: Vec<ExplainedRule>,
    /// What timing said.
    pub timing: ExplainedTiming,
    /// What would have led to something else, the nearest first.
    pub counterfactual: Vec<String>,
}

/// The numbers that held at the moment.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ExplainedThresholds {
    /// Probability from which a human is proposed, 0..=1.
    pub propose_at: f32,
    /// Probability from which the conversation is handed off, 0..=1.
    pub hand_off_at: f32,
    /// Answers below this confidence count against the assistant, 0..=1.
    pub answer_confidence_min: f32,
    /// Customer turns after a refused proposal without another one.
    pub cool_down_turns: u32,
    /// Names of the overrides that applied, in order.
    pub overrides: Vec<String>,
}

/// One signal.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ExplainedSignal {
    /// Its name.
    pub name: String,
    /// What it looks for.
    pub doc: String,
    /// How clearly it was seen, 0..=1; null where it was not.
    pub strength: Option<f32>,
    /// `decisive`, `propose`, or the weight it counts with.
    pub weight: String,
    /// Weight times strength, 0..=1.
    pub force: f32,
    /// In words, quoting what was seen.
    pub evidence: Option<String>,
    /// Whether it took part in the decision.
    pub fired: bool,
}

/// One rule.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ExplainedRule {
    /// Its name.
    pub name: String,
    /// What it does.
    pub then: Then,
    /// Whether it took part in the decision.
    pub fired: bool,
    /// What it asks.
    pub conditions: Vec<ExplainedCondition>,
}

/// One thing that a rule asks.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ExplainedCondition {
    /// In words.
    pub text: String,
    /// Whether it holds.
    pub holds: bool,
    /// What was read; empty where it is unknown, or more than one thing.
    pub value: String,
}

/// What timing said.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ExplainedTiming {
    /// `now`, `ask_first`, `settled` or `hold`.
    pub verdict: &'static str,
    /// Why it is held.
    pub why: Option<String>,
}

/// Explains the decision of a moment.
pub fn explain(moment: &Moment<'_>) -> Explanation {
    let found = signal::detect(moment);
    let judgement = moment.thresholds().judge(&found);
    let decision = evaluate(moment).decision;
    let signals = signal::all().map(|about| {
        let seen = found.iter().find(|found| found.name == about.name);
        ExplainedSignal {
            name: about.name.into(),
            doc: about.about.into(),
            strength: seen.map(|seen| seen.finding.strength),
            weight: seen.map_or_else(String::new, |seen| match seen.finding.weight {
                Weight::Decisive => "decisive".into(),
                Weight::Propose => "propose".into(),
                Weight::Is(_) => "probability".into(),
                Weight::Counts(weight) => format!("{weight:.2}"),
            }),
            force: seen.map_or(0.0, |seen| seen.force),
            evidence: seen.map(|seen| seen.finding.evidence.clone()),
            fired: seen.is_some(),
        }
    });
    let scene = Scene { moment, found: &found };
    let rules = moment.policy().rules.iter().filter(|rule| rule.enabled).map(|rule| {
        let rows = rule.when.iter().map(|condition| ExplainedCondition {
            text: condition.to_string(),
            holds: condition.holds(&scene),
            value: condition.reads(&scene),
        });
        let expression = rule.expression.iter().map(|expression| ExplainedCondition {
            text: expression.text().to_owned(),
            holds: expression.holds(&scene),
            value: String::new(),
        });
        ExplainedRule {
            name: rule.name.clone(),
            then: rule.then,
            fired: rule.hears(moment.role) && rule.holds(&scene),
            conditions: rows.chain(expression).collect(),
        }
    });
    let (verdict, why) = match timing::of(moment, &judgement, &found) {
        When::Now => ("now", None),
        When::AskFirst => ("ask_first", None),
        When::Settled => ("settled", None),
        When::Hold(why) => ("hold", Some(why)),
    };
    let thresholds = moment.thresholds();
    Explanation {
        thresholds: ExplainedThresholds {
            propose_at: thresholds.propose_at,
            hand_off_at: thresholds.hand_off_at,
            answer_confidence_min: thresholds.answer_confidence_min,
            cool_down_turns: thresholds.cool_down_turns,
            overrides: thresholds.overrides.iter().map(|name| (*name).to_owned()).collect(),
        },
        signals: signals.collect(),
        rules: rules.collect(),
        timing: ExplainedTiming { verdict, why },
        counterfactual: decision.counterfactual.clone(),
        decision,
    }
}
