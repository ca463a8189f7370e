//! Measurements. Those of the server go over real sockets, by a client that is cheap enough to share the machine with it.

mod corpus;
mod handoff;
mod http;
mod ingest;
mod measure;
mod read;
mod server;
mod store_only;

pub use handoff::{HandoffBench, HandoffResult};
pub use ingest::{IngestBench, IngestResult};
pub use read::{ReadBench, ReadResult};
