//! The pure domain of Segue.
//!
//! **Architecture invariant:** nothing here reads a clock, draws a random number, opens a file or a socket, or
//! awaits. The same inputs give the same bytes, on any machine, for ever.

pub mod context;
pub mod ids;
pub mod reading;
pub mod trigger;
