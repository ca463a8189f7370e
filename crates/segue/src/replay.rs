//! Recorded conversations through the production pipeline, in memory: redaction, reading, decision, package.
//!
//! The clock and the ids are fixed, so the same file gives the same bytes on any machine.

mod lanes;
mod lines;
mod recorded;
mod replayed;
mod run;
mod summary;

pub use lanes::in_order;
pub use lines::{Line, Lines};
pub use recorded::{PageSeen, Profile, Recorded, RecordedTurn, Speaker};
pub use replayed::{HandedOff, Judged, Replayed, Route, TurnResult, Weight};
pub use run::{Replayer, START_MS, TURN_MS};
pub use summary::summary;
