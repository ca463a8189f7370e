//! HTTP, sockets, the pipeline and the workers around the pure core.
//!
//! **Architecture invariant:** nothing here decides about a conversation; it asks the core, commits what the
//! core says, and only then acts and answers. No handler touches the store's log except through the pipeline.

mod access;
mod api;
mod app;
mod assets;
pub mod backtest;
mod baseline;
mod cache;
mod calls;
mod clock;
mod config;
mod crypt;
mod demo;
mod desk;
mod error;
mod explaining;
mod extract;
mod job;
mod lookbacks;
mod meaning;
mod observe;
mod outcomes;
mod own_models;
mod pipeline;
mod policies;
mod realtime;
pub mod rehearsal;
mod serve;
mod tallies;
mod tenant;
pub mod what_if;
mod widget_view;
mod worker;
mod workspace_view;

pub use api::{assistant::SeenPage, openapi, widget::NewVisitor};
pub use app::{App, Credentials, NewOrganisation};
pub use clock::Clock;
pub use config::{Config, LlmConfig};
pub use demo::{Demo, DemoAccount, DemoLoader, DemoSite};
pub use error::ApiError;
pub use error::ServerError;
pub use own_models::{MODEL_MAX_BYTES, ModelKind};
pub use pipeline::{Done, Receipt, Said, Submit};
pub use serve::{Running, start};
pub use tenant::Tenant;
