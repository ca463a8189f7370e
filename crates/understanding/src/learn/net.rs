//! A small network over sparse rows: the weighted sum of one vector per column, one hidden layer, one output per class.
//! It sees which n-grams mean the same in these examples, where a linear machine sees each alone.
//!
//! Trained by AdaGrad with dropout of columns and of hidden units, which is what lets some hundred examples do.

use std::ops::ControlFlow;

use super::{random::Random, sparse::Rows};

/// How a network is trained.
#[derive(Clone, Copy, Debug)]
pub struct NetSettings {
    /// Hidden units.
    pub hidden: usize,
    /// Passes over the rows.
    pub epochs: usize,
    /// First step size; it falls to 0 in a straight line.
    pub rate: f32,
    /// Share of a row's columns that one step leaves out.
    pub dropout: f32,
    /// Share of hidden units that one step leaves out.
    pub hidden_dropout: f32,
    /// Seed of weights, order and dropout.
    pub seed: u64,
}

impl Default for NetSettings {
    /// Chosen by cross-validation on public intent sets.
    fn default() -> Self {
        Self { hidden: 128, epochs: 25, rate: 0.3, dropout: 0.5, hidden_dropout: 0.2, seed: 1 }
    }
}

/// What a row should give.
#[derive(Clone, Debug)]
pub enum Targets<'a> {
    /// Exactly one class per row.
    One(&'a [u32]),
    /// Each class apart: 1 holds, 0 does not, [`UNKNOWN`] was not asked. Rows of `classes` values.
    Many(&'a [u8]),
}

/// A target that nobody labelled.
pub const UNKNOWN: u8 = 2;

/// Trained weights.
#[derive(Clone, Debug, Default)]
pub struct Net {
    /// Hidden units.
    pub hidden: usize,
    /// Outputs.
    pub classes: usize,
    /// `[column][hidden]`.
    pub vectors: Vec<f32>,
    /// `[hidden]`.
    pub bias: Vec<f32>,
    /// `[hidden + 1][class]`, the last row the bias.
    pub output: Vec<f32>,
}

impl Net {
    /// Trains on the rows of `take`. `progress` hears of each finished epoch and can end the training, which then
    /// returns `None`.
    pub fn train(
        rows: &Rows,
        take: &[u32],
        columns: usize,
        classes: usize,
        targets: &Targets<'_>,
        settings: NetSettings,
        progress: &dyn Fn(usize) -> ControlFlow<()>,
    ) -> Option<Self> {
        let mut training = Training::new(columns, classes, settings);
        let mut order = take.to_vec();
        for epoch in 0..settings.epochs {
            let rate = settings.rate * (1.0 - epoch as f32 / settings.epochs as f32);
            training.random.shuffle(&mut order);
            for &row in &order {
                training.step(rows, row as usize, targets, rate);
            }
            if progress(epoch).is_break() {
                return None;
            }
        }
        Some(training.net)
    }

    /// The outputs before softmax or logistic function.
    pub fn outputs(&self, columns: &[u32], values: &[f32]) -> Vec<f32> {
        let mut hidden = self.bias.clone();
        for (&column, &value) in columns.iter().zip(values) {
            add(&mut hidden, &self.vectors[column as usize * self.hidden..][..self.hidden], value);
        }
        read_hidden(&hidden, &self.output, self.classes)
    }
}

/// The outputs of a summed hidden layer, given `[hidden + 1][class]` weights.
pub fn read_hidden(hidden: &[f32], output: &[f32], classes: usize) -> Vec<f32> {
    let mut outputs = output[hidden.len() * classes..].to_vec();
    for (unit, &value) in hidden.iter().enumerate().filter(|(_, value)| **value > 0.0) {
        add(&mut outputs, &output[unit * classes..][..classes], value);
    }
    outputs
}

/// A network and what its training remembers.
struct Training {
    net: Net,
    settings: NetSettings,
    random: Random,
    vector_sums: Vec<f32>,
    output_sums: Vec<f32>,
    kept: Vec<(u32, f32)>,
    units: Vec<f32>,
    mask: Vec<f32>,
    unit_errors: Vec<f32>,
    errors: Vec<f32>,
}

impl Training {
    fn new(columns: usize, classes: usize, settings: NetSettings) -> Self {
        let mut random = Random::new(settings.seed);
        let hidden = settings.hidden;
        let mut small = |count: usize| -> Vec<f32> { (0..count).map(|_| bell(&mut random) * 0.1).collect() };
        let vectors = small(columns * hidden);
        let output = small((hidden + 1) * classes);
        Self {
            net: Net { hidden, classes, vectors, bias: vec![0.0; hidden], output },
            settings,
            random,
            vector_sums: vec![1e-4; columns],
            output_sums: vec![1e-4; hidden + 1],
            kept: Vec::new(),
            units: vec![0.0; hidden],
            mask: vec![0.0; hidden],
            unit_errors: vec![0.0; hidden],
            errors: vec![0.0; classes],
        }
    }

    fn step(&mut self, rows: &Rows, row: usize, targets: &Targets<'_>, rate: f32) {
        self.forward(rows, row);
        self.judge(row, targets);
        self.update_output(rate);
        self.update_vectors(rate);
    }

    fn forward(&mut self, rows: &Rows, row: usize) {
        let (hidden, keep) = (self.net.hidden, 1.0 - self.settings.dropout);
        let (columns, values) = rows.row(row);
        self.kept.clear();
        self.units.copy_from_slice(&self.net.bias);
        for (&column, &value) in columns.iter().zip(values) {
            if self.random.unit() >= self.settings.dropout {
                let value = value / keep;
                self.kept.push((column, value));
                add(&mut self.units, &self.net.vectors[column as usize * hidden..][..hidden], value);
            }
        }
        let keep = 1.0 - self.settings.hidden_dropout;
        for (unit, mask) in self.units.iter_mut().zip(&mut self.mask) {
            let alive = *unit > 0.0 && self.random.unit() >= self.settings.hidden_dropout;
            *mask = if alive { 1.0 / keep } else { 0.0 };
            *unit *= *mask;
        }
        self.errors.copy_from_slice(&self.net.output[hidden * self.net.classes..]);
        for (at, &unit) in self.units.iter().enumerate().filter(|(_, unit)| **unit != 0.0) {
            add(&mut self.errors, &self.net.output[at * self.net.classes..][..self.net.classes], unit);
        }
    }

    /// Turns outputs into errors.
    fn judge(&mut self, row: usize, targets: &Targets<'_>) {
        match targets {
            Targets::One(labels) => {
                softmax(&mut self.errors);
                self.errors[labels[row] as usize] -= 1.0;
            }
            Targets::Many(wanted) => {
                let wanted = &wanted[row * self.net.classes..][..self.net.classes];
                for (error, &wanted) in self.errors.iter_mut().zip(wanted) {
                    *error = if wanted == UNKNOWN { 0.0 } else { logistic(*error) - f32::from(wanted) };
                }
            }
        }
    }

    fn update_output(&mut self, rate: f32) {
        let classes = self.net.classes;
        let size: f32 = self.errors.iter().map(|error| error * error).sum();
        for unit in 0..=self.net.hidden {
            let value = self.units.get(unit).copied().unwrap_or(1.0);
            if value == 0.0 {
                self.unit_errors[unit] = 0.0;
                continue;
            }
            let weights = &mut self.net.output[unit * classes..][..classes];
            if let Some(unit_error) = self.unit_errors.get_mut(unit) {
                let pull: f32 = weights.iter().zip(&self.errors).map(|(weight, error)| weight * error).sum();
                *unit_error = pull * self.mask[unit];
            }
            self.output_sums[unit] += value * value * size;
            add(weights, &self.errors, -rate / self.output_sums[unit].sqrt() * value);
        }
    }

    fn update_vectors(&mut self, rate: f32) {
        let hidden = self.net.hidden;
        let size: f32 = self.unit_errors.iter().map(|error| error * error).sum();
        add(&mut self.net.bias, &self.unit_errors, -rate * 0.1);
        for &(column, value) in &self.kept {
            let sum = &mut self.vector_sums[column as usize];
            *sum += value * value * size;
            let vector = &mut self.net.vectors[column as usize * hidden..][..hidden];
            add(vector, &self.unit_errors, -rate / sum.sqrt() * value);
        }
    }
}

fn add(sum: &mut [f32], vector: &[f32], factor: f32) {
    for (sum, value) in sum.iter_mut().zip(vector) {
        *sum += value * factor;
    }
}

/// About normal: mean 0, deviation 0.58.
fn bell(random: &mut Random) -> f32 {
    (0..4).map(|_| random.unit()).sum::<f32>() - 2.0
}

/// Numbers to probabilities that sum to 1, in place.
pub fn softmax(values: &mut [f32]) {
    let max = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for value in values.iter_mut() {
        *value = (*value - max).exp();
        sum += *value;
    }
    values.iter_mut().for_each(|value| *value /= sum);
}

/// 1 / (1 + e^-x).
pub fn logistic(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}
