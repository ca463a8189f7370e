//! The default policy on short conversations whose right decision is known.
//!
//! The file is no part of the project: it is looked for in `evals/stories` under the folder that
//! `SEGUE_SHARED` names, or under `../shared` beside the workspace. Without it the test says so and passes.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
};

use segue_core::{
    ids::OrganisationId,
    organisation::Organisation,
    trigger::{Action, Reason},
};
use segue_server::rehearsal::{Recorded, Rehearser, Replayed};
use segue_understanding::Reader;
use serde::Deserialize;

#[derive(Deserialize)]
struct Story {
    id: String,
    expect: Expect,
}

/// What the story's author holds for right.
#[derive(Deserialize)]
struct Expect {
    action: Expected,
    /// The first decision lies within.
    #[serde(default)]
    turn: Option<(u32, u32)>,
    #[serde(default)]
    reasons: Vec<Reason>,
    #[serde(default)]
    facts: Vec<String>,
    #[serde(default)]
    promises: usize,
    #[serde(default)]
    steps: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Expected {
    HandOff,
    ProposeOrHandOff,
    None,
}

impl Expect {
    /// What is wrong, in words; empty where nothing is.
    fn misses(&self, replayed: &Replayed) -> Vec<String> {
        let mut misses = vec![];
        let wanted = |action| match self.action {
            Expected::HandOff => action == Action::HandOff,
            Expected::ProposeOrHandOff | Expected::None => {
                matches!(action, Action::HandOff | Action::Propose)
            }
        };
        let first = replayed.turns.iter().find(|turn| wanted(turn.decision.action));
        match (self.action, first) {
            (Expected::None, Some(turn)) => {
                misses.push(format!("{:?} at {}", turn.decision.action, turn.index))
            }
            (Expected::HandOff | Expected::ProposeOrHandOff, None) => misses.push("no decision".into()),
            (_, Some(turn)) => {
                if self.turn.is_some_and(|(low, high)| !(low..=high).contains(&turn.index)) {
                    misses.push(format!("at turn {} instead of {:?}", turn.index, self.turn));
                }
                if turn.decision.reason.is_none_or(|reason| !self.reasons.contains(&reason)) {
                    misses.push(format!("because {:?}", turn.decision.reason));
                }
            }
            (Expected::None, None) => {}
        }
        let package = &replayed.package;
        let known: BTreeSet<&str> = package.facts.iter().map(|fact| fact.value.as_str()).collect();
        misses.extend(
            self.facts.iter().filter(|fact| !known.contains(fact.as_str())).map(|f| format!("no fact {f}")),
        );
        if package.promises.len() < self.promises {
            misses.push(format!("{} promises", package.promises.len()));
        }
        if package.steps.len() < self.steps {
            misses.push(format!("{} steps", package.steps.len()));
        }
        misses
    }
}

fn stories_file() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = env::var_os("SEGUE_SHARED").map_or(beside, PathBuf::from);
    Some(shared.join("evals/stories/stories.jsonl")).filter(|path| path.exists())
}

/// What was decided, one word per turn that was more than an answer.
fn decided(replayed: &Replayed) -> String {
    let handed_off = replayed.handoff.as_ref().map_or(u32::MAX, |handoff| handoff.turn);
    let mut words = vec![];
    for turn in replayed.turns.iter().filter(|turn| turn.index <= handed_off) {
        let name = match turn.decision.action {
            Action::Answer => continue,
            Action::Propose => "propose",
            Action::HandOff => "hand_off",
            Action::Hold => "hold",
        };
        let reason = turn.decision.reason.map(|reason| format!("{reason:?}")).unwrap_or_default();
        words.push(format!("{name}@{} {reason}", turn.index));
    }
    if words.is_empty() { "answer".into() } else { words.join(", ") }
}

#[test]
fn the_default_policy_judges_the_stories() {
    let Some(path) = stories_file() else {
        eprintln!("skipped: set SEGUE_SHARED to the folder that holds evals/stories/stories.jsonl");
        return;
    };
    let organisation = Organisation::new(OrganisationId::parse("stories").unwrap(), "Stories");
    let reader = Reader::new();
    let replayer = Rehearser::new(&reader, organisation).unwrap();
    let (mut failed, mut right, mut seen) = (vec![], 0, BTreeSet::new());
    let text = fs::read_to_string(path).unwrap();
    for (line, number) in text.lines().zip(1..) {
        let story: Story = serde_json::from_str(line).unwrap();
        let replayed = replayer.replay(&Recorded::parse(line, number).unwrap()).unwrap();
        let misses = story.expect.misses(&replayed);
        let mark = if misses.is_empty() { "ok  " } else { "MISS" };
        let package = &replayed.package;
        let expected = format!("{:?} {:?}", story.expect.action, story.expect.turn.unwrap_or_default());
        println!("{mark} {:<24} {expected:<26} {}", story.id, decided(&replayed));
        let facts: Vec<_> = package.facts.iter().map(|fact| fact.value.as_str()).collect();
        println!("     facts {facts:?}, {} promises, {} steps", package.promises.len(), package.steps.len());
        misses.iter().for_each(|miss| println!("     {miss}"));
        right += usize::from(misses.is_empty());
        if !misses.is_empty() {
            failed.push(format!("{}: {}", story.id, misses.join("; ")));
        }
        seen.insert(story.id);
    }
    println!("{right} of {} stories judged rightly", seen.len());
    assert!(!seen.is_empty(), "the file has no story");
    assert!(failed.is_empty(), "{failed:#?}");
}
