//! Random texts and readings. Spans may lie outside the text: nothing in the core may trust them.

use proptest::{collection::vec, option, prelude::*, sample::select};
use segue_core::{
    command::Spoken,
    context::Role,
    ids::AtMs,
    reading::{
        Act, ActKind, Fact, FactKind, Language, Mood, Outcome, Promise, Question, Reading, Repeat, Stage,
        Step, Topic, TopicKind,
    },
};

/// What somebody says.
#[derive(Clone, Debug)]
pub struct Said {
    pub text: String,
    pub reading: Reading,
    pub confidence: Option<f32>,
}

impl Said {
    /// As the command carries it.
    pub fn by(self, role: Role, at_ms: AtMs) -> Spoken {
        Spoken {
            role,
            agent: None,
            client_id: None,
            text: self.text,
            reading: self.reading,
            confidence: self.confidence,
            citations: vec![],
            at_ms,
        }
    }

    /// Whether it is a clear request for a human, which nothing may refuse.
    pub fn asks_human(&self) -> bool {
        let asks = [ActKind::AsksHuman, ActKind::AsksManager].map(|kind| self.reading.act(kind));
        let declines = self.reading.act(ActKind::DeclinesHuman);
        asks.iter().any(|&asks| asks >= 0.5 && asks >= declines)
    }
}

/// Anything.
pub fn said() -> impl Strategy<Value = Said> {
    (text(), reading(), option::of(share())).prop_map(|(text, reading, confidence)| Said {
        text,
        reading,
        confidence,
    })
}

/// A request for a human among anything else.
pub fn request() -> impl Strategy<Value = Said> {
    let kind = select(vec![ActKind::AsksHuman, ActKind::AsksManager]);
    (said(), kind, select(vec![0.5_f32, 0.8, 1.0])).prop_map(|(mut said, kind, probability)| {
        said.reading.acts.retain(|act| act.kind != ActKind::DeclinesHuman);
        said.reading.acts.push(Act { kind, probability, stage: Stage::Rule, start: 0, end: 4 });
        said
    })
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => select(vec![
            "Where is my order 58213377?",
            "Hello",
            "I did that. Same error!",
            "Das ist schon das dritte Mal, \u{fc}berhaupt nicht gut.",
            "\u{1f62d}\u{1f62d} why",
            "thanks, works now",
            "ok",
        ]).prop_map(str::to_owned),
        1 => Just(String::new()),
        2 => "[ -~\u{e4}\u{1f600}\n]{1,60}",
    ]
}

fn share() -> impl Strategy<Value = f32> {
    select(vec![0.0_f32, 0.2, 0.35, 0.5, 0.75, 0.9, 1.0])
}

fn span() -> impl Strategy<Value = (u32, u32)> {
    (0_u32..70, 0_u32..70)
}

fn reading() -> impl Strategy<Value = Reading> {
    let told = (vec(fact(), 0..3), vec(promise(), 0..2), vec(step(), 0..2), vec(question(), 0..2));
    let seen = (vec(act(), 0..4), vec(topic(), 0..2), mood(), option::of(language()));
    (seen, told, option::of((0_u32..6, share())), share(), option::of(share())).prop_map(
        |((acts, topics, mood, language), told, repeats, complexity, answer_confidence)| {
            let (facts, promises, steps, questions) = told;
            let repeats = repeats.map(|(turn, similarity)| Repeat { turn, similarity });
            Reading {
                language,
                acts,
                intents: vec![],
                topics,
                mood,
                facts,
                promises,
                steps,
                questions,
                repeats,
                complexity,
                needs_human: None,
                answer_confidence,
            }
        },
    )
}

fn act() -> impl Strategy<Value = Act> {
    use ActKind::*;
    let kinds = vec![
        AsksHuman,
        AsksManager,
        DeclinesHuman,
        ConfirmsSolved,
        DeniesSolved,
        Complains,
        Threatens,
        WantsToCancel,
        Thanks,
        Corrects,
        Repeats,
        Greets,
        Agrees,
        Refuses,
        Leaves,
    ];
    (select(kinds), share(), span()).prop_map(|(kind, probability, (start, end))| Act {
        kind,
        probability,
        stage: Stage::Rule,
        start,
        end,
    })
}

fn topic() -> impl Strategy<Value = Topic> {
    use TopicKind::*;
    let kinds = vec![
        SelfHarm,
        Violence,
        Legal,
        Security,
        Privacy,
        Refund,
        Billing,
        Replacement,
        Cancellation,
        Sales,
        FeatureRequest,
        Bug,
        Delivery,
        Access,
    ];
    (select(kinds), span()).prop_map(|(kind, (start, end))| Topic { kind, start, end })
}

fn mood() -> impl Strategy<Value = Mood> {
    (select(vec![-1.0_f32, -0.4, 0.0, 0.8]), share(), share())
        .prop_map(|(valence, frustration, urgency)| Mood { valence, frustration, urgency })
}

fn language() -> impl Strategy<Value = Language> {
    (select(vec!["en", "es", "de", "ja"]), share())
        .prop_map(|(code, probability)| Language { code: code.into(), probability })
}

fn fact() -> impl Strategy<Value = Fact> {
    let kinds = vec![FactKind::OrderNumber, FactKind::Email, FactKind::Amount, FactKind::PersonName];
    let stages = vec![Stage::Rule, Stage::Linear];
    (select(kinds), "[a-z0-9@.]{1,12}", option::of("[a-z0-9]{1,8}"), span(), share(), select(stages))
        .prop_map(|(kind, value, normalised, (start, end), probability, stage)| Fact {
            kind,
            value,
            normalised,
            start,
            end,
            probability,
            stage,
        })
}

fn promise() -> impl Strategy<Value = Promise> {
    (option::of(Just("until Friday".to_owned())), option::of(select(vec![0.0_f32, 0.25, 2.0, 400.0])), span())
        .prop_map(|(due, due_in_days, (start, end))| Promise {
            text: "I'll keep it active".into(),
            due,
            due_in_days,
            amount: None,
            start,
            end,
        })
}

fn step() -> impl Strategy<Value = Step> {
    let outcomes = vec![Outcome::Proposed, Outcome::Started, Outcome::Done, Outcome::Failed, Outcome::Worked];
    (select(outcomes), any::<bool>(), span()).prop_map(|(outcome, reports_earlier, (start, end))| Step {
        what: "update the card".into(),
        outcome,
        start,
        end,
        reports_earlier,
    })
}

fn question() -> impl Strategy<Value = Question> {
    (option::of(Just(FactKind::OrderNumber)), span()).prop_map(|(asks_for, (start, end))| Question {
        text: "What is your order number?".into(),
        asks_for,
        start,
        end,
    })
}
