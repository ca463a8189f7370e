//! The extractive parts of the package: title, what the customer wants, and a summary of whole sentences.

use super::{Cited, ContextPackage, Role, fold::cited};
use crate::reading::{ActKind, Reading, TopicKind};

/// The longest quote, in characters.
const QUOTE_MAX: usize = 200;
/// Turns after which a worded summary is out of date.
const WORDED_STANDS: u32 = 8;
/// Sentences in a summary.
const SUMMARY_MAX: usize = 4;

/// The words cut at a word boundary to at most [`QUOTE_MAX`] characters.
pub(crate) fn quote(text: &str) -> String {
    let text = text.trim();
    let Some((cut, _)) = text.char_indices().nth(QUOTE_MAX) else { return text.to_owned() };
    let end = text[..cut].rfind(char::is_whitespace).unwrap_or(cut);
    format!("{} …", text[..end].trim_end())
}

/// The sentence that says what the customer wants: the first of substance, replaced when a later turn brings
/// a new subject or corrects.
pub(super) fn wants(package: &mut ContextPackage, turn: u32, reading: &Reading) {
    let Some(text) = package.turn(turn).map(|turn| turn.text.clone()) else { return };
    let substance =
        !reading.topics.is_empty() || !reading.questions.is_empty() || text.split_whitespace().count() >= 4;
    let small_talk = [ActKind::Thanks, ActKind::Greets, ActKind::Leaves, ActKind::AsksHuman]
        .iter()
        .any(|&act| reading.act(act) >= 0.5)
        && reading.topics.is_empty()
        && reading.facts.is_empty();
    let newer = package.wants.is_none() || reading.act(ActKind::Corrects) >= 0.5;
    if substance && !small_talk && newer {
        package.wants = Some(cited(&text, turn));
        package.issue.title = title(&text);
    }
    package.issue.topic = main_topic(&package.issue.topics);
}

/// One line: the first sentence, at most 80 characters.
fn title(text: &str) -> String {
    let first = text.split_inclusive(['.', '!', '?', '\n']).map(str::trim).find(|s| s.chars().count() > 8);
    let line = first.unwrap_or(text).trim_end_matches(['.', '!']);
    let Some((cut, _)) = line.char_indices().nth(80) else { return line.to_owned() };
    let end = line[..cut].rfind(char::is_whitespace).unwrap_or(cut);
    format!("{} …", &line[..end])
}

/// The gravest subject first, then the one mentioned first.
fn main_topic(topics: &[TopicKind]) -> Option<TopicKind> {
    use TopicKind::{Legal, Security, SelfHarm, Violence};
    [SelfHarm, Violence, Security, Legal]
        .into_iter()
        .find(|grave| topics.contains(grave))
        .or_else(|| topics.first().copied())
}

/// What the customer came with, what was last suggested, and what the customer said last, in order of turns. A worded
/// summary stands for a while: it is what the agent has read.
pub(super) fn refresh(package: &mut ContextPackage) {
    let last = package.transcript.last().map_or(0, |turn| turn.turn);
    if package.summary_until.is_some_and(|until| last - until.min(last) <= WORDED_STANDS) {
        return;
    }
    package.summary_until = None;
    let mut chosen: Vec<u32> = Vec::with_capacity(SUMMARY_MAX);
    let mut choose = |turn: Option<u32>| {
        if let Some(turn) = turn.filter(|turn| !chosen.contains(turn)) {
            chosen.push(turn);
        }
    };
    choose(package.wants.as_ref().map(|wants| wants.turn));
    choose(package.turning_points.last().map(|point| point.turn));
    choose(package.transcript.iter().rfind(|turn| turn.role == Role::Customer).map(|turn| turn.turn));
    choose(package.promises.iter().rfind(|promise| promise.is_spoken()).map(|promise| promise.turn));
    let answered = |role| matches!(role, Role::Assistant | Role::Agent);
    choose(package.transcript.iter().rfind(|turn| answered(turn.role)).map(|turn| turn.turn));
    chosen.truncate(SUMMARY_MAX);
    chosen.sort_unstable();
    package.summary = chosen.into_iter().filter_map(|turn| sentence(package, turn)).collect();
}

/// A turn in a line: its prose up to the first list, heading or code.
fn sentence(package: &ContextPackage, turn: u32) -> Option<Cited> {
    let said = package.turn(turn)?;
    let is_prose = |line: &&str| {
        let line = line.trim_start();
        !line.starts_with(['-', '*', '#', '`', '|']) && !line.starts_with(|c: char| c.is_ascii_digit())
    };
    let prose: Vec<&str> = said.text.lines().take_while(is_prose).collect();
    let prose = prose.join(" ");
    let text = if prose.trim().is_empty() { said.text.as_str() } else { prose.trim() };
    Some(cited(text, turn))
}
