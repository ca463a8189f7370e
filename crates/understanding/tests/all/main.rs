//! One binary for the tests that look at the crate from outside.

use segue_understanding::{Reader, TurnText};

mod cascade;
mod encoder;
mod evals;
mod fuzz;
mod knowledge;
mod multilingual;
mod pool;
mod properties;
#[path = "../../src/testing.rs"]
mod testing;
mod tiny_model;
