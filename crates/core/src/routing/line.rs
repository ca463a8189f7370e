//! A line: those of one class and tier that wait, oldest first, and who of them is looked at.

use std::collections::VecDeque;

use crate::ids::AtMs;

/// Who is looked at of a line at most: the oldest, and the oldest who can still be answered in time.
pub(super) const LOOKED_AT: usize = 2;

/// Somebody's place in a line. What a decision needs of everybody it looks past is here, next to each other in memory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) since_ms: AtMs,
    /// First human reply within, ms.
    pub(super) target_ms: u32,
    pub(super) case: u32,
}

/// Somebody who is looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub(super) case: u32,
    pub(super) since_ms: AtMs,
    /// What waiting on costs.
    pub(super) urgency: f64,
}

/// See the module.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    places: VecDeque<Place>,
    heads: [Option<Head>; LOOKED_AT],
    /// When the heads were looked at last; absent where the line has changed since.
    seen_ms: Option<AtMs>,
}

impl Line {
    pub(super) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// How many came earlier than somebody.
    pub(super) fn earlier_than(&self, since_ms: AtMs, case: u32) -> usize {
        self.place_of(since_ms, case)
    }

    /// Everybody, oldest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Place> {
        self.places.iter()
    }

    fn place_of(&self, since_ms: AtMs, case: u32) -> usize {
        self.places.partition_point(|other| (other.since_ms, other.case) < (since_ms, case))
    }

    pub(super) fn join(&mut self, place: Place) {
        let at = self.place_of(place.since_ms, place.case);
        self.places.insert(at, place);
        self.seen_ms = None;
    }

    pub(super) fn leave(&mut self, since_ms: AtMs, case: u32) {
        // Mostly it is the oldest who leaves.
        let first = self.places.front().is_some_and(|place| place.case == case);
        let at = if first { 0 } else { self.place_of(since_ms, case) };
        debug_assert_eq!(self.places.get(at).map(|place| place.case), Some(case));
        self.places.remove(at);
        self.seen_ms = None;
    }

    /// The oldest.
    pub(super) fn oldest(&self) -> Option<&Place> {
        self.places.front()
    }

    /// The oldest who has at least `left_ms` until the target.
    pub(super) fn oldest_in_time(&self, now_ms: AtMs, left_ms: AtMs) -> Option<&Place> {
        let late = |place: &Place| place.since_ms + AtMs::from(place.target_ms) - now_ms < left_ms;
        self.places.get(self.places.partition_point(late))
    }

    /// Who is looked at, as they were seen last.
    pub(super) fn heads(&self) -> [Option<Head>; LOOKED_AT] {
        self.heads
    }

    /// Whether they were seen within the last `lasts_ms`, and nobody has come or gone since.
    pub(super) fn is_seen(&self, now_ms: AtMs, lasts_ms: AtMs) -> bool {
        self.seen_ms.is_some_and(|seen_ms| (seen_ms..seen_ms + lasts_ms).contains(&now_ms))
    }

    pub(super) fn see(&mut self, now_ms: AtMs, heads: [Option<Head>; LOOKED_AT]) {
        (self.seen_ms, self.heads) = (Some(now_ms), heads);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(case: u32, since_ms: AtMs, target_ms: u32) -> Place {
        Place { since_ms, target_ms, case }
    }

    #[test]
    fn the_oldest_is_first_whoever_came_first() {
        let mut line = Line::default();
        for (case, since_ms) in [(1, 500), (2, 100), (3, 300)] {
            line.join(place(case, since_ms, 1_000));
        }
        let order: Vec<u32> = line.iter().map(|place| place.case).collect();
        assert_eq!(order, [2, 3, 1]);
        // At 1,250 the first has been late for 150 ms and the second has 50 ms left.
        assert_eq!(line.oldest_in_time(1_250, 100).map(|place| place.case), Some(1));
        line.leave(100, 2);
        assert_eq!(line.oldest().map(|place| place.case), Some(3));
    }

    #[test]
    fn what_was_seen_holds_until_somebody_comes_or_goes_or_time_has_passed() {
        let mut line = Line::default();
        line.join(place(1, 0, 1_000));
        assert!(!line.is_seen(0, 1_000));
        line.see(0, [None; LOOKED_AT]);
        assert!(line.is_seen(999, 1_000) && !line.is_seen(1_000, 1_000));
        assert!(!line.is_seen(-5, 1_000), "a clock that jumped back");
        line.join(place(2, 10, 1_000));
        assert!(!line.is_seen(20, 1_000));
    }
}
