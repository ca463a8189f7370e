//! A linear support vector machine with squared hinge loss, by dual coordinate descent (Hsieh et al., ICML 2008).

use super::{random::Random, sparse::Rows};

/// How a machine is trained.
#[derive(Clone, Copy, Debug)]
pub struct SvmSettings {
    /// The price of an error against the norm of the weights.
    pub cost: f32,
    /// How much more an error on a positive costs.
    pub positive_weight: f32,
    /// Passes over the rows at most.
    pub epochs: usize,
    /// Seed of the order.
    pub seed: u64,
}

impl Default for SvmSettings {
    fn default() -> Self {
        Self { cost: 1.0, positive_weight: 1.0, epochs: 60, seed: 1 }
    }
}

/// Weights of one machine over `columns` columns, trained on the rows of `take`.
pub fn train(
    rows: &Rows,
    take: &[u32],
    positive: impl Fn(usize) -> bool,
    columns: usize,
    settings: SvmSettings,
) -> Vec<f32> {
    let mut weights = vec![0.0f32; columns];
    let mut alpha = vec![0.0f32; take.len()];
    let norms: Vec<f32> = take.iter().map(|&at| rows.norm(at as usize)).collect();
    let mut order: Vec<u32> = (0..take.len() as u32).collect();
    let mut random = Random::new(settings.seed);
    // Rows beyond `active` sit far on their side of the margin and are left out until the rest has settled.
    let (mut active, mut far) = (order.len(), f32::INFINITY);
    for _ in 0..settings.epochs {
        random.shuffle(&mut order[..active]);
        let (mut max, mut min) = (f32::NEG_INFINITY, f32::INFINITY);
        let mut at = 0;
        while at < active {
            let item = order[at] as usize;
            let row = take[item] as usize;
            let is_positive = positive(row);
            let sign = if is_positive { 1.0 } else { -1.0 };
            let cost = settings.cost * if is_positive { settings.positive_weight } else { 1.0 };
            let ridge = 0.5 / cost;
            let gradient = sign * rows.dot(row, &weights) - 1.0 + alpha[item] * ridge;
            let idle = alpha[item] == 0.0;
            if idle && gradient > far {
                active -= 1;
                order.swap(at, active);
                continue;
            }
            let projected = if idle { gradient.min(0.0) } else { gradient };
            max = max.max(projected);
            min = min.min(projected);
            if projected.abs() > 1e-9 {
                let before = alpha[item];
                alpha[item] = (before - gradient / (norms[item] + ridge)).max(0.0);
                rows.add_to(row, (alpha[item] - before) * sign, &mut weights);
            }
            at += 1;
        }
        far = if max <= 0.0 { f32::INFINITY } else { max };
        if max - min < TOLERANCE {
            if active == order.len() {
                break;
            }
            (active, far) = (order.len(), f32::INFINITY);
        }
    }
    weights
}

/// How far the gradients may still be apart at the end.
const TOLERANCE: f32 = 0.05;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_two_kinds_of_rows() {
        let mut rows = Rows::new();
        for at in 0..40u32 {
            rows.push([(at % 2, 1.0), (2 + at % 5, 0.3)]);
        }
        let take: Vec<u32> = (0..40).collect();
        let weights = train(&rows, &take, |row| row % 2 == 0, 7, SvmSettings::default());
        assert!((0..40).all(|row| (rows.dot(row, &weights) > 0.0) == (row % 2 == 0)));
        let again = train(&rows, &take, |row| row % 2 == 0, 7, SvmSettings::default());
        assert_eq!(weights, again);
    }
}
