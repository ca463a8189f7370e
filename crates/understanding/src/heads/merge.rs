//! Rules and heads together. A rule that has spoken stands: a head can raise its probability or add an act that no rule saw,
//! never take one away.

use segue_core::reading::{Act, ActKind, Reading, Stage, Topic, TopicKind};

use super::{Head, HeadScores};
use crate::text::Text;

/// From here on an act holds.
const HOLDS: f32 = 0.5;
/// From here on a head alone makes a request for a human: it takes over the conversation, and every clear wording has its rule.
const ASKS: f32 = 0.6;
/// Shorter turns answer a question more often than they vent, and say little of a mood alone.
const MOOD_WORDS_MIN: usize = 3;
/// The most frustration that a short turn can show without a word that the lexicon knows.
const CURT: f32 = 0.3;
/// From here on a head alone makes a topic of the safety floor: as sensitive as an act, since missing one is worse.
const ENDANGERS: f32 = 0.5;

/// What is left of a request that is refused in the same breath.
const DOUBTED: f32 = 0.2;

/// The heads that are acts of a customer.
const ACTS: &[(Head, ActKind)] = &[
    (Head::AsksHuman, ActKind::AsksHuman),
    (Head::ConfirmsSolved, ActKind::ConfirmsSolved),
    (Head::DeniesSolved, ActKind::DeniesSolved),
    (Head::Complains, ActKind::Complains),
    (Head::ThreatensLegal, ActKind::Threatens),
    (Head::ThreatensPublic, ActKind::Threatens),
    (Head::WantsToCancel, ActKind::WantsToCancel),
    (Head::Thanks, ActKind::Thanks),
    (Head::Corrects, ActKind::Corrects),
];

/// The heads that are acts of an assistant or agent.
const OTHER_SIDE: &[(Head, ActKind)] = &[
    (Head::AsksCustomer, ActKind::Asks),
    (Head::Clarifies, ActKind::Clarifies),
    (Head::Answers, ActKind::Answers),
    (Head::Promises, ActKind::Promises),
    (Head::Steps, ActKind::ProposesStep),
    (Head::Apologises, ActKind::Apologises),
    (Head::HasNoAnswer, ActKind::HasNoAnswer),
    (Head::OffersHuman, ActKind::OffersHuman),
];

/// From here on a head alone makes a matter one for lawyers. Who threatens to leave sounds much like who threatens to sue.
const LITIGATES: f32 = 0.85;

/// The heads that are topics, and from where on.
const TOPICS: &[(Head, TopicKind, f32)] = &[
    (Head::SelfHarm, TopicKind::SelfHarm, ENDANGERS),
    (Head::Violence, TopicKind::Violence, ENDANGERS),
    (Head::ThreatensLegal, TopicKind::Legal, LITIGATES),
];

/// Completes the reading of a customer's turn.
pub(crate) fn customer(scores: &HeadScores, text: &Text<'_>, reading: &mut Reading) {
    let end = text.char_at(text.folded.len());
    for &(head, kind) in ACTS {
        let probability = scores.probability(head);
        if kind == ActKind::AsksHuman && is_settled(scores, reading) {
            continue;
        }
        match reading.acts.iter_mut().find(|act| act.kind == kind) {
            Some(act) => act.probability = act.probability.max(probability),
            None if probability >= if kind == ActKind::AsksHuman { ASKS } else { HOLDS } => {
                reading.acts.push(Act { kind, probability, stage: Stage::Linear, start: 0, end });
            }
            None => {}
        }
    }
    for &(head, kind, least) in TOPICS {
        if scores.probability(head) >= least && !reading.has_topic(kind) {
            reading.topics.push(Topic { kind, start: 0, end });
        }
    }
    mood(scores, text.words.len(), reading);
}

/// Completes the reading of an assistant's or agent's turn.
pub(crate) fn other_side(scores: &HeadScores, text: &Text<'_>, reading: &mut Reading) {
    let end = text.char_at(text.folded.len());
    for &(head, kind) in OTHER_SIDE {
        let probability = scores.probability(head);
        if probability >= HOLDS {
            reading.acts.push(Act { kind, probability, stage: Stage::Linear, start: 0, end });
        }
    }
}

/// Whether the rules know better than a head that hears a request: it is refused, or a manager is asked for.
fn is_settled(scores: &HeadScores, rules: &Reading) -> bool {
    let declines = rules.act(ActKind::DeclinesHuman).max(scores.probability(Head::DeclinesHuman));
    let knows = [ActKind::DeclinesHuman, ActKind::AsksManager].iter().any(|&kind| rules.act(kind) >= HOLDS);
    knows || declines >= scores.probability(Head::AsksHuman)
}

/// Feelings are the heads' alone: the rules of the lexicon are among what they learned from.
fn mood(scores: &HeadScores, words: usize, reading: &mut Reading) {
    let mut frustration = scores.probability(Head::Frustration);
    if words < MOOD_WORDS_MIN {
        frustration = frustration.min(reading.mood.frustration.max(CURT));
    }
    reading.mood.valence = scores.probability(Head::Pleasure) - frustration;
    reading.mood.frustration = frustration;
    reading.mood.urgency = reading.mood.urgency.max(scores.probability(Head::Urgency));
}

/// The surer of rule and head, for a text on its own.
pub(crate) fn probability(head: Head, scores: &HeadScores, rules: &Reading) -> f32 {
    let rule = match head {
        Head::AsksHuman => rules.act(ActKind::AsksHuman).max(rules.act(ActKind::AsksManager)),
        Head::DeclinesHuman => rules.act(ActKind::DeclinesHuman),
        Head::Thanks => rules.act(ActKind::Thanks),
        _ => 0.0,
    };
    if head == Head::AsksHuman && rule < HOLDS && is_settled(scores, rules) {
        return rule.max(scores.probability(head).min(DOUBTED));
    }
    rule.max(scores.probability(head))
}
