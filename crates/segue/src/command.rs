//! One file for each command: its arguments and what it prints.

pub mod admin;
pub mod backtest;
pub mod bench;
pub mod demo;
pub mod models;
pub mod policy;
pub mod replay;
pub mod serve;
pub mod simulate;
