//! Files of labelled examples, one JSON document per line.

use std::{fs::File, io::BufReader, path::Path};

use anyhow::{Context, Result, bail};
use segue_core::context::Role;
use segue_understanding::{IntentExamples, Reader, TurnText};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};

use crate::replay::Lines;

/// The feelings that make frustration (GoEmotions).
pub const FRUSTRATED: &[&str] = &["anger", "annoyance", "disapproval", "disappointment", "disgust"];

/// The label of all of them together.
pub const FRUSTRATION: &str = "frustration";

/// One text with its labels. Fields that a task does not use are left alone.
#[derive(Debug, Deserialize)]
pub struct Utterance {
    /// The words.
    pub text: String,
    /// One label; `Some(None)` where the line says `null`, which is out of scope.
    #[serde(default, deserialize_with = "present")]
    pub intent: Option<Option<String>>,
    /// Any number of labels.
    #[serde(default)]
    pub intents: Option<Vec<String>>,
    /// Feelings.
    #[serde(default)]
    pub emotions: Option<Vec<String>>,
}

impl Utterance {
    /// All its labels of intents.
    pub fn labels(&self) -> Vec<String> {
        match (&self.intents, &self.intent) {
            (Some(labels), _) => labels.clone(),
            (None, Some(Some(label))) => vec![label.clone()],
            _ => Vec::new(),
        }
    }
}

/// Tells `null` from absent.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::<String>::deserialize(deserializer).map(Some)
}

/// The documents of a file.
///
/// # Errors
/// The file and line that cannot be read, and why.
pub fn documents<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>> {
    let file =
        File::open(path).with_context(|| format!("{} cannot be opened; check the path", path.display()))?;
    let parse = |line: Result<crate::replay::Line>| {
        let line = line.with_context(|| path.display().to_string())?;
        serde_json::from_str(&line.text)
            .with_context(|| format!("{}, line {} is not in the expected form", path.display(), line.number))
    };
    let documents: Vec<T> = Lines::new(BufReader::new(file)).map(parse).collect::<Result<_>>()?;
    if documents.is_empty() {
        bail!("{} holds no examples", path.display());
    }
    Ok(documents)
}

/// One turn written for Segue, with what its writer does.
#[derive(Clone, Debug, Deserialize)]
pub struct WrittenTurn {
    /// `customer` or `assistant`.
    pub role: String,
    /// The words.
    pub text: String,
    /// Names of acts.
    pub acts: Vec<String>,
    /// How a customer feels: `calm`, `irritated`, `furious` or `pleased`.
    #[serde(default)]
    pub mood: Option<String>,
    /// Whether a customer says that it presses.
    #[serde(default)]
    pub urgent: bool,
}

/// A conversation, of which only the words matter here.
#[derive(Debug, Deserialize)]
pub struct Words {
    /// What was said.
    pub turns: Vec<Said>,
}

/// One turn's words.
#[derive(Debug, Deserialize)]
pub struct Said {
    /// The words.
    pub text: String,
}

/// Whether a file holds conversations rather than single texts.
///
/// # Errors
/// As [`documents`].
pub fn has_conversations(path: &Path) -> Result<bool> {
    #[derive(Deserialize)]
    struct Either {
        turns: Option<serde::de::IgnoredAny>,
    }
    let documents: Vec<Either> = documents(path)?;
    Ok(documents.iter().any(|document| document.turns.is_some()))
}

/// Examples, and their words for an encoder.
pub struct Examples {
    /// What is learned from.
    pub labelled: IntentExamples,
    /// The words, in the same order.
    pub texts: Vec<String>,
}

impl Examples {
    fn of(labelled: IntentExamples, utterances: Vec<Utterance>) -> Self {
        Self { labelled, texts: utterances.into_iter().map(|utterance| utterance.text).collect() }
    }
}

/// The examples of a file for training intents: `intent` on every line, or `intents` on every line.
///
/// # Errors
/// As [`documents`], and where lines carry no label field.
pub fn intent_examples(path: &Path, reader: &Reader) -> Result<Examples> {
    let utterances: Vec<Utterance> = documents(path)?;
    let many = utterances.iter().any(|utterance| utterance.intents.is_some());
    let mut examples = if many { IntentExamples::many_labels() } else { IntentExamples::one_label() };
    for (at, utterance) in utterances.iter().enumerate() {
        if utterance.intent.is_none() && utterance.intents.is_none() {
            bail!(
                "{}, line {} has neither \"intent\" nor \"intents\"; write \"intent\": null where it is out of scope",
                path.display(),
                at + 1
            );
        }
        let turn = TurnText { role: Role::Customer, text: &utterance.text };
        examples.push(reader.features(turn), &utterance.labels())?;
    }
    Ok(Examples::of(examples, utterances))
}

/// The examples of a file for training frustration: `emotions` on every line.
///
/// # Errors
/// As [`documents`], and where lines carry no feelings.
pub fn mood_examples(path: &Path, reader: &Reader) -> Result<Examples> {
    let utterances: Vec<Utterance> = documents(path)?;
    let mut examples = IntentExamples::many_labels();
    for (at, utterance) in utterances.iter().enumerate() {
        let Some(felt) = &utterance.emotions else {
            bail!("{}, line {} has no \"emotions\"; write [] where there are none", path.display(), at + 1);
        };
        let is_frustrated = felt.iter().any(|emotion| FRUSTRATED.contains(&emotion.as_str()));
        let labels = if is_frustrated { vec![FRUSTRATION.to_owned()] } else { Vec::new() };
        let turn = TurnText { role: Role::Customer, text: &utterance.text };
        examples.push(reader.features(turn), &labels)?;
    }
    Ok(Examples::of(examples, utterances))
}
