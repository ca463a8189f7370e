//! The simulator: a virtual support desk, run by the product's own router.
//!
//! **Architecture invariant:** nothing here knows a routing rule. The router is driven as the server drives it, through
//! its public interface; text comes in, reports go out, and no file, network or clock of the machine is touched. The time
//! that decisions take is measured with a clock that the caller brings. The same seed gives the same day and the same
//! outcome, which the state hash shows.

pub mod bounds;
pub mod digest;
pub mod dispatch;
pub mod erlang;
pub mod log;
pub mod measure;
pub mod product;
pub mod random;
pub mod replay;
pub mod report;
pub mod run;
pub mod scenario;
pub mod stress;
pub mod summary;
pub mod waits;
pub mod world;
