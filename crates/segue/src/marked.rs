//! Conversations whose facts are marked, and what their kinds are called here.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result, bail};
use segue_core::{context::Role, reading::FactKind};
use segue_server::rehearsal::Speaker;
use segue_understanding::facts::{Label, LabelledConversation, LabelledSpan, LabelledTurn};
use serde::Deserialize;

use crate::examples::documents;

/// The kinds of somebody's marks, each as a kind of fact: a TOML file of lines such as `zipcode = "postal_code"`.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct KindMap(BTreeMap<String, FactKind>);

impl KindMap {
    /// The map in a file.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path)
            .with_context(|| format!("{} cannot be opened; check the path", path.display()))?;
        let map: Self = toml::from_str(&text).with_context(|| {
            format!(
                "{} does not map kinds of marks to kinds of facts; a line reads: zipcode = \"postal_code\"",
                path.display()
            )
        })?;
        if map.0.is_empty() {
            bail!("{} maps no kinds", path.display());
        }
        Ok(map)
    }

    /// Whether facts of a kind are among what is marked.
    pub fn covers(&self, kind: FactKind) -> bool {
        self.0.values().any(|known| *known == kind)
    }
}

/// A conversation with marks in any of its customer's turns.
#[derive(Debug, Deserialize)]
pub struct MarkedConversation {
    turns: Vec<MarkedTurn>,
}

#[derive(Debug, Deserialize)]
struct MarkedTurn {
    role: Speaker,
    text: String,
    #[serde(default)]
    slots: Vec<Mark>,
}

/// A stretch of a turn, `[start, end)` in characters.
#[derive(Debug, Deserialize)]
struct Mark {
    kind: String,
    start: u32,
    end: u32,
}

impl MarkedConversation {
    /// With its marks as labels; what the map does not name is no fact.
    fn labelled(self, map: &KindMap) -> LabelledConversation {
        let label = |kind: String| map.0.get(&kind).map_or(Label::Other(kind), |kind| Label::Fact(*kind));
        let span = |mark: Mark| LabelledSpan { label: label(mark.kind), start: mark.start, end: mark.end };
        let turn = |turn: MarkedTurn| LabelledTurn {
            by_customer: turn.role.role() == Role::Customer,
            text: turn.text,
            spans: turn.slots.into_iter().map(span).collect(),
        };
        LabelledConversation { turns: self.turns.into_iter().map(turn).collect() }
    }
}

/// The labelled conversations of some files, in their order.
///
/// # Errors
/// The file and line that cannot be read, and why.
pub fn labelled_conversations<P: AsRef<Path>>(
    paths: &[P],
    map: &KindMap,
) -> Result<Vec<LabelledConversation>> {
    let mut all = Vec::new();
    for path in paths {
        let marked: Vec<MarkedConversation> = documents(path.as_ref())?;
        all.extend(marked.into_iter().map(|conversation| conversation.labelled(map)));
    }
    Ok(all)
}
