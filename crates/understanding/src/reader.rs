//! Reads one turn in its context.

use std::sync::Arc;

use segue_core::{
    context::{ContextPackage, Role},
    ids::{ConversationId, OrganisationId},
    reading::{ActKind, Reading},
};

use crate::{
    Head, Heads, Terms,
    acts::ActReader,
    complexity,
    confidence::ConfidenceReader,
    facts::{FactReader, FactTagger},
    heads::{marks, merge},
    language::LanguageReader,
    learn::features::Features,
    lexicon::{Lexicon, Scan},
    mood,
    promises::PromiseReader,
    questions::QuestionReader,
    repetition,
    steps::StepReader,
    topics::TopicReader,
};

/// The most questions, promises and steps taken from one turn; facts have the same bound.
const ITEMS_MAX: usize = 40;

/// One turn as it arrives.
#[derive(Clone, Copy, Debug)]
pub struct TurnText<'a> {
    /// Who speaks.
    pub role: Role,
    /// The words, already redacted: offsets of the reading refer to them.
    pub text: &'a str,
}

/// Reads turns. Immutable; build it once (some 100 ms) and share it.
pub struct Reader {
    lexicon: Lexicon,
    language: LanguageReader,
    acts: ActReader,
    topics: TopicReader,
    facts: FactReader,
    promises: PromiseReader,
    steps: StepReader,
    questions: QuestionReader,
    confidence: ConfidenceReader,
    heads: Option<&'static Heads>,
}

impl Default for Reader {
    fn default() -> Self {
        Self::new()
    }
}

impl Reader {
    /// Compiles all rules and takes the models that ship with Segue.
    pub fn new() -> Self {
        Self { heads: Some(Heads::shipped()), ..Self::rules_only() }.with_tagger(Some(FactTagger::shipped()))
    }

    /// Compiles all rules and does without trained models: what those are trained with, and measured against.
    pub fn rules_only() -> Self {
        Self {
            lexicon: Lexicon::new(),
            language: LanguageReader::new(),
            acts: ActReader::new(),
            topics: TopicReader::new(),
            facts: FactReader::new(),
            promises: PromiseReader::new(),
            steps: StepReader::new(),
            questions: QuestionReader::new(),
            confidence: ConfidenceReader::new(),
            heads: None,
        }
    }

    /// The same with another tagger of facts, such as one trained on an organisation's own conversations; with none,
    /// facts are read by rules alone.
    pub fn with_tagger(mut self, tagger: Option<Arc<FactTagger>>) -> Self {
        self.facts.set_tagger(tagger);
        self
    }

    /// The n-grams of a text on its own with marks for what the rules read in it: what intents and heads are trained on.
    pub fn features(&self, turn: TurnText<'_>) -> Features {
        let scan = self.lexicon.scan(turn.text);
        let rules = match turn.role {
            Role::Customer => self.rules(&scan, &Reading::default(), &alone()),
            _ => self.manner(&scan),
        };
        marks::features(&scan.text.folded, &rules)
    }

    /// Whether the rules alone hear a request for a human in a text on its own.
    pub fn rules_hear_request(&self, text: &str) -> bool {
        let rules = self.rules(&self.lexicon.scan(text), &Reading::default(), &alone());
        rules.act(ActKind::AsksHuman).max(rules.act(ActKind::AsksManager)) >= 0.5
    }

    /// The probability of a head for a text on its own: the surer of rule and head. Without heads, what the rules say.
    pub fn probability(&self, head: Head, text: &str) -> f32 {
        let scan = self.lexicon.scan(text);
        let rules = self.rules(&scan, &Reading::default(), &alone());
        let scores = self.heads.map(|heads| heads.read_turn(&scan.text, &rules)).unwrap_or_default();
        merge::probability(head, &scores, &rules)
    }

    /// What the rules see in the turn of an assistant or agent.
    fn manner(&self, scan: &Scan<'_>) -> Reading {
        Reading { topics: self.topics.read(scan), mood: mood::read(scan), ..Reading::default() }
    }

    /// What the rules alone make of a customer's turn, `reading` being what was read before.
    fn rules(&self, scan: &Scan<'_>, reading: &Reading, context: &ContextPackage) -> Reading {
        let mut rules = reading.clone();
        rules.topics = self.topics.read(scan);
        rules.mood = mood::read(scan);
        rules.acts = self.acts.read(scan, &rules, context);
        rules
    }

    /// Reads a turn. `context` is the package before it: its transcript holds the earlier turns only.
    ///
    /// At most [`READ_MAX_CHARS`](crate::READ_MAX_CHARS) characters are looked at. Never fails; what is not
    /// recognised is left out.
    pub fn read(&self, turn: TurnText<'_>, context: &ContextPackage) -> Reading {
        self.read_with(turn, context, &Terms::default())
    }

    /// The same with an organisation's own words.
    pub fn read_with(&self, turn: TurnText<'_>, context: &ContextPackage, terms: &Terms) -> Reading {
        let scan = self.lexicon.scan(turn.text);
        let language = self.language.read(&scan.text, context);
        let mut reading = Reading { language, ..Reading::default() };
        match turn.role {
            Role::Customer => {
                reading.questions = self.questions.read(&scan.text, turn.role);
                let language = reading.language.as_ref();
                reading.facts = self.facts.read(&scan, language, &self.questions, context, terms);
                reading.repeats = repetition::read(&scan.text, context);
                reading = self.rules(&scan, &reading, context);
                if let Some(heads) = self.heads {
                    merge::customer(&heads.read_turn(&scan.text, &reading), &scan.text, &mut reading);
                }
                reading.steps = self.steps.read_report(&scan, &reading, context);
                reading.complexity = complexity::read(&scan.text, &reading);
            }
            Role::Assistant | Role::Agent => {
                reading.topics = self.topics.read(&scan);
                reading.mood = mood::read(&scan);
                reading.questions = self.questions.read(&scan.text, turn.role);
                reading.promises = self.promises.read(&scan, context);
                reading.steps = self.steps.read_proposals(&scan);
                reading.facts = self.facts.told(&scan);
                if let Some(heads) = self.heads {
                    let rules =
                        Reading { topics: reading.topics.clone(), mood: reading.mood, ..Reading::default() };
                    merge::other_side(&heads.read_turn(&scan.text, &rules), &scan.text, &mut reading);
                }
                if turn.role == Role::Assistant {
                    reading.answer_confidence = Some(self.confidence.read(&scan, &reading, context));
                }
            }
            Role::System => reading.promises = self.promises.read(&scan, context),
        }
        reading.questions.truncate(ITEMS_MAX);
        reading.promises.truncate(ITEMS_MAX);
        reading.steps.truncate(ITEMS_MAX);
        reading
    }
}

/// A conversation without turns, for texts that are read on their own.
fn alone() -> ContextPackage {
    let organisation = OrganisationId::parse("none").expect("a plain id");
    ContextPackage::new(organisation, ConversationId::parse("none").expect("a plain id"))
}
