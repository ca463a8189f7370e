//! What happens next.

use std::{cmp::Ordering, collections::BinaryHeap};

/// Something that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// A customer comes.
    Arrive(usize),
    /// A customer is to be called back.
    CallBack(usize),
    /// A customer runs out of patience in the n-th stretch of waiting.
    Patience(usize, u32),
    /// An agent takes the n-th offer of a conversation.
    Accept(usize, u32),
    /// The n-th offer of a conversation is at its deadline.
    Deadline(usize, u32),
    /// The next chat of an agent ends, foreseen in this version.
    End(usize, u32),
    /// A shift of an agent begins or ends.
    Shift(usize),
    /// An agent who was not responding acts again.
    Attend(usize),
    /// Everything is looked at anew.
    Tick,
    /// The n-th fault.
    Fault(usize),
}

#[derive(Clone, Copy, Debug)]
struct At {
    at_s: f64,
    order: u64,
    event: Event,
}

impl Ord for At {
    /// The heap gives the greatest first; that is the earliest, and of several the one that was foreseen first.
    fn cmp(&self, other: &Self) -> Ordering {
        other.at_s.total_cmp(&self.at_s).then(other.order.cmp(&self.order))
    }
}

impl PartialOrd for At {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for At {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for At {}

/// What is foreseen, in order of time.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    heap: BinaryHeap<At>,
    foreseen: u64,
}

impl Agenda {
    pub(super) fn add(&mut self, at_s: f64, event: Event) {
        self.foreseen += 1;
        self.heap.push(At { at_s, order: self.foreseen, event });
    }

    pub(super) fn next(&mut self) -> Option<(f64, Event)> {
        self.heap.pop().map(|next| (next.at_s, next.event))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earliest_comes_first_and_equals_in_the_order_foreseen() {
        let mut agenda = Agenda::default();
        for (at_s, agent) in [(2.0, 0), (1.0, 1), (2.0, 2), (0.5, 3)] {
            agenda.add(at_s, Event::Shift(agent));
        }
        let order: Vec<_> = std::iter::from_fn(|| agenda.next()).collect();
        assert_eq!(order, [(0.5, 3), (1.0, 1), (2.0, 0), (2.0, 2)].map(|(at, n)| (at, Event::Shift(n))));
    }
}
