//! What a backtest tells.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    findings::{self, Finding},
    label::{Label, Outcome},
    tally::{Counts, Side, Tally},
};
use crate::{
    ids::{ConversationId, SquadId},
    policy::Policy,
    share::{Interval, Rate},
    trigger::{Action, Reason},
};

/// Two policies on the same history: A decides today, B is the draft.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Report {
    /// Conversations that were decided anew.
    pub conversations: u64,
    /// Turns that were decided about.
    pub turns: u64,
    /// How long it took, seconds.
    pub runtime_s: f64,
    /// Turns each second.
    pub turns_per_s: f64,
    /// Conversations of which is known whether and when a human was needed.
    pub labelled: u64,
    /// Conversations that a human took over in history before A or B had handed off: how they would have gone on,
    /// nobody knows.
    pub undecided: u64,
    /// The one that decides today.
    pub a: ReportSide,
    /// The draft.
    pub b: ReportSide,
    /// B minus A, on the same conversations.
    pub difference: Difference,
    /// Handoffs a day, by squad.
    pub queues: Vec<QueueLoad>,
    /// Conversations that change.
    pub changed: Changed,
    /// Where either policy errs more than elsewhere, the gravest first.
    pub findings: Vec<Finding>,
    /// Some of the conversations that change.
    pub examples: Vec<Example>,
}

/// One policy on the history. Shares are of all conversations, or, where they need a label, of the labelled ones.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ReportSide {
    /// Its name.
    pub policy: String,
    /// Conversations that are handed off.
    pub handoffs: Rate,
    /// Conversations in which a human is proposed first.
    pub proposals: Rate,
    /// A human where none was needed, or more than a customer turn too soon.
    pub premature: Option<Rate>,
    /// A human at the right turn, or rightly none.
    pub right: Option<Rate>,
    /// A human more than a customer turn too late.
    pub late: Option<Rate>,
    /// No human where one was needed.
    pub missed: Option<Rate>,
    /// Of the conversations turned to a human: those at the right turn.
    pub precision: Option<Rate>,
    /// Of the conversations that needed a human: those turned at the right turn.
    pub recall: Option<Rate>,
}

/// B minus A.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[allow(missing_docs)]
pub struct Difference {
    pub handoffs: Interval,
    pub premature: Option<Interval>,
    pub right: Option<Interval>,
    pub late: Option<Interval>,
    pub missed: Option<Interval>,
}

/// What a squad would get.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct QueueLoad {
    /// The squad.
    pub squad: SquadId,
    /// Handoffs a day by A.
    pub a_per_day: f64,
    /// Handoffs a day by B.
    pub b_per_day: f64,
}

/// Conversations that change.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "ChangedConversations")]
pub struct Changed {
    /// How many.
    pub count: u64,
    /// In what way.
    pub by_kind: Vec<ChangedKind>,
}

/// How many change in one way.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[allow(missing_docs)]
pub struct ChangedKind {
    pub kind: ChangeKind,
    pub count: u64,
}

/// In what way a conversation changes, from A to B.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Only B turns it to a human.
    New,
    /// Only A turns it to a human.
    Gone,
    /// B does so at an earlier turn.
    Earlier,
    /// B does so at a later turn.
    Later,
    /// One proposes where the other hands off.
    Action,
    /// For another reason.
    Reason,
    /// To another squad.
    Squad,
}

/// A conversation that changes.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Example {
    /// Which.
    pub conversation: ConversationId,
    /// In what way.
    pub kind: ChangeKind,
    /// One line.
    pub title: String,
    /// When a human was needed, where that is known.
    pub label: Option<Label>,
    /// What A's and B's decisions come to; empty without a label.
    pub outcomes: Vec<Option<Outcome>>,
    /// What A does first.
    pub a: Option<Brief>,
    /// What B does first.
    pub b: Option<Brief>,
}

/// The first turn at which a policy wants a human.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[allow(missing_docs)]
#[schemars(rename = "TurnedAt")]
pub struct Brief {
    pub turn: u32,
    pub action: Action,
    pub reason: Option<Reason>,
}

const MS_PER_DAY: f64 = 86_400_000.0;

impl Report {
    /// What was counted for A and B (and the default policy beside them), in the end.
    pub fn of(tally: &Tally, a: &Policy, b: &Policy, runtime_s: f64) -> Self {
        let (side_a, side_b) = (&tally.sides[0], &tally.sides[1]);
        let labelled = tally.labelled > 0;
        let difference = |share: fn(&Counts) -> (u64, u64)| side_b.difference(side_a, share);
        let of_labelled = |share: fn(&Counts) -> (u64, u64)| labelled.then(|| difference(share));
        let turns_per_s = if runtime_s > 0.0 { tally.turns as f64 / runtime_s } else { 0.0 };
        let by_kind: Vec<ChangedKind> =
            tally.changed.iter().map(|(kind, count)| ChangedKind { kind: *kind, count: *count }).collect();
        Self {
            conversations: tally.conversations,
            turns: tally.turns,
            runtime_s,
            turns_per_s,
            labelled: tally.labelled,
            undecided: tally.undecided,
            a: side(side_a, a, "A", labelled),
            b: side(side_b, b, "B", labelled),
            difference: Difference {
                handoffs: difference(handoffs),
                premature: of_labelled(premature),
                right: of_labelled(right),
                late: of_labelled(late),
                missed: of_labelled(missed),
            },
            queues: queues(tally),
            changed: Changed { count: tally.changed.values().sum(), by_kind },
            findings: findings::of(tally, [a, b]),
            examples: tally.examples.values().cloned().collect(),
        }
    }
}

fn side(side: &Side, policy: &Policy, letter: &str, labelled: bool) -> ReportSide {
    let of_labelled = |share: fn(&Counts) -> (u64, u64)| labelled.then(|| side.rate(share));
    let name = match (policy.name.as_str(), policy.version) {
        ("", 0) => letter.to_owned(),
        ("", version) => format!("version {version}"),
        (name, 0) => name.to_owned(),
        (name, version) => format!("{name}, version {version}"),
    };
    ReportSide {
        policy: name,
        handoffs: side.rate(handoffs),
        proposals: side.rate(|counts| (counts.proposals, counts.conversations)),
        premature: of_labelled(premature),
        right: of_labelled(right),
        late: of_labelled(late),
        missed: of_labelled(missed),
        precision: of_labelled(|counts| (counts.hit, counts.decided)),
        recall: of_labelled(|counts| (counts.hit, counts.needed)),
    }
}

fn handoffs(counts: &Counts) -> (u64, u64) {
    (counts.handoffs, counts.conversations)
}
fn premature(counts: &Counts) -> (u64, u64) {
    (counts.outcomes[Outcome::Premature as usize], counts.labelled)
}
fn right(counts: &Counts) -> (u64, u64) {
    (counts.outcomes[Outcome::Right as usize], counts.labelled)
}
fn late(counts: &Counts) -> (u64, u64) {
    (counts.outcomes[Outcome::Late as usize], counts.labelled)
}
fn missed(counts: &Counts) -> (u64, u64) {
    (counts.outcomes[Outcome::Missed as usize], counts.labelled)
}

fn queues(tally: &Tally) -> Vec<QueueLoad> {
    let days = tally.span_ms.map_or(1.0, |(low, high)| ((high - low) as f64 / MS_PER_DAY).max(1.0));
    let (a, b) = (&tally.sides[0].squads, &tally.sides[1].squads);
    let squads: BTreeSet<&SquadId> = a.keys().chain(b.keys()).collect();
    let per_day = |counts: &BTreeMap<SquadId, u64>, squad: &SquadId| {
        counts.get(squad).copied().unwrap_or_default() as f64 / days
    };
    let load = |squad: &SquadId| QueueLoad {
        squad: squad.clone(),
        a_per_day: per_day(a, squad),
        b_per_day: per_day(b, squad),
    };
    squads.into_iter().map(load).collect()
}
