//! The rules: each file beside finds one family of values; where two claim the same words, the surer one keeps them,
//! so that no number is reported under two kinds.

use segue_core::{
    context::ContextPackage,
    reading::{FactKind, Stage},
};

use super::{answers, dates, labelled, money, names, places, shapes, things};
use crate::{
    Terms,
    lexicon::Scan,
    text::{Span, Text},
};

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

impl Rank {
    /// How often a claim of this rank is right, 0..=1: a judgement over the tests of this folder, not a measure.
    pub fn probability(self) -> f32 {
        match self {
            Self::Form => 0.99,
            Self::Label => 0.95,
            Self::Shape | Self::Answer => 0.9,
            Self::Loose => 0.75,
            Self::Guess => 0.5,
        }
    }
}

/// A claim to some words.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub kind: FactKind,
    pub span: Span,
    pub rank: Rank,
    pub normalised: Option<String>,
    /// How sure it is, 0..=1.
    pub probability: f32,
    /// Who claims.
    pub stage: Stage,
}

impl Found {
    pub fn new(kind: FactKind, span: Span, rank: Rank) -> Self {
        Self { kind, span, rank, normalised: None, probability: rank.probability(), stage: Stage::Rule }
    }

    pub fn normalised(mut self, text: String) -> Self {
        self.normalised = Some(text);
        self
    }
}

/// Finds facts by rules.
pub(crate) struct RuleReader {
    labelled: labelled::LabelledReader,
    shapes: shapes::ShapeReader,
    money: money::MoneyReader,
    dates: dates::DateReader,
    places: places::PlaceReader,
    names: names::NameReader,
    things: things::ThingReader,
    answers: answers::AnswerReader,
}

impl RuleReader {
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

    /// What the rules find in a customer's turn, in the order of the text. `asked`: what the other side asks for.
    pub fn find(
        &self,
        scan: &Scan<'_>,
        asked: &[FactKind],
        context: &ContextPackage,
        terms: &Terms,
    ) -> Vec<Found> {
        let mut found = Vec::new();
        terms.find(&scan.text, &mut found);
        self.shapes.find(scan, &mut found);
        self.labelled.find(scan, &mut found);
        if scan.text.digits > 0 {
            found.extend(self.money.find(&scan.text, Span::new(0, scan.text.folded.len())));
        }
        self.dates.find(scan, &mut found);
        self.places.find(scan, &mut found);
        self.names.find(scan, &mut found);
        self.things.find(scan, &mut found);
        self.answers.find(scan, asked, context, &mut found);
        settle(&scan.text, found)
    }

    /// The numbers of the company's own that an assistant or agent names.
    pub fn told(&self, scan: &Scan<'_>) -> Vec<Found> {
        let mut found = Vec::new();
        self.labelled.find(scan, &mut found);
        found.retain(|claim| {
            let digits = scan.text.of(claim.span).bytes().filter(u8::is_ascii_digit).count();
            claim.rank == Rank::Label && TOLD.contains(&claim.kind) && digits >= TOLD_DIGITS_MIN
        });
        settle(&scan.text, found)
    }
}

/// What an assistant or agent tells a customer by number.
const TOLD: &[FactKind] = &[
    FactKind::OrderNumber,
    FactKind::InvoiceNumber,
    FactKind::BookingReference,
    FactKind::ClaimNumber,
    FactKind::PolicyNumber,
    FactKind::TrackingNumber,
    FactKind::Reference,
];
/// The fewest digits of such a number: "case 2" is a place in a list.
const TOLD_DIGITS_MIN: usize = 3;

/// Gives each stretch of words to its surest claim.
fn settle(text: &Text<'_>, mut found: Vec<Found>) -> Vec<Found> {
    found.retain(|claim| claim.span.start < claim.span.end);
    found.sort_by_key(|claim| (claim.rank, claim.span.start, usize::MAX - claim.span.end));
    let mut kept: Vec<Found> = Vec::new();
    for claim in found {
        let value = text.of(claim.span);
        let taken = kept.iter().any(|known| {
            known.span.overlaps(claim.span) || known.kind != claim.kind && text.of(known.span) == value
        });
        if !taken && kept.len() < super::FACTS_MAX {
            kept.push(claim);
        }
    }
    kept.sort_by_key(|claim| claim.span.start);
    kept
}
