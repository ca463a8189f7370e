//! One binary for the tests that look at the crate from outside.

use segue_understanding::{Reader, TurnText};

mod evals;
mod fuzz;
mod multilingual;
mod properties;
#[path = "../../src/testing.rs"]
mod testing;
