//! Numbers that say how good a classifier is.

/// A score and whether the item is a positive.
pub type Scored = (f32, bool);

/// Area under the receiver operating characteristic: the probability that a positive scores above a negative, ties
/// counting half. `None` where one of the two is missing.
pub fn auroc(items: &[Scored]) -> Option<f64> {
    let sorted = ascending(items);
    let (mut below, mut sum, mut positives) = (0.0, 0.0, 0.0);
    for tie in sorted.chunk_by(|a, b| a.0 == b.0) {
        let hits = tie.iter().filter(|item| item.1).count() as f64;
        let others = tie.len() as f64 - hits;
        sum += hits * (below + others / 2.0);
        below += others;
        positives += hits;
    }
    (positives > 0.0 && below > 0.0).then(|| sum / (positives * below))
}

/// Area under precision against recall, as the average precision over positives from the highest score down.
pub fn auprc(items: &[Scored]) -> Option<f64> {
    let sorted = ascending(items);
    let (mut seen, mut hits, mut sum) = (0.0, 0.0, 0.0);
    for tie in sorted.chunk_by(|a, b| a.0 == b.0).collect::<Vec<_>>().into_iter().rev() {
        let new = tie.iter().filter(|item| item.1).count() as f64;
        seen += tie.len() as f64;
        hits += new;
        sum += new * hits / seen;
    }
    (hits > 0.0).then(|| sum / hits)
}

/// One bin of a reliability diagram.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bin {
    /// How many items fell in.
    pub items: usize,
    /// Their mean probability.
    pub probability: f64,
    /// The share that held.
    pub share: f64,
}

/// Bins of a reliability diagram and of [`ece`]: the number that public comparisons use.
pub const BINS: usize = 15;

/// Probabilities against what came true, in [`BINS`] bins of equal width.
pub fn reliability(items: &[Scored]) -> Vec<Bin> {
    let mut bins = vec![Bin::default(); BINS];
    for &(probability, held) in items {
        let bin = &mut bins[((probability * BINS as f32) as usize).min(BINS - 1)];
        bin.items += 1;
        bin.probability += f64::from(probability);
        bin.share += f64::from(u8::from(held));
    }
    for bin in bins.iter_mut().filter(|bin| bin.items > 0) {
        bin.probability /= bin.items as f64;
        bin.share /= bin.items as f64;
    }
    bins
}

/// Expected calibration error: the mean distance of probability and share over [`reliability`], by items.
pub fn ece(items: &[Scored]) -> f64 {
    let gap = |bin: &Bin| bin.items as f64 * (bin.probability - bin.share).abs();
    reliability(items).iter().map(gap).sum::<f64>() / items.len().max(1) as f64
}

/// How often a decision was right.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counts {
    /// Said and true.
    pub hits: usize,
    /// Said and not true.
    pub false_alarms: usize,
    /// True and not said.
    pub misses: usize,
}

impl Counts {
    /// Counts one item.
    pub fn add(&mut self, said: bool, held: bool) {
        match (said, held) {
            (true, true) => self.hits += 1,
            (true, false) => self.false_alarms += 1,
            (false, true) => self.misses += 1,
            (false, false) => {}
        }
    }

    /// Counts all items with `score >= threshold` as said.
    pub fn of(items: &[Scored], threshold: f32) -> Self {
        let mut counts = Self::default();
        items.iter().for_each(|&(score, held)| counts.add(score >= threshold, held));
        counts
    }

    /// The share of what was said that is true; 0 where nothing was said.
    pub fn precision(&self) -> f64 {
        ratio(self.hits, self.hits + self.false_alarms)
    }

    /// The share of what is true that was said; 0 where nothing is true.
    pub fn recall(&self) -> f64 {
        ratio(self.hits, self.hits + self.misses)
    }

    /// The harmonic mean of precision and recall.
    pub fn f1(&self) -> f64 {
        ratio(2 * self.hits, 2 * self.hits + self.false_alarms + self.misses)
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// The threshold with the best F1, half way to the next lower score. 0.5 where there is no positive.
pub fn best_threshold(items: &[Scored]) -> f32 {
    let sorted = ascending(items);
    let positives = sorted.iter().filter(|item| item.1).count();
    let (mut best, mut threshold, mut counts) = (0.0, 0.5, Counts { misses: positives, ..Counts::default() });
    let ties: Vec<&[Scored]> = sorted.chunk_by(|a, b| a.0 == b.0).collect();
    for at in (0..ties.len()).rev() {
        let hits = ties[at].iter().filter(|item| item.1).count();
        counts.hits += hits;
        counts.misses -= hits;
        counts.false_alarms += ties[at].len() - hits;
        if counts.f1() > best {
            best = counts.f1();
            let below = if at > 0 { ties[at - 1][0].0 } else { ties[at][0].0 };
            threshold = (ties[at][0].0 + below) / 2.0;
        }
    }
    threshold
}

/// Golden transfer within tolerance, of one conversation: both empty 1, one empty 0, else the mean over predicted turns of the
/// best `exp(-(p - q)^2 / (2 k^2))` over the true ones. Knows no recall: read it beside F1.
pub fn golden_transfer(truth: &[usize], predicted: &[usize], k: f64) -> f64 {
    if truth.is_empty() || predicted.is_empty() {
        return f64::from(u8::from(truth.is_empty() && predicted.is_empty()));
    }
    let near = |p: usize, q: usize| (-(p as f64 - q as f64).powi(2) / (2.0 * k * k)).exp();
    let best = |&p: &usize| truth.iter().map(|&q| near(p, q)).fold(0.0, f64::max);
    predicted.iter().map(best).sum::<f64>() / predicted.len() as f64
}

fn ascending(items: &[Scored]) -> Vec<Scored> {
    let mut sorted = items.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIXED: &[Scored] = &[(0.9, true), (0.8, false), (0.7, true), (0.7, false), (0.1, false)];

    #[test]
    fn areas_count_ties_half() {
        assert_eq!(auroc(MIXED), Some((3.0 + 1.5) / 6.0));
        assert_eq!(auroc(&[(0.3, true)]), None);
        assert_eq!(auprc(MIXED), Some((1.0 + 2.0 / 4.0) / 2.0));
        assert_eq!(auprc(&[(0.3, false)]), None);
    }

    #[test]
    fn calibration_is_the_distance_of_saying_and_coming_true() {
        assert!(ece(&[(0.5, true), (0.5, false)]) < 1e-9);
        assert!((ece(&[(0.9, false), (0.9, false)]) - 0.9).abs() < 1e-6);
        assert_eq!(reliability(&[(1.0, true)])[BINS - 1].items, 1);
    }

    #[test]
    fn the_best_threshold_parts_the_classes() {
        let threshold = best_threshold(&[(0.2, false), (0.4, true), (0.9, true)]);
        assert!(threshold > 0.2 && threshold < 0.4);
        assert_eq!(best_threshold(&[(0.2, false)]), 0.5);
        assert_eq!(Counts::of(MIXED, 0.7), Counts { hits: 2, false_alarms: 2, misses: 0 });
    }

    #[test]
    fn golden_transfer_forgives_near_turns() {
        assert_eq!(golden_transfer(&[], &[], 1.0), 1.0);
        assert_eq!(golden_transfer(&[3], &[], 1.0), 0.0);
        assert_eq!(golden_transfer(&[3], &[3], 1.0), 1.0);
        assert!((golden_transfer(&[3], &[4, 3], 1.0) - (1.0 + (-0.5f64).exp()) / 2.0).abs() < 1e-9);
    }
}
