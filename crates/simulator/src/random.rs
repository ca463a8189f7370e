//! Chance that replays. Each purpose draws from a stream of its own, so that policies share what does not depend on them.

use std::f64::consts::TAU;

/// What numbers are drawn for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Skills, where a scenario asks for drawn ones.
    Skills = 1,
    /// Agents, where a scenario asks for drawn ones.
    Workforce,
    /// How busy the day is.
    Day,
    /// When conversations arrive.
    Arrivals,
    /// What one conversation is like.
    Conversation,
    /// How one offer is answered.
    Offer,
    /// How wrong the forecast is.
    Forecast,
    /// What is made to fail.
    Faults,
}

/// SplitMix64. Source: Steele, Lea and Flood, 2014.
#[derive(Clone, Debug)]
pub struct Random(u64);

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

impl Random {
    /// The stream of a purpose; `index` tells several of the same purpose apart.
    pub fn of(seed: u64, purpose: Purpose, index: u64) -> Self {
        let start = mix(seed.wrapping_mul(GOLDEN) ^ mix(purpose as u64));
        Self(mix(start ^ index.wrapping_mul(GOLDEN)))
    }

    /// 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// Above 0 and below 1.
    pub fn unit(&mut self) -> f64 {
        ((self.bits() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Between two numbers.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Below `end`; 0 where `end` is 0.
    pub fn below(&mut self, end: usize) -> usize {
        ((self.unit() * end as f64) as usize).min(end.saturating_sub(1))
    }

    /// True with this probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Exponential with this mean.
    pub fn exponential(&mut self, mean: f64) -> f64 {
        -self.unit().ln() * mean
    }

    /// Standard normal. Source: Box and Muller, 1958.
    pub fn normal(&mut self) -> f64 {
        (-2.0 * self.unit().ln()).sqrt() * (TAU * self.unit()).cos()
    }

    /// The number of one of these weights, by weight; the last where they sum to nothing.
    pub fn pick(&mut self, weights: &[f64]) -> usize {
        let mut rest = self.unit() * weights.iter().sum::<f64>();
        let at = weights.iter().position(|weight| {
            rest -= weight;
            *weight > 0.0 && rest <= 0.0
        });
        at.unwrap_or(weights.len().saturating_sub(1))
    }
}

/// The finaliser of SplitMix64: every bit of the input touches every bit of the output.
pub fn mix(bits: u64) -> u64 {
    let bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_moments_are_those_of_the_distributions() {
        let mut random = Random::of(7, Purpose::Day, 0);
        let n = 100_000;
        let mean = |draw: &mut dyn FnMut() -> f64| (0..n).map(|_| draw()).sum::<f64>() / f64::from(n);
        assert!((mean(&mut || random.unit()) - 0.5).abs() < 0.005);
        assert!((mean(&mut || random.exponential(40.0)) - 40.0).abs() < 0.5);
        assert!(mean(&mut || random.normal()).abs() < 0.015);
        assert!((mean(&mut || random.normal().powi(2)) - 1.0).abs() < 0.02);
        assert!((mean(&mut || random.pick(&[1.0, 0.0, 3.0]) as f64) - 1.5).abs() < 0.015);
    }

    #[test]
    fn streams_replay_and_differ() {
        let first = |seed, purpose, index| Random::of(seed, purpose, index).bits();
        assert_eq!(first(1, Purpose::Offer, 2), first(1, Purpose::Offer, 2));
        let all = [
            first(1, Purpose::Offer, 2),
            first(2, Purpose::Offer, 2),
            first(1, Purpose::Offer, 3),
            first(1, Purpose::Day, 2),
        ];
        assert!((1..all.len()).all(|at| !all[..at].contains(&all[at])), "{all:?}");
        assert_eq!(Random::of(1, Purpose::Day, 0).below(0), 0);
    }
}
