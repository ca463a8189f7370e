//! Reads one turn in its context.

use segue_core::{
    context::{ContextPackage, Role},
    reading::Reading,
};

use crate::{
    acts::ActReader, complexity, confidence::ConfidenceReader, facts::FactReader, language::LanguageReader,
    lexicon::Lexicon, mood, promises::PromiseReader, questions::QuestionReader, repetition,
    steps::StepReader, topics::TopicReader,
};

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
}

impl Default for Reader {
    fn default() -> Self {
        Self::new()
    }
}

impl Reader {
    /// Compiles all rules.
    pub fn new() -> Self {
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
        }
    }

    /// Reads a turn. `context` is the package before it: its transcript holds the earlier turns only.
    ///
    /// At most [`READ_MAX_CHARS`](crate::READ_MAX_CHARS) characters are looked at. Never fails; what is not
    /// recognised is left out.
    pub fn read(&self, turn: TurnText<'_>, context: &ContextPackage) -> Reading {
        let scan = self.lexicon.scan(turn.text);
        let language = self.language.read(&scan.text, context);
        let mut reading = Reading { language, ..Reading::default() };
        match turn.role {
            Role::Customer => {
                reading.topics = self.topics.read(&scan);
                reading.mood = mood::read(&scan);
                reading.questions = self.questions.read(&scan.text, turn.role);
                reading.facts = self.facts.read(&scan, &self.questions, context);
                reading.repeats = repetition::read(&scan.text, context);
                reading.acts = self.acts.read(&scan, &reading, context);
                reading.steps = self.steps.read_report(&scan, &reading, context);
                reading.complexity = complexity::read(&scan.text, &reading);
            }
            Role::Assistant | Role::Agent => {
                reading.topics = self.topics.read(&scan);
                reading.mood = mood::read(&scan);
                reading.questions = self.questions.read(&scan.text, turn.role);
                reading.promises = self.promises.read(&scan, context);
                reading.steps = self.steps.read_proposals(&scan);
                if turn.role == Role::Assistant {
                    reading.answer_confidence = Some(self.confidence.read(&scan, &reading, context));
                }
            }
            Role::System => reading.promises = self.promises.read(&scan, context),
        }
        reading
    }
}
