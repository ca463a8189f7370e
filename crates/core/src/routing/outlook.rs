//! How long those who wait will go on waiting: foretold from the lines and the people, and set right by what came of it.

use super::router::{Router, seconds};
use crate::{ids::AtMs, routing::CaseIx};

/// Waits that must have come true before any is told.
const SAMPLES_MIN: u32 = 20;
/// Customers who wait leave the line at this rate, per second each, while it is counted how soon it is one's turn.
const LEAVE_PER_S: f64 = 1.0 / 500.0;
/// Only who stays is served, so the longer a wait would be the more it is cut short: towards this, seconds.
const STAY_S: f64 = 180.0;
/// The logarithm of the median: a constant, the weights of the logarithms of the time until it is one's turn and of the age of
/// the oldest in line, and that of the share of customers of higher tiers, who will go first although they come later.
/// Fitted to 18,610 simulated waits (least absolute error; scenarios a to f, seeds 301 to 330).
const FITTED: [f64; 4] = [-0.36, 1.08, 0.10, 2.3];
/// How much longer than the median nine of ten waits may be at first, as a logarithm.
const HIGH: f64 = 1.2;
/// How far one wait moves the median and the ninetieth percentile, as logarithms, and up to how many waits it is more.
const MEDIAN_STEP: (f64, f64) = (0.08, 25.0);
const HIGH_STEP: (f64, f64) = (0.1, 10.0);

/// A wait from now on, seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Foretold {
    /// Half of those who stay wait no longer.
    pub median_s: f64,
    /// Nine of ten who stay wait no longer.
    pub high_s: f64,
}

/// What was said of one wait before anything was set right.
#[derive(Clone, Copy, Debug)]
pub(super) struct Guess {
    at_ms: AtMs,
    log_s: f64,
}

/// What came of earlier guesses.
#[derive(Clone, Debug)]
pub(super) struct Experience {
    samples: u32,
    median: f64,
    high: f64,
}

impl Default for Experience {
    fn default() -> Self {
        Self { samples: 0, median: 0.0, high: HIGH }
    }
}

impl Experience {
    fn of(&self, log_s: f64) -> Foretold {
        let median = log_s + self.median;
        Foretold { median_s: median.exp(), high_s: (median + self.high.max(0.1)).exp() }
    }

    /// Moves both quantiles towards what came: up by the share that should lie above where it was longer, down by the
    /// share that should lie below where it was shorter.
    fn learn(&mut self, log_s: f64, actual_s: f64) {
        let told = self.of(log_s);
        self.samples += 1;
        let samples = f64::from(self.samples);
        let step = |(least, few): (f64, f64)| least * (few / samples).sqrt().max(1.0);
        self.median += step(MEDIAN_STEP) * if actual_s <= told.median_s { -0.5 } else { 0.5 };
        self.high += step(HIGH_STEP) * if actual_s <= told.high_s { -0.1 } else { 0.9 };
    }
}

impl Router {
    /// How much longer a conversation will wait, if its customer stays. Absent while too few waits are known, where nobody
    /// who could ever be asked is there, and for what does not wait.
    pub fn foretell(&mut self, now_ms: AtMs, case: CaseIx) -> Option<Foretold> {
        if !self.waits(case) {
            return None;
        }
        let guess = Guess { at_ms: now_ms, log_s: self.guess(now_ms, case)? };
        self.cases[case.0 as usize].guess.get_or_insert(guess);
        (self.experience.samples >= SAMPLES_MIN).then(|| self.experience.of(guess.log_s))
    }

    /// The logarithm of the median before anything is set right.
    fn guess(&self, now_ms: AtMs, case: CaseIx) -> Option<f64> {
        let mine = &self.cases[case.0 as usize];
        let class = &self.classes[mine.class as usize];
        class.first_rung()?;
        let line = self.line_of(case.0);
        let since_ms = mine.waiting.since_ms;
        let turn_s = turn_s(class.release.max(1e-4), self.ahead(line, since_ms, case.0));
        let turn_s = 1.0 / (1.0 / turn_s + 1.0 / STAY_S);
        let oldest = self.lines[line].oldest().filter(|oldest| oldest.case != case.0);
        let oldest_s = oldest.map_or(0.0, |oldest| seconds(now_ms - oldest.since_ms).max(0.0));
        let [constant, turn, head, higher] = FITTED;
        let higher_share: f64 = self.shares().iter().take(usize::from(mine.waiting.tier)).sum();
        Some(constant + turn * turn_s.ln() + head * (10.0 + oldest_s).ln() + higher * higher_share)
    }

    /// How many go first: those of higher tiers, and who came earlier, each by how many of the people they need are these.
    fn ahead(&self, line: usize, since_ms: AtMs, case: u32) -> f64 {
        let per_class = 2 * self.tiers.len();
        let (people, tier) = (&self.classes[line / per_class].pools[0], line % per_class / 2);
        let of_line = |other: usize| {
            let theirs = &self.classes[other / per_class].pools[0];
            let shared = if other / per_class == line / per_class { 1.0 } else { theirs.share_of(people) };
            let count = match (other % per_class / 2).cmp(&tier) {
                _ if shared == 0.0 => 0,
                std::cmp::Ordering::Less => self.lines[other].len(),
                std::cmp::Ordering::Equal => self.lines[other].earlier_than(since_ms, case),
                std::cmp::Ordering::Greater => 0,
            };
            shared * count as f64
        };
        self.busy_lines.iter().map(of_line).sum()
    }

    /// A wait is over: the agent is with the customer.
    pub(super) fn learn_wait(&mut self, now_ms: AtMs, case: u32) {
        let Some(guess) = self.cases[case as usize].guess.take() else { return };
        self.experience.learn(guess.log_s, seconds(now_ms - guess.at_ms).max(0.0));
    }

    /// Keeps what another router has learnt.
    pub fn remember(&mut self, other: &Router) {
        self.experience = other.experience.clone();
    }
}

/// Seconds until it is the turn of somebody with so many ahead of them, where each who waits may leave.
fn turn_s(release_per_s: f64, ahead: f64) -> f64 {
    let whole = ahead.floor() as u32;
    let step_s = |place: u32| 1.0 / (release_per_s + f64::from(place) * LEAVE_PER_S);
    (0..=whole).map(step_s).sum::<f64>() + ahead.fract() * step_s(whole + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_turn_comes_later_the_more_are_ahead_and_sooner_as_they_leave() {
        assert_eq!(turn_s(0.1, 0.0), 10.0);
        assert!((turn_s(0.1, 1.0) - (10.0 + 1.0 / 0.102)).abs() < 1e-9);
        assert!(turn_s(0.1, 1.0) < turn_s(0.1, 1.5) && turn_s(0.1, 1.5) < turn_s(0.1, 2.0));
    }

    #[test]
    fn what_is_told_follows_what_comes() {
        let mut experience = Experience::default();
        let log_s = 60.0_f64.ln();
        let mut held = 0;
        for at in 0..2_000_u32 {
            // Waits of 1 to 200 s, evenly; the guess is always 60.
            let actual_s = f64::from(at * 77 % 200 + 1);
            held += u32::from(at >= 1_000 && actual_s <= experience.of(log_s).high_s);
            experience.learn(log_s, actual_s);
        }
        let told = experience.of(log_s);
        assert!((85.0..115.0).contains(&told.median_s), "{told:?}");
        assert!((160.0..200.0).contains(&told.high_s), "{told:?}");
        assert!((880..=920).contains(&held), "{held}");
    }
}
