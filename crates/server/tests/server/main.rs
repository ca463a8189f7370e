//! The real app on a real store, over real sockets.

mod conversations;
mod handoffs;
mod hours;
mod lookbacks;
mod own_models;
mod policies;
mod refusals;
mod routing;
mod widget;
