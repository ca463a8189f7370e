//! The connectors against a small server on this machine: one binary, a module per subject.

mod egress;
mod openai;
mod server;
