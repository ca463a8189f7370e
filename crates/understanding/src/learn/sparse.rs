//! Rows of few non-zero values.

/// Sparse rows, one after another.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    starts: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f32>,
}

impl Rows {
    /// No rows.
    pub fn new() -> Self {
        Self { starts: vec![0], columns: Vec::new(), values: Vec::new() }
    }

    /// Adds a row.
    pub fn push(&mut self, row: impl IntoIterator<Item = (u32, f32)>) {
        for (column, value) in row {
            self.columns.push(column);
            self.values.push(value);
        }
        self.starts.push(self.columns.len());
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The columns and values of a row.
    pub fn row(&self, at: usize) -> (&[u32], &[f32]) {
        let range = self.starts[at]..self.starts[at + 1];
        (&self.columns[range.clone()], &self.values[range])
    }

    /// The product of a row with dense weights.
    pub fn dot(&self, at: usize, weights: &[f32]) -> f32 {
        let (columns, values) = self.row(at);
        columns.iter().zip(values).map(|(&column, value)| weights[column as usize] * value).sum()
    }

    /// Adds a multiple of a row to dense weights.
    pub fn add_to(&self, at: usize, factor: f32, weights: &mut [f32]) {
        let (columns, values) = self.row(at);
        for (&column, value) in columns.iter().zip(values) {
            weights[column as usize] += factor * value;
        }
    }

    /// The square of a row's length.
    pub fn norm(&self, at: usize) -> f32 {
        self.row(at).1.iter().map(|value| value * value).sum()
    }
}
