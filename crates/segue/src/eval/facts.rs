//! `segue eval facts`: exact spans, turn by turn, each after what was read before it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use segue_core::{
    context::{ContextPackage, Role, Turn},
    event::TurnContent,
    ids::{ConversationId, OrganisationId},
    reading::FactKind,
};
use segue_understanding::{
    Reader, TurnText,
    facts::{FactTagger, LabelledConversation, LabelledTurn},
    learn::measure::{Counts, Scored, ece},
};
use serde_json::{Value, json};

use super::{Report, plot};
use crate::marked::{KindMap, labelled_conversations};

/// Options of `eval facts`.
#[derive(clap::Args)]
pub struct Args {
    /// Conversations, in the form of `train facts`. Several files are read one after another.
    #[arg(long, required = true, num_args = 1..)]
    data: Vec<PathBuf>,
    /// Which of their kinds are facts, as in `train facts`. Other kinds are not scored.
    #[arg(long)]
    map: PathBuf,
    /// A model of `train facts` instead of the one that ships with Segue.
    #[arg(long)]
    model: Option<PathBuf>,
    /// Writes a reliability diagram.
    #[arg(long)]
    plot: Option<PathBuf>,
    /// Prints one JSON document.
    #[arg(long)]
    json: bool,
}

/// A stretch of a turn in characters, `[start, end)`, and what it is.
type Span = (FactKind, u32, u32);

/// Scores and prints.
pub fn run(args: &Args) -> Result<ExitCode> {
    let map = KindMap::read(&args.map)?;
    let tagger = match &args.model {
        Some(path) => {
            let bytes = fs::read(path)
                .with_context(|| format!("{} cannot be opened; check the path", path.display()))?;
            Arc::new(FactTagger::from_bytes(&bytes).with_context(|| path.display().to_string())?)
        }
        None => FactTagger::shipped(),
    };
    let bytes = tagger.to_bytes().len();
    let reader = Reader::new().with_tagger(Some(tagger));
    let mut scores = Scores::default();
    for conversation in &labelled_conversations(&args.data, &map)? {
        scores.read(&reader, conversation, &map);
    }
    if scores.marked() == 0 {
        bail!("nothing in the data is marked with a kind that {} maps", args.map.display());
    }
    let report = scores.report(bytes);
    if let Some(path) = &args.plot {
        plot::write(path, "Facts", &scores.curve)?;
    }
    report.print(args.json);
    Ok(ExitCode::SUCCESS)
}

/// What was found beside what is marked.
#[derive(Default)]
struct Scores {
    turns: usize,
    kinds: BTreeMap<FactKind, Counts>,
    /// What was found, and whether it was right.
    curve: Vec<Scored>,
    reading: Duration,
}

impl Scores {
    fn read(&mut self, reader: &Reader, conversation: &LabelledConversation, map: &KindMap) {
        let organisation = OrganisationId::parse("eval").expect("a plain id");
        let mut package =
            ContextPackage::new(organisation, ConversationId::parse("eval").expect("a plain id"));
        for (at, turn) in conversation.turns.iter().enumerate() {
            let role = if turn.by_customer { Role::Customer } else { Role::Assistant };
            let started = Instant::now();
            let reading = reader.read(TurnText { role, text: &turn.text }, &package);
            if turn.by_customer {
                self.reading += started.elapsed();
                self.turns += 1;
                let facts = reading.facts.iter().filter(|fact| map.covers(fact.kind));
                let found = facts.map(|fact| ((fact.kind, fact.start, fact.end), fact.probability));
                self.score(turn, &found.collect());
            }
            let said = Turn {
                turn: at as u32,
                role,
                agent: None,
                at_ms: 0,
                text: turn.text.clone(),
                confidence: None,
                citations: Vec::new(),
            };
            package.hear(said, &TurnContent { text: turn.text.clone(), reading, citations: Vec::new() });
        }
    }

    fn score(&mut self, turn: &LabelledTurn, found: &BTreeMap<Span, f32>) {
        let marks = turn.spans.iter().filter_map(|span| Some((span.label.fact()?, span.start, span.end)));
        let marked: BTreeSet<Span> = marks.collect();
        for (span, &probability) in found {
            let right = marked.contains(span);
            self.curve.push((probability, right));
            self.kinds.entry(span.0).or_default().add(true, right);
        }
        for missed in marked.iter().filter(|span| !found.contains_key(span)) {
            self.kinds.entry(missed.0).or_default().add(false, true);
        }
    }

    fn marked(&self) -> usize {
        self.kinds.values().map(marks).sum()
    }

    fn report(&self, model_bytes: usize) -> Report {
        let all = self.kinds.values().fold(Counts::default(), |all, kind| Counts {
            hits: all.hits + kind.hits,
            false_alarms: all.false_alarms + kind.false_alarms,
            misses: all.misses + kind.misses,
        });
        let macro_f1 = self.kinds.values().map(Counts::f1).sum::<f64>() / self.kinds.len() as f64;
        let mut report = Report::new("facts", self.turns);
        report
            .value("spans", self.marked())
            .number("f1", all.f1())
            .number("precision", all.precision())
            .number("recall", all.recall())
            .number("macro_f1", macro_f1)
            .number("ece", ece(&self.curve))
            .number("ms_per_item", self.reading.as_secs_f64() * 1000.0 / self.turns.max(1) as f64)
            .value("model_bytes", model_bytes)
            .value("stage_share", json!({"linear": 1.0, "encoder": 0.0}));
        let kinds: BTreeMap<FactKind, Value> =
            self.kinds.iter().map(|(kind, counts)| (*kind, by_kind(counts).into())).collect();
        report.value("kinds", json!(kinds));
        report
    }
}

/// How many are marked.
fn marks(counts: &Counts) -> usize {
    counts.hits + counts.misses
}

fn by_kind(counts: &Counts) -> Report {
    let mut figures = Report::default();
    figures
        .value("spans", marks(counts))
        .number("f1", counts.f1())
        .number("precision", counts.precision())
        .number("recall", counts.recall());
    figures
}
