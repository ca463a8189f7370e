//! The meaning of passages.

use crate::encoder::Encoder;

/// A vector for each passage of each article, with its title before it.
pub(super) struct Vectors {
    articles: Vec<Vec<Vec<f32>>>,
}

impl Vectors {
    /// Of articles, each with its title and passages.
    pub fn of<'a>(encoder: &Encoder, articles: impl Iterator<Item = (&'a str, &'a [String])>) -> Self {
        let article = |(title, passages): (&str, &[String])| {
            let texts: Vec<String> = passages.iter().map(|passage| format!("{title}. {passage}")).collect();
            encoder.encode_batch(&texts)
        };
        Self { articles: articles.map(article).collect() }
    }

    /// The cosine between a passage and a question.
    pub fn similarity(&self, article: usize, passage: usize, question: &[f32]) -> f32 {
        let passage = &self.articles[article][passage];
        passage.iter().zip(question).map(|(a, b)| a * b).sum::<f32>().max(0.0)
    }
}

/// BM25 at which half of what it can say is said.
const SATURATION: f32 = 32.0;

/// What a passage is ranked by: its words, how much of the question its article takes up, and its meaning where that is
/// known. Chosen on questions to one of the demo's companies, and as good on those to the other.
pub(super) fn rank(score: f32, coverage: f32, similarity: Option<f32>) -> f32 {
    let words = score / (score + SATURATION);
    match similarity {
        Some(similarity) => 0.4 * words + 0.2 * coverage + 0.6 * similarity,
        None => words + 0.8 * coverage,
    }
}
