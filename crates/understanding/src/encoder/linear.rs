//! A matrix, kept the way it is multiplied.
//!
//! One sentence has few tokens, so a layer takes longer to fetch from memory than to multiply. Weights are
//! therefore kept as bf16: half the bytes, and vectors that differ from those of f32 by a cosine of 0.00001
//! (docs/adr/0011). Two of them share a word, and a shift or a mask makes an f32 of each. Sums are in f32. Each row of
//! the result is added up in the same order however many rows there are, so a batch gives the bits of its single
//! texts.

use half::bf16;
use pulp::{Arch, Simd, WithSimd};

/// Panels start where a line of the cache does, in bytes.
const LINE_BYTES: usize = 64;
/// Rows multiplied at once: each needs two registers for its sums, and three are left for the rest.
const ROWS_OF_32_REGISTERS: usize = 12;
const ROWS_OF_16_REGISTERS: usize = 6;

/// `y = W x + b` for many `x`.
pub(crate) struct Linear {
    arch: Arch,
    inputs: usize,
    outputs: usize,
    /// Panels of as many outputs as two registers hold, each from the first input to the last. A word has one
    /// output of the panel's first half below and its counterpart of the second half above.
    words: Vec<u32>,
    /// Where the first panel starts in `words`.
    start: usize,
    /// Filled up with zeros to whole panels.
    bias: Vec<f32>,
}

impl Linear {
    /// `weight` is row by row, one row per output, as models are stored.
    pub fn new(arch: Arch, weight: &[f32], bias: &[f32]) -> Self {
        let outputs = bias.len();
        let inputs = weight.len() / outputs;
        let lanes = arch.dispatch(Lanes);
        let panels = outputs.div_ceil(2 * lanes);
        // A vector's memory never moves while it keeps its capacity.
        let mut words: Vec<u32> = Vec::with_capacity(panels * lanes * inputs + LINE_BYTES / 4);
        let start = words.as_ptr().align_offset(LINE_BYTES).min(LINE_BYTES / 4);
        words.resize(start + panels * lanes * inputs, 0);
        for (output, row) in weight.chunks_exact(inputs).enumerate() {
            let (panel, column) = (output / (2 * lanes), output % (2 * lanes));
            let half = if column < lanes { 0 } else { 16 };
            let first = start + panel * lanes * inputs + column % lanes;
            for (word, value) in words[first..].iter_mut().step_by(lanes).zip(row) {
                *word |= u32::from(bf16::from_f32(*value).to_bits()) << half;
            }
        }
        let mut padded = bias.to_vec();
        padded.resize(panels * 2 * lanes, 0.0);
        Self { arch, inputs, outputs, words, start, bias: padded }
    }

    /// Multiplies each row of `x`; `out` has as many rows.
    pub fn apply(&self, x: &[f32], out: &mut [f32]) {
        debug_assert_eq!(x.len() / self.inputs, out.len() / self.outputs);
        self.arch.dispatch(Product { linear: self, x, out });
    }

    /// Bytes that the matrix takes.
    pub fn size_bytes(&self) -> usize {
        4 * (self.words.len() + self.bias.len())
    }
}

/// How many f32 a register holds.
struct Lanes;

impl WithSimd for Lanes {
    type Output = usize;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) -> usize {
        S::F32_LANES
    }
}

struct Product<'a> {
    linear: &'a Linear,
    x: &'a [f32],
    out: &'a mut [f32],
}

impl WithSimd for Product<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Linear { inputs, outputs, words, start, bias, .. } = self.linear;
        let rows = self.x.len() / inputs;
        let most = if S::REGISTER_COUNT >= 32 { ROWS_OF_32_REGISTERS } else { ROWS_OF_16_REGISTERS };
        // Blocks of equal height: a last one of a single row would cost as much as a full one.
        let height = rows.div_ceil(rows.div_ceil(most).max(1)).max(1);
        let panels =
            words[*start..].chunks_exact(S::F32_LANES * inputs).zip(bias.chunks_exact(2 * S::F32_LANES));
        for (number, (words, bias)) in panels.enumerate() {
            let place = Place { outputs: *outputs, column: number * 2 * S::F32_LANES };
            let blocks = self.x.chunks(height * inputs).zip(self.out.chunks_mut(height * outputs));
            for (x, out) in blocks {
                match x.len() / inputs {
                    1 => block::<S, 1>(simd, x, words, bias, out, place),
                    2 => block::<S, 2>(simd, x, words, bias, out, place),
                    3 => block::<S, 3>(simd, x, words, bias, out, place),
                    4 => block::<S, 4>(simd, x, words, bias, out, place),
                    5 => block::<S, 5>(simd, x, words, bias, out, place),
                    6 => block::<S, 6>(simd, x, words, bias, out, place),
                    7 => block::<S, 7>(simd, x, words, bias, out, place),
                    8 => block::<S, 8>(simd, x, words, bias, out, place),
                    9 => block::<S, 9>(simd, x, words, bias, out, place),
                    10 => block::<S, 10>(simd, x, words, bias, out, place),
                    11 => block::<S, 11>(simd, x, words, bias, out, place),
                    _ => block::<S, ROWS_OF_32_REGISTERS>(simd, x, words, bias, out, place),
                }
            }
        }
    }
}

/// Where a panel's results go in a row of `outputs`.
#[derive(Clone, Copy)]
struct Place {
    outputs: usize,
    column: usize,
}

/// `R` rows by one panel, with all sums in registers.
#[inline(always)]
fn block<S: Simd, const R: usize>(
    simd: S,
    x: &[f32],
    words: &[u32],
    bias: &[f32],
    out: &mut [f32],
    place: Place,
) {
    let lanes = S::F32_LANES;
    let inputs = words.len() / lanes;
    let rows: [&[f32]; R] = std::array::from_fn(|row| &x[row * inputs..][..inputs]);
    let words = &S::as_simd_u32s(words).0[..inputs];
    let bias = S::as_simd_f32s(bias).0;
    let mut low = [bias[0]; R];
    let mut high = [bias[1]; R];
    let half_word = simd.splat_u32s(16);
    let upper = simd.splat_u32s(0xffff_0000);
    for input in 0..inputs {
        let word = words[input];
        let in_low = simd.transmute_f32s_u32s(simd.wrapping_dyn_shl_u32s(word, half_word));
        let in_high = simd.transmute_f32s_u32s(simd.and_u32s(word, upper));
        for row in 0..R {
            let value = simd.splat_f32s(rows[row][input]);
            low[row] = simd.mul_add_f32s(value, in_low, low[row]);
            high[row] = simd.mul_add_f32s(value, in_high, high[row]);
        }
    }
    for row in 0..R {
        let out = &mut out[row * place.outputs..][..place.outputs][place.column..];
        if let Some(out) = out.get_mut(..2 * lanes) {
            let out = S::as_mut_simd_f32s(out).0;
            out[0] = low[row];
            out[1] = high[row];
        } else {
            let (first, second) = out.split_at_mut(lanes.min(out.len()));
            simd.partial_store_f32s(first, low[row]);
            simd.partial_store_f32s(second, high[row]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Small numbers without order, the same in every run.
    fn numbers(count: usize, mut seed: u32) -> Vec<f32> {
        let next = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as f32 / 8_388_608.0 - 1.0
        };
        std::iter::repeat_with(next).take(count).collect()
    }

    fn plain(x: &[f32], weight: &[f32], bias: &[f32]) -> Vec<f32> {
        let inputs = weight.len() / bias.len();
        let row = |x: &[f32]| -> Vec<f32> {
            let dot = |weight: &[f32]| -> f32 {
                x.iter().zip(weight).map(|(x, w)| x * bf16::from_f32(*w).to_f32()).sum()
            };
            weight.chunks(inputs).zip(bias).map(|(weight, bias)| dot(weight) + bias).collect()
        };
        x.chunks(inputs).flat_map(row).collect()
    }

    /// What this processor can do, from best to none.
    fn archs() -> Vec<Arch> {
        let mut archs = vec![Arch::new(), Arch::Scalar];
        #[cfg(target_arch = "x86_64")]
        archs.extend(pulp::x86::V3::try_new().map(Arch::V3));
        archs
    }

    #[test]
    fn every_shape_gives_what_a_plain_loop_gives() {
        for arch in archs() {
            for (rows, inputs, outputs) in [(1, 1, 1), (2, 7, 5), (12, 8, 32), (13, 33, 40), (30, 16, 96)] {
                let (weight, bias) = (numbers(inputs * outputs, 1), numbers(outputs, 2));
                let x = numbers(rows * inputs, 3);
                let mut out = vec![0.0; rows * outputs];
                Linear::new(arch, &weight, &bias).apply(&x, &mut out);
                let expected = plain(&x, &weight, &bias);
                for (found, expected) in out.iter().zip(&expected) {
                    assert!((found - expected).abs() < 1e-4, "{rows} x {inputs} x {outputs} on {arch:?}");
                }
            }
        }
    }

    #[test]
    fn a_row_has_the_same_bits_in_any_company() {
        let (weight, bias, x) = (numbers(40 * 24, 1), numbers(40, 2), numbers(31 * 24, 3));
        let linear = Linear::new(Arch::new(), &weight, &bias);
        let mut together = vec![0.0; 31 * 40];
        linear.apply(&x, &mut together);
        for (x, together) in x.chunks(24).zip(together.chunks(40)) {
            let mut alone = vec![0.0; 40];
            linear.apply(x, &mut alone);
            assert_eq!(alone, together);
        }
    }
}
