//! Recorded conversations through the production pipeline, in memory: redaction, reading, decision, package.
//!
//! The clock and the ids are fixed, so the same recording gives the same bytes on any machine.

mod cases;
mod recorded;
mod replayed;
mod run;

pub use cases::{CaseResult, run_cases};
pub use recorded::{PageSeen, Profile, Recorded, RecordedTurn, Speaker, UnreadableLine};
pub use replayed::{HandedOff, Judged, Replayed, Route, TurnResult, Weight};
pub use run::{Rehearsal, RehearsalError, Rehearser, START_MS, TURN_MS};
