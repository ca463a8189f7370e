//! Shares with their intervals.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The normal quantile of a two-sided 95 % interval.
pub const Z_95: f64 = 1.959_964;

/// A share with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rate {
    /// 0..=1.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Of how many.
    pub n: u64,
}

/// A number with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Interval {
    /// The number.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A share by Wilson's score interval, which is sound for small numbers and for shares near 0 and 1. `z` is the normal
/// quantile of its confidence. Of nothing: 0, between 0 and 1.
pub fn wilson(count: u64, n: u64, z: f64) -> Rate {
    if n == 0 {
        return Rate { value: 0.0, low: 0.0, high: 1.0, n };
    }
    let (share, n_real) = (count as f64 / n as f64, n as f64);
    let shrink = 1.0 + z * z / n_real;
    let middle = (share + z * z / (2.0 * n_real)) / shrink;
    let half = z / shrink * (share * (1.0 - share) / n_real + z * z / (4.0 * n_real * n_real)).sqrt();
    Rate { value: share, low: (middle - half).max(0.0), high: (middle + half).min(1.0), n }
}

/// One-sided p-value that `count` of `n` exceed the share of `rest` of `rest_n`: the two-proportion z-test with pooled
/// variance and a continuity correction. 1 where either side is empty.
pub fn exceeds(count: u64, n: u64, rest: u64, rest_n: u64) -> f64 {
    if n == 0 || rest_n == 0 {
        return 1.0;
    }
    let (n, rest_n) = (n as f64, rest_n as f64);
    let pooled = (count as f64 + rest as f64) / (n + rest_n);
    let spread = (pooled * (1.0 - pooled) * (1.0 / n + 1.0 / rest_n)).sqrt();
    let rise = count as f64 / n - rest as f64 / rest_n - 0.5 * (1.0 / n + 1.0 / rest_n);
    if spread <= 0.0 { 1.0 } else { upper_tail(rise / spread) }
}

/// The chance that a standard normal number is `z` or more. Source: Abramowitz and Stegun 7.1.26, error below 1.5e-7
/// of the whole; below that the tail is bounded by its density.
fn upper_tail(z: f64) -> f64 {
    if z < 0.0 {
        return 1.0 - upper_tail(-z);
    }
    if z > 4.0 {
        return (-z * z / 2.0).exp() / (z * (2.0 * std::f64::consts::PI).sqrt());
    }
    let t = 1.0 / (1.0 + 0.327_591_1 * z / std::f64::consts::SQRT_2);
    let terms = [0.254_829_592, -0.284_496_736, 1.421_413_741, -1.453_152_027, 1.061_405_429];
    let sum = terms.iter().rev().fold(0.0, |sum, term| (sum + term) * t);
    0.5 * sum * (-z * z / 2.0).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_wilsons() {
        let check = |count, n, low: f64, high: f64| {
            let rate = wilson(count, n, Z_95);
            assert!((rate.low - low).abs() < 5e-4 && (rate.high - high).abs() < 5e-4, "{rate:?}");
        };
        // By the formula, computed elsewhere.
        check(8, 10, 0.4902, 0.9433);
        check(0, 20, 0.0, 0.1611);
        check(50, 1000, 0.0381, 0.0653);
        assert_eq!(wilson(0, 0, Z_95).high, 1.0);
    }

    #[test]
    fn chance_is_told_from_more() {
        assert!(exceeds(30, 100, 100, 1000) < 1e-6);
        assert!(exceeds(11, 100, 100, 1000) > 0.3);
        assert_eq!(exceeds(0, 0, 1, 2), 1.0);
        assert!((upper_tail(1.644_854) - 0.05).abs() < 1e-5);
        assert!((upper_tail(-1.0) - 0.841_345).abs() < 1e-5);
    }
}
