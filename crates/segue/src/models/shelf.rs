//! The folder with the models of an installation, one folder each.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use anyhow::{Context, Result, anyhow, bail};
use segue_understanding::encoder::Encoder;
use serde::Serialize;
use tempfile::TempDir;

use super::ModelName;

/// What an unfinished installation is called; nobody takes it for a model.
const PARTIAL: &str = ".partial-";
/// An unfinished installation that has not changed for so long was cut off.
const PARTIAL_FOR: Duration = Duration::from_secs(24 * 60 * 60);
/// What a new model has to encode before it is believed.
const SENTENCE: &str = "This is an example sentence";

/// The models of one installation.
pub struct Shelf {
    folder: PathBuf,
}

/// A model on the shelf.
#[derive(Debug, Serialize)]
pub struct Model {
    /// The name of its folder.
    pub name: String,
    /// Its folder.
    pub path: PathBuf,
    /// Bytes of its files.
    pub size_bytes: u64,
    /// What it says about itself; absent where it cannot be loaded.
    #[serde(flatten)]
    pub facts: Option<ModelFacts>,
    /// Why it cannot be loaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// What a loaded model says about itself.
#[derive(Debug, PartialEq, Serialize)]
pub struct ModelFacts {
    /// Stored with every vector that it makes.
    pub id: String,
    /// Values per vector.
    pub dimensions: usize,
    /// Tokens of a text that it takes in.
    pub tokens_max: usize,
}

impl Shelf {
    /// The shelf in a folder, which need not be there yet.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// A new folder for an unfinished installation, removed when it is dropped; those of earlier installations that
    /// were cut off are removed now.
    pub fn partial(&self) -> Result<TempDir> {
        let cannot = || format!("cannot make a folder in {}", self.folder.display());
        fs::create_dir_all(&self.folder).with_context(cannot)?;
        for entry in fs::read_dir(&self.folder).with_context(cannot)?.flatten() {
            let is_partial = entry.file_name().to_string_lossy().starts_with(PARTIAL);
            let changed = entry.metadata().and_then(|metadata| metadata.modified());
            let age = changed.map(|changed| SystemTime::now().duration_since(changed).unwrap_or_default());
            if is_partial && age.is_ok_and(|age| age > PARTIAL_FOR) {
                // Whoever cannot remove it can still install beside it.
                fs::remove_dir_all(entry.path()).ok();
            }
        }
        tempfile::Builder::new().prefix(PARTIAL).tempdir_in(&self.folder).with_context(cannot)
    }

    /// Puts a whole model on the shelf under a name, once it has been loaded and has encoded a sentence. `origin` is
    /// what an error calls the place of its files.
    ///
    /// The folder appears with all its files or not at all. False where the same model was there already.
    ///
    /// # Errors
    /// The files are no model, or another model has the name and is not to be replaced.
    pub fn put(
        &self,
        partial: TempDir,
        name: &ModelName,
        origin: &str,
        replace: bool,
    ) -> Result<(Model, bool)> {
        let facts = try_out(partial.path())
            .map_err(|problem| anyhow!(problem.replace(&partial.path().display().to_string(), origin)))?;
        let target = self.folder.join(name.as_str());
        if target.exists() {
            let there = try_out(&target);
            if there.as_ref().is_ok_and(|there| *there == facts) {
                return Ok((model(&target, name.as_str(), Ok(facts))?, false));
            }
            if !replace {
                let what = there.map_or_else(|_| "something else".to_owned(), |there| there.id);
                bail!(
                    "{} is there and holds {what}; pass --replace to exchange it, or --name to install beside it",
                    target.display()
                )
            }
        }
        readable_by_all(partial.path())?;
        exchange(partial, &target)
            .with_context(|| format!("cannot put the model at {}", target.display()))?;
        Ok((model(&target, name.as_str(), Ok(facts))?, true))
    }

    /// All models, by name. Each is loaded to see whether it can be.
    pub fn list(&self) -> Result<Vec<Model>> {
        let mut names = vec![];
        if self.folder.is_dir() {
            let entries = fs::read_dir(&self.folder);
            for entry in entries.with_context(|| format!("cannot read {}", self.folder.display()))? {
                let name = entry?.file_name().to_string_lossy().into_owned();
                if !name.starts_with('.') && self.folder.join(&name).is_dir() {
                    names.push(name);
                }
            }
        }
        names.sort();
        let look = |name: &String| {
            let path = self.folder.join(name);
            model(&path, name, try_out(&path))
        };
        names.iter().map(look).collect()
    }
}

fn try_out(folder: &Path) -> Result<ModelFacts, String> {
    let encoder = Encoder::load(folder).map_err(|problem| problem.to_string())?;
    let length: f32 = encoder.encode(SENTENCE).iter().map(|value| value * value).sum();
    if (length - 1.0).abs() > 1e-3 {
        return Err(format!("{} loads, but encodes no sentence; fetch it again", folder.display()));
    }
    Ok(ModelFacts {
        id: encoder.id().to_owned(),
        dimensions: encoder.dimensions(),
        tokens_max: encoder.tokens_max(),
    })
}

fn model(path: &Path, name: &str, facts: Result<ModelFacts, String>) -> Result<Model> {
    let (facts, problem) = match facts {
        Ok(facts) => (Some(facts), None),
        Err(problem) => (None, Some(problem)),
    };
    Ok(Model { name: name.to_owned(), path: path.to_owned(), size_bytes: size_bytes(path)?, facts, problem })
}

fn size_bytes(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        bytes += if path.is_dir() { size_bytes(&path)? } else { path.metadata()?.len() };
    }
    Ok(bytes)
}

/// A temporary folder is its owner's alone, but the server may be another user.
fn readable_by_all(folder: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))?;
    Ok(())
}

/// Renames the new folder to the target; what was there before goes away, and comes back where that fails.
fn exchange(partial: TempDir, target: &Path) -> Result<()> {
    let folder = target.parent().expect("a model's folder lies in another");
    let old = if target.exists() {
        let old = tempfile::Builder::new().prefix(PARTIAL).tempdir_in(folder)?;
        fs::rename(target, old.path().join("old"))?;
        Some(old)
    } else {
        None
    };
    let new = partial.keep();
    if let Err(problem) = fs::rename(&new, target) {
        fs::remove_dir_all(&new).ok();
        if let Some(old) = old {
            fs::rename(old.path().join("old"), target)?;
        }
        return Err(problem.into());
    }
    // The new name is on the disk before anybody is told of it.
    File::open(folder)?.sync_all()?;
    Ok(())
}
