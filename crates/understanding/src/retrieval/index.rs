//! The index: BM25 over passages with a boost for titles, in memory, one part per language; and the passages' vectors,
//! where there is a sentence encoder, so that a question in other words finds them too.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use tantivy::{
    Index, IndexReader, ReloadPolicy, TantivyDocument, Term,
    collector::TopDocs,
    doc,
    query::{BooleanQuery, BoostQuery, Occur, Query as Clause, TermQuery},
    schema::{Field, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions, Value},
    tokenizer::TextAnalyzer,
};

use super::{
    article::Article,
    passages::passages,
    terms::{ANALYZER, analyzer, content_terms, terms},
    vectors::{Vectors, rank},
};
use crate::encoder::Encoder;

/// How much a word in the title counts against one in the text.
const TITLE_BOOST: f32 = 2.2;
/// The same for the heading above the passage.
const HEADING_BOOST: f32 = 1.4;
/// Passages looked at per article wanted.
const PASSAGES_PER_HIT: usize = 8;
/// Memory for building one part, in bytes; the least that tantivy takes.
const BUILD_BYTES: usize = 15_000_000;

/// Why an index could not be built or searched.
#[derive(Debug, thiserror::Error)]
#[error("the knowledge index failed: {0}")]
pub struct IndexError(#[from] tantivy::TantivyError);

/// One article found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The article.
    pub article_id: String,
    /// Its title.
    pub title: String,
    /// Its public address, where it has one.
    pub url: Option<String>,
    /// Its best paragraph, as plain text.
    pub passage: String,
    /// BM25 of that paragraph with title and heading; comparable within one search only. 0 where it was found by meaning
    /// alone.
    pub score: f32,
    /// Cosine between the meanings of question and paragraph; absent without vectors.
    pub similarity: Option<f32>,
    /// Share of the question's content words that the article has, weighted by rarity, 0..=1.
    pub coverage: f32,
    /// Lead over the next article as a share of what both are ranked by, 0..=1; 1 where there is no next one.
    pub margin: f32,
}

/// What is looked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Query<'q> {
    /// In the customer's words.
    pub text: &'q str,
    /// ISO 639-1 code; absent where unknown.
    pub language: Option<&'q str>,
    /// The vector of the text by the encoder of [`KnowledgeIndex::with_vectors`].
    pub vector: Option<&'q [f32]>,
}

/// An index over articles. Immutable: build a new one when an article changes (a thousand articles take about a second).
pub struct KnowledgeIndex {
    parts: BTreeMap<String, Part>,
}

/// One language.
struct Part {
    reader: IndexReader,
    fields: Fields,
    analyzer: TextAnalyzer,
    articles: Vec<Known>,
    /// In how many articles a term stands.
    frequency: HashMap<String, u32>,
    vectors: Option<Vectors>,
}

/// A passage that may answer.
#[derive(Clone, Copy)]
struct Candidate {
    article: usize,
    passage: usize,
    /// BM25.
    score: f32,
    coverage: f32,
    similarity: Option<f32>,
    /// What candidates are ordered by.
    rank: f32,
}

#[derive(Clone, Copy)]
struct Fields {
    article: Field,
    passage: Field,
    title: Field,
    heading: Field,
    body: Field,
}

/// What is kept of an article.
struct Known {
    id: String,
    title: String,
    url: Option<String>,
    passages: Vec<String>,
    terms: HashSet<String>,
}

impl KnowledgeIndex {
    /// Indexes the articles. Fails only where memory for the index cannot be had.
    pub fn build(articles: &[Article]) -> Result<Self, IndexError> {
        let mut languages: BTreeMap<String, Vec<&Article>> = BTreeMap::new();
        for article in articles {
            let language = if article.language.is_empty() { "en" } else { &article.language };
            languages.entry(primary(language)).or_default().push(article);
        }
        let mut parts = BTreeMap::new();
        for (language, articles) in languages {
            let part = Part::build(&language, &articles)?;
            parts.insert(language, part);
        }
        Ok(Self { parts })
    }

    /// With the meaning of every passage, some 5 ms each. Articles in languages that the encoder does not know are
    /// found by their words as before.
    pub fn with_vectors(mut self, encoder: &Encoder) -> Self {
        for part in self.parts.values_mut() {
            let articles =
                part.articles.iter().map(|known| (known.title.as_str(), known.passages.as_slice()));
            part.vectors = Some(Vectors::of(encoder, articles));
        }
        self
    }

    /// The number of articles.
    pub fn len(&self) -> usize {
        self.parts.values().map(|part| part.articles.len()).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The best articles for a question, best first, at most `limit`. Articles in its language come first; where none of
    /// them fits, or without a language, all are searched.
    pub fn search(&self, query: Query<'_>, limit: usize) -> Vec<Hit> {
        let own = query.language.and_then(|language| self.parts.get(&primary(language)));
        let mut hits = own.map(|part| part.search(query, limit)).unwrap_or_default();
        if hits.is_empty() {
            let all = self.parts.values().flat_map(|part| part.search(query, limit));
            hits = all.collect();
            let by = |hit: &Hit| rank(hit.score, hit.coverage, hit.similarity);
            hits.sort_by(|a, b| by(b).total_cmp(&by(a)));
            hits.truncate(limit);
        }
        hits
    }

    /// The content terms of a text in a language, stemmed as the articles are.
    pub(super) fn content_terms(&self, text: &str, language: Option<&str>) -> Vec<String> {
        let language = language.map_or_else(|| "en".to_owned(), primary);
        content_terms(&mut analyzer(&language), text)
    }
}

/// `pt-BR` to `pt`.
fn primary(language: &str) -> String {
    language.split(['-', '_']).next().unwrap_or(language).to_ascii_lowercase()
}

impl Part {
    fn build(language: &str, articles: &[&Article]) -> Result<Self, IndexError> {
        let mut analyzer = analyzer(language);
        let (schema, fields) = schema();
        let index = Index::create_in_ram(schema);
        index.tokenizers().register(ANALYZER, analyzer.clone());
        let mut writer = index.writer_with_num_threads::<TantivyDocument>(1, BUILD_BYTES)?;
        let mut known = Vec::with_capacity(articles.len());
        let mut frequency: HashMap<String, u32> = HashMap::new();
        for (number, article) in articles.iter().enumerate() {
            let mut all: HashSet<String> = terms(&mut analyzer, &article.title).into_iter().collect();
            article.tags.iter().for_each(|tag| all.extend(terms(&mut analyzer, tag)));
            let mut texts = Vec::new();
            let title = format!("{} {}", article.title, article.tags.join(" "));
            for (at, passage) in passages(&article.body_markdown).into_iter().enumerate() {
                all.extend(terms(&mut analyzer, &passage.text));
                all.extend(terms(&mut analyzer, &passage.heading));
                writer.add_document(doc!(
                    fields.article => number as u64,
                    fields.passage => at as u64,
                    fields.title => title.as_str(),
                    fields.heading => passage.heading.as_str(),
                    fields.body => passage.text.as_str(),
                ))?;
                texts.push(passage.text);
            }
            all.iter().for_each(|term| *frequency.entry(term.clone()).or_default() += 1);
            known.push(Known {
                id: article.id.clone(),
                title: article.title.clone(),
                url: article.url.clone(),
                passages: texts,
                terms: all,
            });
        }
        writer.commit()?;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { reader, fields, analyzer, articles: known, frequency, vectors: None })
    }

    fn search(&self, query: Query<'_>, limit: usize) -> Vec<Hit> {
        let content = content_terms(&mut self.analyzer.clone(), query.text);
        if content.is_empty() || limit == 0 {
            return Vec::new();
        }
        let words = self.by_words(&content, limit);
        let meanings = self.vectors.as_ref().zip(query.vector);
        let candidate = |article: usize| {
            let coverage = self.coverage(&self.articles[article], &content);
            let passages = 0..self.articles[article].passages.len();
            let candidates = passages.filter_map(|passage| {
                let score = words.get(&(article, passage)).copied().unwrap_or(0.0);
                let similarity =
                    meanings.map(|(vectors, question)| vectors.similarity(article, passage, question));
                let rank = rank(score, coverage, similarity);
                (rank > 0.0).then_some(Candidate { article, passage, score, coverage, similarity, rank })
            });
            candidates.max_by(|a, b| a.rank.total_cmp(&b.rank))
        };
        let mut best: Vec<Candidate> = match meanings {
            Some(_) => (0..self.articles.len()).filter_map(candidate).collect(),
            None => {
                let found: BTreeSet<usize> = words.keys().map(|(article, _)| *article).collect();
                found.into_iter().filter_map(candidate).collect()
            }
        };
        best.sort_by(|a, b| b.rank.total_cmp(&a.rank));
        self.hits(&best, limit)
    }

    /// BM25 of the best passages, by article and passage.
    fn by_words(&self, content: &[String], limit: usize) -> HashMap<(usize, usize), f32> {
        let searcher = self.reader.searcher();
        let top = TopDocs::with_limit((limit + 1) * PASSAGES_PER_HIT).order_by_score();
        // The index is in memory and was built by us: a failing search can only mean that there is nothing to find.
        let found = searcher.search(&self.query(content), &top).unwrap_or_default();
        let place = |(score, address)| {
            let document = searcher.doc::<TantivyDocument>(address).ok()?;
            let number = |field| document.get_first(field)?.as_u64().map(|value| value as usize);
            Some(((number(self.fields.article)?, number(self.fields.passage)?), score))
        };
        found.into_iter().filter_map(place).collect()
    }

    /// Any of the terms, in title, heading or text.
    fn query(&self, content: &[String]) -> BooleanQuery {
        let clause = |field: Field, term: &str, boost: f32| -> (Occur, Box<dyn Clause>) {
            let term = TermQuery::new(Term::from_field_text(field, term), IndexRecordOption::WithFreqs);
            (Occur::Should, Box::new(BoostQuery::new(Box::new(term), boost)))
        };
        let clauses = content.iter().flat_map(|term| {
            [
                clause(self.fields.title, term, TITLE_BOOST),
                clause(self.fields.heading, term, HEADING_BOOST),
                clause(self.fields.body, term, 1.0),
            ]
        });
        BooleanQuery::new(clauses.collect())
    }

    fn hits(&self, best: &[Candidate], limit: usize) -> Vec<Hit> {
        let hit = |(place, found): (usize, &Candidate)| {
            let known = &self.articles[found.article];
            let next = best.get(place + 1).map_or(0.0, |next| next.rank);
            Hit {
                article_id: known.id.clone(),
                title: known.title.clone(),
                url: known.url.clone(),
                passage: known.passages.get(found.passage).cloned().unwrap_or_default(),
                score: found.score,
                similarity: found.similarity,
                coverage: found.coverage,
                margin: ((found.rank - next) / found.rank).clamp(0.0, 1.0),
            }
        };
        best.iter().enumerate().take(limit).map(hit).collect()
    }

    /// The weight of the terms that the article has among all of the question's.
    fn coverage(&self, article: &Known, content: &[String]) -> f32 {
        let total: f32 = content.iter().map(|term| self.rarity(term)).sum();
        let covered: f32 =
            content.iter().filter(|term| article.terms.contains(*term)).map(|term| self.rarity(term)).sum();
        if total > 0.0 { covered / total } else { 0.0 }
    }

    /// Inverse document frequency; a word of no article is the rarest.
    fn rarity(&self, term: &str) -> f32 {
        let documents = self.articles.len() as f32;
        let with = self.frequency.get(term).copied().unwrap_or(0) as f32;
        (1.0 + (documents - with + 0.5) / (with + 0.5)).ln()
    }
}

fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let indexing =
        TextFieldIndexing::default().set_tokenizer(ANALYZER).set_index_option(IndexRecordOption::WithFreqs);
    let text = TextOptions::default().set_indexing_options(indexing);
    let fields = Fields {
        article: builder.add_u64_field("article", STORED),
        passage: builder.add_u64_field("passage", STORED),
        title: builder.add_text_field("title", text.clone()),
        heading: builder.add_text_field("heading", text.clone()),
        body: builder.add_text_field("body", text),
    };
    (builder.build(), fields)
}

#[cfg(test)]
pub(super) mod tests {
    use super::{Article, KnowledgeIndex, Query};

    /// A small knowledge base.
    pub fn index() -> KnowledgeIndex {
        let articles = [
            (
                "export",
                "# Export your contacts\n\nOpen **Contacts** and press Export. A CSV file is downloaded.\n\n## Archived contacts\n\nTo export archived contacts, turn on *Show archived* first:\n\n1. Open Contacts\n2. Turn on Show archived\n3. Press Export",
            ),
            (
                "address",
                "# Change your delivery address\n\nGo to Profile, Addresses. Changes apply to orders that have not shipped.",
            ),
            (
                "refund",
                "# Refunds\n\nRefunds take up to 5 working days to reach your bank account.\n\nYou find the confirmation under Orders, Refunds.",
            ),
            ("login", "# Cannot sign in\n\nUse the reset link on the sign-in page to choose a new password."),
            (
                "konto",
                "---\ntitle: Adresse ändern\nlanguage: de\n---\nÖffnen Sie Ihr Profil und wählen Sie Adressen.",
            ),
        ];
        let articles: Vec<Article> =
            articles.iter().map(|(id, text)| Article::from_markdown(id, text)).collect();
        KnowledgeIndex::build(&articles).unwrap()
    }

    #[track_caller]
    fn check(query: &str, language: Option<&str>, article: Option<&str>) {
        let hits = index().search(Query { text: query, language, vector: None }, 3);
        assert_eq!(hits.first().map(|hit| hit.article_id.as_str()), article, "{query}: {hits:?}");
    }

    #[test]
    fn finds_articles() {
        check("How do I export contacts?", Some("en"), Some("export"));
        check("exporting my archived contact", None, Some("export"));
        check("where can I change my delivery address", Some("en"), Some("address"));
        check("wie kann ich meine Adressen ändern", Some("de"), Some("konto"));
        check("when is my refund on my bank account", Some("en"), Some("refund"));
        check("quantum flux", Some("en"), None);
        check("", Some("en"), None);
    }

    #[test]
    fn tells_how_well_it_fits() {
        let index = index();
        let search = |text| index.search(Query { text, language: Some("en"), vector: None }, 1).remove(0);
        let good = search("export archived contacts");
        assert!(good.coverage > 0.95 && good.margin > 0.3, "{good:?}");
        assert!(good.passage.contains("Show archived"), "{good:?}");
        let weak = search("export zebra stripes to the moon base");
        assert!(weak.coverage < 0.5, "{weak:?}");
    }

    #[test]
    fn an_empty_index_finds_nothing() {
        let query = Query { text: "export", ..Query::default() };
        assert!(KnowledgeIndex::build(&[]).unwrap().search(query, 3).is_empty());
    }
}
