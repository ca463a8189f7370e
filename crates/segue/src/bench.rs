//! Measurements. Those of the server go over real sockets, by a client that is cheap enough to share the machine with it.

mod backtest;
mod corpus;
mod handoff;
mod http;
mod ingest;
mod measure;
mod policy;
mod read;
mod route;
mod server;
mod store_only;

pub use backtest::{BacktestBench, BacktestResult};
pub use handoff::{HandoffBench, HandoffResult};
pub use ingest::{IngestBench, IngestResult};
pub use policy::{PolicyBench, PolicyResult};
pub use read::{ReadBench, ReadResult};
pub use route::{RouteBench, RouteResult};
