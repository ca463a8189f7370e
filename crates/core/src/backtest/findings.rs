//! Where a policy errs: triggers, rules, overrides and parts of the conversations in which it is premature, late or missing
//! more often than elsewhere.
//!
//! One cause after the other: the group with the most errors beyond what is usual elsewhere is told, what stands in the policy
//! (a rule, a trigger, an override) before what it is silent about, and that before a part of the conversations; its conversations are set aside, and the rest is
//! looked at again. So an error is told once, at its cause, and not again for every group that shares its conversations. A group
//! counts only where chance explains it less than once in a hundred backtests (Bonferroni over all groups and rounds).

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    label::Outcome,
    tally::{Group, Row, Side, Tally},
};
use crate::{
    policy::{Policy, Rule, rule},
    share::{Rate, exceeds},
};

/// The chance that anything is found where there is nothing.
const FALSE_ALARM: f64 = 0.01;
/// The most causes of one kind of error.
const ROUNDS_MAX: usize = 12;
/// Errors a group must have to be worth telling.
const LEAST: u64 = 10;
/// By how much its share must exceed the rest's.
const RISE: f64 = 0.15;
/// A part of the conversations larger than this share of them is no part.
const PART: f64 = 0.5;
/// The refused share from which proposals are a nuisance: the lower end of its interval.
const REFUSED: f64 = 0.6;
/// Conversations it takes before a rule that never fires is told.
const SILENT_AFTER: u64 = 500;

/// One place in which a policy errs.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Finding {
    /// In what way.
    pub kind: FindingKind,
    /// Where: `trigger`, `rule`, `override` or a part such as `language`.
    #[serde(rename = "where")]
    pub place: String,
    /// The trigger, where it is one: a signal or `rule:` and its name.
    pub trigger: Option<String>,
    /// The part of the conversations, where it is one, such as `es`.
    pub segment: Option<String>,
    /// Whether A, B or both err so.
    pub side: FindingSide,
    /// Errors.
    pub n: u64,
    /// Their share in the group.
    pub share: Rate,
    /// Their share elsewhere.
    pub baseline: f64,
    /// In one sentence.
    pub words: String,
}

/// In what way a policy errs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// It turns to a human what needs none, or too soon.
    Premature,
    /// It leaves with the assistant what needs a human.
    Missed,
    /// It turns to a human too late.
    Late,
    /// A rule that never fires.
    NeverFires,
    /// Humans are proposed whom nearly nobody wants.
    AlwaysRefused,
}

/// Which policy errs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum FindingSide {
    A,
    B,
    Both,
}

/// A group's errors, against the rest.
struct Suspect<'a> {
    kind: FindingKind,
    group: &'a Group,
    errors: u64,
    late: u64,
    n: u64,
    baseline: f64,
    p_value: f64,
}

/// All findings of two policies, the gravest first; those of both are told once.
pub(super) fn of(tally: &Tally, policies: [&Policy; 2]) -> Vec<Finding> {
    let mut all: Vec<Finding> = vec![];
    for (index, policy) in policies.iter().enumerate() {
        let side = if index == 0 { FindingSide::A } else { FindingSide::B };
        let rows: Vec<&Row> = tally.sample.values().map(|rows| &rows[index]).collect();
        for mut finding in of_side(&tally.sides[index], &rows, policy, tally.conversations) {
            finding.side = side;
            let same = |known: &&mut Finding| {
                (known.kind, &known.place, &known.trigger, &known.segment)
                    == (finding.kind, &finding.place, &finding.trigger, &finding.segment)
            };
            match all.iter_mut().find(same) {
                Some(known) => known.side = FindingSide::Both,
                None => all.push(finding),
            }
        }
    }
    let excess = |finding: &Finding| (finding.share.value - finding.baseline) * finding.share.n as f64;
    all.sort_by(|a, b| excess(b).total_cmp(&excess(a)));
    all
}

fn of_side(side: &Side, rows: &[&Row], policy: &Policy, conversations: u64) -> Vec<Finding> {
    let mut findings = vec![];
    for kind in [FindingKind::Premature, FindingKind::Missed] {
        let mut left: Vec<&Row> = rows.iter().copied().filter(|row| kind.could_err(row)).collect();
        for _ in 0..ROUNDS_MAX {
            let Some(cause) = worst(kind, &left) else { break };
            findings.push(cause.finding(policy));
            let explained = cause.group.clone();
            left.retain(|row| !row.groups.contains(&explained));
        }
    }
    findings.extend(never_fires(side, policy, conversations));
    findings.extend(always_refused(side));
    findings
}

/// The group with the most errors beyond what is usual elsewhere.
fn worst<'a>(kind: FindingKind, rows: &[&'a Row]) -> Option<Suspect<'a>> {
    let mut groups: BTreeMap<&'a Group, (u64, u64, u64)> = BTreeMap::new();
    let (mut all, mut all_errors) = (0, 0);
    for row in rows {
        let (errs, late) = (kind.errs(row), row.outcome == Outcome::Late);
        all += 1;
        all_errors += u64::from(errs);
        let named: BTreeSet<&Group> = row.groups.iter().filter(|group| kind.concerns(group)).collect();
        for group in named {
            let (n, errors, lates) = groups.entry(group).or_default();
            *n += 1;
            *errors += u64::from(errs);
            *lates += u64::from(late);
        }
    }
    let alarm = FALSE_ALARM / (groups.len().max(1) * ROUNDS_MAX) as f64;
    let suspect = |(group, (n, errors, late)): (&'a Group, (u64, u64, u64))| {
        let (rest, rest_errors) = (all - n, all_errors - errors);
        let baseline = if rest == 0 { 0.0 } else { rest_errors as f64 / rest as f64 };
        // Where the group is all there is, it is held against a fair coin.
        let (against, of) = if rest == 0 { (n / 2, n) } else { (rest_errors, rest) };
        Suspect { kind, group, errors, late, n, baseline, p_value: exceeds(errors, n, against, of) }
    };
    let suspects = groups.into_iter().map(suspect);
    let real = suspects.filter(|one| one.p_value < alarm && one.is_worth_telling(all));
    let order = |one: &Suspect<'_>| (one.group.can_be_changed(), one.excess());
    real.max_by(|a, b| order(a).partial_cmp(&order(b)).expect("counts are numbers"))
}

impl Suspect<'_> {
    fn is_worth_telling(&self, all: u64) -> bool {
        let share = self.errors as f64 / self.n.max(1) as f64;
        let is_part = !matches!(self.group, Group::Segment(..)) || self.n as f64 <= PART * all as f64;
        self.errors >= LEAST && share - self.baseline >= RISE && is_part
    }

    /// Errors beyond what is usual elsewhere.
    fn excess(&self) -> f64 {
        self.errors as f64 - self.n as f64 * self.baseline
    }

    fn finding(&self, policy: &Policy) -> Finding {
        let share = Rate::of(self.errors, self.n);
        let (place, trigger, segment) = self.group.named();
        let who = self.group.in_words(policy);
        let (errors, percent, baseline) = (self.errors, share.value * 100.0, self.baseline * 100.0);
        let n = self.n;
        let words = match self.kind {
            FindingKind::Premature => format!(
                "{who}: of {n} conversations turned to a human, {errors} ({percent:.0} %) needed none yet, against \
                 {baseline:.0} % elsewhere"
            ),
            _ => format!(
                "{who}: of {n} conversations that needed a human, {errors} ({percent:.0} %) got none in time, {} of them \
                 too late, against {baseline:.0} % elsewhere",
                self.late
            ),
        };
        // Mostly late rather than never.
        let kind = if 2 * self.late > self.errors { FindingKind::Late } else { self.kind };
        Finding {
            kind,
            place: place.to_owned(),
            trigger,
            segment,
            side: FindingSide::A,
            n: errors,
            share,
            baseline: self.baseline,
            words,
        }
    }
}

impl FindingKind {
    /// Whether a conversation could have been such an error.
    fn could_err(self, row: &Row) -> bool {
        if self == FindingKind::Premature { row.decided } else { row.needed }
    }

    fn errs(self, row: &Row) -> bool {
        match self {
            FindingKind::Premature => row.outcome == Outcome::Premature,
            _ => matches!(row.outcome, Outcome::Missed | Outcome::Late),
        }
    }

    /// Whether a group can be the cause of such errors.
    fn concerns(self, group: &Group) -> bool {
        match group {
            Group::Segment(..) | Group::Override(_) => true,
            Group::Trigger(_) => self == FindingKind::Premature,
            Group::HeldBy(_) | Group::Silent(_) => self != FindingKind::Premature,
        }
    }
}

impl Group {
    /// How directly a lead can change it: what stands in the policy, then what a policy is silent about, then a part of the
    /// conversations.
    fn can_be_changed(&self) -> u8 {
        match self {
            Group::Trigger(_) | Group::HeldBy(_) | Group::Override(_) => 2,
            Group::Silent(_) => 1,
            Group::Segment(..) => 0,
        }
    }

    fn named(&self) -> (&str, Option<String>, Option<String>) {
        match self {
            Group::Trigger(name) if name.starts_with(rule::PREFIX) => ("rule", Some(name.clone()), None),
            Group::Trigger(name) => ("trigger", Some(name.clone()), None),
            Group::HeldBy(name) => ("rule", Some(format!("{}{name}", rule::PREFIX)), None),
            Group::Override(name) => ("override", None, Some(name.clone())),
            Group::Silent(name) => ("silent", Some(name.clone()), None),
            Group::Segment(by, value) => (by, None, Some(value.clone())),
        }
    }

    fn in_words(&self, policy: &Policy) -> String {
        match self {
            Group::Trigger(name) => match name.strip_prefix(rule::PREFIX) {
                Some(rule) => format!("the rule “{rule}”"),
                None => format!("`{name}`"),
            },
            Group::HeldBy(name) => format!("the rule “{name}”, which holds back"),
            Group::Override(name) => format!("where the override “{name}” applies"),
            Group::Silent(name) => {
                let factor =
                    policy.emphasis.get(name).map(|factor| format!(", which has the emphasis {factor} here"));
                format!("`{name}`, by which the default policy acts{}", factor.unwrap_or_default())
            }
            Group::Segment(by, value) => format!("{by} {value}"),
        }
    }
}

fn never_fires(side: &Side, policy: &Policy, conversations: u64) -> Vec<Finding> {
    if conversations < SILENT_AFTER {
        return vec![];
    }
    let silent = |rule: &&Rule| rule.enabled && !side.fired.contains_key(&rule.trigger());
    let finding = |rule: &Rule| Finding {
        kind: FindingKind::NeverFires,
        place: "rule".into(),
        trigger: Some(rule.trigger()),
        segment: None,
        side: FindingSide::A,
        n: 0,
        share: Rate::of(0, conversations),
        baseline: 0.0,
        words: format!("the rule “{}” fired in none of {conversations} conversations", rule.name),
    };
    policy.rules.iter().filter(silent).map(finding).collect()
}

fn always_refused(side: &Side) -> Vec<Finding> {
    let all = side.proposals.values().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let refused = |(name, (proposed, refused)): (&String, &(u64, u64))| {
        let share = Rate::of(*refused, *proposed);
        if *proposed < LEAST || share.low < REFUSED {
            return None;
        }
        let (rest, rest_refused) = (all.0 - proposed, all.1 - refused);
        let group = Group::Trigger(name.clone());
        let (place, trigger, segment) = group.named();
        Some(Finding {
            kind: FindingKind::AlwaysRefused,
            place: place.to_owned(),
            trigger,
            segment,
            side: FindingSide::A,
            n: *refused,
            share,
            baseline: if rest == 0 { 0.0 } else { rest_refused as f64 / rest as f64 },
            words: format!(
                "{} proposes a human in {proposed} conversations, and {:.0} % of the customers say no",
                name.strip_prefix(rule::PREFIX)
                    .map_or_else(|| format!("`{name}`"), |rule| format!("the rule “{rule}”")),
                share.value * 100.0
            ),
        })
    };
    side.proposals.iter().filter_map(refused).collect()
}
