//! Counts over many conversations: mergeable, so that several threads can count.

use std::collections::BTreeMap;

use super::{
    course::{Course, Walk},
    label::{Label, Outcome},
    report::{Brief, ChangeKind, Example},
};
use crate::{
    ids::{AtMs, ConversationId, SquadId},
    policy::rule,
    share::{Interval, Rate},
};

/// Resamples of the bootstrap.
pub(super) const RESAMPLES: usize = 200;
/// The most examples kept.
pub const EXAMPLES_MAX: usize = 200;
/// Labelled conversations that findings are looked for in: those with the smallest hashes, which is a fair sample.
const SAMPLE_MAX: usize = 50_000;

/// Counts of several policies over the same conversations. The last policy is the default one, which only tells what
/// could have been seen; see [`super::findings`].
#[derive(Clone, Debug)]
pub struct Tally {
    pub(super) sides: Vec<Side>,
    pub(super) conversations: u64,
    pub(super) turns: u64,
    pub(super) labelled: u64,
    pub(super) undecided: u64,
    pub(super) span_ms: Option<(AtMs, AtMs)>,
    pub(super) changed: BTreeMap<ChangeKind, u64>,
    /// By hash, so that the same ones are kept whoever counted them.
    pub(super) examples: BTreeMap<u64, Example>,
    /// Labelled conversations by hash, one row for each policy.
    pub(super) sample: BTreeMap<u64, Vec<Row>>,
}

/// Counts of one policy.
#[derive(Clone, Debug, Default)]
pub(super) struct Side {
    pub whole: Counts,
    pub resampled: Vec<Counts>,
    pub squads: BTreeMap<SquadId, u64>,
    /// Conversations in which a trigger took part, or a rule held something back.
    pub fired: BTreeMap<String, u64>,
    /// Conversations in which a trigger led to a proposal, and those in which the customer said no.
    pub proposals: BTreeMap<String, (u64, u64)>,
}

/// What is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Counts {
    pub conversations: u64,
    pub handoffs: u64,
    pub proposals: u64,
    pub labelled: u64,
    pub needed: u64,
    pub decided: u64,
    pub outcomes: [u64; 4],
    /// Needed, and decided at the right turn.
    pub hit: u64,
}

/// Conversations that have something in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    /// The strongest trigger of the first turn at which the policy acts.
    Trigger(String),
    /// A rule that held something back.
    HeldBy(String),
    /// An override that applied.
    Override(String),
    /// The trigger by which the default policy turned to a human rightly, and this one did not act.
    Silent(String),
    /// A part of the conversations, such as `language` `es`.
    Segment(&'static str, String),
}

/// What one policy does with one labelled conversation.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub outcome: Outcome,
    pub needed: bool,
    pub decided: bool,
    pub groups: Vec<Group>,
}

impl Tally {
    /// For so many policies.
    pub fn new(policies: usize) -> Self {
        let side = || Side { resampled: vec![Counts::default(); RESAMPLES], ..Side::default() };
        Self {
            sides: (0..policies).map(|_| side()).collect(),
            conversations: 0,
            turns: 0,
            labelled: 0,
            undecided: 0,
            span_ms: None,
            changed: BTreeMap::new(),
            examples: BTreeMap::new(),
            sample: BTreeMap::new(),
        }
    }

    /// Conversations so far.
    pub fn conversations(&self) -> u64 {
        self.conversations
    }

    /// Turns that were decided about so far.
    pub fn turns(&self) -> u64 {
        self.turns
    }

    /// Counts one conversation. `compared` are the two policies of which changes are told.
    pub fn add(&mut self, id: &ConversationId, began_at_ms: AtMs, walk: &Walk, label: Option<Label>) {
        let hash = hash(id.as_str().as_bytes());
        self.conversations += 1;
        self.turns += u64::from(walk.turns);
        self.labelled += u64::from(label.is_some());
        let (low, high) = self.span_ms.unwrap_or((began_at_ms, began_at_ms));
        self.span_ms = Some((low.min(began_at_ms), high.max(began_at_ms)));
        let needed = label.map(|label| label.needed_at.map(|turn| in_customer_turns(walk, turn)));
        let outcome = |course: &Course| {
            let decided = course.first.as_ref().map(|first| first.customer_turns);
            needed.map(|needed| Label::judge(needed, decided))
        };
        let outcomes: Vec<Option<Outcome>> = walk.courses.iter().map(outcome).collect();
        let undecided =
            walk.taken_over_at.is_some() && walk.courses.iter().any(|course| course.handoff.is_none());
        self.undecided += u64::from(undecided);
        let sees = walk.courses.last().zip(outcomes.last());
        let default = sees.filter(|(_, outcome)| **outcome == Some(Outcome::Right));
        let could = default.and_then(|(course, _)| course.first.as_ref()?.triggers.first().cloned());
        let needed = needed.flatten().is_some();
        for ((side, course), outcome) in self.sides.iter_mut().zip(&walk.courses).zip(&outcomes) {
            side.add(hash, course, *outcome, needed);
        }
        if label.is_some() && has_room(&self.sample, hash, SAMPLE_MAX) {
            let row = |(course, outcome): (&Course, &Option<Outcome>)| Row {
                outcome: outcome.expect("a label gives an outcome"),
                needed,
                decided: course.first.is_some(),
                groups: groups(walk, course, could.as_deref()),
            };
            // The default policy only tells what could have been seen.
            let compared = walk.courses.iter().zip(&outcomes).take(self.sides.len() - 1);
            self.sample.insert(hash, compared.map(row).collect());
            shrink(&mut self.sample, SAMPLE_MAX);
        }
        self.compare(hash, id, walk, label, &outcomes);
    }

    fn compare(
        &mut self,
        hash: u64,
        id: &ConversationId,
        walk: &Walk,
        label: Option<Label>,
        outcomes: &[Option<Outcome>],
    ) {
        let [a, b, ..] = walk.courses.as_slice() else { return };
        let Some(kind) = change(a, b) else { return };
        *self.changed.entry(kind).or_default() += 1;
        if !has_room(&self.examples, hash, EXAMPLES_MAX) {
            return;
        }
        let brief = |course: &Course| {
            course.first.as_ref().map(|first| Brief {
                turn: first.turn,
                action: first.action,
                reason: first.reason,
            })
        };
        self.examples.insert(
            hash,
            Example {
                conversation: id.clone(),
                kind,
                title: walk.title.clone(),
                label,
                outcomes: outcomes.iter().take(2).copied().collect(),
                a: brief(a),
                b: brief(b),
            },
        );
        shrink(&mut self.examples, EXAMPLES_MAX);
    }

    /// Takes in what another thread counted.
    pub fn merge(&mut self, other: &Self) {
        self.conversations += other.conversations;
        self.turns += other.turns;
        self.labelled += other.labelled;
        self.undecided += other.undecided;
        self.span_ms = match (self.span_ms, other.span_ms) {
            (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
            (a, b) => a.or(b),
        };
        for (kind, count) in &other.changed {
            *self.changed.entry(*kind).or_default() += count;
        }
        self.examples.extend(other.examples.iter().map(|(hash, example)| (*hash, example.clone())));
        shrink(&mut self.examples, EXAMPLES_MAX);
        self.sample.extend(other.sample.iter().map(|(hash, rows)| (*hash, rows.clone())));
        shrink(&mut self.sample, SAMPLE_MAX);
        for (side, others) in self.sides.iter_mut().zip(&other.sides) {
            side.merge(others);
        }
    }
}

/// Whether something with this hash belongs among the smallest.
fn has_room<T>(kept: &BTreeMap<u64, T>, hash: u64, most: usize) -> bool {
    kept.len() < most || kept.last_key_value().is_some_and(|(last, _)| hash < *last)
}

fn shrink<T>(kept: &mut BTreeMap<u64, T>, most: usize) {
    while kept.len() > most {
        kept.pop_last();
    }
}

/// How many customer turns there are up to a turn.
fn in_customer_turns(walk: &Walk, turn: u32) -> u32 {
    walk.customer_turns.iter().filter(|said| **said <= turn).count().max(1) as u32
}

/// What differs between two courses, the gravest first.
fn change(a: &Course, b: &Course) -> Option<ChangeKind> {
    match (&a.first, &b.first) {
        (None, None) => None,
        (None, Some(_)) => Some(ChangeKind::New),
        (Some(_), None) => Some(ChangeKind::Gone),
        (Some(a), Some(b)) if b.turn < a.turn => Some(ChangeKind::Earlier),
        (Some(a), Some(b)) if b.turn > a.turn => Some(ChangeKind::Later),
        (Some(a), Some(b)) if a.action != b.action => Some(ChangeKind::Action),
        (Some(a), Some(b)) if a.reason != b.reason => Some(ChangeKind::Reason),
        (Some(a), Some(b)) => (a.squad != b.squad).then_some(ChangeKind::Squad),
    }
}

impl Side {
    fn add(&mut self, hash: u64, course: &Course, outcome: Option<Outcome>, needed: bool) {
        let one = Counts::of(course, outcome, needed);
        self.whole.add(&one, 1);
        for (at, counts) in self.resampled.iter_mut().enumerate() {
            counts.add(&one, weight(hash, at as u64));
        }
        if let Some(squad) = course.handoff.as_ref().and_then(|turned| turned.squad.clone()) {
            *self.squads.entry(squad).or_default() += 1;
        }
        let held = course.held_by.iter().map(|(rule, _)| format!("{}{rule}", rule::PREFIX));
        for name in course.fired.iter().map(|name| name.to_string()).chain(held) {
            *self.fired.entry(name).or_default() += 1;
        }
        let proposal = course.first.as_ref().filter(|first| course.handoff.as_ref() != Some(first));
        if let Some(trigger) = proposal.and_then(|first| first.triggers.first()) {
            let (proposed, refused) = self.proposals.entry(trigger.to_string()).or_default();
            *proposed += 1;
            *refused += u64::from(course.refused);
        }
    }

    fn merge(&mut self, other: &Self) {
        self.whole.add(&other.whole, 1);
        for (mine, others) in self.resampled.iter_mut().zip(&other.resampled) {
            mine.add(others, 1);
        }
        for (squad, count) in &other.squads {
            *self.squads.entry(squad.clone()).or_default() += count;
        }
        for (name, count) in &other.fired {
            *self.fired.entry(name.clone()).or_default() += count;
        }
        for (name, (proposed, refused)) in &other.proposals {
            let mine = self.proposals.entry(name.clone()).or_default();
            *mine = (mine.0 + proposed, mine.1 + refused);
        }
    }

    /// A share of the whole with the interval of its resamples.
    pub fn rate(&self, share: impl Fn(&Counts) -> (u64, u64)) -> Rate {
        let value = |counts: &Counts| {
            let (count, n) = share(counts);
            if n == 0 { 0.0 } else { count as f64 / n as f64 }
        };
        let (low, high) = ends(self.resampled.iter().map(value).collect());
        Rate { value: value(&self.whole), low, high, n: share(&self.whole).1 }
    }

    /// The difference of a share from another side's, resampled in pairs: the same conversations on either side.
    pub fn difference(&self, other: &Self, share: impl Fn(&Counts) -> (u64, u64)) -> Interval {
        let value = |counts: &Counts| {
            let (count, n) = share(counts);
            if n == 0 { 0.0 } else { count as f64 / n as f64 }
        };
        let pairs = self.resampled.iter().zip(&other.resampled);
        let (low, high) = ends(pairs.map(|(mine, others)| value(mine) - value(others)).collect());
        Interval { value: value(&self.whole) - value(&other.whole), low, high }
    }
}

/// The middle 95 %.
fn ends(mut values: Vec<f64>) -> (f64, f64) {
    values.sort_by(f64::total_cmp);
    let at = |share: f64| values.get((share * (values.len().max(1) - 1) as f64).round() as usize).copied();
    (at(0.025).unwrap_or(0.0), at(0.975).unwrap_or(1.0))
}

impl Counts {
    fn of(course: &Course, outcome: Option<Outcome>, needed: bool) -> Self {
        let mut outcomes = [0; 4];
        if let Some(outcome) = outcome {
            outcomes[outcome as usize] = 1;
        }
        let decided = outcome.is_some() && course.first.is_some();
        Self {
            conversations: 1,
            handoffs: u64::from(course.handoff.is_some()),
            proposals: u64::from(course.first.is_some() && course.handoff != course.first),
            labelled: u64::from(outcome.is_some()),
            needed: u64::from(needed),
            decided: u64::from(decided),
            outcomes,
            hit: u64::from(needed && outcome == Some(Outcome::Right)),
        }
    }

    fn add(&mut self, other: &Self, weight: u64) {
        self.conversations += other.conversations * weight;
        self.handoffs += other.handoffs * weight;
        self.proposals += other.proposals * weight;
        self.labelled += other.labelled * weight;
        self.needed += other.needed * weight;
        self.decided += other.decided * weight;
        self.hit += other.hit * weight;
        for (mine, others) in self.outcomes.iter_mut().zip(other.outcomes) {
            *mine += others * weight;
        }
    }
}

fn groups(walk: &Walk, course: &Course, could: Option<&str>) -> Vec<Group> {
    let mut groups = vec![Group::Segment("channel", walk.channel.clone())];
    let topic = walk.topic.and_then(|topic| serde_json::to_value(topic).ok());
    let topic = topic.as_ref().and_then(|topic| topic.as_str()).map(str::to_owned);
    let segments = [
        ("topic", topic),
        ("tier", walk.tier.clone()),
        ("language", walk.language.clone()),
        ("area", walk.area.clone()),
    ];
    groups.extend(segments.into_iter().filter_map(|(by, value)| Some(Group::Segment(by, value?))));
    groups.extend(course.held_by.iter().map(|(rule, _)| Group::HeldBy(rule.to_string())));
    groups.extend(course.overrides.iter().map(|name| Group::Override(name.to_string())));
    match course.first.as_ref().and_then(|first| first.triggers.first()) {
        Some(trigger) => groups.push(Group::Trigger(trigger.to_string())),
        None => groups.extend(could.map(|trigger| Group::Silent(trigger.to_owned()))),
    }
    groups
}

/// FNV-1a with a finishing mix, so that near names lie far apart.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    let folded = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    mix(folded)
}

fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// How often a conversation is drawn in a resample: a Poisson number of mean 1, so that conversations can be counted one by
/// one. The table holds its distribution in 256ths.
fn weight(hash: u64, resample: u64) -> u64 {
    match mix(hash ^ resample.wrapping_mul(0x9e37_79b9_7f4a_7c15)) & 0xff {
        0..94 => 0,
        94..188 => 1,
        188..235 => 2,
        235..251 => 3,
        251..255 => 4,
        _ => 5,
    }
}
