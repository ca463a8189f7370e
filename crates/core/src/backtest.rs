//! A backtest: history decided anew by other policies, and what that would have changed.
//!
//! 1. [`history`]: what happened in a conversation, as its stored events; nothing is read again.
//! 2. [`label`]: when a human was needed, by the agent's word, by what came after, or by somebody who labelled it.
//! 3. [`course`]: where each policy proposes, hands off and holds, turn by turn, until a human takes over.
//! 4. [`tally`]: counts with bootstrap intervals, pairs of policies compared on the same conversations.
//! 5. [`findings`]: where a policy errs more often than it does elsewhere: by trigger, rule, override and segment.
//!
//! Streaming: conversations are taken one by one, in any order and on any number of threads, and merged; memory does not
//! grow with their number but for a bounded list of examples. The same conversations give the same report.
//!
//! What cannot be known is said: once a human took over in history, nobody knows how the assistant would have gone on.
//! A policy that had not handed off by then is *not yet decided* there.

pub mod course;
pub mod findings;
pub mod history;
pub mod label;
pub mod proposals;
pub mod report;
pub mod tally;

pub use course::{Course, Turned};
pub use history::Past;
pub use label::{Label, Outcome};
pub use report::Report;
pub use tally::Tally;
