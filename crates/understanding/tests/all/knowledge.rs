//! Questions to the two companies of the demo, most of them in other words than the article that answers, some that none
//! answers (`tests/data/questions.jsonl`, written for Segue). `--nocapture` prints the figures.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use segue_understanding::{
    encoder::Encoder,
    learn::measure::{Scored, auroc},
    retrieval::{Article, KnowledgeIndex, Outcomes, Query},
};
use serde::Deserialize;

use crate::{encoder, testing};

#[derive(Deserialize)]
struct Asked {
    organisation: String,
    text: String,
    language: String,
    article: Option<String>,
}

fn asked() -> Vec<Asked> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/questions.jsonl");
    let text = fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn index(organisation: &str, encoder: Option<&Encoder>) -> KnowledgeIndex {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../segue/demo").join(organisation).join("kb");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let article = |file: &PathBuf| {
        let id = file.file_stem().unwrap().to_str().unwrap();
        Article::from_markdown(id, &fs::read_to_string(file).unwrap())
    };
    let index = KnowledgeIndex::build(&files.iter().map(article).collect::<Vec<_>>()).unwrap();
    match encoder {
        Some(encoder) => index.with_vectors(encoder),
        None => index,
    }
}

/// What came of all questions.
#[derive(Default)]
struct Found {
    answerable: usize,
    first: usize,
    in_three: usize,
    /// How probable the first article was said to be, and whether it was right.
    said: Vec<Scored>,
}

impl Found {
    fn with(encoder: Option<&Encoder>) -> Self {
        let organisations = ["tidewater", "fernlight"];
        let indices: BTreeMap<&str, KnowledgeIndex> =
            organisations.into_iter().map(|name| (name, index(name, encoder))).collect();
        let mut found = Self::default();
        for asked in asked() {
            let vector = encoder.map(|encoder| encoder.encode(&asked.text));
            let query =
                Query { text: &asked.text, language: Some(&asked.language), vector: vector.as_deref() };
            let index = &indices[asked.organisation.as_str()];
            let hits = index.search(query, 3);
            let right =
                |hit: &segue_understanding::retrieval::Hit| Some(&hit.article_id) == asked.article.as_ref();
            let is_right = hits.first().is_some_and(right);
            found.answerable += usize::from(asked.article.is_some());
            found.first += usize::from(is_right);
            found.in_three += usize::from(hits.iter().any(right));
            let mut context = testing::empty();
            context.language = Some(asked.language);
            let answer = index.answer(&asked.text, vector.as_deref(), &Outcomes::default(), &context);
            found.said.push((answer.confidence, is_right));
        }
        found
    }

    /// Checks recall of the first and of three articles, and how well the probability parts right from wrong.
    #[track_caller]
    fn check(&self, first: f64, in_three: f64, parts: f64) {
        let share = |count: usize| count as f64 / self.answerable as f64;
        let auroc = auroc(&self.said).unwrap();
        println!(
            "first {:.3}, in three {:.3}, AUROC {auroc:.3}, of {}",
            share(self.first),
            share(self.in_three),
            self.said.len()
        );
        assert!(share(self.first) >= first && share(self.in_three) >= in_three && auroc >= parts);
        // Five bins of some 80 questions each: what is said comes true, within what chance allows.
        let mut said = self.said.clone();
        said.sort_by(|a, b| a.0.total_cmp(&b.0));
        for bin in said.chunks(said.len().div_ceil(5)) {
            let mean = bin.iter().map(|(probability, _)| probability).sum::<f32>() / bin.len() as f32;
            let came = bin.iter().filter(|(_, right)| *right).count() as f32 / bin.len() as f32;
            println!("  said {mean:.2}, came true {came:.2}");
            assert!((mean - came).abs() < 0.15, "said {mean:.2}, came true {came:.2}");
        }
    }
}

#[test]
fn finds_answers_by_words() {
    Found::with(None).check(0.53, 0.68, 0.70);
}

#[test]
fn finds_more_by_meaning() {
    let Some(encoder) = encoder::real() else { return };
    Found::with(Some(encoder)).check(0.62, 0.87, 0.75);
}
