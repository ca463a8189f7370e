//! What waiting costs against what the slot is worth to those who will come.

use super::{Floor, Pair, Score, Strategy};
use crate::{
    ids::AtMs,
    routing::{Class, Rung, Seat, TICK_MS, Terms, Waiting, speed},
};

/// Mean service time that a slot's price is told for, seconds.
const SERVICE_S: f64 = 500.0;

/// See the module, and ADR 0019 for what was tried beside it.
pub(super) struct Index;

impl Strategy for Index {
    fn name(&self) -> &'static str {
        "index"
    }

    fn about(&self) -> &'static str {
        "Weighs what each customer's waiting costs against what the agent's slot is worth to those who will come."
    }

    fn urgency(&self, floor: &Floor<'_>, waiting: &Waiting, class: &Class, age_s: f64) -> f64 {
        floor.deferral(waiting, age_s, class.delay_s())
    }

    fn price(&self, floor: &Floor<'_>, seat: &Seat) -> f64 {
        seat.classes().map(|class| floor.classes[class].price()).sum()
    }

    fn score(&self, floor: &Floor<'_>, pair: &Pair<'_>) -> Option<Score> {
        let terms = floor.terms;
        let misfit = terms.misfit(pair.proficiency);
        let occupied = (pair.work_s / speed(pair.proficiency) / SERVICE_S).min(3.0);
        let standing_in =
            if pair.proficiency > 0.0 { 0.0 } else { terms.weights.unskilled + terms.weights.quality };
        let kept_waiting = pair.urgency * pair.class.chances(pair.waiting.tier);
        // Nobody waits before an agent who has nothing to do.
        let kept_free = if pair.seat.load.count() == 0 { 0.0 } else { pair.price * occupied };
        if kept_waiting - kept_free - standing_in <= 0.0 {
            return None;
        }
        let known = if pair.sticky { terms.weights.sticky } else { 0.0 };
        let later_s = terms.slower_s * f64::from(pair.seat.active);
        let later = later_s * floor.per_second(pair.waiting, pair.age_s);
        Some((
            pair.urgency - pair.price - misfit + known
                - later
                - terms.weights.load * slowed(terms, pair.seat),
            0.0,
        ))
    }

    fn urgency_lasts_ms(&self) -> AtMs {
        TICK_MS
    }

    fn at_most(&self, floor: &Floor<'_>, urgency: f64, price: f64) -> f64 {
        urgency - price + floor.terms.weights.sticky
    }

    fn ladder(&self) -> Option<Vec<Rung>> {
        None
    }

    fn looks_past_the_late(&self) -> bool {
        true
    }
}

/// What the chats that are there already lose by one more, in chats of an idle agent.
pub(super) fn slowed(terms: &Terms, seat: &Seat) -> f64 {
    let chats = seat.load.count() as usize;
    1.0 - terms.throughput(chats + 1) + terms.throughput(chats)
}
