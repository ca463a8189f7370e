//! The assistant is not sure of its answers.

use super::{Finding, Hears, Signal, Weight, counted, quoted};
use crate::{
    context::Role,
    reading::ActKind,
    trigger::{Moment, Reason, unit},
};

/// Answers in a row below the policy's `answer_confidence_min`, by the assistant's own confidence or, where it
/// tells none, by ours.
///
/// One unsure answer may still be right, two in a row rarely are. An unsure answer that the customer says did
/// not settle it counts like two. An answer of unknown confidence ends the row.
pub struct LowConfidence;

/// Weight of the row. Source: the default thresholds: one answer stays below both, two propose, three hand off.
const WEIGHT: f32 = 0.9;
/// Strength for 1, 2, 3 and more answers; the rest up to [`DEPTH`] comes from how far below they are.
const BY_COUNT: [f32; 3] = [0.4, 0.7, 0.9];
const DEPTH: f32 = 0.1;

impl Signal for LowConfidence {
    const NAME: &'static str = "low_confidence";
    const BEYOND_TEXT: bool = true;
    const ABOUT: &'static str = "Answers in a row that are probably not right.";
    const HEARS: Hears = Hears::Both;

    fn detect(&self, moment: &Moment<'_>) -> Option<Finding> {
        let least = moment.thresholds().answer_confidence_min;
        let row = unsure_answers(moment, least);
        let &(turn, last) = row.first()?;
        let denied = moment.role == Role::Customer && moment.sees(ActKind::DeniesSolved);
        let count = row.len() + usize::from(denied);
        let depth = (least - last) / least;
        let strength = BY_COUNT[count.min(BY_COUNT.len()) - 1] + DEPTH * depth;
        let mut evidence = format!(
            "{} below {:.0} % in a row, the last at {:.0} %: {}",
            counted(row.len(), "answer"),
            least * 100.0,
            last * 100.0,
            quoted(moment.text_of(turn)),
        );
        if denied {
            evidence.push_str("; the customer says it did not help");
        }
        let reason = Reason::LowConfidence;
        Some(Finding { strength, evidence, turn, reason, weight: Weight::Counts(WEIGHT) })
    }
}

/// The last answers that are all unsure, newest first, with their confidence.
fn unsure_answers(moment: &Moment<'_>, least: f32) -> Vec<(u32, f32)> {
    let (since, conversation) = (moment.since(), moment.conversation);
    let read = |turn: u32| {
        let reading = conversation.readings.iter().rfind(|(of, _, _)| *of == turn);
        reading.and_then(|(_, _, reading)| reading.answer_confidence)
    };
    let answers = conversation.package.transcript.iter().rev();
    answers
        .take_while(|said| said.turn >= since)
        .filter(|said| said.role == Role::Assistant)
        .map_while(|said| Some((said.turn, unit(said.confidence.or_else(|| read(said.turn))?))))
        .take_while(|(_, confidence)| *confidence < least)
        .take(BY_COUNT.len())
        .collect()
}
