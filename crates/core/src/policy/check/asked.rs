//! What rules and overrides ask.

use super::{
    super::{
        condition::{Condition, Row},
        expression::{Expression, Node},
    },
    Check, Severity,
    doubt::doubts,
};

impl Check<'_> {
    /// What a rule or an override asks; overrides are asked before the signals have looked.
    pub(super) fn asked(
        &mut self,
        when: &[Condition],
        expression: Option<&Expression>,
        before_signals: bool,
    ) {
        self.within("when", |check| {
            for (index, condition) in when.iter().enumerate() {
                check.within(index, |check| check.condition(condition, before_signals));
            }
        });
        let Some(expression) = expression else { return };
        if let Some(problem) = expression.problem() {
            self.push(Severity::Error, "if", problem.message.clone(), problem.hint.clone());
            self.mark(Some((problem.start, problem.end)));
        }
        if let Some(node) = expression.node() {
            for doubt in doubts(node, self.organisation) {
                self.push(Severity::Warning, "if", doubt.message.clone(), doubt.hint.clone());
                self.mark(doubt.place(expression.text()));
            }
            if !node.mentions(&asks_something) {
                let message = "the expression asks nothing, so its answer is always the same";
                self.warn("if", message, "ask a field, as in `reading.frustration > 0.5`");
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
            if list.is_some_and(<[Condition]>::is_empty) {
                let always = if key == "any" { "never holds" } else { "always holds" };
                self.warn(key, format!("a group of nothing {always}"), "put rows into it, or leave it out");
            }
            for (index, part) in list.into_iter().flatten().enumerate() {
                self.path.extend([key.into(), index.into()]);
                self.condition(part, before_signals);
                self.path.truncate(self.path.len() - 2);
            }
        }
        if let Some(part) = not {
            self.within("not", |check| check.condition(part, before_signals));
        }
        if self.faults[before..].iter().any(|fault| fault.severity == Severity::Error) {
            return;
        }
        if let Some(problem) = condition.problem() {
            let key = problem.key.unwrap_or_default();
            self.push(Severity::Error, key, problem.message.clone(), problem.hint.clone());
        } else if before_signals && condition.node().is_some_and(asks_signals) {
            self.error("field", NO_SIGNALS, NO_SIGNALS_HINT);
        }
        if let (Some(key), Some(node)) = (condition.row().operator(), condition.node()) {
            for doubt in doubts(node, self.organisation) {
                self.push(Severity::Warning, key, doubt.message, doubt.hint);
            }
        }
    }
}

const NO_SIGNALS: &str = "overrides are asked before the signals have looked";
const NO_SIGNALS_HINT: &str = "ask the signal in a rule, or ask `reading.frustration` and its like here";

fn asks_signals(node: &Node) -> bool {
    node.mentions(&|node| matches!(node, Node::Signal(_)))
}

fn asks_something(node: &Node) -> bool {
    !matches!(node, Node::Constant(_)) && node.parts().is_empty()
}
