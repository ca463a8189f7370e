//! Commands in, events out.
