//! Names of persons and companies that the text introduces.

use regex::Regex;
use segue_core::reading::FactKind;

use super::{Found, Rank};
use crate::pattern::expression;
use crate::{
    language::is_common,
    lexicon::{Flag, Scan},
    text::{Span, Text, fold},
};

pub(crate) struct NameReader {
    stated: Regex,
    presented: Regex,
    company: Regex,
    suffix: Regex,
}

/// The most words of a name.
const NAME_MAX_WORDS: usize = 4;

impl NameReader {
    pub fn new() -> Self {
        let build = expression;
        Self {
            stated: build(
                r"\b(?:my (?:full |first |last |real )?name(?: is|'s|:)|name is|(?:full )?name ?[:=-]|me llamo|mi nombre es|je m'appelle|mon nom est|ich heise|ich heisse|mein name ist|mi chiamo|il mio nome e|meu nome e|me chamo|mijn naam is|ik heet|nazywam sie|benim adim|меня зовут|私は|我叫|我的名字是|اسمي|שמי|제 이름은)\s*",
            ),
            presented: build(r"\b(?:this is|i am|i'm|im|soy|je suis|ich bin|sono|sou|ik ben)\s+"),
            company: build(
                r"\b(?:(?:my|our|the) company(?:'s)?(?: name)?(?: is|:)|company(?: name)?\s*[:=]|organi[sz]ation(?: name)?\s*[:=]|i work (?:for|at)|(?:working|calling|writing) (?:for|at|from|on behalf of)|on behalf of|i(?:'m| am) (?:with|from)|we(?:'re| are) (?:from|with))\s+",
            ),
            suffix: build(
                r"(?:[A-Z][\w&'.-]*\s+){1,4}(?:Inc|LLC|Ltd|Limited|GmbH|Corp|Corporation|AG|S\.?A\.?R\.?L|SRL|BV|B\.V|PLC|Co)\b",
            ),
        }
    }

    pub fn find(&self, scan: &Scan<'_>, found: &mut Vec<Found>) {
        let text = &scan.text;
        if scan.any(&[Flag::Name]) {
            for lead in self.stated.find_iter(&text.folded) {
                if let Some(span) = name_after(text, lead.end(), false) {
                    found.push(Found::new(FactKind::PersonName, span, Rank::Label));
                }
            }
            for lead in self.presented.find_iter(&text.folded) {
                if let Some(span) = name_after(text, lead.end(), true) {
                    found.push(Found::new(FactKind::PersonName, span, Rank::Loose));
                }
            }
        }
        if scan.any(&[Flag::Organisation]) {
            for lead in self.company.find_iter(&text.folded) {
                if let Some(span) = name_after(text, lead.end(), true) {
                    found.push(Found::new(FactKind::Organisation, span, Rank::Loose));
                }
            }
            if text.raw.is_ascii() {
                let firms = self.suffix.find_iter(text.raw);
                found.extend(firms.map(|m| Found::new(FactKind::Organisation, m.into(), Rank::Loose)));
            }
        }
    }
}

/// The name that starts at a byte: up to four words. `capitals`: only words that start with one.
pub(crate) fn name_after(text: &Text<'_>, start: usize, capitals: bool) -> Option<Span> {
    let mut end = None;
    let mut from = None;
    let following = text.words.iter().filter(|word| word.start >= start).take(NAME_MAX_WORDS);
    let mut at = start;
    for &word in following {
        let gap = &text.folded[at..word.start];
        let joined = if from.is_none() { gap.trim().is_empty() } else { matches!(gap, " " | "-" | ". ") };
        if !joined || !name_word(text, word, capitals) {
            break;
        }
        from.get_or_insert(word.start);
        end = Some(word.end);
        at = word.end;
        let after = &text.folded[word.end..];
        if after.starts_with([',', '.', '!', '?', ';', '\n']) && !after.starts_with(". ") {
            break;
        }
    }
    Some(Span::new(from?, end?))
}

/// Whether a word can be part of a name.
fn name_word(text: &Text<'_>, word: Span, capitals: bool) -> bool {
    let folded = text.of(word);
    let raw = text.raw_of(word);
    let letters = folded.chars().all(|c| c.is_alphabetic() || c == '\'' || c == '-');
    let capital = raw.chars().next().is_some_and(|c| c.is_uppercase() || !c.is_lowercase());
    letters && !not_a_name(folded) && (!capitals || capital && !is_common(folded))
}

/// Words that follow "my name is" or "I am" without being names.
pub(crate) fn not_a_name(folded: &str) -> bool {
    const WORDS: &[&str] = &[
        "not",
        "and",
        "but",
        "i",
        "on",
        "in",
        "wrong",
        "the",
        "a",
        "an",
        "my",
        "is",
        "so",
        "very",
        "still",
        "trying",
        "having",
        "looking",
        "unable",
        "sorry",
        "happy",
        "unhappy",
        "here",
        "now",
        "also",
        "just",
        "really",
        "for",
        "with",
        "to",
        "please",
        "thanks",
        "thank",
        "spelled",
        "misspelled",
        "of",
        "from",
        "at",
        "calling",
        "writing",
        "customer",
        "user",
        "yes",
        "no",
        "ok",
        "okay",
        "sure",
        "hello",
        "hi",
        "hey",
        "good",
        "great",
        "fine",
        "well",
        "y",
        "et",
        "und",
        "e",
        "mein",
        "mi",
        "it",
        "that",
        "this",
        "what",
        "how",
        "why",
        "where",
        "when",
        "can",
        "could",
        "need",
        "want",
        "have",
        "bronze",
        "silver",
        "gold",
        "platinum",
        "guest",
        "premium",
        "english",
        "vip",
        "done",
        "about",
        "getting",
        "using",
        "going",
        "being",
        "only",
        "all",
        "always",
        "never",
        "again",
        "back",
        "out",
        "up",
        "down",
        "too",
        "if",
        "or",
        "as",
        "ich",
        "yo",
        "je",
        "perfect",
        "awesome",
        "nothing",
        "none",
        "anything",
        "correct",
        "right",
        "exactly",
        "that's",
        "it's",
        "i'm",
        "i've",
        "refund",
        "order",
        "account",
        "cancel",
        "help",
        "waiting",
        "cool",
        "nope",
        "yep",
        "yeah",
        "bye",
        "goodbye",
        "morning",
        "afternoon",
        "evening",
        "worries",
        "problem",
        "know",
        "maybe",
        "thx",
        "lol",
        "one",
        "moment",
        "second",
        "wait",
        "email",
        "phone",
        "number",
        "agent",
        "human",
        "person",
        "sounds",
        "will",
        "do",
        "don't",
        "didn't",
        "does",
        "me",
        "you",
        "your",
        "we",
        "they",
        "there",
        "them",
        "be",
        "been",
        "was",
        "are",
        "has",
        "had",
        "same",
        "new",
        "old",
        "error",
        "issue",
        "let",
        "leave",
        "forget",
        "skip",
        "later",
        "today",
        "tomorrow",
        "yesterday",
        "reason",
        "returned",
        "login",
        "password",
        "understood",
        "agreed",
        "welcome",
        "much",
        "more",
        "less",
        "else",
        "many",
        "got",
        "get",
        "give",
        "send",
        "sent",
        "app",
        "website",
    ];
    WORDS.contains(&folded)
}

/// Whether a whole answer can be a name: one to four words of letters, none of them a common word.
pub(crate) fn is_name(text: &Text<'_>, span: Span) -> bool {
    let words: Vec<Span> =
        text.words.iter().filter(|word| word.start >= span.start && word.end <= span.end).copied().collect();
    let value = text.of(span);
    let plain = value.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '\'' | '-' | '.'));
    let capitals = words
        .iter()
        .all(|&word| text.raw_of(word).chars().next().is_some_and(|c| c.is_uppercase() || !c.is_lowercase()));
    let common =
        words.iter().any(|&word| not_a_name(&fold(text.of(word))) || !capitals && is_common(text.of(word)));
    plain && (1..=NAME_MAX_WORDS).contains(&words.len()) && !common && value.chars().count() >= 2
}

#[cfg(test)]
mod tests {
    use segue_core::reading::FactKind::*;

    use crate::facts::testing::check;

    #[test]
    fn finds_names() {
        check("Hi, my name is Ana López and I need help", &[(PersonName, "Ana López")]);
        check("this is Tom Ford", &[(PersonName, "Tom Ford")]);
        check("my name is kim", &[(PersonName, "kim")]);
        check("je m'appelle Chloé Martin", &[(PersonName, "Chloé Martin")]);
        check("I'm calling on behalf of Brightside", &[(Organisation, "Brightside")]);
        check("this is ridiculous", &[]);
        check("I'm waiting", &[]);
    }
}
