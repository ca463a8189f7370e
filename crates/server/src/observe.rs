//! Metrics of the process, by Prometheus names.

use std::time::Instant;

use metrics::{counter, histogram};
use segue_core::trigger::Action;

/// A turn was taken in, read, decided and committed.
pub fn turn(action: Option<Action>, since: Instant) {
    let action = match action {
        Some(Action::Answer) => "answer",
        Some(Action::Propose) => "propose",
        Some(Action::HandOff) => "hand_off",
        Some(Action::Hold) => "hold",
        None => "none",
    };
    counter!("segue_turns_total", "action" => action).increment(1);
    histogram!("segue_turn_seconds").record(since.elapsed());
}

/// A commit met another one and was tried again.
pub fn conflict() {
    counter!("segue_commit_conflicts_total").increment(1);
}

/// An offer was made.
pub fn offer() {
    counter!("segue_offers_total").increment(1);
}

/// A page offered a person to a visitor, who took it or did not: `made`, `accepted` or `dismissed`.
pub fn page_offer(area: &str, what: &'static str) {
    counter!("segue_page_offers_total", "area" => area.to_owned(), "what" => what).increment(1);
}

/// The sweeper moved a conversation on.
pub fn deadline(state: &'static str) {
    counter!("segue_deadlines_total", "state" => state).increment(1);
}
