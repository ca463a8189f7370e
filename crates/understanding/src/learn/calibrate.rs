//! From scores to probabilities that come true as often as they say.

use super::{measure::Scored, net::logistic};

/// `1 / (1 + e^-(slope * score + offset))` (Platt 1999, with the targets smoothed as he proposes).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Platt {
    /// Factor of the score.
    pub slope: f32,
    /// What is added.
    pub offset: f32,
}

impl Default for Platt {
    fn default() -> Self {
        Self { slope: 1.0, offset: 0.0 }
    }
}

impl Platt {
    /// Fits to held-out scores by Newton's method. The identity where one of the classes is missing.
    pub fn fit(items: &[Scored]) -> Self {
        let positives = items.iter().filter(|item| item.1).count() as f64;
        let negatives = items.len() as f64 - positives;
        if positives == 0.0 || negatives == 0.0 {
            return Self::default();
        }
        let (high, low) = ((positives + 1.0) / (positives + 2.0), 1.0 / (negatives + 2.0));
        let (mut slope, mut offset) = (1.0f64, (positives / negatives).ln());
        for _ in 0..100 {
            let (mut gradient, mut hessian) = ([0.0; 2], [1e-9, 0.0, 1e-9]);
            for &(score, held) in items {
                let score = f64::from(score);
                let p = 1.0 / (1.0 + (-(slope * score + offset)).exp());
                let error = p - if held { high } else { low };
                let weight = (p * (1.0 - p)).max(1e-9);
                gradient[0] += error * score;
                gradient[1] += error;
                hessian[0] += weight * score * score;
                hessian[1] += weight * score;
                hessian[2] += weight;
            }
            let determinant = hessian[0] * hessian[2] - hessian[1] * hessian[1];
            if determinant.abs() < 1e-12 {
                break;
            }
            let step = [
                (hessian[2] * gradient[0] - hessian[1] * gradient[1]) / determinant,
                (hessian[0] * gradient[1] - hessian[1] * gradient[0]) / determinant,
            ];
            let damp = (2.0 / step[0].abs().max(step[1].abs())).min(1.0);
            slope -= damp * step[0];
            offset -= damp * step[1];
            if step[0].abs() + step[1].abs() < 1e-7 {
                break;
            }
        }
        Self { slope: slope as f32, offset: offset as f32 }
    }

    /// The probability of a score.
    pub fn probability(&self, score: f32) -> f32 {
        logistic(self.slope * score + self.offset)
    }
}

/// The sharpness with which `softmax(sharpness * scores)` predicts best: a search over the log-likelihood of held-out
/// items, given as log-probabilities and the index of the true class.
pub fn sharpness<'a>(items: impl Iterator<Item = (&'a [f32], usize)> + Clone) -> f32 {
    let loss = |sharpness: f32| -> f64 {
        let each = |(scores, truth): (&[f32], usize)| -> f64 {
            let max = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let sum: f32 = scores.iter().map(|score| (sharpness * (score - max)).exp()).sum();
            f64::from(sum.ln() - sharpness * (scores[truth] - max))
        };
        items.clone().map(each).sum()
    };
    // Golden section on the logarithm: the loss has one valley.
    let (mut low, mut high) = (0.1f32.ln(), 10.0f32.ln());
    const SECTION: f32 = 0.618_034;
    for _ in 0..30 {
        let (a, b) = (high - SECTION * (high - low), low + SECTION * (high - low));
        if loss(a.exp()) < loss(b.exp()) {
            high = b;
        } else {
            low = a;
        }
    }
    ((low + high) / 2.0).exp()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::{measure::ece, random::Random};

    #[test]
    fn platt_finds_the_curve_that_made_the_labels() {
        let mut random = Random::new(3);
        let truth = Platt { slope: 2.5, offset: -1.0 };
        let items: Vec<Scored> = (0..8_000)
            .map(|_| {
                let score = random.unit() * 4.0 - 2.0;
                (score, random.unit() < truth.probability(score))
            })
            .collect();
        let found = Platt::fit(&items);
        assert!((found.slope - 2.5).abs() < 0.2 && (found.offset + 1.0).abs() < 0.15, "{found:?}");
        let said: Vec<Scored> = items.iter().map(|&(score, held)| (found.probability(score), held)).collect();
        assert!(ece(&said) < 0.02);
        assert_eq!(Platt::fit(&[(1.0, true)]), Platt::default());
    }

    #[test]
    fn sharpness_undoes_a_wrong_temperature() {
        let mut random = Random::new(5);
        let rows: Vec<([f32; 3], usize)> = (0..4_000)
            .map(|_| {
                let scores = [random.unit() * 3.0, random.unit() * 3.0, 0.0];
                let mut p = scores;
                crate::learn::net::softmax(&mut p);
                let u = random.unit();
                let truth = if u < p[0] {
                    0
                } else if u < p[0] + p[1] {
                    1
                } else {
                    2
                };
                (scores.map(|score| score * 4.0), truth)
            })
            .collect();
        let found = sharpness(rows.iter().map(|(scores, truth)| (scores.as_slice(), *truth)));
        assert!((found - 0.25).abs() < 0.04, "{found}");
    }
}
