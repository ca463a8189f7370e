//! The organisation's own model of when a human is needed.

use super::{Finding, Hears, Signal, Weight};
use crate::{
    context::Role,
    trigger::{Moment, Reason, unit},
};

/// The calibrated probability that a human should take over, by a model that was trained on the organisation's own
/// conversations and has read this one from its first turn (`segue train transfer`).
///
/// It takes the place of the signals that read the same words; they still say why. Absent where no model is set up.
pub struct NeedsHuman;

/// The signal's name.
pub const NAME: &str = "needs_human";

impl Signal for NeedsHuman {
    const NAME: &'static str = NAME;
    const HEARS: Hears = Hears::Both;
    const ABOUT: &'static str =
        "The organisation's own model, trained on conversations that were handed over.";

    fn detect(&self, moment: &Moment<'_>) -> Option<Finding> {
        let probability = unit(moment.reading.needs_human?);
        let whose =
            if moment.role == Role::Assistant { "the assistant's answer" } else { "the customer's turn" };
        Some(Finding {
            strength: 1.0,
            evidence: format!("{:.0} % by the model after {whose}", probability * 100.0),
            turn: moment.turn,
            reason: Reason::LowConfidence,
            weight: Weight::Is(probability),
        })
    }
}
