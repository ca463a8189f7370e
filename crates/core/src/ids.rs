//! Names of things. Each is an opaque string of 1 to 64 characters out of `A-Z a-z 0-9 _ - . :`.

use std::{borrow::Borrow, fmt, sync::Arc};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The longest name a thing may have, in bytes.
pub const ID_MAX_BYTES: usize = 64;

/// A text that cannot name a thing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id has 1 to {ID_MAX_BYTES} characters out of A-Z a-z 0-9 _ - . :")]
pub struct InvalidId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(try_from = "String")]
        #[schemars(with = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// Checks the characters and the length.
            pub fn parse(text: &str) -> Result<Self, InvalidId> {
                let fits = (1..=ID_MAX_BYTES).contains(&text.len());
                let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.:".contains(&b));
                if fits && plain { Ok(Self(text.into())) } else { Err(InvalidId) }
            }

            /// The name as text.
            pub fn as_str(&self) -> &str { &self.0 }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> { Self::parse(&text) }
        }
        impl Borrow<str> for $name {
            fn borrow(&self) -> &str { &self.0 }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&self.0) }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&self.0) }
        }
    )*};
}

ids! {
    /// The tenant: one company that uses Segue.
    OrganisationId
    /// One conversation with one customer, from its first turn to its end and beyond.
    ConversationId
    /// The person who asks for help; their data key is what erasure destroys.
    CustomerId
    /// A human who answers. Never the assistant.
    AgentId
    /// A group of agents with hours and rules of its own.
    SquadId
    /// One transfer to a human; the key of its ticket.
    HandoffId
    /// A ticket in the local inbox or in a helpdesk.
    TicketId
}

/// Milliseconds since the Unix epoch, UTC.
pub type AtMs = i64;
