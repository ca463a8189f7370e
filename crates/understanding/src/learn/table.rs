//! Weights of one byte each.

use serde::{Deserialize, Serialize};

/// Rows of weights, each with its own scale: a weight is `byte * scale`. A quarter of the size of floats, for an error of at most
/// 1/254 of a row's largest weight.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Table {
    width: usize,
    scales: Vec<f32>,
    #[serde(with = "bytes")]
    weights: Vec<i8>,
}

impl Table {
    /// From rows of `width` floats.
    pub fn of(weights: &[f32], width: usize) -> Self {
        let mut table = Self { width, ..Self::default() };
        for row in weights.chunks_exact(width.max(1)) {
            let largest = row.iter().fold(0.0f32, |largest, weight| largest.max(weight.abs()));
            let scale = largest / 127.0;
            table.scales.push(scale);
            let byte = |weight: &f32| if scale > 0.0 { (weight / scale).round() as i8 } else { 0 };
            table.weights.extend(row.iter().map(byte));
        }
        table
    }

    /// Weights per row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// How many rows.
    pub fn rows(&self) -> usize {
        self.scales.len()
    }

    /// Adds `factor` times a row to `sum`, which is `width` long.
    pub fn add(&self, row: usize, factor: f32, sum: &mut [f32]) {
        let factor = factor * self.scales[row];
        let weights = &self.weights[row * self.width..][..self.width];
        for (sum, &weight) in sum.iter_mut().zip(weights) {
            *sum += factor * f32::from(weight);
        }
    }

    /// Whether the parts fit each other, as they do unless a file was damaged or made by hand.
    pub fn is_sound(&self) -> bool {
        self.width > 0
            && self.scales.len().checked_mul(self.width) == Some(self.weights.len())
            && self.scales.iter().all(|scale| scale.is_finite())
    }
}

/// Signed bytes as one block, which serde would else write and read one by one.
mod bytes {
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(weights: &[i8], serializer: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = weights.iter().map(|&weight| weight as u8).collect();
        serializer.serialize_bytes(&bytes)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<i8>, D::Error> {
        let bytes = <&[u8]>::deserialize(deserializer)?;
        Ok(bytes.iter().map(|&byte| byte as i8).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_weights_to_a_hundredth_of_the_largest() {
        let weights = [0.5, -1.0, 0.003, 0.0, 0.0, 0.0];
        let table = Table::of(&weights, 3);
        assert!(table.is_sound() && table.rows() == 2);
        let mut sum = [0.0; 3];
        table.add(0, 2.0, &mut sum);
        table.add(1, 9.0, &mut sum);
        for (found, wanted) in sum.iter().zip([1.0, -2.0, 0.006]) {
            assert!((found - wanted).abs() < 0.01, "{sum:?}");
        }
    }
}
