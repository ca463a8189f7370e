//! Shares with their intervals, and how far two of them differ.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The normal quantile of a two-sided 95 % interval.
const Z_95: f64 = 1.959_964;

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

impl Rate {
    /// By Wilson's score interval, which is sound for small numbers and for shares near 0 and 1. Of nothing: 0, between 0
    /// and 1.
    pub fn of(count: u64, n: u64) -> Self {
        if n == 0 {
            return Self { value: 0.0, low: 0.0, high: 1.0, n };
        }
        let (share, all) = (count.min(n) as f64 / n as f64, n as f64);
        let shrink = 1.0 + Z_95 * Z_95 / all;
        let middle = (share + Z_95 * Z_95 / (2.0 * all)) / shrink;
        let half = Z_95 / shrink * (share * (1.0 - share) / all + Z_95 * Z_95 / (4.0 * all * all)).sqrt();
        Self {
            value: share,
            low: (middle - half).clamp(0.0, share),
            high: (middle + half).clamp(share, 1.0),
            n,
        }
    }
}

impl Interval {
    /// By how much one share rises above another, absolute. Source: Newcombe 1998, method 10, the square-and-add interval
    /// of two Wilson intervals, for samples that are independent; for two verdicts on the same conversations, which
    /// agree more often than not, it is wider than it would have to be.
    pub fn of_rise(from: Rate, to: Rate) -> Self {
        let value = to.value - from.value;
        let down = (to.value - to.low).hypot(from.high - from.value);
        let up = (to.high - to.value).hypot(from.value - from.low);
        Self { value, low: (value - down).max(-1.0), high: (value + up).min(1.0) }
    }
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
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn intervals_are_those_of_the_literature() {
        // Newcombe 1998, table II, row 10: 56/70 - 48/80, 9/10 - 3/10, 0/10 - 0/20, 10/10 - 0/10.
        for ((to, to_n), (from, from_n), low, high) in [
            ((56, 70), (48, 80), 0.0524, 0.3339),
            ((9, 10), (3, 10), 0.1705, 0.8090),
            ((0, 10), (0, 20), -0.1611, 0.2775),
            ((10, 10), (0, 10), 0.6075, 1.0),
        ] {
            let rise = Interval::of_rise(Rate::of(from, from_n), Rate::of(to, to_n));
            assert!(
                (rise.low - low).abs() < 1e-4 && (rise.high - high).abs() < 1e-4,
                "{to}/{to_n}: {rise:?}"
            );
        }
        assert_eq!(Rate::of(0, 0), Rate { value: 0.0, low: 0.0, high: 1.0, n: 0 });
    }

    #[test]
    fn chance_is_told_from_more() {
        assert!(exceeds(30, 100, 100, 1000) < 1e-6);
        assert!(exceeds(11, 100, 100, 1000) > 0.3);
        assert_eq!(exceeds(0, 0, 1, 2), 1.0);
        assert!((upper_tail(1.644_854) - 0.05).abs() < 1e-5);
        assert!((upper_tail(-1.0) - 0.841_345).abs() < 1e-5);
    }

    proptest! {
        #[test]
        fn intervals_hold_their_number_and_are_the_same_seen_from_the_other_side(
            (a, a_n) in (0_u64..500, 1_u64..500), (b, b_n) in (0_u64..500, 0_u64..500),
        ) {
            let (from, to) = (Rate::of(a.min(a_n), a_n), Rate::of(b.min(b_n), b_n));
            for rate in [from, to] {
                prop_assert!((0.0..=rate.value).contains(&rate.low) && (rate.value..=1.0).contains(&rate.high));
            }
            let (rise, fall) = (Interval::of_rise(from, to), Interval::of_rise(to, from));
            prop_assert!(rise.low <= rise.value && rise.value <= rise.high, "{rise:?}");
            prop_assert!((rise.low + fall.high).abs() < 1e-9 && (rise.high + fall.low).abs() < 1e-9);
        }
    }
}
