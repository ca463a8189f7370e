//! What is wrong with a policy that can be read: each fault with its place, and what to write instead.

mod asked;
mod doubt;
mod wording;

use std::collections::{BTreeMap, BTreeSet};

use super::{Override, Policy, PolicyCase, Rule, Then, case::CaseTurn, expression::suggestion, limit::Limit};
use crate::{
    organisation::Organisation,
    signal,
    trigger::{Action, Reason},
};

/// The most rules, overrides and tests, each.
pub const ITEMS_MAX: usize = 500;
/// The longest name, in characters.
const NAME_MAX_CHARS: usize = 100;
/// The most turns of a test.
const TURNS_MAX: usize = 50;

/// Something wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// Where: keys and indices from the top of the policy.
    pub path: Vec<Step>,
    /// Where within a text: first character and one past the last.
    pub within: Option<(usize, usize)>,
    /// Whether it keeps the policy from being used.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Into a table.
    Key(String),
    /// Into a list.
    Index(usize),
    /// A key itself, and not what stands under it.
    Name(String),
}

/// How bad a fault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The policy cannot be used.
    Error,
    /// It can, but probably does not do what is meant.
    Warning,
}

impl From<&str> for Step {
    fn from(key: &str) -> Self {
        Step::Key(key.into())
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Step::Index(index)
    }
}

/// All faults, in the order of the file. With the organisation at hand, names of squads, areas and tiers are held
/// against it.
pub fn faults(policy: &Policy, organisation: Option<&Organisation>) -> Vec<Fault> {
    let mut check = Check { policy, faults: vec![], path: vec![], organisation };
    check.length(&policy.name);
    check.numbers(policy);
    check.emphasis(&policy.emphasis);
    check.wording(policy);
    check.areas(policy);
    check.each("rule", &policy.rules, |rule| &rule.name, Check::rule);
    check.each("override", &policy.overrides, |differs| &differs.name, Check::differs);
    let rules: BTreeSet<&str> = policy.rules.iter().map(|rule| rule.name.as_str()).collect();
    check.each("test", &policy.tests, |case| &case.name, |check, case| check.case(case, &rules));
    check.faults
}

struct Check<'a> {
    policy: &'a Policy,
    faults: Vec<Fault>,
    path: Vec<Step>,
    organisation: Option<&'a Organisation>,
}

impl Check<'_> {
    fn push(&mut self, severity: Severity, key: &str, message: impl Into<String>, hint: Option<String>) {
        let mut path = self.path.clone();
        if !key.is_empty() {
            path.push(key.into());
        }
        self.faults.push(Fault { path, within: None, severity, message: message.into(), hint });
    }

    /// Marks a part of the text that the last fault is about.
    fn mark(&mut self, within: Option<(usize, usize)>) {
        if let Some(fault) = self.faults.last_mut() {
            fault.within = within;
        }
    }

    fn error(&mut self, key: &str, message: impl Into<String>, hint: &str) {
        self.push(Severity::Error, key, message, Some(hint.to_owned()).filter(|hint| !hint.is_empty()));
    }

    fn warn(&mut self, key: &str, message: impl Into<String>, hint: &str) {
        self.push(Severity::Warning, key, message, Some(hint.to_owned()).filter(|hint| !hint.is_empty()));
    }

    fn within(&mut self, step: impl Into<Step>, look: impl FnOnce(&mut Self)) {
        self.path.push(step.into());
        look(self);
        self.path.pop();
    }

    fn each<T>(
        &mut self,
        list: &str,
        items: &[T],
        name: fn(&T) -> &String,
        mut look: impl FnMut(&mut Self, &T),
    ) {
        if items.len() > ITEMS_MAX {
            self.error(list, format!("there are {}, and at most {ITEMS_MAX} are allowed", items.len()), "");
        }
        let mut names = BTreeSet::new();
        for (index, item) in items.iter().enumerate() {
            self.path.extend([list.into(), index.into()]);
            let name = name(item);
            if name.trim().is_empty() {
                self.error("name", "it has no name", "a name tells colleagues and reports what it is for");
            } else if !names.insert(name.as_str()) {
                self.error("name", format!("there is another one called “{name}”"), "give each its own name");
            }
            self.length(name);
            look(self, item);
            self.path.truncate(self.path.len() - 2);
        }
    }

    fn length(&mut self, name: &str) {
        if name.chars().count() > NAME_MAX_CHARS {
            self.error(
                "name",
                "the name is too long",
                &format!("a name has at most {NAME_MAX_CHARS} characters"),
            );
        }
    }

    /// Holds a number against its range.
    fn number(&mut self, key: &str, value: impl Into<Option<f32>>) {
        let limit = Limit::of(key).expect("every number of a policy has its range");
        self.limited(key, limit, value);
    }

    fn limited(&mut self, key: &str, limit: &Limit, value: impl Into<Option<f32>>) {
        if let Some(value) = value.into().filter(|value| !limit.allows(*value)) {
            self.error(key, format!("`{key}` is {value}"), &limit.hint());
        }
    }

    fn numbers(&mut self, policy: &Policy) {
        self.number("propose_at", policy.propose_at);
        self.number("hand_off_at", policy.hand_off_at);
        self.number("answer_confidence_min", policy.answer_confidence_min);
        self.number("cool_down_turns", policy.cool_down_turns as f32);
        // The one of the two that somebody has written.
        let usual = Policy::default().hand_off_at;
        let key = if policy.hand_off_at == usual { "propose_at" } else { "hand_off_at" };
        self.order(key, policy.propose_at, policy.hand_off_at);
        self.within("proactive", |check| {
            check.number("per_day", policy.proactive.per_day as f32);
            check.number("after_dismissal_days", policy.proactive.after_dismissal_days as f32);
        });
    }

    fn order(&mut self, key: &str, propose_at: f32, hand_off_at: f32) {
        if hand_off_at < propose_at {
            self.warn(
                key,
                "conversations are handed off before a human is ever proposed",
                "`hand_off_at` usually lies above `propose_at`",
            );
        }
    }

    fn emphasis(&mut self, emphasis: &BTreeMap<String, f32>) {
        let limit = Limit::of("emphasis").expect("as listed");
        self.within("emphasis", |check| {
            for (name, factor) in emphasis {
                match signal::all().find(|signal| signal.name == name) {
                    None => {
                        let hint = suggestion(name, signal::names());
                        check.push(Severity::Error, name, format!("there is no signal `{name}`"), hint);
                    }
                    Some(signal) if signal.floor => {
                        let message = format!("`{name}` cannot be weakened: it is part of the floor");
                        check.warn(name, message, "leave it out");
                    }
                    Some(_) => check.limited(name, limit, *factor),
                }
            }
        });
    }

    fn wording(&mut self, policy: &Policy) {
        self.within("wording", |check| {
            for (reason, texts) in &policy.wording {
                let key = serde_json::to_value(reason).ok();
                let key = key.as_ref().and_then(|key| key.as_str()).unwrap_or_default().to_owned();
                check.within(key.as_str(), |check| check.wordings(texts));
            }
        });
    }

    fn squad(&mut self, squad: Option<&crate::ids::SquadId>) {
        let (Some(squad), Some(organisation)) = (squad, self.organisation) else { return };
        if organisation.squad(squad).is_none() {
            let squads = organisation.squads.iter().map(|squad| squad.id.as_str());
            let hint = suggestion(squad.as_str(), squads);
            self.push(Severity::Error, "squad", format!("there is no squad `{squad}`"), hint);
        }
    }

    fn areas(&mut self, policy: &Policy) {
        let mut names = BTreeSet::new();
        for (index, area) in policy.areas.iter().enumerate() {
            self.path.extend(["area".into(), index.into()]);
            let only_proactive = area.action == Action::Answer && area.proactive_after_s.is_some();
            if !matches!(area.action, Action::Propose | Action::HandOff) && !only_proactive {
                let hint = "write `propose` or `hand_off`, or `answer` with `proactive_after_s`";
                self.error("action", "an area proposes or hands off", hint);
            }
            let known = self.organisation.map(|known| known.areas.iter().map(|area| area.name.as_str()));
            if let Some(mut known) = known.filter(|known| !known.clone().any(|name| name == area.area)) {
                let hint = suggestion(&area.area, known.by_ref());
                let message = format!("the site map has no area `{}`", area.area);
                self.push(Severity::Warning, "area", message, hint);
            }
            if !names.insert(area.area.as_str()) {
                let message =
                    format!("the area `{}` stands here already, so this one is never used", area.area);
                self.warn("area", message, "leave one of them out");
            }
            self.number("proactive_after_s", area.proactive_after_s.map(|seconds| seconds as f32));
            self.reason(area.reason);
            self.squad(area.squad.as_ref());
            self.path.truncate(self.path.len() - 2);
        }
    }

    fn reason(&mut self, reason: Reason) {
        if matches!(reason, Reason::ExplicitRequest | Reason::Safety) {
            self.error(
                "reason",
                "this reason belongs to the floor, which no policy decides",
                "choose another one",
            );
        }
    }

    fn rule(&mut self, rule: &Rule) {
        self.asked(&rule.when, rule.expression.as_ref(), false);
        let always = rule.when.is_empty() && rule.expression.is_none();
        if always && rule.then != Then::Count {
            self.warn("", "the rule asks nothing, so it applies to every turn", "add `when` or `if`");
        }
        match (rule.then, rule.weight) {
            (Then::Count, None) => self.error("", "a rule that counts needs a weight", "add `weight = 0.4`"),
            (Then::Count, Some(weight)) => self.number("weight", weight),
            (_, Some(_)) => self.warn("weight", "only rules that count have a weight", "leave it out"),
            (_, None) => {}
        }
        if rule.then == Then::Hold
            && (rule.squad.is_some() || rule.priority.is_some() || !rule.say.is_empty())
        {
            self.warn(
                "then",
                "a rule that holds back hands nothing to anybody",
                "leave out squad, priority and say",
            );
        }
        self.number("priority", rule.priority.map(f32::from));
        self.number("first_reply_s", rule.first_reply_s.map(|seconds| seconds as f32));
        self.reason(rule.reason);
        self.squad(rule.squad.as_ref());
        self.within("say", |check| check.wordings(&rule.say));
    }

    fn differs(&mut self, differs: &Override) {
        self.asked(&differs.when, differs.expression.as_ref(), true);
        let shares = [
            ("propose_at", differs.propose_at),
            ("hand_off_at", differs.hand_off_at),
            ("answer_confidence_min", differs.answer_confidence_min),
        ];
        for (key, value) in shares {
            self.number(key, value);
        }
        let nothing = shares.iter().all(|(_, value)| value.is_none())
            && differs.cool_down_turns.is_none()
            && differs.emphasis.is_empty();
        if differs.when.is_empty() && differs.expression.is_none() {
            let hint = "add `when` or `if`, or move its thresholds to the top of the file";
            self.warn("", "the override asks nothing, so it applies to every turn", hint);
        }
        let propose_at = differs.propose_at.unwrap_or(self.policy.propose_at);
        let hand_off_at = differs.hand_off_at.unwrap_or(self.policy.hand_off_at);
        if differs.propose_at.is_some() || differs.hand_off_at.is_some() {
            let key = if differs.hand_off_at.is_some() { "hand_off_at" } else { "propose_at" };
            self.order(key, propose_at, hand_off_at);
        }
        if nothing {
            self.warn("", "the override changes nothing", "add a threshold, such as `propose_at = 0.4`");
        }
        self.emphasis(&differs.emphasis);
    }

    fn turn(&mut self, turn: &CaseTurn) {
        self.number("confidence", turn.confidence);
        if turn.confidence.is_some() && turn.customer.is_some() {
            self.warn("confidence", "only the assistant's turns have a confidence", "leave it out");
        }
        for (key, said) in [("customer", &turn.customer), ("assistant", &turn.assistant)] {
            if said.as_ref().is_some_and(|said| said.trim().is_empty()) {
                self.warn(key, "nothing is said in this turn", "write what is said, or leave the turn out");
            }
        }
    }

    fn case(&mut self, case: &PolicyCase, rules: &BTreeSet<&str>) {
        if case.turns.is_empty() || case.turns.len() > TURNS_MAX {
            self.error("turns", format!("a test has 1 to {TURNS_MAX} turns"), "");
        }
        for (index, turn) in case.turns.iter().enumerate() {
            self.path.extend(["turns".into(), index.into()]);
            if turn.customer.is_some() == turn.assistant.is_some() {
                self.error(
                    "",
                    "one turn is said by one side",
                    "write `{ customer = \"...\" }` or `{ assistant = \"...\" }`",
                );
            }
            self.turn(turn);
            self.path.truncate(self.path.len() - 2);
        }
        if let Some(rule) = case.rule.as_deref().filter(|rule| !rules.contains(rule)) {
            let hint = suggestion(rule, rules.iter().copied());
            self.push(Severity::Error, "rule", format!("there is no rule “{rule}”"), hint);
        }
        if case.turn.is_some_and(|turn| turn as usize >= case.turns.len()) {
            self.error("turn", "the test has no such turn", "turns count from 0");
        }
        if case.begins_at_ms("UTC").is_none() {
            self.error("at", "this is no time", "write `at = \"2026-01-05T22:30\"`");
        }
        self.squad(case.squad.as_ref());
    }
}
