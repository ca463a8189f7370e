//! An agent at work: parallel chats slow each other down, so how long one takes depends on what else is going on.

/// One chat under way.
#[derive(Clone, Copy, Debug)]
struct Chat {
    conversation: usize,
    /// Work that is left, seconds of a perfect agent without other chats.
    left_s: f64,
    /// Of this agent with this conversation, against a perfect one.
    pace: f64,
}

/// See the module.
#[derive(Clone, Debug, Default)]
pub(super) struct Worker {
    chats: Vec<Chat>,
    /// Offers not yet answered.
    pub(super) offered: Vec<usize>,
    pub(super) on: bool,
    /// Not there without having said so.
    pub(super) vanished: bool,
    /// Offers missed in a row.
    pub(super) missed: u32,
    until_s: f64,
    /// Grows with every change, so that an end that was foreseen before it is known to be out of date.
    pub(super) version: u32,
    /// Work done, seconds of one undisturbed chat.
    pub(super) worked_s: f64,
}

impl Worker {
    /// Chats under way.
    pub(super) fn active(&self) -> usize {
        self.chats.len()
    }

    /// Conversations held, offers included.
    pub(super) fn held(&self) -> impl Iterator<Item = usize> {
        self.chats.iter().map(|chat| chat.conversation).chain(self.offered.iter().copied())
    }

    /// Works until now; `rate` is how fast each of so many chats goes on.
    fn work(&mut self, now_s: f64, rate: impl Fn(usize) -> f64) {
        let (passed_s, chats) = (now_s - self.until_s, self.chats.len());
        if chats > 0 && passed_s > 0.0 {
            let each = rate(chats);
            self.chats.iter_mut().for_each(|chat| chat.left_s -= passed_s * each * chat.pace);
            self.worked_s += passed_s * each * chats as f64;
        }
        self.until_s = now_s;
    }

    /// One more chat.
    pub(super) fn begin(
        &mut self,
        now_s: f64,
        (conversation, left_s, pace): (usize, f64, f64),
        rate: impl Fn(usize) -> f64,
    ) {
        self.work(now_s, rate);
        self.offered.retain(|offered| *offered != conversation);
        self.chats.push(Chat { conversation, left_s, pace });
        self.version += 1;
    }

    /// The next chat ends, if its end was foreseen in this version.
    pub(super) fn end(&mut self, now_s: f64, version: u32, rate: impl Fn(usize) -> f64) -> Option<usize> {
        if version != self.version {
            return None;
        }
        self.work(now_s, rate);
        let soonest = |(_, a): &(usize, &Chat), (_, b): &(usize, &Chat)| {
            (a.left_s / a.pace).total_cmp(&(b.left_s / b.pace))
        };
        let (at, _) = self.chats.iter().enumerate().min_by(soonest)?;
        self.version += 1;
        Some(self.chats.swap_remove(at).conversation)
    }

    /// All chats break off, each with the work that is left.
    pub(super) fn break_off(&mut self, now_s: f64, rate: impl Fn(usize) -> f64) -> Vec<(usize, f64)> {
        self.work(now_s, rate);
        self.version += 1;
        self.chats.drain(..).map(|chat| (chat.conversation, chat.left_s.max(1.0))).collect()
    }

    /// When the next chat ends if nothing changes, seconds.
    pub(super) fn next_end_s(&self, now_s: f64, rate: impl Fn(usize) -> f64) -> Option<f64> {
        let each = rate(self.chats.len());
        let left_s = self.chats.iter().map(|chat| chat.left_s.max(0.0) / (each * chat.pace));
        left_s.min_by(f64::total_cmp).map(|left_s| now_s + left_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parallel_chats_share_the_progress() {
        let rate = |chats: usize| if chats < 2 { 1.0 } else { 0.8 };
        let mut worker = Worker::default();
        worker.begin(0.0, (7, 100.0, 1.0), rate);
        assert_eq!(worker.next_end_s(0.0, rate), Some(100.0));
        let first = worker.version;
        worker.begin(50.0, (8, 80.0, 1.0), rate);
        // 50 s are left, at 0.8.
        assert_eq!(worker.next_end_s(50.0, rate), Some(112.5));
        assert_eq!(worker.end(100.0, first, rate), None, "foreseen before the second came");
        assert_eq!(worker.end(112.5, worker.version, rate), Some(7));
        // 80 - 62.5 * 0.8 = 30 are left, alone.
        assert_eq!(worker.next_end_s(112.5, rate), Some(142.5));
        assert!((worker.worked_s - (50.0 + 62.5 * 1.6)).abs() < 1e-9);
        assert_eq!(worker.break_off(122.5, rate), [(8, 20.0)]);
        assert_eq!(worker.active(), 0);
    }
}
