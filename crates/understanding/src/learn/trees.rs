//! Boosted regression trees over a few dense features, on the logistic loss (Friedman 2001; second-order steps and binned
//! cuts as in Chen and Guestrin, KDD 2016). They see thresholds and combinations that a weighted sum does not.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::{net::logistic, random::Random};

/// How trees are grown.
#[derive(Clone, Copy, Debug)]
pub struct TreeSettings {
    /// How many trees.
    pub rounds: usize,
    /// Cuts on the way to a leaf, at most.
    pub depth: usize,
    /// Share of a leaf's value that counts.
    pub rate: f32,
    /// The fewest rows of a leaf.
    pub leaf_min: usize,
    /// Pulls the values of leaves to 0.
    pub ridge: f32,
    /// Share of the features that one tree may look at.
    pub features: f32,
    /// Seed of which features.
    pub seed: u64,
}

impl Default for TreeSettings {
    fn default() -> Self {
        Self { rounds: 100, depth: 3, rate: 0.07, leaf_min: 30, ridge: 5.0, features: 0.5, seed: 1 }
    }
}

/// Grown trees. Their sum is a log-odds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Trees {
    /// Log-odds before any tree.
    base: f32,
    /// Where each tree begins.
    roots: Vec<u32>,
    nodes: Vec<Node>,
}

/// `below` is where rows with a value up to `cut` go, and the node after it where the others go; 0 for a leaf.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Node {
    feature: u16,
    below: u32,
    /// Of a leaf: its value.
    cut: f32,
}

/// Bins per feature: more did not help.
const BINS: usize = 32;

impl Trees {
    /// Grows trees on rows of `width` features each. `progress` hears of each finished tree and can end the training,
    /// which then returns `None`.
    pub fn train(
        rows: &[f32],
        width: usize,
        labels: &[bool],
        settings: TreeSettings,
        progress: &dyn Fn(usize) -> ControlFlow<()>,
    ) -> Option<Self> {
        let positives = labels.iter().filter(|held| **held).count() as f32;
        let base = ((positives + 0.5) / (labels.len() as f32 - positives + 0.5)).ln();
        let mut grower = Grower::new(rows, width, settings);
        let mut scores = vec![base; labels.len()];
        let mut trees = Self { base, ..Self::default() };
        for round in 0..settings.rounds {
            grower.slopes = scores
                .iter()
                .zip(labels)
                .map(|(&score, &held)| {
                    let p = logistic(score);
                    (p - f32::from(u8::from(held)), (p * (1.0 - p)).max(1e-6))
                })
                .collect();
            trees.roots.push(trees.nodes.len() as u32);
            grower.grow(&mut trees.nodes, &mut scores);
            if progress(round).is_break() {
                return None;
            }
        }
        Some(trees)
    }

    /// The log-odds of a row.
    pub fn score(&self, row: &[f32]) -> f32 {
        let leaf = |&root: &u32| {
            let mut node = self.nodes[root as usize];
            while node.below != 0 {
                let step = u32::from(row[usize::from(node.feature)] > node.cut);
                node = self.nodes[(node.below + step) as usize];
            }
            node.cut
        };
        self.base + self.roots.iter().map(leaf).sum::<f32>()
    }

    /// Whether every node leads on to nodes that exist, over `width` features, as it does unless a file was made by hand.
    pub fn is_sound(&self, width: usize) -> bool {
        let nodes = self.nodes.len();
        let fits = |(at, node): (usize, &Node)| {
            let below = node.below as usize;
            node.cut.is_finite()
                && (below == 0 || (below > at && below + 1 < nodes && usize::from(node.feature) < width))
        };
        self.base.is_finite()
            && self.roots.iter().all(|&root| (root as usize) < nodes)
            && self.nodes.iter().enumerate().all(fits)
    }
}

struct Grower {
    settings: TreeSettings,
    width: usize,
    /// Upper borders of the bins of each feature but the last.
    borders: Vec<Vec<f32>>,
    /// `[row][feature]`
    bins: Vec<u8>,
    /// First and second derivative of the loss, by row.
    slopes: Vec<(f32, f32)>,
    random: Random,
}

/// A cut: its gain, feature and last bin below.
type Cut = (f32, usize, usize);

impl Grower {
    fn new(rows: &[f32], width: usize, settings: TreeSettings) -> Self {
        let count = rows.len() / width.max(1);
        let borders: Vec<Vec<f32>> = (0..width)
            .map(|feature| {
                let mut values: Vec<f32> = (0..count).map(|row| rows[row * width + feature]).collect();
                values.sort_by(f32::total_cmp);
                let mut borders: Vec<f32> =
                    (1..BINS).filter_map(|bin| values.get(bin * count / BINS).copied()).collect();
                borders.dedup();
                borders
            })
            .collect();
        let bin = |(at, value): (usize, &f32)| borders[at % width].partition_point(|b| b < value) as u8;
        let bins = rows.iter().enumerate().map(bin).collect();
        Self { settings, width, borders, bins, slopes: Vec::new(), random: Random::new(settings.seed) }
    }

    /// Grows one tree and adds its values to the scores.
    fn grow(&mut self, nodes: &mut Vec<Node>, scores: &mut [f32]) {
        let mut features: Vec<usize> = (0..self.width).collect();
        self.random.shuffle(&mut features);
        features.truncate(((self.width as f32 * self.settings.features) as usize).max(1));
        let leaf = Node { feature: 0, below: 0, cut: 0.0 };
        let mut open = vec![(nodes.len(), (0..scores.len() as u32).collect::<Vec<u32>>(), 0)];
        nodes.push(leaf);
        while let Some((at, rows, depth)) = open.pop() {
            let cut = if depth < self.settings.depth { self.best_cut(&rows, &features) } else { None };
            let Some((_, feature, bin)) = cut else {
                let (slope, curve) = self.sums(&rows);
                let value = -self.settings.rate * slope / (curve + self.settings.ridge);
                nodes[at].cut = value;
                rows.iter().for_each(|&row| scores[row as usize] += value);
                continue;
            };
            let is_below = |row: &u32| usize::from(self.bins[*row as usize * self.width + feature]) <= bin;
            let (below, above): (Vec<u32>, Vec<u32>) = rows.iter().partition(|row| is_below(row));
            let next = nodes.len();
            nodes[at] = Node { feature: feature as u16, below: next as u32, cut: self.borders[feature][bin] };
            nodes.extend([leaf, leaf]);
            open.push((next, below, depth + 1));
            open.push((next + 1, above, depth + 1));
        }
    }

    fn sums(&self, rows: &[u32]) -> (f32, f32) {
        let add = |sum: (f32, f32), &row: &u32| {
            let (slope, curve) = self.slopes[row as usize];
            (sum.0 + slope, sum.1 + curve)
        };
        rows.iter().fold((0.0, 0.0), add)
    }

    fn best_cut(&self, rows: &[u32], features: &[usize]) -> Option<Cut> {
        let leaf_min = self.settings.leaf_min as f32;
        if (rows.len() as f32) < 2.0 * leaf_min {
            return None;
        }
        let (all_slope, all_curve) = self.sums(rows);
        let worth = |slope: f32, curve: f32| slope * slope / (curve + self.settings.ridge);
        let mut best: Option<Cut> = None;
        for &feature in features {
            let mut bins = [(0.0f32, 0.0f32, 0.0f32); BINS];
            for &row in rows {
                let (slope, curve) = self.slopes[row as usize];
                let bin = &mut bins[usize::from(self.bins[row as usize * self.width + feature])];
                *bin = (bin.0 + slope, bin.1 + curve, bin.2 + 1.0);
            }
            let mut below = (0.0, 0.0, 0.0);
            for (at, bin) in bins.iter().enumerate().take(self.borders[feature].len()) {
                below = (below.0 + bin.0, below.1 + bin.1, below.2 + bin.2);
                if below.2 < leaf_min || rows.len() as f32 - below.2 < leaf_min {
                    continue;
                }
                let gain = worth(below.0, below.1) + worth(all_slope - below.0, all_curve - below.1)
                    - worth(all_slope, all_curve);
                if gain > best.map_or(GAIN_MIN, |best| best.0) {
                    best = Some((gain, feature, at));
                }
            }
        }
        best
    }
}

/// A cut that gains less follows noise.
const GAIN_MIN: f32 = 0.5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn learn_a_combination_that_no_sum_can() {
        let mut random = Random::new(4);
        let rows: Vec<f32> = (0..4_000).map(|_| random.unit()).collect();
        let labels: Vec<bool> = rows.chunks(2).map(|row| (row[0] > 0.5) != (row[1] > 0.3)).collect();
        let settings = TreeSettings { features: 1.0, ..TreeSettings::default() };
        let grow = || Trees::train(&rows, 2, &labels, settings, &|_| ControlFlow::Continue(())).unwrap();
        let trees = grow();
        let right =
            rows.chunks(2).zip(&labels).filter(|(row, held)| (trees.score(row) > 0.0) == **held).count();
        assert!(right > 1_900, "{right}");
        assert!(trees.is_sound(2) && !trees.is_sound(1));
        assert_eq!(trees, grow());
        assert!(Trees::train(&rows, 2, &labels, settings, &|_| ControlFlow::Break(())).is_none());
    }
}
