//! Heads that judge each turn of a conversation by all that came before it, learned from an organisation's own labelled
//! conversations, in any language and even where words are opaque: whether a human should take over, and whether the
//! customer is dissatisfied.
//!
//! Two stages. The first reads n-grams of the turn and of the turns before it, apart by who spoke and how long ago, with a
//! linear machine and small networks. The second reads the course of the first stage's scores and plain numbers such as
//! repetition, length and place, with a weighted sum and boosted trees. A turn is judged by what came before it and
//! never by what came after.

mod columns;
mod folds;
mod history;
mod stages;
mod threshold;
mod train;
mod turn;

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use crate::learn::{
    calibrate::Platt,
    file::{self, FileError},
    measure::Scored,
};
use history::History;
use stages::{First, Second};
use train::{Design, Material};
use turn::Past;

/// Who speaks in a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The person who asks for help.
    Customer,
    /// The AI.
    Assistant,
    /// A human who answers.
    Agent,
    /// Something done rather than said.
    Action,
}

impl Role {
    const COUNT: usize = 4;
}

impl From<segue_core::context::Role> for Role {
    fn from(role: segue_core::context::Role) -> Self {
        use segue_core::context::Role as Speaker;
        match role {
            Speaker::Customer => Self::Customer,
            Speaker::Assistant => Self::Assistant,
            Speaker::Agent => Self::Agent,
            Speaker::System => Self::Action,
        }
    }
}

/// What a head judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum HeadLabel {
    /// A human should take over at this turn.
    NeedsHuman,
    /// The customer is dissatisfied at this turn.
    Dissatisfied,
}

impl HeadLabel {
    /// The field of a turn that holds the label.
    pub fn field(self) -> &'static str {
        match self {
            Self::NeedsHuman => "needs_human",
            Self::Dissatisfied => "dissatisfied",
        }
    }

    fn kind(self) -> &'static str {
        match self {
            Self::NeedsHuman => "transfer",
            Self::Dissatisfied => "mood",
        }
    }
}

/// One turn with what is known of it.
#[derive(Clone, Debug, Deserialize)]
pub struct LabelledTurn {
    /// Who spoke.
    pub role: Role,
    /// The words, in any language or form.
    pub text: String,
    /// Whether a human should take over here; absent where nobody said.
    #[serde(default)]
    pub needs_human: Option<bool>,
    /// Whether the customer is dissatisfied here; absent where nobody said.
    #[serde(default)]
    pub dissatisfied: Option<bool>,
}

impl LabelledTurn {
    /// The label of a head.
    pub fn label(&self, label: HeadLabel) -> Option<bool> {
        match label {
            HeadLabel::NeedsHuman => self.needs_human,
            HeadLabel::Dissatisfied => self.dissatisfied,
        }
    }
}

/// A conversation to learn from or to be scored on. Turns without the label are context.
#[derive(Clone, Debug, Deserialize)]
pub struct LabelledConversation {
    /// In the order in which they were said.
    pub turns: Vec<LabelledTurn>,
}

/// How a head is trained.
#[derive(Clone, Debug)]
pub struct HeadSettings {
    /// The same conversations and seed give the same bytes.
    pub seed: u64,
    design: Design,
}

impl HeadSettings {
    /// The design that won, with this seed.
    pub fn with_seed(seed: u64) -> Self {
        Self { seed, design: Design::default() }
    }
}

impl Default for HeadSettings {
    fn default() -> Self {
        Self::with_seed(1)
    }
}

/// How far a training is.
#[derive(Clone, Copy, Debug)]
pub struct HeadProgress {
    /// Rounds that are behind it.
    pub rounds_done: usize,
    /// All rounds.
    pub rounds: usize,
}

/// Why nothing can be learned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeadError {
    /// Too few conversations.
    #[error("{found} conversations are too few to learn from; give at least {wanted}")]
    FewConversations {
        /// How many there are.
        found: usize,
        /// How many it takes.
        wanted: usize,
    },
    /// Nothing is labelled.
    #[error("no turn has \"{label}\"; give each turn that you judged \"{label}\": true or false")]
    NoLabels {
        /// The field.
        label: &'static str,
    },
    /// One of the two sides is hardly there.
    #[error(
        "\"{label}\" is true on {positives} turns and false on {negatives}; it takes at least {wanted} of each"
    )]
    OneSided {
        /// The field.
        label: &'static str,
        /// Turns with `true`.
        positives: usize,
        /// Turns with `false`.
        negatives: usize,
        /// How many of each it takes.
        wanted: usize,
    },
}

/// The log-odds before the first judged turn.
const NO_SCORE: f32 = -7.0;

/// A trained head. Immutable; share it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ConversationHead {
    label: HeadLabel,
    /// Roles that the labels are about; turns of others are context.
    judged: [bool; Role::COUNT],
    first: First,
    second: Second,
    trees_share: f32,
    curve: Platt,
    threshold: f32,
}

impl ConversationHead {
    /// Trains a head. Probabilities and threshold are set on conversations of `dev` where there are any, else on held-out
    /// predictions in cross-validation. `None` where `progress` ended it.
    ///
    /// # Errors
    /// Where there is too little to learn from.
    pub fn train(
        conversations: &[LabelledConversation],
        dev: Option<&[LabelledConversation]>,
        label: HeadLabel,
        settings: &HeadSettings,
        progress: &(dyn Fn(HeadProgress) -> ControlFlow<()> + Sync),
    ) -> Result<Option<Self>, HeadError> {
        train::train(conversations, dev, label, settings, progress)
    }

    /// What it judges.
    pub fn label(&self) -> HeadLabel {
        self.label
    }

    /// The probability, 0 to 1, from which a turn counts: the best F1 on conversations that it was not trained on.
    pub fn threshold(&self) -> f32 {
        self.threshold
    }

    /// A conversation that begins.
    pub fn live(&self) -> LiveConversation {
        LiveConversation { past: Past::default(), history: History::default(), score: NO_SCORE }
    }

    /// Judges the next turn of a conversation: the probability, 0 to 1, that the label holds there. Turns of roles that the labels
    /// are not about are remembered, and the last probability stands.
    pub fn push(&self, live: &mut LiveConversation, role: Role, text: &str) -> f32 {
        let seen = live.past.read(role, text);
        if self.judged[role as usize] {
            let scores = self.first.scores(&self.first.columns.row(&seen));
            let row = live.history.row(role, &seen, scores.linear, scores.net);
            live.score = self.second.score(&row, self.trees_share);
        }
        self.curve.probability(live.score)
    }

    /// Judges each turn of a conversation by what came before it.
    pub fn from_turns<'a>(&self, turns: impl IntoIterator<Item = (Role, &'a str)>) -> Vec<f32> {
        let mut live = self.live();
        turns.into_iter().map(|(role, text)| self.push(&mut live, role, text)).collect()
    }

    /// Sets probabilities and threshold on other conversations, such as newer ones.
    ///
    /// # Errors
    /// Where they do not hold a few labels of either kind.
    pub fn recalibrate(&mut self, conversations: &[LabelledConversation]) -> Result<(), HeadError> {
        train::check(&Material::of(conversations, self.label), self.label)?;
        let scores = |conversation: &LabelledConversation| -> Vec<Scored> {
            let mut live = self.live();
            let score = |turn: &LabelledTurn| {
                self.push(&mut live, turn.role, &turn.text);
                turn.label(self.label).map(|held| (live.score, held))
            };
            conversation.turns.iter().filter_map(score).collect()
        };
        let scored: Vec<Vec<Scored>> = conversations.iter().map(scores).collect();
        (self.curve, self.threshold) = train::said(&scored);
        Ok(())
    }

    /// The head as a file.
    pub fn to_bytes(&self) -> Vec<u8> {
        file::write(self.label.kind(), self)
    }

    /// The head of a file.
    ///
    /// # Errors
    /// What is wrong with the file, such as that it is a model for something else.
    pub fn from_bytes(label: HeadLabel, bytes: &[u8]) -> Result<Self, FileError> {
        let head: Self = file::read(label.kind(), bytes)?;
        let sound = head.label == label
            && head.first.is_sound()
            && head.second.is_sound()
            && (0.0..=1.0).contains(&head.threshold);
        if sound { Ok(head) } else { Err(FileError::Damaged("its parts do not fit each other")) }
    }
}

/// A conversation under way: what is remembered of it, bounded however long it gets.
#[derive(Clone, Debug)]
pub struct LiveConversation {
    past: Past,
    history: History,
    /// Of the latest judged turn: log-odds before calibration.
    score: f32,
}

#[cfg(test)]
mod tests;
