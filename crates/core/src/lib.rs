//! The pure domain of Segue.
//!
//! **Architecture invariant:** nothing here reads a clock, draws a random number, opens a file or a socket, or
//! awaits. The same inputs give the same bytes, on any machine, for ever.

pub mod backtest;
pub mod callback;
pub mod command;
pub mod context;
pub mod conversation;
pub mod engine;
pub mod event;
pub mod floor;
pub mod handoff;
pub mod hours;
pub mod ids;
pub mod organisation;
pub mod policy;
pub mod proactive;
pub mod queue;
pub mod reading;
pub mod routing;
pub mod row;
pub mod share;
pub mod signal;
pub mod strategy;
pub mod ticket;
pub mod timing;
pub mod trigger;
mod upcast;
pub mod wording;
