//! What a conversation held before a turn, as far as the tagger looks back.

use segue_core::{
    context::{ContextPackage, Role},
    reading::FactKind,
};

use super::{
    keys::{Key, word_hash},
    tokens::Tokens,
};
use crate::text::fold;

/// Turns of the customer looked back.
const TURNS_MAX: usize = 10;
/// The most different words kept of one earlier turn.
const TURN_WORDS_MAX: usize = 12;
/// The most different words kept of all.
const WORDS_MAX: usize = 48;
/// The most kinds of facts kept.
const GIVEN_MAX: usize = 6;

/// What a conversation held before a turn.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    /// Words of the customer's last turn.
    pub last: Vec<u32>,
    /// Words of the one before.
    pub before_last: Vec<u32>,
    /// Words of all turns looked at.
    pub words: Vec<u32>,
    /// The customer's last turn as a whole, digits counted.
    pub last_whole: u32,
    /// Turns of the customer so far.
    pub turns: u32,
    /// Kinds of facts given, the latest first, each once.
    pub given: Vec<FactKind>,
    /// Turns of the customer since the last fact.
    pub since_given: u32,
    /// Kinds that the other side asks for, the most likely first.
    pub asked: Vec<FactKind>,
}

/// An earlier turn of the customer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Before {
    /// Its words, each once.
    words: Vec<u32>,
    /// The turn as a whole.
    whole: u32,
    /// The kinds of facts it gave, in order.
    given: Vec<FactKind>,
}

impl Before {
    /// A turn by its tokens and the kinds of facts it gave.
    pub fn new(tokens: &Tokens, given: Vec<FactKind>) -> Self {
        const WHOLE_MAX: usize = 24;
        let counted = |at: usize| {
            let form = tokens.form(at);
            if tokens.list[at].digits { 0x1000 + form.len().min(WHOLE_MAX) as u32 } else { word_hash(form) }
        };
        let whole = (0..tokens.len().min(WHOLE_MAX)).map(counted).fold(Key::new(5), Key::with).hash();
        let mut words: Vec<u32> = Vec::with_capacity(TURN_WORDS_MAX);
        for word in (0..tokens.len()).map(counted) {
            if words.len() == TURN_WORDS_MAX {
                break;
            }
            if !words.contains(&word) {
                words.push(word);
            }
        }
        Self { words, whole, given }
    }
}

impl History {
    /// From the customer's earlier turns, the latest first, of `turns` in all.
    pub fn new<'a>(turns: u32, latest_first: impl Iterator<Item = &'a Before>, asked: Vec<FactKind>) -> Self {
        let mut history = Self { turns, asked, ..Self::default() };
        for (back, before) in latest_first.take(TURNS_MAX).enumerate() {
            match back {
                0 => {
                    history.last.clone_from(&before.words);
                    history.last_whole = before.whole;
                }
                1 => history.before_last.clone_from(&before.words),
                _ => {}
            }
            for &word in &before.words {
                if history.words.len() < WORDS_MAX && !history.words.contains(&word) {
                    history.words.push(word);
                }
            }
            if history.given.is_empty() && !before.given.is_empty() {
                history.since_given = back as u32;
            }
            for &kind in before.given.iter().rev() {
                if history.given.len() < GIVEN_MAX && !history.given.contains(&kind) {
                    history.given.push(kind);
                }
            }
        }
        history
    }

    /// From a context package; `asked` is what the other side asks for, `known` the kinds that count.
    pub fn of(context: &ContextPackage, asked: Vec<FactKind>, known: &[FactKind]) -> Self {
        let customer = || context.transcript.iter().filter(|turn| turn.role == Role::Customer);
        let before: Vec<Before> = customer()
            .rev()
            .take(TURNS_MAX)
            .map(|turn| {
                let facts =
                    context.facts.iter().filter(|fact| fact.turn == turn.turn && known.contains(&fact.kind));
                Before::new(&Tokens::of(&fold(&turn.text)), facts.map(|fact| fact.kind).collect())
            })
            .collect();
        Self::new(customer().count() as u32, before.iter(), asked)
    }
}
