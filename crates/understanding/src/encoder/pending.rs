//! A vector that is on its way, for threads and for tasks.

use std::{
    pin::Pin,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
    time::Instant,
};

/// A text's vector, shared with the pool's memory of recent texts.
pub type Vector = Arc<[f32]>;

/// A vector on its way. Dropping it tells the pool that nobody wants it any more.
///
/// A thread calls [`wait`](Self::wait). A task awaits it, and gets `None` at the latest when the pool comes to the
/// text and finds the deadline passed; a timeout around it keeps the deadline to the millisecond.
pub struct Pending {
    slot: Arc<Slot>,
    deadline: Instant,
}

/// The pool's end of a [`Pending`]. Dropped without an answer, it says that there will be none.
pub(super) struct Answer {
    slot: Arc<Slot>,
}

#[derive(Default)]
struct Slot {
    state: Mutex<State>,
    ended: Condvar,
}

#[derive(Default)]
struct State {
    ended: bool,
    vector: Option<Vector>,
    waker: Option<Waker>,
}

impl Pending {
    pub(super) fn ready(vector: Vector) -> Self {
        let slot = Arc::new(Slot::default());
        slot.end(Some(vector));
        Self { slot, deadline: Instant::now() }
    }

    /// Blocks until the vector is there or the deadline has passed.
    pub fn wait(self) -> Option<Vector> {
        let mut state = self.slot.lock();
        while !state.ended {
            let left = self.deadline.checked_duration_since(Instant::now())?;
            let waited = self.slot.ended.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.vector.take()
    }
}

impl Future for Pending {
    type Output = Option<Vector>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.slot.lock();
        if state.ended {
            return Poll::Ready(state.vector.take());
        }
        state.waker = Some(context.waker().clone());
        Poll::Pending
    }
}

impl Answer {
    pub fn and_pending(deadline: Instant) -> (Self, Pending) {
        let slot = Arc::new(Slot::default());
        (Self { slot: Arc::clone(&slot) }, Pending { slot, deadline })
    }

    /// Whether anybody still holds the other end.
    pub fn is_wanted(&self) -> bool {
        Arc::strong_count(&self.slot) > 1
    }

    pub fn give(self, vector: Vector) {
        self.slot.end(Some(vector));
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.slot.end(None);
    }
}

impl Slot {
    /// The first end counts.
    fn end(&self, vector: Option<Vector>) {
        let mut state = self.lock();
        if state.ended {
            return;
        }
        state.ended = true;
        state.vector = vector;
        let waker = state.waker.take();
        drop(state);
        self.ended.notify_all();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// A panic elsewhere leaves nothing half done behind this lock.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
