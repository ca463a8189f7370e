//! Learning from examples: hashed n-grams, sparse linear machines, a small network, boosted trees, calibration, and the numbers that
//! say how good the result is. Everything is deterministic: the same examples and seed give the same bytes.

pub mod calibrate;
pub mod features;
pub mod file;
pub mod measure;
pub mod mix;
pub mod net;
pub mod random;
pub mod sparse;
pub mod svm;
pub mod table;
pub mod trees;
pub mod vocabulary;
