//! Several opinions on the same classes as one: a weighted product of their shares, with weights that held-out items teach.

use super::{calibrate::solve, net::softmax};

/// Opinions on one item: a list of log-shares over the classes from each source, and the true class.
pub type Opinions<'a> = (&'a [Vec<f32>], usize);

/// Weights of the sources, none below 0, with the highest likelihood on held-out items.
///
/// Newton's method; a source that would count against itself is left out and the rest fitted again.
pub fn weights(items: &[Opinions<'_>], sources: usize) -> Vec<f32> {
    let mut used: Vec<usize> = (0..sources).collect();
    loop {
        let found = fit(items, &used);
        let worst = (0..used.len()).min_by(|a, b| found[*a].total_cmp(&found[*b]));
        match worst.filter(|&at| found[at] < 0.0 && used.len() > 1) {
            Some(at) => _ = used.remove(at),
            None => {
                let mut weights = vec![0.0; sources];
                used.iter().zip(found).for_each(|(&source, weight)| weights[source] = weight.max(0.0) as f32);
                return weights;
            }
        }
    }
}

/// The shares of the classes that the weighted opinions give; they sum to 1.
pub fn mix(opinions: &[Vec<f32>], weights: &[f32]) -> Vec<f32> {
    let mut mixed = vec![0.0; opinions.first().map_or(0, Vec::len)];
    for (opinion, weight) in opinions.iter().zip(weights) {
        mixed.iter_mut().zip(opinion).for_each(|(sum, share)| *sum += weight * share);
    }
    softmax(&mut mixed);
    mixed
}

/// What draws the weights towards equal ones: some items' worth.
const RIDGE: f64 = 1.0;

fn fit(items: &[Opinions<'_>], used: &[usize]) -> Vec<f64> {
    let start = 1.0 / used.len() as f64;
    let mut weights = vec![start; used.len()];
    for _ in 0..30 {
        let (gradient, hessian) = slope(items, used, &weights, start);
        let step = solve(hessian, gradient);
        let size = step.iter().fold(0.0f64, |size, step| size.max(step.abs()));
        let damp = (0.5 / size.max(1e-12)).min(1.0);
        weights.iter_mut().zip(&step).for_each(|(weight, step)| *weight -= damp * step);
        if size < 1e-6 {
            break;
        }
    }
    weights
}

/// First and second derivative of the loss.
fn slope(items: &[Opinions<'_>], used: &[usize], weights: &[f64], start: f64) -> (Vec<f64>, Vec<Vec<f64>>) {
    let mut gradient: Vec<f64> = weights.iter().map(|weight| RIDGE * (weight - start)).collect();
    let mut hessian = vec![vec![0.0f64; used.len()]; used.len()];
    (0..used.len()).for_each(|at| hessian[at][at] = RIDGE);
    let narrow: Vec<f32> = weights.iter().map(|&weight| weight as f32).collect();
    for &(opinions, truth) in items {
        let opinions: Vec<&Vec<f32>> = used.iter().map(|&source| &opinions[source]).collect();
        let mut shares = vec![0.0f32; opinions[0].len()];
        for (opinion, weight) in opinions.iter().zip(&narrow) {
            shares.iter_mut().zip(*opinion).for_each(|(sum, share)| *sum += weight * share);
        }
        softmax(&mut shares);
        let mean =
            |opinion: &[f32]| -> f64 { shares.iter().zip(opinion).map(|(p, x)| f64::from(p * x)).sum() };
        let means: Vec<f64> = opinions.iter().map(|opinion| mean(opinion)).collect();
        for (a, row) in hessian.iter_mut().enumerate() {
            gradient[a] += means[a] - f64::from(opinions[a][truth]);
            for (b, sum) in row.iter_mut().enumerate() {
                let both = shares.iter().zip(opinions[a]).zip(opinions[b]);
                let product: f64 = both.map(|((p, x), y)| f64::from(p * x * y)).sum();
                *sum += product - means[a] * means[b];
            }
        }
    }
    (gradient, hessian)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::random::Random;

    #[test]
    fn a_source_that_knows_counts_and_noise_does_not() {
        let mut random = Random::new(7);
        let items: Vec<(Vec<Vec<f32>>, usize)> = (0..4_000)
            .map(|_| {
                let scores: Vec<f32> = (0..3).map(|_| random.unit() * 4.0).collect();
                let noise: Vec<f32> = (0..3).map(|_| random.unit() * 4.0).collect();
                let shares = mix(std::slice::from_ref(&scores), &[1.0]);
                let drawn = random.unit();
                let truth = usize::from(drawn >= shares[0]) + usize::from(drawn >= shares[0] + shares[1]);
                let half = scores.iter().map(|score| score / 2.0).collect();
                (vec![half, noise], truth)
            })
            .collect();
        let items: Vec<Opinions<'_>> =
            items.iter().map(|(lists, truth)| (lists.as_slice(), *truth)).collect();
        let found = weights(&items, 2);
        assert!((found[0] - 2.0).abs() < 0.15 && found[1].abs() < 0.1, "{found:?}");
        assert_eq!(weights(&[], 2), vec![0.5, 0.5]);
    }
}
