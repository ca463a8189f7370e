//! What the rules found, as n-grams of their own, so that everything that learns can learn how far to trust them.

use segue_core::reading::{ActKind, Mood, Reading, TopicKind};

use crate::learn::features::{Features, mark};

/// The n-grams of a folded text, and marks for what the rules read in it.
pub(crate) fn features(folded: &str, reading: &Reading) -> Features {
    let mut features = Features::of_folded(folded);
    let marks = &mut features.marks;
    for act in reading.acts.iter().filter(|act| act.probability >= 0.5) {
        marks.push(mark("act", act_number(act.kind)));
    }
    for topic in &reading.topics {
        marks.push(mark("topic", topic_number(topic.kind)));
    }
    let Mood { valence, frustration, urgency } = reading.mood;
    let tenths = |value: f32| (value * 10.0).round() as u32;
    if frustration >= 0.1 {
        // One mark for each level reached, so that a high level says all that a low one says.
        (1..=tenths(frustration) / 2).for_each(|level| marks.push(mark("frustration", level)));
    }
    if valence.abs() >= 0.2 {
        marks.push(mark("valence", u32::from(valence > 0.0)));
    }
    if urgency >= 0.3 {
        marks.push(mark("urgency", 1));
    }
    features
}

/// Written out, because the numbers are part of trained models and must not move when a kind is added.
fn act_number(kind: ActKind) -> u32 {
    match kind {
        ActKind::AsksHuman => 1,
        ActKind::AsksManager => 2,
        ActKind::DeclinesHuman => 3,
        ActKind::ConfirmsSolved => 4,
        ActKind::DeniesSolved => 5,
        ActKind::Complains => 6,
        ActKind::Threatens => 7,
        ActKind::WantsToCancel => 8,
        ActKind::Thanks => 9,
        ActKind::Corrects => 10,
        ActKind::Repeats => 11,
        ActKind::Greets => 12,
        ActKind::Agrees => 13,
        ActKind::Refuses => 14,
        ActKind::Leaves => 15,
        ActKind::Asks => 16,
        ActKind::Clarifies => 17,
        ActKind::Answers => 18,
        ActKind::Promises => 19,
        ActKind::ProposesStep => 20,
        ActKind::Apologises => 21,
        ActKind::HasNoAnswer => 22,
        ActKind::OffersHuman => 23,
    }
}

fn topic_number(kind: TopicKind) -> u32 {
    match kind {
        TopicKind::SelfHarm => 1,
        TopicKind::Violence => 2,
        TopicKind::Legal => 3,
        TopicKind::Security => 4,
        TopicKind::Privacy => 5,
        TopicKind::Refund => 6,
        TopicKind::Billing => 7,
        TopicKind::Replacement => 8,
        TopicKind::Cancellation => 9,
        TopicKind::Sales => 10,
        TopicKind::FeatureRequest => 11,
        TopicKind::Bug => 12,
        TopicKind::Delivery => 13,
        TopicKind::Access => 14,
    }
}
