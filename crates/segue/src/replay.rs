//! What `segue replay` adds to a rehearsal: lines of a file, several at a time, and a line of words for each.

mod lanes;
mod lines;
mod summary;

pub use lanes::in_order;
pub use lines::{Line, Lines};
pub use summary::summary;
