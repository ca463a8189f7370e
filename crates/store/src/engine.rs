//! What stands between the store and its engines: everything personal crosses this line sealed.

use segue_core::ids::{AtMs, ConversationId, CustomerId, OrganisationId};

use crate::sqlite::Sqlite;

/// A value whose personal parts are sealed. Engines see nothing else.
#[derive(Clone, Debug)]
pub(crate) struct Sealed<T>(pub T);

/// The engines. A second one is a second variant and a second arm in [`on_engine`].
pub(crate) enum Engine {
    Sqlite(Sqlite),
}

/// Calls the same method on whichever engine it is: `on_engine!(engine, e => e.commit(sealed).await)`.
macro_rules! on_engine {
    ($engine:expr, $name:ident => $call:expr) => {
        match $engine {
            crate::engine::Engine::Sqlite($name) => $call,
        }
    };
}
pub(crate) use on_engine;

/// A destroyed data key: the tombstone that both databases keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Erasure {
    pub key_id: i64,
    pub organisation: OrganisationId,
    pub customer: CustomerId,
    pub at_ms: AtMs,
}

/// A conversation found by a scan, without its events.
pub(crate) struct Found {
    pub key: i64,
    pub conversation: ConversationId,
    pub customer: CustomerId,
}
