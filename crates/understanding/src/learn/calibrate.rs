//! From scores to probabilities that come true as often as they say.

use serde::{Deserialize, Serialize};

use super::{measure::Scored, net::logistic};

/// `1 / (1 + e^-(slope * score + offset))` (Platt 1999, with the targets smoothed as he proposes).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
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

/// A logistic regression over a few dense features.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Logistic {
    /// One per feature, and the constant last.
    pub weights: Vec<f32>,
}

impl Logistic {
    /// Fits to rows of features, whether each held, and how much it counts. `ridge` pulls the weights to 0.
    pub fn fit(items: &[(Vec<f32>, bool, f32)], ridge: f32) -> Self {
        let width = items.first().map_or(0, |item| item.0.len()) + 1;
        let mut weights = vec![0.0f64; width];
        for _ in 0..50 {
            let mut gradient = vec![0.0f64; width];
            let mut hessian = vec![vec![0.0f64; width]; width];
            for (features, held, weight) in items {
                let values: Vec<f64> = features.iter().map(|&x| f64::from(x)).chain([1.0]).collect();
                let score: f64 = values.iter().zip(&weights).map(|(x, w)| x * w).sum();
                let p = 1.0 / (1.0 + (-score).exp());
                let error = (p - f64::from(u8::from(*held))) * f64::from(*weight);
                let curve = (p * (1.0 - p)).max(1e-9) * f64::from(*weight);
                for a in 0..width {
                    gradient[a] += error * values[a];
                    (0..width).for_each(|b| hessian[a][b] += curve * values[a] * values[b]);
                }
            }
            for at in 0..width {
                let pull = if at + 1 < width { f64::from(ridge) } else { 1e-6 };
                gradient[at] += pull * weights[at];
                hessian[at][at] += pull;
            }
            let step = solve(hessian, gradient);
            let size: f64 = step.iter().map(|step| step.abs()).sum();
            let damp = (4.0 / size.max(1e-12)).min(1.0);
            weights.iter_mut().zip(&step).for_each(|(weight, step)| *weight -= damp * step);
            if size < 1e-7 {
                break;
            }
        }
        Self { weights: weights.into_iter().map(|weight| weight as f32).collect() }
    }

    /// The probability of a row of features.
    pub fn probability(&self, features: &[f32]) -> f32 {
        let constant = self.weights.last().copied().unwrap_or(0.0);
        logistic(features.iter().zip(&self.weights).map(|(x, w)| x * w).sum::<f32>() + constant)
    }
}

/// Solves `matrix * x = vector` for a small, positive definite matrix by elimination.
pub(super) fn solve(mut matrix: Vec<Vec<f64>>, mut vector: Vec<f64>) -> Vec<f64> {
    let size = vector.len();
    for pivot in 0..size {
        for row in pivot + 1..size {
            let factor = matrix[row][pivot] / matrix[pivot][pivot].max(1e-12);
            let (above, below) = matrix.split_at_mut(row);
            below[0].iter_mut().zip(&above[pivot]).for_each(|(x, y)| *x -= factor * y);
            vector[row] -= factor * vector[pivot];
        }
    }
    for row in (0..size).rev() {
        let known: f64 = (row + 1..size).map(|column| matrix[row][column] * vector[column]).sum();
        vector[row] = (vector[row] - known) / matrix[row][row].max(1e-12);
    }
    vector
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
    fn logistic_regression_finds_the_plane_that_made_the_labels() {
        let mut random = Random::new(9);
        let truth = Logistic { weights: vec![2.0, -1.0, 0.5] };
        let items: Vec<(Vec<f32>, bool, f32)> = (0..6_000)
            .map(|_| {
                let features = vec![random.unit() * 2.0 - 1.0, random.unit() * 2.0 - 1.0];
                let held = random.unit() < truth.probability(&features);
                (features, held, 1.0)
            })
            .collect();
        let found = Logistic::fit(&items, 1e-3);
        let near = found.weights.iter().zip(&truth.weights).all(|(a, b)| (a - b).abs() < 0.2);
        assert!(near, "{found:?}");
        assert_eq!(Logistic::fit(&[], 1.0).weights.len(), 1);
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
