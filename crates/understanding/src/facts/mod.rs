//! What a customer has stated and nobody should have to ask for again. Each file finds one family of values;
//! where two claim the same words, the surer one keeps them, so that no number is reported under two kinds.

mod answers;
mod dates;
mod flags;
mod labelled;
pub(crate) mod money;
mod names;
mod places;
mod shapes;
mod things;

use segue_core::{
    context::ContextPackage,
    reading::{Fact, FactKind},
};

pub(crate) use flags::FLAGS;

use crate::{
    lexicon::Scan,
    questions::QuestionReader,
    text::{Span, Text},
};

/// The most facts taken from one turn.
const FACTS_MAX: usize = 40;

/// How sure a claim to some words is; the smaller wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    /// A form that nothing else has: e-mail, address of a page, placeholder of a card.
    Form,
    /// The text names what it is.
    Label,
    /// A form that little else has: money, a formatted telephone number.
    Shape,
    /// The answer to a question.
    Answer,
    /// A form that other things share.
    Loose,
    /// Only a guess by its look.
    Guess,
}

/// A claim to some words.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub kind: FactKind,
    pub span: Span,
    pub rank: Rank,
    pub normalised: Option<String>,
}

impl Found {
    pub fn new(kind: FactKind, span: Span, rank: Rank) -> Self {
        Self { kind, span, rank, normalised: None }
    }

    pub fn normalised(mut self, text: String) -> Self {
        self.normalised = Some(text);
        self
    }
}

/// Reads facts.
pub(crate) struct FactReader {
    labelled: labelled::LabelledReader,
    shapes: shapes::ShapeReader,
    money: money::MoneyReader,
    dates: dates::DateReader,
    places: places::PlaceReader,
    names: names::NameReader,
    things: things::ThingReader,
    answers: answers::AnswerReader,
}

impl FactReader {
    pub fn new() -> Self {
        Self {
            labelled: labelled::LabelledReader::new(),
            shapes: shapes::ShapeReader::new(),
            money: money::MoneyReader::new(),
            dates: dates::DateReader::new(),
            places: places::PlaceReader::new(),
            names: names::NameReader::new(),
            things: things::ThingReader::new(),
            answers: answers::AnswerReader::new(),
        }
    }

    /// The facts of a customer's turn, in the order of the text.
    pub fn read(&self, scan: &Scan<'_>, questions: &QuestionReader, context: &ContextPackage) -> Vec<Fact> {
        let mut found = Vec::new();
        self.shapes.find(scan, &mut found);
        self.labelled.find(scan, &mut found);
        if scan.text.digits > 0 {
            found.extend(self.money.find(&scan.text, Span::new(0, scan.text.folded.len())));
        }
        self.dates.find(scan, &mut found);
        self.places.find(scan, &mut found);
        self.names.find(scan, &mut found);
        self.things.find(scan, &mut found);
        self.answers.find(scan, questions, context, &mut found);
        settle(&scan.text, found)
    }
}

/// Gives each stretch of words to its surest claim.
fn settle(text: &Text<'_>, mut found: Vec<Found>) -> Vec<Fact> {
    found.retain(|claim| claim.span.start < claim.span.end);
    found.sort_by_key(|claim| (claim.rank, claim.span.start, usize::MAX - claim.span.end));
    let mut kept: Vec<Found> = Vec::new();
    for claim in found {
        let value = text.of(claim.span);
        let taken = kept.iter().any(|known| {
            known.span.overlaps(claim.span) || known.kind != claim.kind && text.of(known.span) == value
        });
        if !taken && kept.len() < FACTS_MAX {
            kept.push(claim);
        }
    }
    kept.sort_by_key(|claim| claim.span.start);
    let fact = |claim: Found| {
        let (start, end) = text.chars(claim.span);
        let value = text.raw_of(claim.span).to_owned();
        let normalised =
            claim.normalised.or_else(|| normalise(claim.kind, &value)).filter(|plain| *plain != value);
        Fact { kind: claim.kind, value, normalised, start, end }
    };
    kept.into_iter().map(fact).collect()
}

/// A form that compares, for the kinds that have one.
fn normalise(kind: FactKind, value: &str) -> Option<String> {
    use FactKind::{
        AccountNumber, BookingReference, ClaimNumber, Email, InvoiceNumber, MembershipLevel, OrderNumber,
        PersonName, Phone, PolicyNumber, PostalCode, Reference, TrackingNumber, Username,
    };
    match kind {
        Email | Username | MembershipLevel | PersonName => Some(crate::text::fold(value).into_owned()),
        Phone => Some(phone(value)),
        OrderNumber | InvoiceNumber | BookingReference | ClaimNumber | PolicyNumber | TrackingNumber
        | Reference | AccountNumber | PostalCode => {
            let plain = value.chars().map(crate::text::fold_char).filter(|c| c.is_alphanumeric());
            Some(plain.map(|c| c.to_ascii_uppercase()).collect())
        }
        _ => None,
    }
}

/// The digits of a telephone number, with its plus.
fn phone(value: &str) -> String {
    value.chars().map(crate::text::fold_char).filter(|c| c.is_ascii_digit() || *c == '+').collect()
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
