//! How a head is trained: the first stage in cross-validation, so that the second sees scores as they are for conversations
//! that nobody has trained on; the second in cross-validation as well, for the probabilities and the threshold.

use std::{
    ops::ControlFlow,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
};

use super::{
    ConversationHead, HeadError, HeadLabel, HeadProgress, HeadSettings, LabelledConversation, Role,
    columns::{Columns, WEIGHTS},
    folds::{FOLDS, in_lanes, parts, parts_again},
    history::{History, WIDTH},
    stages::{FirstTrained, Scores, Second, log_odds},
    threshold::threshold,
    turn::{FAMILIES, Past, Seen},
};
use crate::learn::{
    calibrate::Platt,
    measure::Scored,
    net::{NetSettings, UNKNOWN},
    sparse::Rows,
    trees::TreeSettings,
};

/// Everything that was chosen by comparison; figures in docs/adr/0009.
#[derive(Clone, Debug)]
pub(super) struct Design {
    pub weights: [f32; FAMILIES],
    pub cost: f32,
    pub positive_weight: f32,
    pub nets: usize,
    pub net: NetSettings,
    pub ridge: f32,
    pub trees: TreeSettings,
    /// The part of the trees in the second stage's score.
    pub trees_share: f32,
}

impl Default for Design {
    fn default() -> Self {
        Self {
            weights: WEIGHTS,
            cost: 0.07,
            positive_weight: 1.5,
            nets: 2,
            net: NetSettings {
                hidden: 24,
                epochs: 8,
                rate: 0.15,
                dropout: 0.4,
                hidden_dropout: 0.3,
                seed: 1,
            },
            ridge: 10.0,
            trees: TreeSettings::default(),
            trees_share: 0.5,
        }
    }
}

/// Fewer conversations cannot be parted into rounds.
const CONVERSATIONS_MIN: usize = 10;
/// Turns that a network sees in all epochs together, at most: what keeps thousands of conversations within minutes.
const STEPS_MAX: usize = 600_000;

/// Everything that training looks at, turn by turn.
pub(super) struct Material {
    pub seen: Vec<Seen>,
    pub roles: Vec<Role>,
    /// 1, 0, or [`UNKNOWN`].
    pub held: Vec<u8>,
    /// Where each conversation begins, and the end.
    pub starts: Vec<usize>,
}

impl Material {
    pub fn of(conversations: &[LabelledConversation], label: HeadLabel) -> Self {
        let mut material = Self { seen: Vec::new(), roles: Vec::new(), held: Vec::new(), starts: vec![0] };
        for conversation in conversations {
            let mut past = Past::default();
            for turn in &conversation.turns {
                material.seen.push(past.read(turn.role, &turn.text));
                material.roles.push(turn.role);
                material.held.push(turn.label(label).map_or(UNKNOWN, u8::from));
            }
            material.starts.push(material.seen.len());
        }
        material
    }

    /// By conversation: whether the label holds anywhere in it.
    fn with_positives(&self) -> Vec<bool> {
        self.starts.windows(2).map(|turns| self.held[turns[0]..turns[1]].contains(&1)).collect()
    }

    fn conversations(&self) -> usize {
        self.starts.len() - 1
    }

    fn labelled(&self, conversations: impl Fn(usize) -> bool) -> Vec<u32> {
        let turns = |at: usize| self.starts[at]..self.starts[at + 1];
        (0..self.conversations())
            .filter(|&at| conversations(at))
            .flat_map(turns)
            .filter(|&turn| self.held[turn] != UNKNOWN)
            .map(|turn| turn as u32)
            .collect()
    }
}

/// Trains a head; see [`ConversationHead::train`].
pub(super) fn train(
    conversations: &[LabelledConversation],
    dev: Option<&[LabelledConversation]>,
    label: HeadLabel,
    settings: &HeadSettings,
    progress: &(dyn Fn(HeadProgress) -> ControlFlow<()> + Sync),
) -> Result<Option<ConversationHead>, HeadError> {
    let material = Material::of(conversations, label);
    check(&material, label)?;
    let mut training = Training::new(material, settings, progress);
    let Some(mut head) = training.head(label) else { return Ok(None) };
    if let Some(dev) = dev {
        head.recalibrate(dev)?;
    }
    Ok(Some(head))
}

/// Whether there is enough to learn from.
pub(super) fn check(material: &Material, label: HeadLabel) -> Result<(), HeadError> {
    let count = |wanted: u8| material.held.iter().filter(|held| **held == wanted).count();
    let (positives, negatives) = (count(1), count(0));
    if material.conversations() < CONVERSATIONS_MIN {
        return Err(HeadError::FewConversations {
            found: material.conversations(),
            wanted: CONVERSATIONS_MIN,
        });
    }
    if positives + negatives == 0 {
        return Err(HeadError::NoLabels { label: label.field() });
    }
    if positives < FOLDS || negatives < FOLDS {
        return Err(HeadError::OneSided { label: label.field(), positives, negatives, wanted: FOLDS });
    }
    Ok(())
}

struct Training<'a> {
    material: Material,
    design: Design,
    seed: u64,
    judged: [bool; Role::COUNT],
    progress: &'a (dyn Fn(HeadProgress) -> ControlFlow<()> + Sync),
    done: AtomicUsize,
    all: usize,
    ended: AtomicBool,
}

impl<'a> Training<'a> {
    fn new(
        material: Material,
        settings: &HeadSettings,
        progress: &'a (dyn Fn(HeadProgress) -> ControlFlow<()> + Sync),
    ) -> Self {
        let mut judged = [false; Role::COUNT];
        for (role, held) in material.roles.iter().zip(&material.held) {
            judged[*role as usize] |= *held != UNKNOWN;
        }
        let mut design = settings.design.clone();
        let turns = material.held.iter().filter(|held| **held != UNKNOWN).count();
        design.net.epochs = design.net.epochs.min((STEPS_MAX / turns).max(3));
        let all = (FOLDS + 1) * (design.nets * design.net.epochs + 1 + design.trees.rounds);
        let (done, ended) = (AtomicUsize::new(0), AtomicBool::new(false));
        Self { material, design, seed: settings.seed, judged, progress, done, all, ended }
    }

    /// Counts one step; breaks once anybody wanted to.
    fn step(&self) -> ControlFlow<()> {
        let rounds_done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if (self.progress)(HeadProgress { rounds_done, rounds: self.all }).is_break() {
            self.ended.store(true, Ordering::Relaxed);
        }
        if self.ended.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn head(&mut self, label: HeadLabel) -> Option<ConversationHead> {
        let parts = parts(&self.material.with_positives(), self.seed);
        let (scores, columns, first) = self.first(&parts)?;
        let curves = self.curves(&scores);
        let rows = self.rows(&scores, &curves);
        let parts = parts_again(&parts, self.seed);
        let (items, second) = self.second(&rows, &parts)?;
        let (curve, threshold) = said(&items);
        Some(ConversationHead {
            label,
            judged: self.judged,
            first: first.pack(columns, curves),
            second,
            trees_share: self.design.trees_share,
            curve,
            threshold,
        })
    }

    /// Scores of every turn by a first stage that has not seen its conversation, and the one that has seen all.
    fn first(&self, parts: &[usize]) -> Option<(Vec<Scores>, Columns, FirstTrained)> {
        let jobs = in_lanes(FOLDS + 1, |fold| {
            let take = self.material.labelled(|at| parts[at] != fold);
            let turns = take.iter().map(|&turn| &self.material.seen[turn as usize]);
            let columns = Columns::of(turns, self.design.weights);
            let mut rows = Rows::new();
            self.material.seen.iter().for_each(|seen| rows.push(columns.row(seen)));
            let task = (&rows, take.as_slice(), columns.count());
            let design = (&self.design, self.seed);
            let first = FirstTrained::train(task, &self.material.held, design, &|| self.step())?;
            let scores: Vec<(usize, Scores)> = (0..parts.len())
                .filter(|&at| parts[at] == fold)
                .flat_map(|at| self.material.starts[at]..self.material.starts[at + 1])
                .map(|turn| (turn, first.scores(&rows, turn)))
                .collect();
            Some((scores, columns, first))
        });
        let mut scores = vec![Scores::default(); self.material.seen.len()];
        let mut last = None;
        for job in jobs {
            let (held_out, columns, first) = job?;
            held_out.into_iter().for_each(|(turn, score)| scores[turn] = score);
            last = Some((columns, first));
        }
        let (columns, first) = last.expect("there is at least one job");
        Some((scores, columns, first))
    }

    fn curves(&self, scores: &[Scores]) -> [Platt; 2] {
        let fit = |of: fn(&Scores) -> f32| {
            let labelled = scores.iter().zip(&self.material.held).filter(|(_, held)| **held != UNKNOWN);
            Platt::fit(&labelled.map(|(scores, held)| (of(scores), *held == 1)).collect::<Vec<_>>())
        };
        [fit(|scores| scores.linear), fit(|scores| scores.net)]
    }

    /// The second stage's rows, `None` for turns that are not judged.
    fn rows(&self, scores: &[Scores], curves: &[Platt; 2]) -> Vec<Option<[f32; WIDTH]>> {
        let mut rows = Vec::with_capacity(scores.len());
        for turns in self.material.starts.windows(2) {
            let mut history = History::default();
            for (turn, &scores) in (turns[0]..turns[1]).zip(&scores[turns[0]..turns[1]]) {
                let role = self.material.roles[turn];
                let Scores { linear, net } = log_odds(scores, curves);
                let row = || history.row(role, &self.material.seen[turn], linear, net);
                rows.push(self.judged[role as usize].then(row));
            }
        }
        rows
    }

    /// Held-out scores of labelled turns by conversation, and the stage that has seen all.
    fn second(&self, rows: &[Option<[f32; WIDTH]>], parts: &[usize]) -> Option<(Vec<Vec<Scored>>, Second)> {
        let jobs = in_lanes(FOLDS + 1, |fold| {
            let (train, held): (Vec<[f32; WIDTH]>, Vec<bool>) =
                self.labelled_rows(rows, |at| parts[at] != fold).map(|(_, row, held)| (row, held)).unzip();
            let second = Second::train(&train, &held, (&self.design, self.seed), &|| self.step())?;
            let score = |(turn, row, held)| (turn, (second.score(&row, self.design.trees_share), held));
            let items: Vec<(usize, Scored)> =
                self.labelled_rows(rows, |at| parts[at] == fold).map(score).collect();
            Some((items, second))
        });
        let (mut items, mut last) = (Vec::new(), None);
        for job in jobs {
            let (held_out, second) = job?;
            items.extend(held_out);
            last = Some(second);
        }
        items.sort_by_key(|item: &(usize, Scored)| item.0);
        let conversation = |turn: usize| self.material.starts.partition_point(|&start| start <= turn);
        let by_conversation = items.chunk_by(|a, b| conversation(a.0) == conversation(b.0));
        let items = by_conversation.map(|turns| turns.iter().map(|turn| turn.1).collect()).collect();
        Some((items, last.expect("there is at least one job")))
    }

    fn labelled_rows(
        &self,
        rows: &[Option<[f32; WIDTH]>],
        conversations: impl Fn(usize) -> bool,
    ) -> impl Iterator<Item = (usize, [f32; WIDTH], bool)> {
        let row = |turn: u32| {
            let turn = turn as usize;
            rows[turn].map(|row| (turn, row, self.material.held[turn] == 1))
        };
        self.material.labelled(conversations).into_iter().filter_map(row)
    }
}

/// The curve and the threshold for held-out scores, given by conversation.
pub(super) fn said(conversations: &[Vec<Scored>]) -> (Platt, f32) {
    let curve = Platt::fit(&conversations.concat());
    let probability = |&(score, held): &Scored| (curve.probability(score), held);
    let said: Vec<Vec<Scored>> =
        conversations.iter().map(|items| items.iter().map(probability).collect()).collect();
    (curve, threshold(&said))
}
