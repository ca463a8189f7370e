//! A policy's own tests.

use schemars::JsonSchema;
use segue_core::{
    policy::{
        PolicyCase,
        case::{CaseTurn, Expected},
        rule,
    },
    trigger::Action,
};
use serde::Serialize;
use serde_json::json;

use super::{PageSeen, Profile, Recorded, RecordedTurn, Rehearser, Replayed, Speaker};

/// What came of one test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CaseResult {
    /// The test's name.
    pub name: String,
    /// Whether everything came as expected.
    pub passed: bool,
    /// What came instead.
    pub why: Option<String>,
}

/// Runs every test of the policy that the rehearser decides by.
pub fn run_cases(rehearser: &Rehearser<'_>) -> Vec<CaseResult> {
    let cases = &rehearser.organisation().policy.tests;
    cases
        .iter()
        .map(|case| {
            let why = match rehearser.replay(&recorded(case, &rehearser.organisation().time_zone)) {
                Ok(replayed) => miss(case, &replayed),
                Err(error) => Some(error.to_string()),
            };
            CaseResult { name: case.name.clone(), passed: why.is_none(), why }
        })
        .collect()
}

fn recorded(case: &PolicyCase, time_zone: &str) -> Recorded {
    let customer = Profile {
        verified: case.customer.verified,
        tier: case.customer.tier.clone(),
        attributes: case.customer.attributes.clone(),
        ..Profile::default()
    };
    let page =
        case.page.iter().map(|url| PageSeen { turn: 0, url: url.clone(), title: String::new(), errors: 0 });
    let turn = |turn: &CaseTurn| {
        let role = if turn.customer.is_some() { Speaker::Customer } else { Speaker::Assistant };
        let text = turn.customer.as_ref().or(turn.assistant.as_ref()).cloned().unwrap_or_default();
        RecordedTurn { role, text, confidence: turn.confidence, ..RecordedTurn::default() }
    };
    Recorded {
        id: json!("test"),
        channel: case.channel.clone(),
        customer: Some(customer),
        pages: Some(page.collect()),
        at_ms: case.begins_at_ms(time_zone),
        turns: case.turns.iter().map(turn).collect(),
    }
}

/// What came instead of what was expected.
fn miss(case: &PolicyCase, replayed: &Replayed) -> Option<String> {
    let acts = |action| matches!(action, Action::Propose | Action::HandOff);
    let first = replayed.turns.iter().find(|turn| acts(turn.decision.action));
    let at = match (case.turn, case.expect) {
        (Some(turn), _) => replayed.turns.get(turn as usize),
        (None, Expected::Answer) => first.or(replayed.turns.last()),
        (None, Expected::Hold) => {
            replayed.turns.iter().find(|turn| turn.decision.action == Action::Hold).or(first)
        }
        // A proposal that nobody answered may become a handoff: it is enough that it comes.
        (None, Expected::HandOff) => {
            replayed.turns.iter().find(|turn| turn.decision.action == Action::HandOff).or(first)
        }
        (None, Expected::Propose | Expected::ProposeOrHandOff) => first,
    };
    let Some(at) = at.or(replayed.turns.last()) else { return Some("nothing was said".into()) };
    let (decision, turn) = (&at.decision, at.index);
    let told = |word: serde_json::Result<serde_json::Value>| {
        word.ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
    };
    let action = told(serde_json::to_value(decision.action));
    if !case.expect.allows(decision.action) {
        let expected = told(serde_json::to_value(case.expect));
        let why =
            decision.triggers.first().map(|trigger| format!(": {}", trigger.evidence)).unwrap_or_default();
        return Some(format!("expected {expected}, but turn {turn} is decided as {action}{why}"));
    }
    if case.turn.is_none()
        && first.is_some_and(|first| first.index < turn)
        && case.expect != Expected::HandOff
    {
        return Some(format!("turn {} comes first", first.map_or(0, |first| first.index)));
    }
    if let Some(reason) = case.reason.filter(|reason| Some(*reason) != decision.reason) {
        let (wanted, found) =
            (told(serde_json::to_value(reason)), told(serde_json::to_value(decision.reason)));
        return Some(format!("expected the reason {wanted}, but it is {found}"));
    }
    if let Some(wanted) = &case.rule {
        let name = format!("{}{wanted}", rule::PREFIX);
        let fired = decision.triggers.iter().any(|trigger| trigger.name == name);
        let held = decision.hold.as_deref().is_some_and(|why| why.contains(&format!("the rule “{wanted}”")));
        if !fired && !held {
            return Some(format!("the rule “{wanted}” did not fire"));
        }
    }
    let squad = replayed.handoff.as_ref().map(|handoff| handoff.route.squad.as_str());
    match &case.squad {
        Some(wanted) if squad != Some(wanted.as_str()) => {
            Some(format!("expected the squad {wanted}, but it is {}", squad.unwrap_or("nobody's")))
        }
        _ => None,
    }
}
