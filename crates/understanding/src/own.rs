//! An organisation's own models, trained on its own examples: what a text asks for, and when a human is needed.

use std::sync::Arc;

use segue_core::{
    context::{ContextPackage, Role},
    reading::{Intent, Reading, Stage},
};

use crate::{
    ConversationHead, IntentModel, Reader, TurnText,
    conversation_head::{LiveConversation, Role as Speaker},
};

/// The most intents of a reading.
const INTENTS_MAX: usize = 5;
/// Below this probability an intent is not worth telling, 0..=1.
const INTENT_LEAST: f32 = 0.1;

/// The models of one organisation. Immutable; share it.
#[derive(Clone, Debug, Default)]
pub struct OwnModels {
    /// What a text asks for (`segue train intent`).
    pub intents: Option<Arc<IntentModel>>,
    /// When a human should take over (`segue train transfer`).
    pub transfer: Option<Arc<ConversationHead>>,
}

/// What the transfer model remembers of a conversation, so that a turn costs the same however long it gets.
#[derive(Clone, Debug)]
pub struct Heard {
    turns: u32,
    live: LiveConversation,
}

impl OwnModels {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.intents.is_none() && self.transfer.is_none()
    }

    /// Adds what the models say of a turn to its reading. `context` is the package before the turn; `heard` what was
    /// remembered of it, if anything: the rest is read from the transcript. Returns what to remember.
    pub fn read(
        &self,
        reader: &Reader,
        turn: TurnText<'_>,
        context: &ContextPackage,
        heard: Option<Heard>,
        reading: &mut Reading,
    ) -> Option<Heard> {
        if let Some(model) = self.intents.as_ref().filter(|_| turn.role == Role::Customer) {
            reading.intents = intents(model, reader, turn);
        }
        let head = self.transfer.as_deref()?;
        let next = context.transcript_omitted + context.transcript.len() as u32;
        let mut heard = heard
            .filter(|heard| heard.turns <= next && heard.turns >= context.transcript_omitted)
            .unwrap_or_else(|| Heard { turns: context.transcript_omitted, live: head.live() });
        for said in context.transcript.iter().filter(|said| said.turn >= heard.turns) {
            head.push(&mut heard.live, Speaker::from(said.role), &said.text);
        }
        reading.needs_human = Some(head.push(&mut heard.live, Speaker::from(turn.role), turn.text));
        Some(Heard { turns: next + 1, ..heard })
    }
}

fn intents(model: &IntentModel, reader: &Reader, turn: TurnText<'_>) -> Vec<Intent> {
    let said = model.predict(&reader.features(turn));
    let named = model.classes().iter().zip(&said.probabilities);
    let mut intents: Vec<Intent> = named
        .filter(|(_, probability)| **probability >= INTENT_LEAST)
        .map(|(name, &probability)| Intent { name: name.clone(), probability, stage: Stage::Linear })
        .collect();
    intents.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    // A text about nothing that the examples know has no intent, however near one of them comes.
    if intents.first().is_some_and(|best| best.probability < said.out_of_scope) {
        intents.clear();
    }
    intents.truncate(INTENTS_MAX);
    intents
}
