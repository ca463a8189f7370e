//! An answer made of an article's own sentences, with its source; or an honest "I do not know".

use segue_core::context::{ArticleRef, ContextPackage, Role};

use super::{
    Outcomes,
    index::{Hit, KnowledgeIndex, Query},
    passages::is_item,
};

/// Sentences of an answer at most; a list of steps counts as one and has at most [`STEPS_MAX`].
const SENTENCES_MAX: usize = 3;
/// Steps of a list at most.
const STEPS_MAX: usize = 6;
/// Below this confidence nothing is answered.
const LEAST_CONFIDENCE: f32 = 0.4;
/// Articles looked at.
const HITS: usize = 3;

/// What the built-in assistant says.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// At most three sentences or a short list, taken from the cited articles; or that it does not know.
    pub text: String,
    /// The articles that the words come from; empty where it does not know.
    pub citations: Vec<ArticleRef>,
    /// The probability that the cited article answers, 0..=1. Below 0.4 the text says that it does not know.
    pub confidence: f32,
    /// What that rests on; absent where no article was found.
    pub grounds: Option<Grounds>,
}

impl KnowledgeIndex {
    /// Answers a question out of the articles. A short follow-up ("and the archived ones?") is read together with the
    /// customer's turn before it.
    ///
    /// Confidence is the probability that the cited article answers: a logistic regression on [`Grounds`], moved by what
    /// came of the organisation's earlier answers. Less for a question of a single content word, which says little.
    pub fn answer(
        &self,
        question: &str,
        vector: Option<&[f32]>,
        outcomes: &Outcomes,
        context: &ContextPackage,
    ) -> Answer {
        let language = context.language.as_deref();
        let mut asked = self.content_terms(question, language);
        let mut query = question.to_owned();
        if asked.len() < 2
            && let Some(before) = context
                .transcript
                .iter()
                .rev()
                .find(|turn| turn.role == Role::Customer && turn.text != question)
        {
            query = format!("{question} {}", before.text);
            asked = self.content_terms(&query, language);
        }
        let hits = self.search(Query { text: &query, language, vector }, HITS);
        let Some(best) = hits.first() else { return unknown(language, 0.05, None) };
        let grounds = Grounds::of(best, &asked);
        let confidence = outcomes.adjust(Some(&best.article_id), grounds.probability());
        if confidence < LEAST_CONFIDENCE {
            return unknown(language, confidence, Some(grounds));
        }
        let text = self.extract(best, &asked, language);
        let citations = vec![ArticleRef {
            id: best.article_id.clone(),
            title: best.title.clone(),
            url: best.url.clone(),
        }];
        Answer { text, citations, confidence, grounds: Some(grounds) }
    }

    /// The sentences of the passage that take up most of the question, in their order; a list of steps whole.
    fn extract(&self, hit: &Hit, asked: &[String], language: Option<&str>) -> String {
        let lines: Vec<&str> = hit.passage.lines().collect();
        if lines.iter().filter(|line| is_item(line)).count() >= 2 {
            let lead = lines.iter().filter(|line| !is_item(line)).take(1);
            let items = lines.iter().filter(|line| is_item(line)).take(STEPS_MAX);
            return lead.chain(items).copied().collect::<Vec<_>>().join("\n");
        }
        let sentences = sentences(&hit.passage);
        let mut ranked: Vec<(usize, usize)> = sentences
            .iter()
            .enumerate()
            .map(|(place, sentence)| {
                let terms = self.content_terms(sentence, language);
                (terms.iter().filter(|term| asked.contains(term)).count(), place)
            })
            .collect();
        ranked.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut places: Vec<usize> = ranked.into_iter().take(SENTENCES_MAX).map(|(_, place)| place).collect();
        places.sort_unstable();
        places.into_iter().map(|place| sentences[place]).collect::<Vec<_>>().join(" ")
    }
}

/// What an answer rests on.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Grounds {
    /// Idf-weighted share of the question's content words in the article, 0..=1.
    pub coverage: f32,
    /// Lead over the next article, 0..=1.
    pub margin: f32,
    /// Cosine between question and paragraph; absent without vectors.
    pub similarity: Option<f32>,
    /// Content words of the question.
    pub words: usize,
}

/// Weights of coverage, margin and 1, without vectors; and of coverage, margin, similarity and 1, with them. Fitted on 413
/// questions to the demo's two companies, 120 of them without an answer; see docs/models.md.
const BY_WORDS: [f32; 3] = [2.95, 1.28, -2.09];
const BY_MEANING: [f32; 4] = [0.22, 2.97, 4.59, -3.04];
/// What a question of a single content word counts.
const SINGLE_WORD: f32 = 0.75;

impl Grounds {
    fn of(hit: &Hit, asked: &[String]) -> Self {
        Self { coverage: hit.coverage, margin: hit.margin, similarity: hit.similarity, words: asked.len() }
    }

    /// How probable it is that the article answers, before an organisation's own outcomes.
    pub fn probability(&self) -> f32 {
        let log_odds = match self.similarity {
            Some(similarity) => {
                let [coverage, margin, meaning, bias] = BY_MEANING;
                coverage * self.coverage + margin * self.margin + meaning * similarity + bias
            }
            None => {
                let [coverage, margin, bias] = BY_WORDS;
                coverage * self.coverage + margin * self.margin + bias
            }
        };
        let said = if self.words < 2 { SINGLE_WORD } else { 1.0 };
        said / (1.0 + (-log_odds).exp())
    }
}

/// Sentences of plain text.
fn sentences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let end = at + c.len_utf8();
        let stop = matches!(c, '.' | '!' | '?') && chars.peek().is_none_or(|&(_, next)| next.is_whitespace());
        if stop || matches!(c, '。' | '！' | '？' | '\n') {
            found.push(text[start..end].trim());
            start = end;
        }
    }
    found.push(text[start..].trim());
    found.retain(|sentence| !sentence.is_empty());
    found
}

/// Says that no article answers, in the customer's language.
fn unknown(language: Option<&str>, confidence: f32, grounds: Option<Grounds>) -> Answer {
    let text = match language.unwrap_or("en") {
        "es" => "No he encontrado una respuesta a eso en nuestros artículos.",
        "fr" => "Je n'ai pas trouvé de réponse à cela dans nos articles.",
        "de" => "Dazu habe ich in unseren Artikeln keine Antwort gefunden.",
        "it" => "Non ho trovato una risposta nei nostri articoli.",
        "pt" => "Não encontrei uma resposta para isso nos nossos artigos.",
        "nl" => "Ik heb daar in onze artikelen geen antwoord op gevonden.",
        "pl" => "Nie znalazłem odpowiedzi na to w naszych artykułach.",
        "tr" => "Makalelerimizde buna bir yanıt bulamadım.",
        "ja" => "記事の中に答えが見つかりませんでした。",
        "zh" => "我在我们的文章中没有找到答案。",
        "he" => "לא מצאתי לכך תשובה במאמרים שלנו.",
        "ar" => "لم أجد إجابة عن ذلك في مقالاتنا.",
        _ => "I could not find an answer to that in our articles.",
    };
    Answer { text: text.to_owned(), citations: Vec::new(), confidence, grounds }
}

#[cfg(test)]
mod tests {
    use segue_core::context::Role;

    use crate::{
        retrieval::{Outcomes, index::tests::index},
        testing,
    };

    /// The cited article and a part of the words.
    #[track_caller]
    fn check(turns: &[(Role, &str)], question: &str, article: Option<&str>, part: &str) {
        let answer = index().answer(question, None, &Outcomes::default(), &testing::context(turns));
        assert_eq!(answer.citations.first().map(|cited| cited.id.as_str()), article, "{answer:?}");
        assert!(answer.text.contains(part), "{answer:?}");
        assert_eq!(answer.confidence >= 0.4, article.is_some(), "{answer:?}");
    }

    #[test]
    fn answers_with_a_source() {
        check(&[], "Where can I change my delivery address?", Some("address"), "Go to Profile, Addresses.");
        check(&[], "How do I export archived contacts?", Some("export"), "2. Turn on Show archived");
        check(
            &[(Role::Customer, "How do I export contacts?")],
            "and archived ones?",
            Some("export"),
            "archived",
        );
    }

    #[test]
    fn says_when_it_does_not_know() {
        check(&[], "Does your SOC 2 report cover the Frankfurt region?", None, "could not find");
        check(&[], "", None, "could not find");
        check(
            &[(Role::Customer, "Hola, no puedo entrar en mi cuenta")],
            "¿y el clima en Marte?",
            None,
            "No he encontrado",
        );
    }
}
