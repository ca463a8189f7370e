//! What is wrong with a policy that can be read: each fault with its place, and what to write instead.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Condition, Expression, Override, Policy, PolicyCase, Rule, Then,
    condition::Row,
    expression::{Node, suggestion},
};
use crate::{
    organisation::Organisation,
    signal::{self, COUNTS_MAX},
    trigger::{Action, Reason},
};

/// The most rules, overrides and tests, each.
pub const ITEMS_MAX: usize = 500;
/// The longest wording, in characters.
const SAY_MAX_CHARS: usize = 300;
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
    let mut check = Check { faults: vec![], path: vec![], organisation };
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
            look(self, item);
            self.path.truncate(self.path.len() - 2);
        }
    }

    fn share(&mut self, key: &str, value: f32, most: f32) {
        if !(0.0..=most).contains(&value) {
            self.error(key, format!("`{key}` is {value}"), &format!("write a number from 0 to {most}"));
        }
    }

    fn numbers(&mut self, policy: &Policy) {
        self.share("propose_at", policy.propose_at, 1.0);
        self.share("hand_off_at", policy.hand_off_at, 1.0);
        self.share("answer_confidence_min", policy.answer_confidence_min, 1.0);
        if policy.hand_off_at < policy.propose_at {
            self.warn(
                "hand_off_at",
                "conversations are handed off before a human is ever proposed",
                "`hand_off_at` usually lies above `propose_at`",
            );
        }
        if policy.cool_down_turns > 100 {
            self.error("cool_down_turns", "more than 100 turns are never said", "write 0 to 100");
        }
        let proactive = policy.proactive;
        self.within("proactive", |check| {
            if proactive.per_day > 10 {
                check.error("per_day", "more than 10 offers a day are a nuisance", "write 0 to 10");
            }
            if proactive.after_dismissal_days > 365 {
                check.error("after_dismissal_days", "more than a year is not remembered", "write 0 to 365");
            }
        });
    }

    fn emphasis(&mut self, emphasis: &BTreeMap<String, f32>) {
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
                    Some(_) => check.share(name, *factor, 2.0),
                }
            }
        });
    }

    fn wording(&mut self, policy: &Policy) {
        self.within("wording", |check| {
            for (reason, texts) in &policy.wording {
                let key = serde_json::to_value(reason).ok();
                let key = key.as_ref().and_then(|key| key.as_str()).unwrap_or_default().to_owned();
                check.within(key.as_str(), |check| check.texts(texts));
            }
        });
    }

    fn texts(&mut self, texts: &BTreeMap<String, String>) {
        for (language, text) in texts {
            if language.len() != 2 || !language.bytes().all(|byte| byte.is_ascii_lowercase()) {
                self.error(
                    language,
                    format!("`{language}` is no language"),
                    "write two letters, such as `en`",
                );
            }
            if text.trim().is_empty() || text.chars().count() > SAY_MAX_CHARS {
                self.error(language, format!("a wording has 1 to {SAY_MAX_CHARS} characters"), "");
            }
            if text.replace("{customer}", "").contains(['{', '}']) {
                self.error(language, "only `{customer}` can be filled in", "leave other braces out");
            }
        }
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
            (Then::Count, Some(weight)) => self.share("weight", weight, COUNTS_MAX),
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
        if rule.priority.is_some_and(|priority| priority > 100) {
            self.error("priority", "a priority lies between 0 and 100", "");
        }
        if rule.first_reply_s.is_some_and(|seconds| !(5..=7 * 86_400).contains(&seconds)) {
            self.error("first_reply_s", "a target lies between 5 seconds and a week", "");
        }
        self.reason(rule.reason);
        self.squad(rule.squad.as_ref());
        self.within("say", |check| check.texts(&rule.say));
    }

    fn differs(&mut self, differs: &Override) {
        self.asked(&differs.when, differs.expression.as_ref(), true);
        let shares = [
            ("propose_at", differs.propose_at),
            ("hand_off_at", differs.hand_off_at),
            ("answer_confidence_min", differs.answer_confidence_min),
        ];
        for (key, value) in shares {
            if let Some(value) = value {
                self.share(key, value, 1.0);
            }
        }
        let nothing = shares.iter().all(|(_, value)| value.is_none())
            && differs.cool_down_turns.is_none()
            && differs.emphasis.is_empty();
        if nothing {
            self.warn("", "the override changes nothing", "add a threshold, such as `propose_at = 0.4`");
        }
        self.emphasis(&differs.emphasis);
    }

    fn asked(&mut self, when: &[Condition], expression: Option<&Expression>, before_signals: bool) {
        self.within("when", |check| {
            for (index, condition) in when.iter().enumerate() {
                check.within(index, |check| check.condition(condition, before_signals));
            }
        });
        let Some(expression) = expression else { return };
        if let Some(problem) = expression.problem() {
            self.push(Severity::Error, "if", problem.message.clone(), problem.hint.clone());
            if let Some(fault) = self.faults.last_mut() {
                fault.within = Some((problem.start, problem.end));
            }
        }
        if before_signals && expression.node().is_some_and(asks_signals) {
            self.error("if", NO_SIGNALS, NO_SIGNALS_HINT);
        }
    }

    fn condition(&mut self, condition: &Condition, before_signals: bool) {
        let Row { any, all, not, .. } = condition.row();
        let lists = [("any", any.as_deref()), ("all", all.as_deref())];
        let before = self.faults.len();
        for (key, list) in lists {
            for (index, part) in list.into_iter().flatten().enumerate() {
                self.path.extend([key.into(), index.into()]);
                self.condition(part, before_signals);
                self.path.truncate(self.path.len() - 2);
            }
        }
        if let Some(part) = not {
            self.within("not", |check| check.condition(part, before_signals));
        }
        if self.faults.len() > before {
            return;
        }
        if let Some(problem) = condition.problem() {
            let key = problem.key.unwrap_or_default();
            self.push(Severity::Error, key, problem.message.clone(), problem.hint.clone());
        } else if before_signals && condition.node().is_some_and(asks_signals) {
            self.error("field", NO_SIGNALS, NO_SIGNALS_HINT);
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
            if let Some(confidence) = turn.confidence {
                self.share("confidence", confidence, 1.0);
            }
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

const NO_SIGNALS: &str = "overrides are asked before the signals have looked";
const NO_SIGNALS_HINT: &str = "ask the signal in a rule, or ask `reading.frustration` and its like here";

fn asks_signals(node: &Node) -> bool {
    node.mentions(&|node| matches!(node, Node::Signal(_)))
}
