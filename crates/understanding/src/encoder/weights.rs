//! The tensors of `model.safetensors`, whatever prefix and number format they were stored with.

use std::path::Path;

use half::{bf16, f16};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};

use super::EncoderError;

/// The name that every BERT-family model has, after a prefix such as `bert.` or none.
const WORDS: &str = "embeddings.word_embeddings.weight";

/// Reads tensors by the names that they have in a bare model.
pub(super) struct Weights<'a> {
    path: &'a Path,
    tensors: SafeTensors<'a>,
    prefix: String,
}

impl<'a> Weights<'a> {
    /// `path` is for what an error says.
    pub fn open(path: &'a Path, bytes: &'a [u8]) -> Result<Self, EncoderError> {
        let tensors = SafeTensors::deserialize(bytes).map_err(|problem| {
            EncoderError::wrong(path, format!("is no whole safetensors file: {problem}; fetch it again"))
        })?;
        let prefix = tensors.names().into_iter().find_map(|name| name.strip_suffix(WORDS)).map(str::to_owned);
        let prefix = prefix.ok_or_else(|| {
            let why = format!("has no {WORDS}; install a sentence encoder of the BERT family");
            EncoderError::wrong(path, why)
        })?;
        Ok(Self { path, tensors, prefix })
    }

    /// The table of words, row by row; how many rows it has is the model's business.
    pub fn words(&self, columns: usize) -> Result<Vec<f32>, EncoderError> {
        self.rows(WORDS, columns)
    }

    /// A matrix with any number of rows.
    pub fn rows(&self, name: &str, columns: usize) -> Result<Vec<f32>, EncoderError> {
        let tensor = self.tensor(name)?;
        match tensor.shape() {
            [rows, width] if *width == columns && *rows > 0 => self.numbers(name, &tensor),
            shape => Err(self.shape_is_wrong(name, shape, &[1, columns])),
        }
    }

    /// A matrix, row by row.
    pub fn matrix(&self, name: &str, rows: usize, columns: usize) -> Result<Vec<f32>, EncoderError> {
        self.of_shape(name, &[rows, columns])
    }

    /// A vector.
    pub fn vector(&self, name: &str, length: usize) -> Result<Vec<f32>, EncoderError> {
        self.of_shape(name, &[length])
    }

    fn of_shape(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, EncoderError> {
        let tensor = self.tensor(name)?;
        if tensor.shape() != shape {
            return Err(self.shape_is_wrong(name, tensor.shape(), shape));
        }
        self.numbers(name, &tensor)
    }

    fn tensor(&self, name: &str) -> Result<TensorView<'_>, EncoderError> {
        self.tensors.tensor(&format!("{}{name}", self.prefix)).map_err(|_| {
            let why = format!("has no {name}; it does not belong to the config.json beside it");
            EncoderError::wrong(self.path, why)
        })
    }

    fn numbers(&self, name: &str, tensor: &TensorView<'_>) -> Result<Vec<f32>, EncoderError> {
        let bytes = tensor.data();
        let numbers: Vec<f32> = match tensor.dtype() {
            Dtype::F32 => bytes.as_chunks().0.iter().map(|four| f32::from_le_bytes(*four)).collect(),
            Dtype::F16 => bytes.as_chunks().0.iter().map(|two| f16::from_le_bytes(*two).to_f32()).collect(),
            Dtype::BF16 => bytes.as_chunks().0.iter().map(|two| bf16::from_le_bytes(*two).to_f32()).collect(),
            other => {
                let why = format!("keeps {name} as {other:?}; take the model in F32, F16 or BF16");
                return Err(EncoderError::wrong(self.path, why));
            }
        };
        if numbers.iter().all(|number| number.is_finite()) {
            return Ok(numbers);
        }
        Err(EncoderError::wrong(self.path, format!("has no finite numbers in {name}; fetch it again")))
    }

    fn shape_is_wrong(&self, name: &str, found: &[usize], wanted: &[usize]) -> EncoderError {
        let why = format!(
            "has {name} as {found:?} where config.json says {wanted:?}; the two files do not belong together"
        );
        EncoderError::wrong(self.path, why)
    }
}
