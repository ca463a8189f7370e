//! What the invariants are checked on: random acts in a small world.

pub mod acts;
pub mod check;
pub mod words;
pub mod world;
