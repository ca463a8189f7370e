//! A second stage on the vectors of a real, if tiny, encoder.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::ops::ControlFlow;

use segue_understanding::{
    IntentExamples, IntentModel, IntentSettings, SentenceVectors, Stage, encoder::Encoder,
    learn::features::Features,
};

use crate::tiny_model::{self, Stored};

fn tiny() -> Encoder {
    let folder = tempfile::tempdir().unwrap();
    tiny_model::write(folder.path(), "", Stored::F32);
    Encoder::load(folder.path()).unwrap()
}

fn texts() -> Vec<(String, &'static str)> {
    let texts =
        |at| [(format!("hello world {at}"), "greeting"), (format!("my parcel is late {at}"), "delivery")];
    (0..20).flat_map(texts).collect()
}

#[test]
fn vectors_do_not_depend_on_threads() {
    let (encoder, texts) = (tiny(), texts());
    let texts: Vec<&str> = texts.iter().map(|(text, _)| text.as_str()).collect();
    let of = |threads| {
        let vectors = SentenceVectors::encode(&encoder, &texts, threads, &|_| ControlFlow::Continue(()));
        format!("{:?}", vectors.unwrap())
    };
    assert_eq!(of(1), of(3));
    assert!(SentenceVectors::encode(&encoder, &texts, 2, &|_| ControlFlow::Break(())).is_none());
}

#[test]
fn a_model_in_two_stages_is_trained_and_used() {
    let (encoder, texts) = (tiny(), texts());
    let mut examples = IntentExamples::one_label();
    for (text, label) in &texts {
        examples.push(Features::of(text), &[(*label).to_owned()]).unwrap();
    }
    let words: Vec<&str> = texts.iter().map(|(text, _)| text.as_str()).collect();
    let vectors = SentenceVectors::encode(&encoder, &words, 2, &|_| ControlFlow::Continue(())).unwrap();
    examples.set_vectors(vectors).unwrap();
    let go_on = |_| ControlFlow::Continue(());
    let model = IntentModel::train(&examples, None, &IntentSettings::default(), &go_on).unwrap().unwrap();
    let cascade = model.cascade(encoder.id()).unwrap();
    let (mut asked, mut decided) = (0, 0);
    for (text, label) in &texts {
        let (said, stage) = cascade.predict(&Features::of(text), || {
            asked += 1;
            Some(encoder.encode(text))
        });
        decided += usize::from(stage == Stage::Encoder);
        assert_eq!(model.classes()[said.best()], *label);
    }
    assert_eq!(asked, decided, "the encoder is asked only for what it decides");
}
