//! Words to terms, the same way for articles and for questions, per language.

use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, LowerCaser, NgramTokenizer, RemoveLongFilter, SimpleTokenizer, Stemmer,
    TextAnalyzer,
};

use crate::{language::is_function_word, text::fold};

/// The name under which an index knows its analyzer.
pub(super) const ANALYZER: &str = "segue";
/// The longest term, in bytes.
const TERM_MAX_BYTES: usize = 60;

/// The analyzer of a language: stemmed where there is a stemmer, pairs of characters for Chinese, Japanese and Korean.
pub(super) fn analyzer(language: &str) -> TextAnalyzer {
    if matches!(language, "zh" | "ja" | "ko" | "th") {
        let pairs = NgramTokenizer::new(1, 2, false).expect("one to two characters is a valid range");
        return TextAnalyzer::builder(pairs).filter(LowerCaser).build();
    }
    let plain = TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(TERM_MAX_BYTES))
        .filter(LowerCaser);
    match stemmer(language) {
        Some(stemmer) => plain.filter(Stemmer::new(stemmer)).filter(AsciiFoldingFilter).build(),
        None => plain.filter(AsciiFoldingFilter).build(),
    }
}

fn stemmer(language: &str) -> Option<Language> {
    Some(match language {
        "en" => Language::English,
        "es" => Language::Spanish,
        "fr" => Language::French,
        "de" => Language::German,
        "it" => Language::Italian,
        "pt" => Language::Portuguese,
        "nl" => Language::Dutch,
        "da" => Language::Danish,
        "sv" => Language::Swedish,
        "nb" | "no" | "nn" => Language::Norwegian,
        "fi" => Language::Finnish,
        "hu" => Language::Hungarian,
        "ro" => Language::Romanian,
        "ru" => Language::Russian,
        "tr" => Language::Turkish,
        "el" => Language::Greek,
        "ar" => Language::Arabic,
        _ => return None,
    })
}

/// The terms of a text, in order.
pub(super) fn terms(analyzer: &mut TextAnalyzer, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    analyzer.token_stream(text).process(&mut |token| found.push(token.text.clone()));
    found
}

/// The terms of a question that carry its meaning, each once: no function words, no courtesies.
pub(super) fn content_terms(analyzer: &mut TextAnalyzer, text: &str) -> Vec<String> {
    let content = |word: &&str| !word.is_empty() && !is_function_word(&fold(word)) && !courtesy(&fold(word));
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(content);
    let mut found: Vec<String> = Vec::new();
    for term in words.flat_map(|word| terms(analyzer, word)) {
        if !found.contains(&term) && term.chars().count() > 1 {
            found.push(term);
        }
    }
    found
}

fn courtesy(word: &str) -> bool {
    matches!(
        word,
        "hi" | "hey"
            | "help"
            | "need"
            | "want"
            | "like"
            | "know"
            | "tell"
            | "trying"
            | "get"
            | "thank"
            | "problem"
            | "question"
            | "way"
            | "possible"
            | "able"
            | "use"
            | "using"
            | "make"
            | "wondering"
            | "d"
            | "m"
            | "s"
            | "t"
            | "re"
            | "ve"
            | "ll"
    )
}
