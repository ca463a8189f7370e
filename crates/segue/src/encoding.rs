//! The option `--encoder`: which sentence encoder a command uses, if any.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, Result, bail};
use segue_server::Config;
use segue_understanding::encoder::Encoder;

use crate::models::ModelName;

/// The folder of installed models in the data folder.
pub const MODELS: &str = "models";

/// Which encoder to use.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct EncoderOption {
    /// Adds a second stage: a sentence encoder, asked for the texts of which the first stage is not sure. A folder, or a name that
    /// `segue models list` shows. A model is used with the encoder it was trained with.
    #[arg(long, value_name = "FOLDER|NAME")]
    pub encoder: Option<String>,
}

impl EncoderOption {
    /// Loads it, where one was named.
    ///
    /// # Errors
    /// Where it cannot be found or loaded, and what to do.
    pub fn load(&self) -> Result<Option<Arc<Encoder>>> {
        let Some(encoder) = &self.encoder else { return Ok(None) };
        let folder = folder(encoder)?;
        let loaded = Encoder::load(&folder).with_context(|| format!("{encoder} cannot be used"))?;
        Ok(Some(Arc::new(loaded)))
    }

    /// Fails where one was named for something that takes none.
    ///
    /// # Errors
    /// Says that `what` takes none.
    pub fn none_for(&self, what: &str) -> Result<()> {
        if self.encoder.is_some() {
            bail!("{what} no encoder; leave out --encoder")
        }
        Ok(())
    }
}

fn folder(encoder: &str) -> Result<PathBuf> {
    let path = Path::new(encoder);
    if path.is_dir() {
        return Ok(path.to_owned());
    }
    let shelf = Config::load(None)?.data.join(MODELS);
    let installed = encoder.parse::<ModelName>().ok().map(|name| shelf.join(name.as_str()));
    installed.filter(|folder| folder.is_dir()).with_context(|| {
        format!(
            "{encoder} is neither a folder nor a model in {}; `segue models list` shows what is installed, `segue models \
             install` adds one",
            shelf.display()
        )
    })
}
