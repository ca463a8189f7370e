//! Acts that cues show and the surroundings confirm: thanks, settled or not, agreement, complaint, repetition.

use segue_core::{
    context::{ContextPackage, Role},
    reading::{ActKind, Reading, TopicKind},
};

use super::Acts;
use crate::{
    lexicon::{Meaning, Scan},
    text::{Span, Text},
};

/// Words within which an answer opens with its yes or no.
const OPENING_WORDS: usize = 3;

pub(crate) fn read(scan: &Scan<'_>, reading: &Reading, context: &ContextPackage, acts: &mut Acts) {
    for hit in &scan.hits {
        let Meaning::Act(kind, probability) = hit.meaning else { continue };
        if let Some(probability) = confirmed(scan, kind, probability, hit.span) {
            acts.add(&scan.text, kind, probability, hit.span);
        }
    }
    settle(scan, acts);
    if reading.mood.frustration >= 0.6 {
        acts.add(&scan.text, ActKind::Complains, 0.7, whole(&scan.text));
    }
    if reading.has_topic(TopicKind::Legal) && acts.probability(ActKind::Threatens) >= 0.5 {
        acts.add(&scan.text, ActKind::Complains, 0.7, whole(&scan.text));
    }
    if let Some(repeat) = &reading.repeats
        && repeat.similarity >= 0.5
    {
        acts.add(&scan.text, ActKind::Repeats, repeat.similarity.clamp(0.5, 0.95), whole(&scan.text));
        if asked_again(scan, context, repeat.turn) {
            acts.add(&scan.text, ActKind::DeniesSolved, 0.7, whole(&scan.text));
        }
    }
}

/// What is left of a cue's probability in its place; absent where it means something else there.
fn confirmed(scan: &Scan<'_>, kind: ActKind, probability: f32, span: Span) -> Option<f32> {
    let text = &scan.text;
    let first = text.words.iter().take(OPENING_WORDS).any(|word| word.start == span.start);
    let opens = text.words.first().is_some_and(|word| word.start == span.start);
    match kind {
        ActKind::Greets => first.then_some(probability),
        ActKind::Agrees | ActKind::Refuses => {
            let phrase = span.end - span.start > 8;
            let short = text.words.len() <= 6;
            match (opens, phrase, short) {
                (true, _, true) => Some(probability),
                (true, _, false) => Some(probability * 0.75),
                (_, true, _) if !negated(text, span) => Some(0.6),
                _ => None,
            }
        }
        ActKind::ConfirmsSolved if negated(text, span) || conditional(text, span) => None,
        ActKind::ConfirmsSolved if text.of(text.sentence_at(span.start)).ends_with('?') => None,
        ActKind::Thanks if text.of(span) == "ty" && text.words.len() > 3 => None,
        ActKind::Thanks if text.folded[span.end..].starts_with(" for nothing") => None,
        ActKind::Complains | ActKind::Threatens if negated(text, span) => None,
        _ => Some(probability),
    }
}

/// A turn that says both that it works and that it does not has not been settled.
fn settle(scan: &Scan<'_>, acts: &mut Acts) {
    let denied = acts.probability(ActKind::DeniesSolved) >= 0.5;
    if denied {
        acts.found.retain(|act| act.kind != ActKind::ConfirmsSolved);
    }
    let thanks = acts.probability(ActKind::Thanks) >= 0.5;
    let question = scan.text.folded.contains('?');
    let pleased = [
        "perfect",
        "great",
        "awesome",
        "excellent",
        "perfecto",
        "parfait",
        "perfekt",
        "perfetto",
        "perfeito",
    ];
    let short = scan.text.words.len() <= 7;
    if thanks && short && !question && !denied && pleased.iter().any(|word| scan.text.folded.contains(word)) {
        acts.add(&scan.text, ActKind::ConfirmsSolved, 0.65, whole(&scan.text));
    }
}

/// Whether an assistant answered between the first asking and this one.
fn asked_again(scan: &Scan<'_>, context: &ContextPackage, first: u32) -> bool {
    let answered = |turn: &segue_core::context::Turn| {
        turn.turn > first && matches!(turn.role, Role::Assistant | Role::Agent)
    };
    scan.text.words.len() >= 4 && context.transcript.iter().any(|turn| answered(turn))
}

fn whole(text: &Text<'_>) -> Span {
    let start = text.sentences.first().map_or(0, |sentence| sentence.start);
    Span::new(start, text.sentences.last().map_or(start, |sentence| sentence.end))
}

/// Whether one of the three words before turns the cue around.
pub(crate) fn negated(text: &Text<'_>, span: Span) -> bool {
    let before = text.words.iter().rev().skip_while(|word| word.start >= span.start).take(3);
    before.map(|&word| text.of(word)).any(|word| {
        word.ends_with("n't")
            || matches!(
                word,
                "not"
                    | "no"
                    | "never"
                    | "dont"
                    | "doesnt"
                    | "didnt"
                    | "isnt"
                    | "cant"
                    | "without"
                    | "nicht"
                    | "pas"
                    | "nao"
                    | "non"
                    | "niet"
                    | "nie"
            )
    })
}

/// Whether the cue is only imagined ("if it works", "hope that works").
fn conditional(text: &Text<'_>, span: Span) -> bool {
    let before = text.words.iter().rev().skip_while(|word| word.start >= span.start).take(4);
    before.map(|&word| text.of(word)).any(|word| {
        matches!(
            word,
            "if" | "whether"
                | "hope"
                | "hoping"
                | "until"
                | "once"
                | "when"
                | "how"
                | "make"
                | "sure"
                | "need"
                | "want"
                | "should"
                | "could"
                | "would"
                | "si"
                | "ob"
                | "wenn"
                | "se"
                | "als"
        )
    })
}

#[cfg(test)]
mod tests {
    use segue_core::reading::ActKind::{self, *};

    use crate::testing::read;

    #[track_caller]
    fn check(text: &str, shown: &[ActKind], absent: &[ActKind]) {
        let reading = read(text);
        for &kind in shown {
            assert!(reading.act(kind) >= 0.5, "{text}: no {kind:?} in {:?}", reading.acts);
        }
        for &kind in absent {
            assert!(reading.act(kind) < 0.5, "{text}: {kind:?} in {:?}", reading.acts);
        }
    }

    #[test]
    fn reads_feedback() {
        check("works now, thanks a lot", &[ConfirmsSolved, Thanks], &[DeniesSolved]);
        check("found it, thanks", &[ConfirmsSolved, Thanks], &[Complains]);
        check("perfect thank you", &[ConfirmsSolved, Thanks], &[]);
        check("it still doesn't work", &[DeniesSolved], &[ConfirmsSolved]);
        check("Tell me if it works", &[], &[ConfirmsSolved]);
        check("thanks for nothing", &[], &[Thanks]);
        check("This is the third time this has happened", &[Complains], &[]);
        check("my lawyer will be in touch", &[Threatens], &[]);
        check("As I said, the file is empty", &[Repeats], &[]);
        check("Hello there", &[Greets], &[Leaves]);
        check("ok bye", &[Leaves, Agrees], &[]);
        check("No, I bought it in November.", &[Refuses], &[]);
    }
}
