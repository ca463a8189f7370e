//! Each token looks at all tokens of its sentence.

use pulp::{Arch, Simd, WithSimd};

use super::math::softmax;

/// The heads of a layer.
#[derive(Clone, Copy)]
pub(super) struct Heads {
    pub count: usize,
    /// Values per head.
    pub size: usize,
}

impl Heads {
    /// `asked` has a row per token: its query, key and value side by side, each for all heads. `out` gets a row of
    /// one such width per token.
    pub fn attend(self, arch: Arch, asked: &[f32], out: &mut [f32]) {
        arch.dispatch(Attend { heads: self, asked, out });
    }
}

struct Attend<'a> {
    heads: Heads,
    asked: &'a [f32],
    out: &'a mut [f32],
}

impl WithSimd for Attend<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { heads: Heads { count, size }, asked, out } = self;
        let width = count * size;
        let tokens = out.len() / width;
        // Two registers are summed up at a time, so rows are filled up with zeros to a multiple of both.
        let whole = |length: usize| length.next_multiple_of(2 * S::F32_LANES);
        let (row_of_keys, row_of_values) = (whole(tokens), whole(size));
        let mut keys = vec![0.0; size * row_of_keys];
        let mut values = vec![0.0; tokens * row_of_values];
        let mut shares = vec![0.0; row_of_keys];
        let mut mixed = vec![0.0; row_of_values];
        let scale = 1.0 / (size as f32).sqrt();
        for head in 0..count {
            for (token, row) in asked.chunks_exact(3 * width).enumerate() {
                let of_head = |part: usize| &row[part * width + head * size..][..size];
                // Its columns are the tokens, so that a query meets many keys at once.
                for (value, key) in of_head(1).iter().enumerate() {
                    keys[value * row_of_keys + token] = key * scale;
                }
                values[token * row_of_values..][..size].copy_from_slice(of_head(2));
            }
            for (row, out) in asked.chunks_exact(3 * width).zip(out.chunks_exact_mut(width)) {
                sum_of_rows(simd, &row[head * size..][..size], &keys, &mut shares);
                softmax(&mut shares[..tokens]);
                sum_of_rows(simd, &shares[..tokens], &values, &mut mixed);
                out[head * size..][..size].copy_from_slice(&mixed[..size]);
            }
        }
    }
}

/// The rows of a matrix, each by its factor, added up.
#[inline(always)]
fn sum_of_rows<S: Simd>(simd: S, factors: &[f32], matrix: &[f32], sums: &mut [f32]) {
    let per_row = sums.len() / S::F32_LANES;
    let rows = S::as_simd_f32s(matrix).0;
    for (place, sums) in S::as_mut_simd_f32s(sums).0.as_chunks_mut::<2>().0.iter_mut().enumerate() {
        let mut total = [simd.splat_f32s(0.0); 2];
        for (factor, row) in factors.iter().zip(rows.chunks_exact(per_row)) {
            let factor = simd.splat_f32s(*factor);
            total[0] = simd.mul_add_f32s(factor, row[2 * place], total[0]);
            total[1] = simd.mul_add_f32s(factor, row[2 * place + 1], total[1]);
        }
        *sums = total;
    }
}
