//! Labelled conversations, and what the tagger sees of them.

use std::collections::BTreeMap;

use segue_core::{
    context::ContextPackage,
    ids::{ConversationId, OrganisationId},
    reading::FactKind,
};

use super::{FACTS_MIN, FactExampleError, LABELS_MAX};
use crate::{
    Terms,
    facts::{
        Found, RuleReader,
        tagger::{
            Label, Stretch,
            features::{Lattice, lattice},
            history::{Before, History},
            keys::word_hash,
            tokens::Tokens,
        },
    },
    language::LanguageReader,
    learn::random::Random,
    lexicon::Lexicon,
    questions::QuestionReader,
    text::Text,
};

/// A conversation whose facts are marked.
#[derive(Clone, Debug, Default)]
pub struct LabelledConversation {
    /// In the order in which they were said.
    pub turns: Vec<LabelledTurn>,
}

/// One turn of it.
#[derive(Clone, Debug)]
pub struct LabelledTurn {
    /// Whether the customer speaks; only these turns are learnt from.
    pub by_customer: bool,
    /// The words.
    pub text: String,
    /// What is marked in them.
    pub spans: Vec<LabelledSpan>,
}

/// A marked stretch of a turn, `[start, end)` in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelledSpan {
    /// What it is.
    pub label: Label,
    /// First character.
    pub start: u32,
    /// One past the last.
    pub end: u32,
}

/// The fewest examples of something that is no fact, for it to get a label of its own.
const OTHER_MIN: usize = 60;
/// The fewest times that a word must be seen outside facts to count as never in one.
const IDLE_MIN: u32 = 3;
/// The share of turns with facts, where nobody is seen to ask, that are learnt as if somebody had asked for them.
const ASKED_SHARE: f32 = 0.3;
/// The share of other turns that are learnt as if somebody had asked for something.
const ASKED_IN_VAIN_SHARE: f32 = 0.05;
/// The share of turns that a language needs to count as one that was learnt.
const LANGUAGE_SHARE: f32 = 0.05;

/// A customer's turn, ready to be learnt from.
pub(super) struct Prepared {
    pub tokens: Tokens,
    pub rules: Vec<Found>,
    /// What is to be found, in order.
    pub gold: Vec<Stretch>,
    /// What the other side asked for.
    pub asked: Vec<FactKind>,
}

/// All conversations, ready.
pub(super) struct Examples {
    pub labels: Vec<Label>,
    pub conversations: Vec<Vec<Prepared>>,
    /// Languages of the turns, ascending.
    pub languages: Vec<String>,
    rules: Rules,
}

impl Examples {
    pub fn new(conversations: &[LabelledConversation]) -> Result<Self, FactExampleError> {
        let rules = Rules::new();
        let mut examples = Self {
            labels: labels(conversations)?,
            conversations: Vec::new(),
            languages: rules.languages(conversations),
            rules,
        };
        examples.conversations = examples.prepare(conversations)?;
        Ok(examples)
    }

    /// Other conversations with the same labels.
    pub fn prepare(
        &self,
        conversations: &[LabelledConversation],
    ) -> Result<Vec<Vec<Prepared>>, FactExampleError> {
        let prepare = |(at, conversation)| self.rules.prepare(conversation, at, &self.labels);
        conversations.iter().enumerate().map(prepare).collect()
    }

    /// The lattices of a conversation's turns, with what is to be found in each. Where nobody is seen to ask, some
    /// turns come twice, the second time as if somebody had asked: `random` decides which.
    pub fn lattices(&self, conversation: usize, random: &mut Random) -> Vec<(Lattice, &[Stretch])> {
        let turns = &self.conversations[conversation];
        let given = |at: usize| turns[at].gold.iter().map(|stretch| stretch.label).collect();
        let mut lattices = Vec::with_capacity(turns.len());
        for (at, turn) in turns.iter().enumerate() {
            let history = history(turns, at, &given, &self.labels, turn.asked.clone());
            lattices.push((lattice(&turn.tokens, &turn.rules, &history), turn.gold.as_slice()));
            let asked = self.supposed(turn, random);
            if !asked.is_empty() {
                let history = History { asked, ..history };
                lattices.push((lattice(&turn.tokens, &turn.rules, &history), turn.gold.as_slice()));
            }
        }
        lattices
    }

    /// What somebody could have asked for before a turn: now and then what the turn gives, seldom something else.
    fn supposed(&self, turn: &Prepared, random: &mut Random) -> Vec<FactKind> {
        let (chance, pick) = (random.unit(), random.below(self.labels.len()));
        if !turn.asked.is_empty() {
            return Vec::new();
        }
        let mut given: Vec<FactKind> =
            turn.gold.iter().filter_map(|stretch| self.labels[stretch.label].fact()).collect();
        if given.is_empty() {
            let in_vain = chance < ASKED_IN_VAIN_SHARE;
            return self.labels[pick].fact().filter(|_| in_vain).into_iter().collect();
        }
        given.dedup();
        given.retain(|_| chance < ASKED_SHARE);
        given
    }

    /// Hashes of words that were seen often and never in a fact, ascending.
    pub fn idle_words(&self) -> Vec<u32> {
        let mut seen: BTreeMap<u32, (u32, bool)> = BTreeMap::new();
        for turn in self.conversations.iter().flatten() {
            for at in (0..turn.tokens.len()).filter(|&at| !turn.tokens.list[at].digits) {
                let within = turn.gold.iter().any(|stretch| {
                    (stretch.start..stretch.end).contains(&at) && self.labels[stretch.label].fact().is_some()
                });
                let word = seen.entry(word_hash(turn.tokens.form(at))).or_default();
                word.0 += 1;
                word.1 |= within;
            }
        }
        seen.into_iter()
            .filter(|(_, (count, within))| *count >= IDLE_MIN && !within)
            .map(|(hash, _)| hash)
            .collect()
    }
}

/// What a conversation held before a turn; `labels_of` gives the labels found in an earlier one.
pub(super) fn history(
    turns: &[Prepared],
    at: usize,
    labels_of: &dyn Fn(usize) -> Vec<usize>,
    labels: &[Label],
    asked: Vec<FactKind>,
) -> History {
    const TURNS_MAX: usize = 10;
    let before: Vec<Before> = (at.saturating_sub(TURNS_MAX)..at)
        .rev()
        .map(|earlier| {
            let given = labels_of(earlier).into_iter().filter_map(|label| labels[label].fact());
            Before::new(&turns[earlier].tokens, given.collect())
        })
        .collect();
    History::new(at as u32, before.iter(), asked)
}

/// The labels that are learnt, in order.
fn labels(conversations: &[LabelledConversation]) -> Result<Vec<Label>, FactExampleError> {
    let mut counts: BTreeMap<&Label, usize> = BTreeMap::new();
    let turns = conversations.iter().flat_map(|conversation| &conversation.turns);
    for span in turns.filter(|turn| turn.by_customer).flat_map(|turn| &turn.spans) {
        *counts.entry(&span.label).or_default() += 1;
    }
    let facts = counts.iter().filter(|(label, _)| label.fact().is_some()).map(|(_, count)| count).sum();
    if facts < FACTS_MIN {
        return Err(FactExampleError::FewFacts { found: facts });
    }
    let frequent = |(label, count): &(&Label, usize)| label.fact().is_some() || *count >= OTHER_MIN;
    let labels: Vec<Label> = counts.into_iter().filter(frequent).map(|(label, _)| label.clone()).collect();
    if labels.len() > LABELS_MAX {
        return Err(FactExampleError::ManyLabels { found: labels.len() });
    }
    Ok(labels)
}

/// What turns a text into what the tagger sees.
struct Rules {
    lexicon: Lexicon,
    facts: RuleReader,
    questions: QuestionReader,
    language: LanguageReader,
    nothing_before: ContextPackage,
}

impl Rules {
    fn new() -> Self {
        let organisation = OrganisationId::parse("examples").expect("a plain id");
        let conversation = ConversationId::parse("example").expect("a plain id");
        Self {
            lexicon: Lexicon::new(),
            facts: RuleReader::new(),
            questions: QuestionReader::new(),
            language: LanguageReader::new(),
            nothing_before: ContextPackage::new(organisation, conversation),
        }
    }

    fn prepare(
        &self,
        conversation: &LabelledConversation,
        place: usize,
        labels: &[Label],
    ) -> Result<Vec<Prepared>, FactExampleError> {
        let mut asked: Vec<FactKind> = Vec::new();
        let mut prepared = Vec::new();
        for (at, turn) in conversation.turns.iter().enumerate() {
            if !turn.by_customer {
                asked.extend(self.questions.asked_in(&turn.text));
                continue;
            }
            let chars = turn.text.chars().count() as u32;
            if let Some(span) = turn.spans.iter().find(|span| span.end > chars) {
                let (conversation, turn, end) = (place + 1, at + 1, span.end);
                return Err(FactExampleError::OutsideText { conversation, turn, end });
            }
            prepared.push(self.turn(turn, labels, std::mem::take(&mut asked)));
        }
        Ok(prepared)
    }

    fn turn(&self, turn: &LabelledTurn, labels: &[Label], asked: Vec<FactKind>) -> Prepared {
        let scan = self.lexicon.scan(&turn.text);
        let rules = self.facts.find(&scan, &asked, &self.nothing_before, &Terms::default());
        let tokens = Tokens::new(&scan.text);
        let gold = gold(turn, &scan.text, &tokens, labels);
        Prepared { tokens, rules, gold, asked }
    }

    /// The languages that enough turns are in.
    fn languages(&self, conversations: &[LabelledConversation]) -> Vec<String> {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        let turns = conversations.iter().flat_map(|conversation| &conversation.turns);
        for turn in turns.filter(|turn| turn.by_customer) {
            if let Some(language) = self.language.read(&Text::new(&turn.text), &self.nothing_before) {
                *counts.entry(language.code).or_default() += 1;
            }
        }
        let least = (counts.values().sum::<usize>() as f32 * LANGUAGE_SHARE) as usize;
        counts.into_iter().filter(|(_, count)| *count > least).map(|(code, _)| code).collect()
    }
}

/// The marked spans as tokens. What begins or ends inside a token, or overlaps another, is left out.
fn gold(turn: &LabelledTurn, text: &Text<'_>, tokens: &Tokens, labels: &[Label]) -> Vec<Stretch> {
    let chars: Vec<(u32, u32)> = tokens.list.iter().map(|token| text.chars(token.span)).collect();
    let mut gold: Vec<Stretch> = turn
        .spans
        .iter()
        .filter_map(|span| {
            let start = chars.iter().position(|&(start, _)| start == span.start)?;
            let end = chars.iter().position(|&(_, end)| end == span.end)? + 1;
            let label = labels.binary_search(&span.label).ok()?;
            (start < end).then_some(Stretch { start, end, label })
        })
        .collect();
    gold.sort_by_key(|stretch| (stretch.start, stretch.end));
    let mut last = 0;
    gold.retain(|stretch| {
        let apart = stretch.start >= last;
        last = if apart { stretch.end } else { last };
        apart
    });
    gold
}
