//! The same question again.

use super::{Finding, Signal, Weight, quoted};
use crate::{
    reading::{ActKind, Reading},
    trigger::{Moment, Reason, unit},
};

/// The customer says in this turn what they said before.
///
/// The first time may be a question not well put; the second time the answer was not one. "Again" and "as I
/// said" make either stronger. Words alone, without an earlier turn that says the same, count little: the
/// earlier one may lie in another conversation.
pub struct Repetition;

/// Weight at full strength. Source: the default thresholds: said twice stays below `propose_at`, said three
/// times lies above, and with "again" above `hand_off_at`.
const WEIGHT: f32 = 0.85;
/// Strength for 0, 1, 2, 3 and more earlier turns, without and with words that say so.
const BY_COUNT: [(f32, f32); 4] = [(0.0, 0.25), (0.4, 0.55), (0.8, 0.9), (1.0, 1.0)];
/// The similarity from which a turn says the same, 0..=1.
const SAME: f32 = 0.5;

impl Signal for Repetition {
    const NAME: &'static str = "repetition";
    const ABOUT: &'static str = "The customer says in this turn what they said before.";

    fn detect(&self, moment: &Moment<'_>) -> Option<Finding> {
        // Who agrees, thanks or takes leave uses the same words again and asks for nothing.
        let goes_on = [ActKind::Agrees, ActKind::Thanks, ActKind::Leaves, ActKind::ConfirmsSolved];
        if goes_on.iter().any(|&act| moment.sees(act)) && !moment.sees(ActKind::DeniesSolved) {
            return None;
        }
        let again = moment.sees(ActKind::Repeats);
        let links = repeats(moment.reading);
        if !again && !links {
            return None;
        }
        let count = moment.heard().filter(|(_, reading)| repeats(reading)).count();
        let (plain, worded) = BY_COUNT[count.min(BY_COUNT.len() - 1)];
        let times = match count {
            0 => "says that this is not the first time".to_owned(),
            _ => format!("asks the same for the {} time", ordinal(count + 1)),
        };
        Some(Finding {
            strength: if again { worded } else { plain },
            evidence: format!("{times}: {}", quoted(moment.text())),
            turn: moment.turn,
            reason: Reason::Repetition,
            weight: Weight::Counts(WEIGHT),
        })
    }
}

fn repeats(reading: &Reading) -> bool {
    reading.repeats.as_ref().is_some_and(|repeat| unit(repeat.similarity) >= SAME)
}

fn ordinal(n: usize) -> String {
    match n {
        2 => "second".into(),
        3 => "third".into(),
        4 => "fourth".into(),
        n => format!("{n}th"),
    }
}
