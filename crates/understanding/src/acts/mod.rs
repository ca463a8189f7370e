//! What a customer does with a turn. Each file reads one family of acts; all look at the same scan.

mod cues;
mod feedback;
mod human;
mod human_bots;
mod human_languages;
mod leaving;
mod negation;
mod offers;

use segue_core::{
    context::ContextPackage,
    reading::{Act, ActKind, Reading, Stage},
};

pub(crate) use cues::{CUES, FLAGS};
pub(crate) use feedback::negated;

use crate::{
    lexicon::Scan,
    text::{Span, Text},
};

/// Reads the acts of a customer's turn.
pub(crate) struct ActReader {
    human: human::HumanReader,
    bots: human_bots::BotReader,
    languages: human_languages::LanguagesReader,
    leaving: leaving::LeavingReader,
    offers: offers::OfferReader,
}

impl ActReader {
    pub fn new() -> Self {
        Self {
            human: human::HumanReader::new(),
            bots: human_bots::BotReader::new(),
            languages: human_languages::LanguagesReader::new(),
            leaving: leaving::LeavingReader::new(),
            offers: offers::OfferReader::new(),
        }
    }

    /// `reading` holds what the modules before found: mood, topics, facts, repeats.
    pub fn read(&self, scan: &Scan<'_>, reading: &Reading, context: &ContextPackage) -> Vec<Act> {
        let mut acts = Acts::default();
        self.human.read(scan, &mut acts);
        self.bots.read(scan, &mut acts);
        self.languages.read(scan, &mut acts);
        self.leaving.read(scan, &mut acts);
        feedback::read(scan, reading, context, &mut acts);
        self.offers.read(scan, context, &mut acts);
        acts.found
    }
}

/// Acts as they are collected: one per kind, the most probable.
#[derive(Default)]
pub(crate) struct Acts {
    found: Vec<Act>,
}

impl Acts {
    /// Adds an act, or raises the probability of the same one.
    pub fn add(&mut self, text: &Text<'_>, kind: ActKind, probability: f32, span: Span) {
        let (start, end) = text.chars(span);
        let act = Act { kind, probability, stage: Stage::Rule, start, end };
        match self.found.iter_mut().find(|known| known.kind == kind) {
            None => self.found.push(act),
            Some(known) if known.probability < probability => *known = act,
            Some(_) => {}
        }
    }

    /// The probability so far.
    pub fn probability(&self, kind: ActKind) -> f32 {
        self.found.iter().filter(|act| act.kind == kind).map(|act| act.probability).fold(0.0, f32::max)
    }
}
