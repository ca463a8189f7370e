//! Sentence encoders of an installation: finding one in a folder, an archive or at an address, and keeping it.
//!
//! A model is data: weights, a tokenizer and settings. Nothing of it is ever run as a program, and the server fetches
//! none; `segue models install` is the only way in.

mod download;
mod name;
mod shelf;
mod source;

pub use download::Download;
pub use name::ModelName;
pub use shelf::{Model, Shelf};
pub use source::Source;

/// The files without which nothing is a model.
pub const NEEDED: [&str; 3] = ["config.json", "tokenizer.json", "model.safetensors"];

/// Files that are read where they are there, relative to the model's folder.
const OPTIONAL: [&str; 3] = ["modules.json", "sentence_bert_config.json", "1_Pooling/config.json"];

/// The most bytes that one file of a model may have: more than any sentence encoder worth running beside a server.
const FILE_MAX_BYTES: u64 = 4 << 30;
