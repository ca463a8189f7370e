//! The real app on a real store, over real sockets.

mod conversations;
mod handoffs;
mod lookbacks;
mod own_models;
mod policies;
mod refusals;
mod widget;
