//! Everything Segue speaks to outside itself: model providers now, vendors and channels later.
//!
//! **Architecture invariant:** nothing here keeps state about a conversation, opens the store or decides anything.
//! A connector turns a request into a foreign call and the answer into our types. Every call leaves through
//! [`http::Egress`], ends within the time it was given, and reads no more than a stated number of bytes. What
//! comes back is untrusted text.

pub mod http;
pub mod llm;
mod secret;

pub use secret::Secret;
