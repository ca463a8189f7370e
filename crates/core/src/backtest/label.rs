//! When a human was needed, in hindsight.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    context::Role,
    event::{Body, Event},
    handoff::{Disposition, Timing},
    reading::ActKind,
    trigger::{Reason, sees},
};

/// Turns of distance that still count as right, customer turns.
pub const RIGHT_WITHIN: u32 = 1;
/// Satisfaction from which downwards the assistant has failed alone, of 1 to 5.
const POOR_SCORE: u8 = 2;

/// What is known of one conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Label {
    /// The customer turn from which a human was needed; absent: none was.
    pub needed_at: Option<u32>,
    /// Who says so.
    pub source: Source,
}

/// Who says whether a human was needed, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Somebody who labelled the turns.
    Labelled,
    /// The agent's one tap at the end.
    Agent,
    /// The customer asked for a human at that turn.
    Request,
    /// The agent's disposition: nothing was solved that took a human.
    Disposition,
    /// The customer came back with the same within three days.
    RepeatContact,
    /// The customer's own rating.
    Satisfaction,
    /// The customer said that it was solved, and nothing came after.
    Solved,
    /// The customer refused the human whom the assistant proposed, and did without.
    Refusal,
}

/// A decision held against a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "LabelOutcome")]
pub enum Outcome {
    /// A human where none was needed, or too soon.
    Premature,
    /// At the right turn, or rightly never.
    Right,
    /// Needed before.
    Late,
    /// Needed, and never came.
    Missed,
}

impl Label {
    /// What a decision at a customer turn (counted in customer turns; `None`: never) comes to. `needed` is
    /// `needed_at` in the same count.
    pub fn judge(needed: Option<u32>, decided: Option<u32>) -> Outcome {
        match (needed, decided) {
            (None, None) => Outcome::Right,
            (None, Some(_)) => Outcome::Premature,
            (Some(_), None) => Outcome::Missed,
            (Some(needed), Some(decided)) if decided + RIGHT_WITHIN < needed => Outcome::Premature,
            (Some(needed), Some(decided)) if decided > needed + RIGHT_WITHIN => Outcome::Late,
            _ => Outcome::Right,
        }
    }

    /// What the stored events of a conversation tell; `came_back` says whether the customer wrote again about the same
    /// within three days of its end. `None` where nothing is known.
    pub fn of(events: &[Event], came_back: bool) -> Option<Self> {
        let told = Told::of(events);
        let label = |needed_at, source| Some(Self { needed_at, source });
        if let Some((turn, _)) = told.requested {
            return label(Some(turn), Source::Request);
        }
        match (told.handed_off, told.timing) {
            (Some(_), Some(Timing::TooEarly)) => return label(None, Source::Agent),
            (Some(turn), Some(Timing::Right)) => return label(Some(turn), Source::Agent),
            // Two customer turns sooner: the first that no longer counts as right.
            (Some(turn), Some(Timing::TooLate)) => {
                return label(Some(told.customer_turn_before(turn, RIGHT_WITHIN + 1)), Source::Agent);
            }
            (Some(_), None) if told.disposition == Some(Disposition::NoAnswer) => {
                return label(None, Source::Disposition);
            }
            (Some(turn), None) if told.disposition.is_some_and(takes_a_human) => {
                return label(Some(turn), Source::Disposition);
            }
            (Some(_), None) => return None,
            (None, _) => {}
        }
        let last = told.customer_turns.last().copied();
        if came_back {
            return label(last, Source::RepeatContact);
        }
        if told.score.is_some_and(|score| score <= POOR_SCORE) {
            return label(last, Source::Satisfaction);
        }
        if told.refused {
            return label(None, Source::Refusal);
        }
        (told.solved || told.score.is_some()).then_some(Self {
            needed_at: None,
            source: if told.solved { Source::Solved } else { Source::Satisfaction },
        })
    }
}

/// What only a human can have done.
fn takes_a_human(disposition: Disposition) -> bool {
    matches!(
        disposition,
        Disposition::Refunded | Disposition::Escalated | Disposition::BugFiled | Disposition::Workaround
    )
}

#[derive(Default)]
struct Told {
    customer_turns: Vec<u32>,
    requested: Option<(u32, Reason)>,
    handed_off: Option<u32>,
    timing: Option<Timing>,
    disposition: Option<Disposition>,
    score: Option<u8>,
    refused: bool,
    solved: bool,
}

impl Told {
    fn of(events: &[Event]) -> Self {
        let mut told = Self::default();
        for event in events {
            match &event.body {
                Body::TurnReceived { turn, role: Role::Customer, content, .. }
                    if told.handed_off.is_none() =>
                {
                    told.customer_turns.push(*turn);
                    let reading = content.known().map(|content| &content.reading);
                    told.solved = reading.is_some_and(|reading| {
                        sees(reading, ActKind::ConfirmsSolved) && !sees(reading, ActKind::DeniesSolved)
                    });
                }
                Body::HandoffRequested { turn, reason, .. } if told.handed_off.is_none() => {
                    told.handed_off = Some(*turn);
                    if *reason == Reason::ExplicitRequest {
                        told.requested = Some((*turn, *reason));
                    }
                }
                Body::HandoffResolved { disposition, timing, .. } => {
                    told.timing.get_or_insert(*timing);
                    told.disposition.get_or_insert(*disposition);
                }
                Body::ConversationRated { score, .. } => told.score = Some(*score),
                Body::ProposalAnswered { accepted: Some(false) } => told.refused = true,
                _ => {}
            }
        }
        told
    }

    /// The customer turn so many before one; the first where there are not so many.
    fn customer_turn_before(&self, turn: u32, count: u32) -> u32 {
        let before: Vec<u32> = self.customer_turns.iter().copied().filter(|said| *said <= turn).collect();
        let at = before.len().saturating_sub(1 + count as usize);
        before.get(at).copied().unwrap_or(turn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decisions_are_held_against_labels() {
        let check = |needed, decided, outcome| assert_eq!(Label::judge(needed, decided), outcome);
        check(None, None, Outcome::Right);
        check(None, Some(2), Outcome::Premature);
        check(Some(2), None, Outcome::Missed);
        check(Some(2), Some(2), Outcome::Right);
        check(Some(2), Some(1), Outcome::Right);
        check(Some(2), Some(3), Outcome::Right);
        check(Some(2), Some(0), Outcome::Premature);
        check(Some(2), Some(4), Outcome::Late);
    }
}
