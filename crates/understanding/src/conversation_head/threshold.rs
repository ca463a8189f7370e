//! From which probability a turn counts.

use crate::learn::measure::{Counts, Scored, best_threshold, golden_transfer};

/// Thresholds that are tried.
const TRIED: usize = 80;
/// What F1 may lose against the best: less than it differs between one half of some hundred conversations and the other.
const F1_LOST_MAX: f64 = 0.01;

/// The threshold for judged turns, given by conversation: among those whose F1 is as good as the best, the one whose turns lie
/// nearest to the true ones. F1 alone leaves a wide choice, and a human who comes a turn off is better than one who comes
/// for nothing.
pub(super) fn threshold(conversations: &[Vec<Scored>]) -> f32 {
    let mut items: Vec<Scored> = conversations.concat();
    let best = best_threshold(&items);
    let f1_min = Counts::of(&items, best).f1() - F1_LOST_MAX;
    items.sort_by(|a, b| a.0.total_cmp(&b.0));
    let likely = &items[items.partition_point(|item| item.0 < best / 3.0)..];
    let step = (likely.len() / TRIED).max(1);
    let mut found = (nearness(conversations, best), best);
    for pair in likely.windows(2).step_by(step) {
        let tried = (pair[0].0 + pair[1].0) / 2.0;
        if Counts::of(&items, tried).f1() >= f1_min {
            let near = nearness(conversations, tried);
            if near > found.0 {
                found = (near, tried);
            }
        }
    }
    found.1
}

/// Golden transfer within 1, 2 and 3 turns, summed.
fn nearness(conversations: &[Vec<Scored>], threshold: f32) -> f64 {
    let of = |conversation: &Vec<Scored>| -> f64 {
        let at = |wanted: fn(&Scored, f32) -> bool| -> Vec<usize> {
            let turns = conversation.iter().enumerate().filter(|(_, item)| wanted(item, threshold));
            turns.map(|(at, _)| at).collect()
        };
        let (truth, said) = (at(|item, _| item.1), at(|item, threshold| item.0 >= threshold));
        [1.0, 2.0, 3.0].map(|k| golden_transfer(&truth, &said, k)).iter().sum()
    };
    conversations.iter().map(of).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_equal_f1_the_nearer_turns_win() {
        let clear = vec![(0.1, false), (0.9, true), (0.2, false)];
        assert!((0.2..0.9).contains(&threshold(&[clear.clone(), clear])));
        assert_eq!(threshold(&[vec![(0.2, false)]]), 0.5);
        // Thresholds below 0.3 and above it are equal in F1; above, no conversation without a positive is disturbed.
        let disturbed = vec![(0.3, false); 2];
        let missed = vec![(0.3, true), (0.8, true), (0.8, true)];
        let conversations = [disturbed.clone(), disturbed, missed.clone(), missed];
        assert!(threshold(&conversations) > 0.3);
    }
}
