//! What a customer has stated and nobody should have to ask for again. Rules find what its form, its label or a
//! question gives away; a trained tagger adds what only the words around it tell; `merge` decides where both speak.

mod answers;
mod dates;
mod flags;
mod labelled;
mod merge;
pub(crate) mod money;
mod names;
mod normalise;
mod places;
mod rules;
mod shapes;
mod tagger;
mod things;

use std::sync::Arc;

use segue_core::{
    context::{ContextPackage, Role, Turn},
    reading::{Fact, FactKind, Language},
};

pub(crate) use flags::FLAGS;
pub(crate) use rules::{Found, Rank, RuleReader};
pub use tagger::{
    FactExampleError, FactProgress, FactSettings, FactTagger, Label, LabelledConversation, LabelledSpan,
    LabelledTurn,
};

use self::{merge::Merge, tagger::History};
use crate::{Terms, lexicon::Scan, questions::QuestionReader, text::Text};

/// The most facts taken from one turn.
const FACTS_MAX: usize = 40;

/// From this probability on, a turn counts as written in a language.
const LANGUAGE_SURE: f32 = 0.5;
/// The fewest words by which a language can be told: names alone look like any.
const LANGUAGE_WORDS: usize = 5;

/// Reads facts.
pub(crate) struct FactReader {
    rules: RuleReader,
    tagger: Option<Arc<FactTagger>>,
}

impl FactReader {
    /// By rules alone.
    pub fn new() -> Self {
        Self { rules: RuleReader::new(), tagger: None }
    }

    /// Puts a tagger beside the rules, or takes it away.
    pub fn set_tagger(&mut self, tagger: Option<Arc<FactTagger>>) {
        self.tagger = tagger;
    }

    /// The facts of a customer's turn, in the order of the text.
    pub fn read(
        &self,
        scan: &Scan<'_>,
        language: Option<&Language>,
        questions: &QuestionReader,
        context: &ContextPackage,
        terms: &Terms,
    ) -> Vec<Fact> {
        let asked = answers::asked(&scan.text, questions, context);
        let found = self.rules.find(scan, &asked, context, terms);
        let found = match self.tagger_for(&scan.text, language) {
            Some(tagger) => tagged(tagger, &scan.text, found, &asked, context),
            None => found,
        };
        found.into_iter().take(FACTS_MAX).map(|claim| fact(&scan.text, claim)).collect()
    }

    /// The numbers of the company's own that an assistant or agent tells the customer.
    pub fn told(&self, scan: &Scan<'_>) -> Vec<Fact> {
        self.rules.told(scan).into_iter().take(FACTS_MAX).map(|claim| fact(&scan.text, claim)).collect()
    }

    /// The tagger, unless the turn is in a language that it has not learnt.
    fn tagger_for(&self, text: &Text<'_>, language: Option<&Language>) -> Option<&FactTagger> {
        let sure =
            |known: &&Language| text.words.len() >= LANGUAGE_WORDS && known.probability >= LANGUAGE_SURE;
        let language = language.filter(sure);
        let speaks = |tagger: &&FactTagger| language.is_none_or(|known| tagger.speaks(&known.code));
        self.tagger.as_deref().filter(speaks)
    }
}

/// What the rules found, with what the tagger adds.
fn tagged(
    tagger: &FactTagger,
    text: &Text<'_>,
    rules: Vec<Found>,
    asked: &[FactKind],
    context: &ContextPackage,
) -> Vec<Found> {
    let known: Vec<FactKind> = tagger.kinds().collect();
    let history = || History::of(context, asked.to_vec(), &known);
    let tagged = tagger.tag(text, &rules, history);
    let other_side = |turn: &Arc<Turn>| matches!(turn.role, Role::Assistant | Role::Agent);
    let overheard = context.transcript.is_empty() || context.transcript.iter().any(other_side);
    Merge { known: &known, asked, overheard }.merge(text, rules, &tagged)
}

fn fact(text: &Text<'_>, claim: Found) -> Fact {
    let (start, end) = text.chars(claim.span);
    let value = text.raw_of(claim.span).to_owned();
    let normalised =
        claim.normalised.or_else(|| normalise::normalise(claim.kind, &value)).filter(|plain| *plain != value);
    Fact {
        kind: claim.kind,
        value,
        normalised,
        start,
        end,
        probability: claim.probability,
        stage: claim.stage,
    }
}

#[cfg(test)]
pub(crate) mod testing {
    use segue_core::reading::{Fact, FactKind, span};

    use crate::testing::read;

    /// Kind and value of every fact of a first turn, with the offsets checked.
    #[track_caller]
    pub fn check(text: &str, facts: &[(FactKind, &str)]) {
        let reading = read(text);
        let found: Vec<(FactKind, &str)> =
            reading.facts.iter().map(|fact| (fact.kind, fact.value.as_str())).collect();
        assert_eq!(found, facts, "{text}");
        reading.facts.iter().for_each(|fact: &Fact| assert_eq!(span(text, fact.start, fact.end), fact.value));
    }
}
