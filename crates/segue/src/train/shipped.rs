//! `segue train shipped`: the models inside the binary, reproducibly.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result};
use segue_understanding::{Background, learn::random::Random};

use super::write_model;
use crate::examples::{Utterance, Words, WrittenTurn, documents};

/// Options of `train shipped`.
#[derive(clap::Args)]
pub struct Args {
    /// Folder with the public sets, each in its own folder: `intent`, `emotion`, `facts`.
    #[arg(long)]
    evals: PathBuf,
    /// Folder with the examples written for Segue, a file per language.
    #[arg(long)]
    examples: PathBuf,
    /// Where the models go.
    #[arg(long)]
    out: PathBuf,
}

/// Trains and writes all of them.
pub fn run(args: &Args) -> Result<ExitCode> {
    fs::create_dir_all(&args.out)?;
    let sources = Sources { evals: args.evals.clone(), written: written(&args.examples)? };
    write_model(&args.out.join("background.bin"), &sources.background()?.to_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// What the models are trained on. Only sets whose licences allow it: CC BY, Apache-2.0, CDLA-Permissive, and our own.
struct Sources {
    evals: PathBuf,
    written: Vec<WrittenTurn>,
}

/// Seed of every choice below.
const SEED: u64 = 20_261_121;

impl Sources {
    /// Texts of many fields, languages and moods.
    fn background(&self) -> Result<Background> {
        let mut texts = Vec::new();
        for (file, count) in [
            ("emotion/goemotions.train.jsonl", 250),
            ("intent/clinc150.train.jsonl", 350),
            ("intent/banking77.train.jsonl", 100),
        ] {
            let lines: Vec<Utterance> = documents(&self.evals.join(file))?;
            texts.extend(some(lines.into_iter().map(|line| line.text).collect(), count));
        }
        for domain in ["airline", "insurance", "media", "software", "fastfood"] {
            let conversations: Vec<Words> = self.conversations(domain)?;
            let turns = conversations.into_iter().flat_map(|conversation| conversation.turns);
            texts.extend(some(turns.map(|turn| turn.text).collect(), 60));
        }
        let calm = self.written.iter().filter(|turn| turn.mood.as_deref() == Some("calm"));
        texts.extend(some(calm.map(|turn| turn.text.clone()).collect(), 200));
        Ok(Background::of(texts.iter().map(String::as_str)))
    }

    fn conversations(&self, domain: &str) -> Result<Vec<Words>> {
        documents(&self.evals.join(format!("facts/multidogo-{domain}.train.jsonl")))
    }
}

/// Some of the texts, always the same.
fn some(mut texts: Vec<String>, count: usize) -> Vec<String> {
    Random::new(SEED).shuffle(&mut texts);
    texts.truncate(count);
    texts
}

fn written(folder: &Path) -> Result<Vec<WrittenTurn>> {
    let entries = fs::read_dir(folder)
        .with_context(|| format!("{} cannot be opened; check the path", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    files.sort();
    let turns: Vec<Vec<WrittenTurn>> = files.iter().map(|file| documents(file)).collect::<Result<_>>()?;
    Ok(turns.concat())
}
