//! The one pass over the text: an automaton over every cue of every module.
//!
//! A cue is a folded word or phrase. A trailing `*` leaves its end open (`refund*`). Cues of scripts with spaces
//! stand at word boundaries; those of Chinese, Japanese and Korean stand anywhere.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use segue_core::reading::{ActKind, TopicKind};

use crate::{
    acts, facts, mood, promises, steps,
    text::{Span, Text},
    topics,
};

/// What a cue stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Meaning {
    /// A subject.
    Topic(TopicKind),
    /// An act, with its probability where nothing speaks against it.
    Act(ActKind, f32),
    /// A feeling.
    Mood(mood::Weight),
    /// A reason to run a second stage.
    Flag(Flag),
}

/// Second stages, one bit each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum Flag {
    /// Words for a human who helps, in any language.
    Human = 1,
    /// Words for a human who helps, in other languages than English.
    HumanAbroad = 1 << 22,
    /// Bots and machines.
    Machine = 1 << 1,
    /// Managers and escalation.
    Manager = 1 << 2,
    /// Words that label a value: order, invoice, reference.
    Label = 1 << 3,
    /// Words that introduce a name.
    Name = 1 << 4,
    /// Months, weekdays, relative days.
    Date = 1 << 5,
    /// Kinds of streets.
    Street = 1 << 7,
    /// Devices, systems and browsers.
    Device = 1 << 8,
    /// Membership levels.
    Level = 1 << 9,
    /// Errors.
    Error = 1 << 10,
    /// Future and commitment.
    Promise = 1 << 11,
    /// Due words.
    Due = 1 << 12,
    /// Something to try.
    Instruct = 1 << 13,
    /// Something tried.
    Tried = 1 << 14,
    /// It did not help.
    Failed = 1 << 15,
    /// Cancelling and leaving.
    Cancel = 1 << 17,
    /// Calls back.
    Call = 1 << 18,
    /// People who make the product.
    Maker = 1 << 19,
    /// Organisations.
    Organisation = 1 << 21,
}

/// A cue in the text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hit {
    pub meaning: Meaning,
    pub span: Span,
}

/// A text with its cues.
pub(crate) struct Scan<'a> {
    pub text: Text<'a>,
    pub hits: Vec<Hit>,
    flags: u32,
}

impl Scan<'_> {
    /// Whether any of the flags was seen.
    pub fn any(&self, flags: &[Flag]) -> bool {
        flags.iter().any(|&flag| self.flags & flag as u32 != 0)
    }
}

/// All cues of all modules, compiled.
pub(crate) struct Lexicon {
    automaton: AhoCorasick,
    cues: Vec<Cue>,
}

struct Cue {
    meaning: Meaning,
    open_end: bool,
}

impl Lexicon {
    pub fn new() -> Self {
        let mut patterns = Vec::new();
        let mut cues = Vec::new();
        let mut add = |meaning: Meaning, words: &str| {
            let open_end = words.ends_with('*');
            patterns.push(words.trim_end_matches('*').to_owned());
            cues.push(Cue { meaning, open_end });
        };
        for &(kind, phrases) in topics::CUES {
            phrases.iter().for_each(|words| add(Meaning::Topic(kind), words));
        }
        for &(kind, probability, phrases) in acts::CUES {
            phrases.iter().for_each(|words| add(Meaning::Act(kind, probability), words));
        }
        for &(weight, phrases) in mood::CUES {
            phrases.iter().for_each(|words| add(Meaning::Mood(weight), words));
        }
        for list in [acts::FLAGS, facts::FLAGS, promises::FLAGS, steps::FLAGS] {
            for &(flag, phrases) in list {
                phrases.iter().for_each(|words| add(Meaning::Flag(flag), words));
            }
        }
        let automaton = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::DFA))
            .match_kind(MatchKind::Standard)
            .build(&patterns)
            .expect("the cues are a few thousand short words, far below the automaton's limits");
        Self { automaton, cues }
    }

    /// Prepares a text and finds its cues, in the order in which they end.
    pub fn scan<'a>(&self, raw: &'a str) -> Scan<'a> {
        let text = Text::new(raw);
        let mut hits = Vec::with_capacity(16);
        let mut flags = 0;
        let bytes = text.folded.as_bytes();
        for found in self.automaton.find_overlapping_iter(bytes) {
            let cue = &self.cues[found.pattern().as_usize()];
            let span = Span::new(found.start(), found.end());
            if !stands_alone(bytes, span, cue.open_end) {
                continue;
            }
            if let Meaning::Flag(flag) = cue.meaning {
                flags |= flag as u32;
            }
            hits.push(Hit { meaning: cue.meaning, span });
        }
        Scan { text, hits, flags }
    }
}

/// Whether no letter or digit continues the cue. Bytes above ASCII belong to scripts that glue words together,
/// or to letters that folding does not know; a cue that starts with them stands anywhere.
fn stands_alone(bytes: &[u8], span: Span, open_end: bool) -> bool {
    let plain = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
    let starts = span.start == 0 || !plain(span.start) || !plain(span.start - 1);
    starts && (open_end || !plain(span.end - 1) || !plain(span.end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cues_stand_alone() {
        let lexicon = Lexicon::new();
        assert!(lexicon.scan("An agent, please").any(&[Flag::Human]));
        assert!(!lexicon.scan("reagents").any(&[Flag::Human]));
        assert!(lexicon.scan("我要转人工").any(&[Flag::HumanAbroad]));
    }

    #[test]
    fn cues_are_folded() {
        let all = topics::CUES
            .iter()
            .flat_map(|(_, words)| words.iter())
            .chain(acts::CUES.iter().flat_map(|(_, _, words)| words.iter()))
            .chain(mood::CUES.iter().flat_map(|(_, words)| words.iter()))
            .chain(
                [acts::FLAGS, facts::FLAGS, promises::FLAGS, steps::FLAGS]
                    .into_iter()
                    .flatten()
                    .flat_map(|(_, w)| w.iter()),
            );
        for words in all {
            assert_eq!(crate::text::fold(words), *words);
        }
    }
}
