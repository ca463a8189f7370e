//! Foretold waits, held against what came: the router's interval beside the two usual guesses.

use std::collections::BTreeSet;

use serde::Serialize;

/// One foretold wait. Seconds from then on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Predicted {
    /// The router's median.
    pub median_s: f64,
    /// What nine of ten do not exceed, by the router.
    pub high_s: f64,
    /// LES: how long the last of the same line who was served had waited.
    pub last_s: f64,
    /// HOL: how long the first in the same line has been waiting.
    pub head_s: f64,
    /// How long it was; absent where the customer gave up before.
    pub actual_s: Option<f64>,
}

/// How good foretold waits were, over those who waited until they were served. Source of the two usual guesses: Ibrahim
/// and Whitt 2009.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Waits {
    /// Mean absolute error of the router's median, seconds.
    pub mae_s: f64,
    /// That of the last wait.
    pub mae_les_s: f64,
    /// That of the head's age.
    pub mae_hol_s: f64,
    /// Share of waits within the router's high end; .9 would be perfect.
    pub p90_coverage: f64,
    /// Of how many.
    pub n: usize,
}

impl Waits {
    /// Absent where nothing was foretold.
    pub fn of<'a>(predicted: impl Iterator<Item = &'a Predicted>) -> Option<Self> {
        let known: Vec<(&Predicted, f64)> =
            predicted.filter_map(|each| each.actual_s.map(|actual_s| (each, actual_s))).collect();
        let n = known.len();
        let mean = |of: &dyn Fn(&Predicted, f64) -> f64| {
            known.iter().map(|(each, actual_s)| of(each, *actual_s)).sum::<f64>() / n as f64
        };
        (n > 0).then(|| Self {
            mae_s: mean(&|each, actual_s| (each.median_s - actual_s).abs()),
            mae_les_s: mean(&|each, actual_s| (each.last_s - actual_s).abs()),
            mae_hol_s: mean(&|each, actual_s| (each.head_s - actual_s).abs()),
            p90_coverage: mean(&|each, actual_s| f64::from(u8::from(actual_s <= each.high_s))),
            n,
        })
    }
}

/// What the usual guesses look at: the lines, by class and tier.
#[derive(Clone, Debug)]
pub(crate) struct Lines {
    waiting: Vec<BTreeSet<usize>>,
    last_s: Vec<f64>,
}

impl Lines {
    pub(crate) fn new(lines: usize) -> Self {
        Self { waiting: vec![BTreeSet::new(); lines], last_s: vec![0.0; lines] }
    }

    pub(crate) fn join(&mut self, line: usize, conversation: usize) {
        self.waiting[line].insert(conversation);
    }

    pub(crate) fn leave(&mut self, line: usize, conversation: usize) {
        self.waiting[line].remove(&conversation);
    }

    pub(crate) fn served(&mut self, line: usize, waited_s: f64) {
        self.last_s[line] = waited_s;
    }

    /// The last wait of a line.
    pub(crate) fn last_s(&self, line: usize) -> f64 {
        self.last_s[line]
    }

    /// The first of a line who is not this one.
    pub(crate) fn head(&self, line: usize, but: usize) -> Option<usize> {
        self.waiting[line].iter().copied().find(|conversation| *conversation != but)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_and_coverage() {
        let one = |median_s, high_s, last_s, head_s, actual_s| Predicted {
            median_s,
            high_s,
            last_s,
            head_s,
            actual_s,
        };
        let all = [
            one(10.0, 20.0, 0.0, 15.0, Some(20.0)),
            one(10.0, 20.0, 40.0, 30.0, Some(30.0)),
            one(1.0, 2.0, 3.0, 4.0, None),
        ];
        let expected = Waits { mae_s: 15.0, mae_les_s: 15.0, mae_hol_s: 2.5, p90_coverage: 0.5, n: 2 };
        assert_eq!(Waits::of(all.iter()), Some(expected));
        assert_eq!(Waits::of([].iter()), None);
    }

    #[test]
    fn the_head_is_the_oldest_other() {
        let mut lines = Lines::new(2);
        for conversation in [5, 3, 9] {
            lines.join(1, conversation);
        }
        assert_eq!((lines.head(1, 3), lines.head(1, 9), lines.head(0, 9)), (Some(5), Some(3), None));
        lines.leave(1, 3);
        assert_eq!(lines.head(1, 9), Some(5));
    }
}
