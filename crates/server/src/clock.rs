//! The one place that reads the time.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use segue_core::ids::AtMs;

/// The system's clock, or one that a test moves by hand.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    by_hand: Option<Arc<AtomicI64>>,
    /// How far ahead of the system's it goes, ms.
    ahead_ms: AtMs,
}

impl Clock {
    /// A clock that stands at `at_ms` until it is moved.
    pub fn by_hand(at_ms: AtMs) -> Self {
        Self { by_hand: Some(Arc::new(AtomicI64::new(at_ms))), ahead_ms: 0 }
    }

    /// The system's clock, so far ahead: to see today what a house does at night or next week.
    pub fn ahead(ms: AtMs) -> Self {
        Self { by_hand: None, ahead_ms: ms }
    }

    /// Moves a clock by hand; the system's clock stays as it is.
    pub fn advance(&self, ms: AtMs) {
        if let Some(at) = &self.by_hand {
            at.fetch_add(ms, Ordering::SeqCst);
        }
    }

    /// Unix ms.
    pub fn now_ms(&self) -> AtMs {
        match &self.by_hand {
            Some(at) => at.load(Ordering::SeqCst),
            None => jiff::Timestamp::now().as_millisecond() + self.ahead_ms,
        }
    }
}
