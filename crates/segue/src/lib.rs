//! The commands of Segue.
//!
//! **Architecture invariant:** nothing is decided here. Commands read their arguments, call the crates below,
//! and print; what a conversation does is the core's business, what a text says the understanding's.

pub mod bench;
pub mod cli;
mod command;
mod demo;
mod encoding;
pub mod eval;
mod examples;
mod interruption;
mod marked;
mod models;
mod own_models;
mod past;
pub mod replay;
pub mod train;
