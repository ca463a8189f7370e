//! `cargo xtask models`: the models inside the binary, trained again from public data and Segue's own examples.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};

use crate::shell;

/// Where the committed models lie, and the examples written for Segue.
const MODELS: &str = "crates/understanding/models";
const EXAMPLES: &str = "crates/understanding/data/examples";
/// Which marks of the public dialogues are facts.
const KINDS: &str = "crates/understanding/data/multidogo.map.toml";
/// All models together may weigh so much: they ship in the binary.
const BYTES_MAX: u64 = 12_000_000;

/// Options of `models`.
#[derive(clap::Args)]
pub struct Args {
    /// Folder with the public sets (`intent`, `emotion`, `facts`). Without it, `evals` in the folder that `SEGUE_SHARED` names, or in `shared`
    /// beside the repository.
    #[arg(long)]
    evals: Option<PathBuf>,
    /// Compares with the committed models and changes nothing.
    #[arg(long)]
    check: bool,
}

/// Trains, compares, and puts the new models in place.
pub fn run(args: &Args) -> Result<()> {
    let evals = args.evals.clone().unwrap_or_else(beside);
    if !evals.join("intent").is_dir() {
        println!(
            "skipped: {} does not hold the public sets. docs/models.md names each and its licence; lay them out as it says, or pass \
             --evals FOLDER.",
            evals.display()
        );
        return Ok(());
    }
    let binary = shell::built_segue(true)?;
    let fresh = tempfile::tempdir()?;
    let mut train = Command::new(binary);
    train
        .args(["train", "shipped", "--evals"])
        .arg(&evals)
        .arg("--examples")
        .arg(shell::root().join(EXAMPLES))
        .arg("--kinds")
        .arg(shell::root().join(KINDS));
    shell::run(train.arg("--out").arg(fresh.path()))?;
    let changed = compare(fresh.path(), &shell::root().join(MODELS))?;
    if args.check && !changed.is_empty() {
        bail!("training gives other bytes than the committed ones for {}", changed.join(", "));
    }
    for name in &changed {
        fs::copy(fresh.path().join(name), shell::root().join(MODELS).join(name))?;
    }
    Ok(())
}

fn beside() -> PathBuf {
    let shared = env::var_os("SEGUE_SHARED").map_or_else(|| shell::root().join("../shared"), PathBuf::from);
    shared.join("evals")
}

/// The names of the models that differ. Prints a line for each, and fails where they weigh too much together.
fn compare(fresh: &Path, committed: &Path) -> Result<Vec<String>> {
    let (mut changed, mut bytes) = (Vec::new(), 0);
    let mut names: Vec<_> =
        fs::read_dir(fresh)?.map(|entry| Ok(entry?.file_name())).collect::<Result<_>>()?;
    names.sort();
    for name in names {
        let model = fs::read(fresh.join(&name))?;
        let is_same = fs::read(committed.join(&name)).is_ok_and(|old| old == model);
        let name = name.into_string().ok().context("models have plain names")?;
        println!("{name:<20} {:>10} bytes  {}", model.len(), if is_same { "same" } else { "changed" });
        bytes += model.len() as u64;
        if !is_same {
            changed.push(name);
        }
    }
    ensure!(bytes <= BYTES_MAX, "the models weigh {bytes} bytes together, more than the {BYTES_MAX} allowed");
    Ok(changed)
}
