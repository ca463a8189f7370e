//! The two stages of a head and their weights.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::{columns::Columns, history::WIDTH, train::Design};
use crate::learn::{
    calibrate::{Logistic, Platt},
    net::{Net, NetSettings, Targets, read_hidden},
    sparse::Rows,
    svm::{self, SvmSettings},
    table::Table,
    trees::{TreeSettings, Trees},
};

/// The scores of one turn by the first stage, before and after calibration: the linear machine and the mean of the networks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Scores {
    pub linear: f32,
    pub net: f32,
}

/// The first stage as it is trained: floats.
pub(super) struct FirstTrained {
    linear: Vec<f32>,
    nets: Vec<Net>,
}

impl FirstTrained {
    /// Trains on the rows of `take`. `None` where `progress` said so.
    pub fn train(
        (rows, take, columns): (&Rows, &[u32], usize),
        held: &[u8],
        (design, seed): (&Design, u64),
        progress: &dyn Fn() -> ControlFlow<()>,
    ) -> Option<Self> {
        let machine =
            SvmSettings { cost: design.cost, positive_weight: design.positive_weight, epochs: 60, seed };
        let linear = svm::train(rows, take, |row| held[row] == 1, columns, machine);
        let mut nets = Vec::new();
        for at in 0..design.nets {
            let settings = NetSettings { seed: seed.wrapping_mul(31) + at as u64, ..design.net };
            let go_on = |_: usize| progress();
            nets.push(Net::train(rows, take, columns, 1, &Targets::Many(held), settings, &go_on)?);
        }
        Some(Self { linear, nets })
    }

    pub fn scores(&self, rows: &Rows, row: usize) -> Scores {
        let (columns, values) = rows.row(row);
        let sum: f32 = self.nets.iter().map(|net| net.outputs(columns, values)[0]).sum();
        let linear = rows.dot(row, &self.linear);
        Scores { linear, net: if self.nets.is_empty() { linear } else { sum / self.nets.len() as f32 } }
    }

    /// As it is stored.
    pub fn pack(self, columns: Columns, curves: [Platt; 2]) -> First {
        let pack = |net: Net| Packed {
            vectors: Table::of(&net.vectors, net.hidden),
            bias: net.bias,
            output: net.output,
        };
        First { columns, linear: self.linear, nets: self.nets.into_iter().map(pack).collect(), curves }
    }
}

/// The first stage: n-grams of a turn and of the turns before it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct First {
    pub columns: Columns,
    linear: Vec<f32>,
    nets: Vec<Packed>,
    curves: [Platt; 2],
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Packed {
    vectors: Table,
    bias: Vec<f32>,
    output: Vec<f32>,
}

impl First {
    /// The scores of a row, as log-odds.
    pub fn scores(&self, row: &[(u32, f32)]) -> Scores {
        let linear = row.iter().map(|&(column, value)| self.linear[column as usize] * value).sum();
        let net = |net: &Packed| {
            let mut hidden = net.bias.clone();
            row.iter().for_each(|&(column, value)| net.vectors.add(column as usize, value, &mut hidden));
            read_hidden(&hidden, &net.output, 1)[0]
        };
        let sum: f32 = self.nets.iter().map(net).sum();
        let net = if self.nets.is_empty() { linear } else { sum / self.nets.len() as f32 };
        log_odds(Scores { linear, net }, &self.curves)
    }

    pub fn is_sound(&self) -> bool {
        let columns = self.columns.count();
        let fits = |net: &Packed| {
            net.vectors.is_sound()
                && net.vectors.rows() == columns
                && net.vectors.width() == net.bias.len()
                && net.output.len() == net.bias.len() + 1
        };
        self.columns.is_sound() && self.linear.len() == columns && self.nets.iter().all(fits)
    }
}

/// Scores to calibrated log-odds.
pub(super) fn log_odds(scores: Scores, curves: &[Platt; 2]) -> Scores {
    let bend = |curve: &Platt, score: f32| (curve.slope * score + curve.offset).clamp(-LIMIT, LIMIT);
    Scores { linear: bend(&curves[0], scores.linear), net: bend(&curves[1], scores.net) }
}

/// Log-odds beyond this say more than some hundred conversations can know.
const LIMIT: f32 = 7.0;

/// The second stage: a weighted sum and trees over the course of the scores and the plain numbers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Second {
    /// Mean and deviation by feature, for the weighted sum.
    usual: Vec<(f32, f32)>,
    sum: Logistic,
    trees: Trees,
}

impl Second {
    /// Trains on rows of [`WIDTH`]. `None` where `progress` said so.
    pub fn train(
        rows: &[[f32; WIDTH]],
        held: &[bool],
        (design, seed): (&Design, u64),
        progress: &dyn Fn() -> ControlFlow<()>,
    ) -> Option<Self> {
        let usual = usual(rows);
        let items: Vec<(Vec<f32>, bool, f32)> =
            rows.iter().zip(held).map(|(row, &held)| (standard(row, &usual), held, 1.0)).collect();
        let sum = Logistic::fit(&items, design.ridge);
        drop(items);
        if progress().is_break() {
            return None;
        }
        let settings = TreeSettings { seed, ..design.trees };
        let flat = rows.as_flattened();
        let trees = Trees::train(flat, WIDTH, held, settings, &|_| progress())?;
        Some(Self { usual, sum, trees })
    }

    /// The log-odds of a row.
    pub fn score(&self, row: &[f32; WIDTH], trees_share: f32) -> f32 {
        let p = self.sum.probability(&standard(row, &self.usual)).clamp(1e-5, 1.0 - 1e-5);
        (p / (1.0 - p)).ln() * (1.0 - trees_share) + self.trees.score(row) * trees_share
    }

    pub fn is_sound(&self) -> bool {
        self.usual.len() == WIDTH && self.sum.weights.len() == WIDTH + 1 && self.trees.is_sound(WIDTH)
    }
}

fn usual(rows: &[[f32; WIDTH]]) -> Vec<(f32, f32)> {
    let count = rows.len().max(1) as f64;
    (0..WIDTH)
        .map(|at| {
            let mean = rows.iter().map(|row| f64::from(row[at])).sum::<f64>() / count;
            let square = rows.iter().map(|row| (f64::from(row[at]) - mean).powi(2)).sum::<f64>() / count;
            (mean as f32, if square > 1e-8 { square.sqrt() as f32 } else { 1e6 })
        })
        .collect()
}

fn standard(row: &[f32; WIDTH], usual: &[(f32, f32)]) -> Vec<f32> {
    row.iter().zip(usual).map(|(x, (mean, deviation))| ((x - mean) / deviation).clamp(-5.0, 5.0)).collect()
}
