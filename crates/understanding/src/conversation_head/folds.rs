//! Which conversations are held out when, and the rounds side by side.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use crate::learn::random::Random;

/// Rounds of cross-validation of either stage.
pub(super) const FOLDS: usize = 5;

/// The part of each conversation, with those that hold a positive spread evenly.
pub(super) fn parts(with_positives: &[bool], seed: u64) -> Vec<usize> {
    let count = with_positives.len();
    let mut order: Vec<usize> = (0..count).collect();
    Random::new(seed).shuffle(&mut order);
    order.sort_by_key(|&at| with_positives[at]);
    let mut parts = vec![0; count];
    order.iter().enumerate().for_each(|(at, &conversation)| parts[conversation] = at % FOLDS);
    parts
}

/// Other parts, so that the second stage is not tried on the groups that the first was.
pub(super) fn parts_again(parts: &[usize], seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..parts.len()).collect();
    Random::new(seed ^ 0x5eed).shuffle(&mut order);
    order.sort_by_key(|&at| parts[at]);
    let mut again = vec![0; parts.len()];
    order.iter().enumerate().for_each(|(at, &conversation)| again[conversation] = at % FOLDS);
    again
}

/// Runs jobs side by side; the results are in the order of the jobs, whatever ends first.
pub(super) fn in_lanes<T: Send>(jobs: usize, run: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let lanes = thread::available_parallelism().map_or(1, usize::from).min(jobs);
    let next = AtomicUsize::new(0);
    let lane = || {
        let mut results = Vec::new();
        loop {
            let job = next.fetch_add(1, Ordering::Relaxed);
            if job >= jobs {
                return results;
            }
            results.push((job, run(job)));
        }
    };
    let mut results: Vec<(usize, T)> = thread::scope(|scope| {
        let lanes: Vec<_> = (0..lanes).map(|_| scope.spawn(lane)).collect();
        lanes.into_iter().flat_map(|lane| lane.join().expect("a job does not panic")).collect()
    });
    results.sort_by_key(|result| result.0);
    results.into_iter().map(|result| result.1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positives_are_spread_evenly_and_the_second_parts_mix_the_first() {
        let with_positives: Vec<bool> = (0..100).map(|at| at % 4 == 0).collect();
        let first = parts(&with_positives, 1);
        for fold in 0..FOLDS {
            let positives = (0..100).filter(|&at| first[at] == fold && with_positives[at]).count();
            assert_eq!(positives, 5);
        }
        let second = parts_again(&first, 1);
        for fold in 0..FOLDS {
            let mixed = (0..100).filter(|&at| first[at] == 0 && second[at] == fold).count();
            assert_eq!(mixed, 4);
        }
    }

    #[test]
    fn results_are_in_the_order_of_the_jobs() {
        assert_eq!(in_lanes(7, |job| job * job), [0, 1, 4, 9, 16, 25, 36]);
    }
}
