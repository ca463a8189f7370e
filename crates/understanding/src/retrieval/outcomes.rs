//! What came of earlier answers: probabilities that fit one organisation and its articles.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The most articles that are remembered; an organisation with more keeps those it asked about first.
const ARTICLES_MAX: usize = 5_000;
/// How far an organisation's, or an article's, log-odds may be moved.
const SHIFT_MAX: f32 = 2.5;
/// Outcomes that the shipped probability counts for, against an organisation's own and against an article's.
const ORGANISATION_PRIOR: f32 = 20.0;
const ARTICLE_PRIOR: f32 = 8.0;
/// From so many outcomes on, newer ones count no less: articles and products change.
const REMEMBERED: f32 = 400.0;

/// What came of an organisation's answers.
///
/// Each outcome moves two log-odds, the organisation's and the cited article's, by how far what came differs from what
/// was said: a logistic regression on two intercepts, learnt one outcome at a time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Outcomes {
    all: Shift,
    articles: BTreeMap<String, Shift>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Shift {
    log_odds: f32,
    seen: f32,
}

impl Shift {
    fn learn(&mut self, error: f32, prior: f32) {
        // The slope of a probability is at most a quarter.
        let step = 4.0 / (self.seen + prior);
        self.log_odds = (self.log_odds + step * error).clamp(-SHIFT_MAX, SHIFT_MAX);
        self.seen = (self.seen + 1.0).min(REMEMBERED);
    }
}

impl Outcomes {
    /// The probability of an answer, by what came of earlier ones, and of earlier ones from the same article where it
    /// cites one.
    pub fn adjust(&self, article: Option<&str>, probability: f32) -> f32 {
        let own = article.and_then(|article| self.articles.get(article)).map_or(0.0, |shift| shift.log_odds);
        let shift = self.all.log_odds + own;
        if shift == 0.0 { probability } else { 1.0 / (1.0 + (-log_odds(probability) - shift).exp()) }
    }

    /// Takes in what came of an answer that was given with a probability, from an article where it cites one.
    pub fn learn(&mut self, article: Option<&str>, probability: f32, helped: bool) {
        let error = f32::from(u8::from(helped)) - probability.clamp(0.0, 1.0);
        self.all.learn(error, ORGANISATION_PRIOR);
        let Some(article) = article else { return };
        if let Some(shift) = self.articles.get_mut(article) {
            shift.learn(error, ARTICLE_PRIOR);
        } else if self.articles.len() < ARTICLES_MAX {
            self.articles.entry(article.to_owned()).or_default().learn(error, ARTICLE_PRIOR);
        }
    }

    /// How many outcomes were taken in, at most 400: more count no more.
    pub fn seen(&self) -> usize {
        self.all.seen as usize
    }
}

fn log_odds(probability: f32) -> f32 {
    let p = probability.clamp(0.01, 0.99);
    (p / (1.0 - p)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::random::Random;

    #[test]
    fn nothing_seen_changes_nothing() {
        assert_eq!(Outcomes::default().adjust(Some("a"), 0.6), 0.6);
    }

    #[test]
    fn a_few_outcomes_move_little_and_many_move_far() {
        let mut outcomes = Outcomes::default();
        outcomes.learn(Some("a"), 0.6, false);
        let after_one = outcomes.adjust(Some("a"), 0.6);
        assert!((0.4..0.6).contains(&after_one), "{after_one}");
        for _ in 0..40 {
            let said = outcomes.adjust(Some("a"), 0.6);
            outcomes.learn(Some("a"), said, false);
        }
        let (bad, other) = (outcomes.adjust(Some("a"), 0.6), outcomes.adjust(Some("b"), 0.6));
        assert!(bad < 0.2 && other > bad, "{bad} {other}");
    }

    #[test]
    fn probabilities_come_to_fit_an_organisation() {
        // Of answers said to help in 50 %, 80 % help; one article of four never does.
        let (mut outcomes, mut random) = (Outcomes::default(), Random::new(7));
        let (mut said, mut came) = (0.0, 0.0);
        for round in 0..2_000 {
            let article = ["a", "b", "c", "bad"][random.below(4)];
            let probability = outcomes.adjust(Some(article), 0.5);
            let helped = article != "bad" && random.unit() < 0.8;
            if round >= 1_000 {
                said += probability;
                came += f32::from(u8::from(helped));
            }
            outcomes.learn(Some(article), probability, helped);
        }
        assert!((said - came).abs() / 1_000.0 < 0.03, "{said} {came}");
        assert!(
            (outcomes.adjust(Some("a"), 0.5) - 0.8).abs() < 0.1 && outcomes.adjust(Some("bad"), 0.5) < 0.15
        );
    }
}
