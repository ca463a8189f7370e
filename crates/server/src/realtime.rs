//! Live connections: a socket for each workspace, a stream for each widget.

pub mod widget;
pub mod workspace;
