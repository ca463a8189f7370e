//! Reads events of older versions into today's vocabulary. Stored events are never edited.
//!
//! A change that old events cannot be read with raises [`crate::event::VERSION`] and adds an arm here with a
//! sample of the old form in its test.

use crate::event::{Body, VERSION};

/// The open part of an event of any version.
pub(crate) fn open(kind: &str, version: u16, json: &[u8]) -> Result<Body, serde_json::Error> {
    match version {
        1..=VERSION => serde_json::from_slice(json),
        _ => Err(serde::de::Error::custom(format!(
            "{kind} has version {version}, newer than this program, which knows up to {VERSION}"
        ))),
    }
}
