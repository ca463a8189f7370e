//! `segue train shipped`: the models inside the binary, reproducibly.

use std::{
    fs,
    ops::ControlFlow,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result};
use segue_core::context::Role;
use segue_understanding::{
    Background, Head, HeadExample, HeadTraining, Heads, Reader, TurnText,
    facts::{FactSettings, LabelledConversation},
    learn::{features::Features, random::Random},
};

use super::{Rounds, write_model};
use crate::{
    examples::{FRUSTRATED, Utterance, Words, WrittenTurn, documents},
    interruption,
    marked::{KindMap, labelled_conversations},
};

/// Options of `train shipped`.
#[derive(clap::Args)]
pub struct Args {
    /// Folder with the public sets, each in its own folder: `intent`, `emotion`, `facts`.
    #[arg(long)]
    evals: PathBuf,
    /// Folder with the examples written for Segue, a file per language.
    #[arg(long)]
    examples: PathBuf,
    /// Which marks of the dialogues with companies are facts, in the form of `train facts --map`.
    #[arg(long)]
    kinds: PathBuf,
    /// Where the models go.
    #[arg(long)]
    out: PathBuf,
}

/// Trains and writes all of them.
pub fn run(args: &Args) -> Result<ExitCode> {
    fs::create_dir_all(&args.out)?;
    let sources = Sources {
        evals: args.evals.clone(),
        written: written(&args.examples)?,
        reader: Reader::rules_only(),
    };
    write_model(&args.out.join("background.bin"), &sources.background()?.to_bytes())?;
    let rounds = Rounds::new("heads");
    let epochs = std::cell::Cell::new(0);
    let settings = HeadTraining::default();
    let heads = Heads::train(&sources.head_examples()?, &settings, &|_| {
        epochs.set(epochs.get() + 1);
        if rounds.at(epochs.get(), settings.epochs()) {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    });
    rounds.finish();
    let Some((heads, quality)) = heads else {
        eprintln!("interrupted: the heads were not written");
        return Ok(ExitCode::from(interruption::EXIT_STATUS));
    };
    write_model(&args.out.join("heads.bin"), &heads.to_bytes())?;
    let settings = FactSettings { seed: SEED, ..FactSettings::default() };
    let Some(tagger) = super::facts::tagger(&sources.marked(&args.kinds)?, None, &settings)? else {
        eprintln!("interrupted: the tagger of facts was not written");
        return Ok(ExitCode::from(interruption::EXIT_STATUS));
    };
    write_model(&args.out.join("facts.bin"), &tagger.to_bytes())?;
    println!("| head | held-out turns | that hold | F1 | AUROC | ECE |\n|---|---|---|---|---|---|");
    for head in quality {
        let auroc = head.auroc.map_or_else(|| "-".to_owned(), |auroc| format!("{auroc:.3}"));
        let (name, items, positives) = (head.head.name(), head.items, head.positives);
        println!("| `{name}` | {items} | {positives} | {:.3} | {auroc} | {:.3} |", head.f1, head.ece);
    }
    Ok(ExitCode::SUCCESS)
}

/// What the models are trained on. Only sets whose licences allow it: CC BY, Apache-2.0, CDLA-Permissive, and our own.
struct Sources {
    evals: PathBuf,
    written: Vec<WrittenTurn>,
    reader: Reader,
}

/// The fields of the dialogues with companies.
const DOMAINS: [&str; 6] = ["airline", "fastfood", "finance", "insurance", "media", "software"];
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
        for domain in DOMAINS {
            let turns = self.conversations(domain)?.into_iter().flat_map(|conversation| conversation.turns);
            texts.extend(some(turns.map(|turn| turn.text).collect(), 50));
        }
        let calm = self.written.iter().filter(|turn| turn.mood.as_deref() == Some("calm"));
        texts.extend(some(calm.map(|turn| turn.text.clone()).collect(), 200));
        Ok(Background::of(texts.iter().map(|text| self.customer(text))))
    }

    /// Everything that the heads learn from.
    fn head_examples(&self) -> Result<Vec<HeadExample>> {
        let mut examples: Vec<HeadExample> =
            self.written.iter().map(|turn| self.written_example(turn)).collect();
        examples.extend(self.feelings()?);
        examples.extend(self.requests()?);
        Ok(examples)
    }

    /// Public remarks with their feelings. All 28 help; two become heads.
    fn feelings(&self) -> Result<Vec<HeadExample>> {
        let lines: Vec<Utterance> = documents(&self.evals.join("emotion/goemotions.train.jsonl"))?;
        let mut names: Vec<String> =
            lines.iter().filter_map(|line| line.emotions.clone()).flatten().collect();
        names.sort();
        names.dedup();
        let example = |line: &Utterance| {
            let felt = line.emotions.as_deref().unwrap_or_default();
            let any = |names: &[&str]| felt.iter().any(|name| names.contains(&name.as_str()));
            HeadExample::new(self.customer(&line.text))
                .with(Head::AsksHuman, false)
                .with(Head::Frustration, any(FRUSTRATED))
                .with(Head::Pleasure, any(PLEASED))
                .helped_by(names.iter().map(|name| u8::from(felt.contains(name))).collect())
        };
        Ok(lines.iter().map(example).collect())
    }

    /// Requests to a bank with who asks for a human, and questions of which hardly any does.
    fn requests(&self) -> Result<Vec<HeadExample>> {
        let bank: Vec<Utterance> = documents(&self.evals.join("intent/nlupp-banking.train.jsonl"))?;
        let asks = |line: &Utterance| line.labels().iter().any(|label| label == "handoff");
        let mut examples: Vec<HeadExample> = bank
            .iter()
            .map(|line| HeadExample::new(self.customer(&line.text)).with(Head::AsksHuman, asks(line)).seen(2))
            .collect();
        let mut quiet = Vec::new();
        for file in ["intent/clinc150.train.jsonl", "intent/banking77.train.jsonl"] {
            let lines: Vec<Utterance> = documents(&self.evals.join(file))?;
            quiet.extend(some(lines.into_iter().map(|line| line.text).collect(), 3_000));
        }
        for domain in DOMAINS {
            let turns = self.conversations(domain)?.into_iter().flat_map(|conversation| conversation.turns);
            quiet.extend(some(turns.map(|turn| turn.text).collect(), 1_500));
        }
        examples.extend(quiet.iter().map(|text| self.quiet_example(text)));
        Ok(examples)
    }

    /// An everyday request: nobody is in danger or threatens, and who asks for a human is known to the rules.
    fn quiet_example(&self, text: &str) -> HeadExample {
        let asks = self.reader.rules_hear_request(text);
        let heads = [Head::SelfHarm, Head::Violence, Head::ThreatensLegal, Head::ThreatensPublic];
        let example = HeadExample::new(self.customer(text));
        let example = if asks { example } else { example.with(Head::AsksHuman, false) };
        heads.into_iter().fold(example, |example, head| example.with(head, false))
    }

    /// Every head of the writer's side is known of a turn that was written for Segue.
    fn written_example(&self, turn: &WrittenTurn) -> HeadExample {
        let is_customer = turn.role == "customer";
        let role = if is_customer { Role::Customer } else { Role::Assistant };
        let mood = turn.mood.as_deref().unwrap_or_default();
        let known = Head::ALL.into_iter().filter(|head| head.is_of_customer() == is_customer);
        let features = self.reader.features(TurnText { role, text: &turn.text });
        let example = known.fold(HeadExample::new(features), |example, head| {
            let holds = match head {
                Head::Frustration => ["irritated", "furious"].contains(&mood),
                Head::Pleasure => mood == "pleased",
                Head::Urgency => turn.urgent,
                head => turn.acts.iter().any(|act| act == head.name()),
            };
            example.with(head, holds)
        });
        example.seen(6)
    }

    /// The dialogues with companies, their facts marked.
    fn marked(&self, kinds: &Path) -> Result<Vec<LabelledConversation>> {
        labelled_conversations(&DOMAINS.map(|domain| self.dialogues(domain)), &KindMap::read(kinds)?)
    }

    fn customer(&self, text: &str) -> Features {
        self.reader.features(TurnText { role: Role::Customer, text })
    }

    fn conversations(&self, domain: &str) -> Result<Vec<Words>> {
        documents(&self.dialogues(domain))
    }

    fn dialogues(&self, domain: &str) -> PathBuf {
        self.evals.join(format!("facts/multidogo-{domain}.train.jsonl"))
    }
}

/// The feelings that make pleasure.
const PLEASED: &[&str] = &[
    "admiration",
    "amusement",
    "approval",
    "excitement",
    "gratitude",
    "joy",
    "love",
    "optimism",
    "pride",
    "relief",
];

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
