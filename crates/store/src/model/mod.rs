//! The words of the store's API, the same for every engine.

pub mod audit;
pub mod commit;
pub mod log;
pub mod outbox;
pub mod record;
pub mod row;
pub mod ticket;
