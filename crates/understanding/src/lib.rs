//! Text to [`Reading`](segue_core::reading::Reading): language, acts, mood, topics, facts, promises, steps,
//! questions and repetition; redaction before the log; and retrieval over an organisation's articles.
//!
//! Architecture invariants:
//! - The crate is pure: no clock, no files, no network, no randomness. The same turn in the same context gives
//!   the same reading. Only [`encoder`] reads a model's folder and keeps time for its callers; nothing needs it.
//! - [`Reader`] is immutable. Everything is compiled when it is built, nothing while it reads.
//! - One pass of an automaton over the folded text (`lexicon`) finds every cue; a module runs its expressions
//!   only where one of its cues was seen.
//! - Offsets are characters of the text as given, which is the redacted one.
//! - Explicit requests for a human are rules (`acts/human`), which no model may replace or switch off.
//! - The crate does not see the store, the bus, the connectors or the server.
#![doc(test(attr(deny(warnings))))]

mod acts;
mod claims;
mod complexity;
mod confidence;
mod conversation_head;
pub mod encoder;
pub mod facts;
mod heads;
mod intent;
mod language;
pub mod learn;
mod lexicon;
mod mood;
mod own;
mod pattern;
mod promises;
mod questions;
mod reader;
mod redact;
mod repetition;
pub mod retrieval;
mod steps;
mod terms;
#[cfg(test)]
mod testing;
mod text;
mod topics;

pub use claims::is_supported;
pub use conversation_head::{
    ConversationHead, HeadError, HeadLabel, HeadProgress, HeadSettings, LabelledConversation, LabelledTurn,
    LiveConversation, Role,
};
pub use heads::{Head, HeadExample, HeadQuality, HeadScores, HeadTraining, Heads};
pub use intent::{
    Background, Cascade, CascadeError, ExampleError, IntentExamples, IntentModel, IntentPrediction,
    IntentProgress, IntentSettings, SentenceVectors, Stage,
};
pub use own::{Heard, OwnModels};
pub use reader::{Reader, TurnText};
pub use redact::redact;
pub use repetition::says_the_same;
pub use terms::{Terms, TermsError};
pub use text::READ_MAX_CHARS;
