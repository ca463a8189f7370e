//! Means over seeds, with 95 % intervals.

/// Of nothing: 0.
pub(super) fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len().max(1) as f64
}

/// Standard deviation of a sample; 0 of fewer than two.
fn deviation(numbers: &[f64]) -> f64 {
    if numbers.len() < 2 {
        return 0.0;
    }
    let middle = mean(numbers);
    let squares: f64 = numbers.iter().map(|number| (number - middle).powi(2)).sum();
    (squares / (numbers.len() - 1) as f64).sqrt()
}

/// Student's 97.5 % quantile. Source: tables up to 4 degrees of freedom, then Cornish and Fisher's expansion, within
/// 0.2 %.
fn student(freedom: usize) -> f64 {
    const FEW: [f64; 5] = [0.0, 12.706, 4.303, 3.182, 2.776];
    if let Some(quantile) = FEW.get(freedom) {
        return *quantile;
    }
    let (z, n) = (1.959_964_f64, freedom as f64);
    let first = (z.powi(3) + z) / 4.0;
    let second = (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / 96.0;
    let third = (3.0 * z.powi(7) + 19.0 * z.powi(5) + 17.0 * z.powi(3) - 15.0 * z) / 384.0;
    z + first / n + second / n.powi(2) + third / n.powi(3)
}

fn half_width(numbers: &[f64]) -> f64 {
    let n = numbers.len();
    student(n.saturating_sub(1)) * deviation(numbers) / (n.max(1) as f64).sqrt()
}

/// The interval of a mean.
pub(super) fn mean_ci95(numbers: &[f64]) -> [f64; 2] {
    let (middle, half) = (mean(numbers), half_width(numbers));
    [middle - half, middle + half]
}

/// The interval of the ratio of two means, paired: by the delta method, so that what both have in common of a seed drops
/// out. Source: Cochran, Sampling Techniques, 1977, section 6.3.
pub(super) fn ratio_ci95(above: &[f64], below: &[f64]) -> [f64; 2] {
    let ratio = mean(above) / mean(below);
    let rests: Vec<f64> = above.iter().zip(below).map(|(above, below)| above - ratio * below).collect();
    let half = half_width(&rests) / mean(below);
    [ratio - half, ratio + half]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_of_known_samples() {
        assert_eq!(mean_ci95(&[5.0]), [5.0, 5.0]);
        let [low, high] = mean_ci95(&[1.0, 2.0, 3.0, 4.0, 5.0]);
        assert!((low - 1.0368).abs() < 1e-3 && (high - 4.9632).abs() < 1e-3, "{low} {high}");
        for (freedom, quantile) in [(5, 2.571), (9, 2.262), (29, 2.045)] {
            assert!((student(freedom) - quantile).abs() < 0.006, "{freedom}: {}", student(freedom));
        }
    }

    #[test]
    fn what_seeds_have_in_common_drops_out_of_a_ratio() {
        let below = [10.0, 20.0, 40.0];
        let above = below.map(|number| number * 0.7);
        let [low, high] = ratio_ci95(&above, &below);
        assert!((low - 0.7).abs() < 1e-9 && (high - 0.7).abs() < 1e-9);
        let [low, high] = ratio_ci95(&[7.0, 15.0, 27.0], &below);
        assert!(low < 0.7 && high > 0.7 && high - low < 0.25, "{low} {high}");
    }
}
