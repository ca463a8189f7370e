//! The trained weights, and what they say of a text before calibration.

use std::{ops::ControlFlow, thread};

use serde::{Deserialize, Serialize};

use crate::learn::{
    features::Features,
    net::{Net, NetSettings, Targets, read_hidden},
    sparse::Rows,
    svm::{self, SvmSettings},
    table::Table,
    vocabulary::Vocabulary,
};

/// A class that the machine was not trained on can never win.
const NEVER: f32 = -9.0;

/// What reads n-grams: their columns, and the layers over them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Weights {
    vocabulary: Vocabulary,
    layers: Layers,
}

/// A linear machine per class and one network, over the same columns.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Layers {
    machines: Table,
    vectors: Table,
    bias: Vec<f32>,
    output: Vec<f32>,
}

/// What the weights say.
#[derive(Clone, Debug)]
pub(super) struct Raw {
    /// By class: signed distance from the machine's border.
    pub margins: Vec<f32>,
    /// By class, and where texts have one label, out of scope as the last: before softmax or logistic.
    pub outputs: Vec<f32>,
}

/// The rows to train on.
pub(super) struct Task<'a> {
    pub rows: &'a Rows,
    pub take: Vec<u32>,
    /// By row: its classes. None: out of scope.
    pub labels: &'a [Vec<usize>],
    pub classes: usize,
    pub many: bool,
    pub columns: usize,
    pub machine: SvmSettings,
    pub net: NetSettings,
}

/// Trained weights as floats.
pub(super) struct Trained {
    machines: Vec<Vec<f32>>,
    net: Net,
}

impl Task<'_> {
    /// Trains; `None` where `progress` ended it.
    pub fn train(&self, progress: &(dyn Fn(usize) -> ControlFlow<()> + Sync)) -> Option<Trained> {
        thread::scope(|scope| {
            let machines = scope.spawn(|| self.machines(progress));
            let net = self.net(progress);
            let machines = machines.join().expect("training does not panic");
            Some(Trained { machines: machines?, net: net? })
        })
    }

    fn machines(&self, progress: &(dyn Fn(usize) -> ControlFlow<()> + Sync)) -> Option<Vec<Vec<f32>>> {
        let mut present = vec![false; self.classes];
        let labels = self.take.iter().flat_map(|&row| &self.labels[row as usize]);
        labels.for_each(|&class| present[class] = true);
        let machine = |class: usize| {
            if !present[class] {
                let mut never = vec![0.0; self.columns];
                *never.last_mut()? = NEVER;
                return Some(never);
            }
            if progress(0).is_break() {
                return None;
            }
            let positive = |row: usize| self.labels[row].contains(&class);
            Some(svm::train(self.rows, &self.take, positive, self.columns, self.machine))
        };
        (0..self.classes).map(machine).collect()
    }

    fn net(&self, progress: &(dyn Fn(usize) -> ControlFlow<()> + Sync)) -> Option<Net> {
        let settings = self.net;
        let progress = |epoch| progress(epoch);
        if self.many {
            let mut wanted = vec![0u8; self.labels.len() * self.classes];
            for (row, labels) in self.labels.iter().enumerate() {
                labels.iter().for_each(|class| wanted[row * self.classes + class] = 1);
            }
            let targets = Targets::Many(&wanted);
            return Net::train(
                self.rows,
                &self.take,
                self.columns,
                self.classes,
                &targets,
                settings,
                &progress,
            );
        }
        let label = |labels: &Vec<usize>| labels.first().map_or(self.classes, |class| *class) as u32;
        let labels: Vec<u32> = self.labels.iter().map(label).collect();
        let targets = Targets::One(&labels);
        Net::train(self.rows, &self.take, self.columns, self.classes + 1, &targets, settings, &progress)
    }
}

impl Trained {
    /// What the weights say of a row.
    pub fn raw(&self, rows: &Rows, row: usize) -> Raw {
        let (columns, values) = rows.row(row);
        Raw {
            margins: self.machines.iter().map(|machine| rows.dot(row, machine)).collect(),
            outputs: self.net.outputs(columns, values),
        }
    }

    /// Small enough to keep; of `columns` columns.
    pub fn pack(self, columns: usize) -> Layers {
        let classes = self.machines.len();
        let mut by_column = vec![0.0; columns * classes];
        for (class, machine) in self.machines.iter().enumerate() {
            for (column, weight) in machine.iter().enumerate() {
                by_column[column * classes + class] = *weight;
            }
        }
        Layers {
            machines: Table::of(&by_column, classes),
            vectors: Table::of(&self.net.vectors, self.net.hidden),
            bias: self.net.bias,
            output: self.net.output,
        }
    }
}

impl Weights {
    pub fn new(vocabulary: Vocabulary, trained: Trained) -> Self {
        let layers = trained.pack(vocabulary.columns());
        Self { vocabulary, layers }
    }

    pub fn raw(&self, text: &Features) -> Raw {
        self.layers.raw(self.vocabulary.row(text))
    }

    /// Whether the parts fit each other.
    pub fn is_sound(&self, classes: usize) -> bool {
        self.layers.is_sound(self.vocabulary.columns(), classes)
    }
}

impl Layers {
    pub fn raw(&self, row: impl IntoIterator<Item = (u32, f32)>) -> Raw {
        let mut margins = vec![0.0; self.machines.width()];
        let mut hidden = self.bias.clone();
        for (column, value) in row {
            self.machines.add(column as usize, value, &mut margins);
            self.vectors.add(column as usize, value, &mut hidden);
        }
        let classes = self.output.len() / (hidden.len() + 1);
        Raw { margins, outputs: read_hidden(&hidden, &self.output, classes) }
    }

    /// Whether the parts fit each other.
    pub fn is_sound(&self, columns: usize, classes: usize) -> bool {
        let outputs = |classes: usize| (self.bias.len() + 1) * classes;
        self.machines.is_sound()
            && self.vectors.is_sound()
            && self.machines.rows() == columns
            && self.vectors.rows() == columns
            && self.machines.width() == classes
            && self.vectors.width() == self.bias.len()
            && [outputs(classes), outputs(classes + 1)].contains(&self.output.len())
    }
}
