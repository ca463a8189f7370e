//! Why a model could not be loaded, in words that say what to do.

use std::{
    io,
    path::{Path, PathBuf},
};

/// Why a folder is not a sentence encoder that Segue can run.
#[derive(Debug, thiserror::Error)]
pub enum EncoderError {
    /// A file that every model has is not there.
    #[error(
        "{} has no {file}; a model's folder holds config.json, tokenizer.json and model.safetensors{advice}",
        folder.display()
    )]
    Missing {
        /// Where it was looked for.
        folder: PathBuf,
        /// Its name.
        file: &'static str,
        /// What else to do, with its punctuation; empty where there is nothing to add.
        advice: &'static str,
    },
    /// A file is there and cannot be read.
    #[error("{} cannot be read; check who may read it", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file is not what a BERT-family sentence encoder has.
    #[error("{} {why}", path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// What is wrong with it and what to do, as the rest of a sentence about the file.
        why: String,
    },
}

impl EncoderError {
    pub(super) fn wrong(path: &Path, why: impl Into<String>) -> Self {
        Self::Wrong { path: path.to_owned(), why: why.into() }
    }
}
