//! What stands between the matrices, as plain loops. The compiler turns them into vector code for the processor that
//! [`pulp`] found, but only where everything is inlined into the dispatched operation; closures given to
//! `Arch::dispatch` are not.

use pulp::{Arch, Simd, WithSimd};

/// Values added up side by side, so that the order of the sum does not depend on the processor.
const SIDE_BY_SIDE: usize = 16;

/// Scale and shift after a normalisation.
pub(super) struct Norm {
    pub weight: Vec<f32>,
    pub bias: Vec<f32>,
    pub epsilon: f32,
}

impl Norm {
    /// Normalises each row of `x` after adding the same row of `added`.
    pub fn add_and_apply(&self, arch: Arch, x: &mut [f32], added: &[f32]) {
        arch.dispatch(AddAndNormalise { norm: self, x, added });
    }

    /// Normalises each row of `x`.
    pub fn apply(&self, arch: Arch, x: &mut [f32]) {
        let nothing = vec![0.0; x.len()];
        self.add_and_apply(arch, x, &nothing);
    }
}

struct AddAndNormalise<'a> {
    norm: &'a Norm,
    x: &'a mut [f32],
    added: &'a [f32],
}

impl WithSimd for AddAndNormalise<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Norm { weight, bias, epsilon } = self.norm;
        let width = weight.len();
        for (row, added) in self.x.chunks_exact_mut(width).zip(self.added.chunks_exact(width)) {
            for (value, added) in row.iter_mut().zip(added) {
                *value += added;
            }
            let mean = sum_of(row, |value| value) / width as f32;
            let variance = sum_of(row, |value| (value - mean) * (value - mean)) / width as f32;
            let scale = 1.0 / (variance + epsilon).sqrt();
            for ((value, weight), bias) in row.iter_mut().zip(weight).zip(bias) {
                *value = (*value - mean) * scale * weight + bias;
            }
        }
    }
}

/// Gelu in place: `x` times the share of the normal distribution below it.
pub(super) fn gelu(arch: Arch, x: &mut [f32]) {
    arch.dispatch(Gelu(x));
}

struct Gelu<'a>(&'a mut [f32]);

impl WithSimd for Gelu<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        for value in self.0 {
            *value = 0.5 * *value * (1.0 + erf(*value * std::f32::consts::FRAC_1_SQRT_2));
        }
    }
}

/// Turns scores into shares that add up to 1.
#[inline(always)]
pub(super) fn softmax(scores: &mut [f32]) {
    let most = scores.iter().fold(f32::NEG_INFINITY, |most, score| if *score > most { *score } else { most });
    scores.iter_mut().for_each(|score| *score = exp(*score - most));
    let share = 1.0 / sum_of(scores, |score| score);
    scores.iter_mut().for_each(|score| *score *= share);
}

/// Scales to the length 1; leaves what has no direction as it is.
pub(super) fn to_length_one(vector: &mut [f32]) {
    let length = sum_of(vector, |value| value * value).sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|value| *value /= length);
    }
}

#[inline(always)]
fn sum_of(values: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let (chunks, rest) = values.as_chunks::<SIDE_BY_SIDE>();
    let mut sums = [0.0; SIDE_BY_SIDE];
    for chunk in chunks {
        sums.iter_mut().zip(chunk).for_each(|(sum, value)| *sum += of(*value));
    }
    sums.iter().sum::<f32>() + rest.iter().map(|value| of(*value)).sum::<f32>()
}

/// The error function within 0.0000005: the quotient of polynomials that Eigen uses within -4..=4, and
/// what it is there beyond.
#[inline(always)]
fn erf(x: f32) -> f32 {
    let x = x.clamp(-4.0, 4.0);
    let square = x * x;
    let above = [
        -2.726_142_3e-10,
        2.770_681_4e-8,
        -2.101_024e-6,
        -5.692_506_4e-5,
        -7.349_906e-4,
        -2.954_6e-3,
        -1.609_603_3e-2,
    ];
    let below = [-1.456_607_2e-5, -2.133_740_6e-4, -1.682_827e-3, -7.373_329e-3, -1.426_473_9e-2];
    x * polynomial(square, &above) / polynomial(square, &below)
}

/// e to the power of `x` for `x` in -87..=0, within 0.0000002 of its value: the powers of two go to the exponent, the
/// rest to the polynomial of the Cephes library.
#[inline(always)]
fn exp(x: f32) -> f32 {
    // Adding it leaves the nearest whole number in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    let x = x.clamp(-87.0, 0.0);
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let power = shifted - ROUND;
    let rest = x - power * 0.693_359_4 + power * 2.121_944_4e-4;
    let terms = [1.987_569_1e-4, 1.398_2e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5, 1.0, 1.0];
    f32::from_bits(polynomial(rest, &terms).to_bits().wrapping_add(shifted.to_bits() << 23))
}

#[inline(always)]
fn polynomial<const N: usize>(x: f32, terms: &[f32; N]) -> f32 {
    let mut value = terms[0];
    for term in &terms[1..] {
        value = value * x + term;
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The series of the error function, in f64.
    fn erf_by_series(x: f64) -> f64 {
        let (mut term, mut sum) = (x, x);
        for n in 1..200 {
            term *= -x * x / f64::from(n);
            sum += term / f64::from(2 * n + 1);
        }
        sum * std::f64::consts::FRAC_2_SQRT_PI
    }

    #[test]
    fn the_error_function_is_that_of_its_series() {
        for step in -500..=500 {
            let x = step as f32 / 100.0;
            let expected = erf_by_series(f64::from(x)) as f32;
            assert!((erf(x) - expected).abs() < 5e-7, "erf({x}) = {} and not {expected}", erf(x));
        }
    }

    #[test]
    fn the_exponential_is_that_of_the_standard_library() {
        for step in 0..=8_700 {
            let x = -(step as f32) / 100.0;
            let error = exp(x) / x.exp() - 1.0;
            assert!(error.abs() < 2e-7, "exp({x}) = {} and not {}", exp(x), x.exp());
        }
        assert!(exp(-1e9) < 1e-37 && exp(0.0) == 1.0);
    }

    #[test]
    fn shares_add_up_and_keep_the_order() {
        let mut scores: Vec<f32> = (0..37).map(|n| n as f32 * 3.0 - 50.0).collect();
        softmax(&mut scores);
        assert!((scores.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        assert!(scores.windows(2).all(|pair| pair[0] <= pair[1]));
    }

    #[test]
    fn a_normalised_row_has_no_mean_and_unit_variance() {
        let norm = Norm { weight: vec![1.0; 21], bias: vec![0.0; 21], epsilon: 0.0 };
        let mut row: Vec<f32> = (0..21).map(|n| (n * n) as f32).collect();
        norm.apply(Arch::new(), &mut row);
        let mean = row.iter().sum::<f32>() / 21.0;
        let variance = row.iter().map(|value| value * value).sum::<f32>() / 21.0;
        assert!(mean.abs() < 1e-6 && (variance - 1.0).abs() < 1e-5, "{mean} {variance}");
    }
}
