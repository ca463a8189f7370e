//! Measurements over real sockets, by a client that is cheap enough to share the machine with the server.

mod corpus;
mod handoff;
mod http;
mod ingest;
mod measure;
mod server;
mod store_only;

pub use handoff::{HandoffBench, HandoffResult};
pub use ingest::{IngestBench, IngestResult};
