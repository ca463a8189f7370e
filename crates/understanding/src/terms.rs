//! An organisation's own words: its products and plans, which become facts, and its identifiers, which must never
//! be stored.

use std::borrow::Cow;

use aho_corasick::{AhoCorasick, MatchKind};
use regex::{Regex, RegexBuilder};
use segue_core::{
    context::{ContextPackage, Role},
    organisation::Glossary,
    reading::FactKind,
};

use crate::{
    facts::{Found, Rank},
    redact::{redact, rest_of_card},
    text::{Span, Text, fold},
};

/// The most products and plans each.
const LIST_MAX: usize = 5_000;
/// The most identifiers: each is looked for in every turn.
const IDENTIFIERS_MAX: usize = 50;
/// The largest an identifier's compiled pattern may be, bytes.
const PATTERN_BYTES_MAX: usize = 1 << 18;
/// From so many characters on, the placeholder of an identifier tells its last four.
const TELLING_CHARS: usize = 8;

/// An organisation's [`Glossary`], ready to be looked for. Immutable; build it when settings change.
#[derive(Debug, Default)]
pub struct Terms {
    words: Option<AhoCorasick>,
    /// Of each word: what it is, and as the organisation writes it.
    meanings: Vec<(FactKind, String)>,
    identifiers: Vec<(String, Regex)>,
}

/// Why a glossary cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TermsError {
    /// A list without an end.
    #[error("the glossary has {found} {what}; {most} at most")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there may be.
        most: usize,
    },
    /// A name that says nothing.
    #[error("the glossary has {what} without a letter or digit")]
    Empty {
        /// What.
        what: &'static str,
    },
    /// Not a regular expression, or one that matches anything or is too large.
    #[error("the pattern of the identifier \"{name}\" cannot be used: {why}")]
    Pattern {
        /// The identifier.
        name: String,
        /// What is wrong with it.
        why: String,
    },
}

impl Terms {
    /// Compiles a glossary.
    ///
    /// # Errors
    /// What in it cannot be used.
    pub fn new(glossary: &Glossary) -> Result<Self, TermsError> {
        let mut meanings = Vec::new();
        for (what, kind, names) in [
            ("a product", FactKind::ProductCode, &glossary.products),
            ("a plan", FactKind::MembershipLevel, &glossary.plans),
        ] {
            if names.len() > LIST_MAX {
                return Err(TermsError::TooMany {
                    what: "products or plans",
                    found: names.len(),
                    most: LIST_MAX,
                });
            }
            for name in names {
                if !name.chars().any(char::is_alphanumeric) {
                    return Err(TermsError::Empty { what });
                }
                meanings.push((kind, name.trim().to_owned()));
            }
        }
        if glossary.identifiers.len() > IDENTIFIERS_MAX {
            return Err(TermsError::TooMany {
                what: "identifiers",
                found: glossary.identifiers.len(),
                most: IDENTIFIERS_MAX,
            });
        }
        let identifier = |of: &segue_core::organisation::Identifier| Ok((of.name.clone(), pattern(of)?));
        let identifiers = glossary.identifiers.iter().map(identifier).collect::<Result<_, TermsError>>()?;
        let words: Vec<String> = meanings.iter().map(|(_, name)| fold(name).into_owned()).collect();
        let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&words);
        let words = automaton.ok().filter(|_| !words.is_empty());
        Ok(Self { words, meanings, identifiers })
    }

    /// A text without what must not be stored: what [`redact`] takes out, the organisation's identifiers, and the rest
    /// of a card number that the customer began in the turns before. Borrowed where nothing had to go.
    pub fn redact<'t>(&self, text: &'t str, role: Role, context: &ContextPackage) -> Cow<'t, str> {
        let mut text = redact(text);
        if role == Role::Customer
            && let Some(cut) = rest_of_card(&text, context)
        {
            text = Cow::Owned(cut);
        }
        for (name, pattern) in &self.identifiers {
            if pattern.is_match(&text) {
                text = Cow::Owned(without(&text, name, pattern));
            }
        }
        text
    }

    /// The products and plans that a customer names.
    pub(crate) fn find(&self, text: &Text<'_>, found: &mut Vec<Found>) {
        let Some(words) = &self.words else { return };
        for hit in words.find_iter(&text.folded) {
            let span = Span::new(hit.start(), hit.end());
            let (kind, name) = &self.meanings[hit.pattern().as_usize()];
            if stands_alone(&text.folded, span)
                && (*kind != FactKind::MembershipLevel || is_plan(text, span, name))
            {
                found.push(Found::new(*kind, span, Rank::Label).normalised(name.clone()));
            }
        }
    }
}

fn pattern(of: &segue_core::organisation::Identifier) -> Result<Regex, TermsError> {
    let refuse = |why: String| TermsError::Pattern { name: of.name.clone(), why };
    if !of.name.chars().any(char::is_alphanumeric) || of.name.contains(['[', ']']) {
        return Err(refuse("its name needs a letter and no brackets".into()));
    }
    let built = RegexBuilder::new(&of.pattern).case_insensitive(true).size_limit(PATTERN_BYTES_MAX).build();
    let pattern = built.map_err(|error| refuse(error.to_string()))?;
    if pattern.is_match("") {
        return Err(refuse("it matches nothing at all".into()));
    }
    Ok(pattern)
}

/// The text with placeholders for an identifier; what stands inside a placeholder stays.
fn without(text: &str, name: &str, pattern: &Regex) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut at = 0;
    for found in pattern.find_iter(text) {
        let before = &text[..found.start()];
        let inside = before.rfind('[').is_some_and(|open| !before[open..].contains(']'));
        if inside || found.is_empty() {
            continue;
        }
        kept.push_str(&text[at..found.start()]);
        let telling: Vec<char> = found.as_str().chars().filter(|c| c.is_alphanumeric()).collect();
        if telling.len() >= TELLING_CHARS {
            let last: String = telling[telling.len() - 4..].iter().collect();
            kept.push_str(&format!("[{name} ending {last}]"));
        } else {
            kept.push_str(&format!("[{name} removed]"));
        }
        at = found.end();
    }
    kept.push_str(&text[at..]);
    kept
}

/// Whether no letter or digit touches a stretch of folded text.
fn stands_alone(folded: &str, span: Span) -> bool {
    let touches = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && c < '\u{3040}');
    !touches(folded[..span.start].chars().next_back()) && !touches(folded[span.end..].chars().next())
}

/// Plans are called by everyday words ("Business", "Team"): they count as such where they are written like the plan
/// within a sentence, stand beside a word for plans, or are the whole answer.
fn is_plan(text: &Text<'_>, span: Span, name: &str) -> bool {
    const WORDS: &[&str] = &[
        "plan",
        "tier",
        "subscription",
        "package",
        "membership",
        "license",
        "licence",
        "abo",
        "tarif",
        "forfait",
        "abonnement",
    ];
    let sentence = text.sentence_at(span.start);
    let as_written =
        text.raw_of(span) == name && name.contains(char::is_uppercase) && sentence.start < span.start;
    let near = |part: &str, back: bool| {
        let mut words = part.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let next = if back { words.next_back() } else { words.next() };
        next.is_some_and(|word| WORDS.iter().any(|known| word.starts_with(known)))
    };
    let alone = text.words.len() <= 3;
    as_written || alone || near(&text.folded[span.end..], false) || near(&text.folded[..span.start], true)
}

#[cfg(test)]
mod tests {
    use segue_core::organisation::Identifier;

    use super::*;
    use crate::testing;

    fn glossary() -> Glossary {
        let list = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        let identifier =
            |name: &str, pattern: &str| Identifier { name: name.into(), pattern: pattern.into() };
        Glossary {
            products: list(&["Shift Planner", "Flexform", "Größe 5"]),
            plans: list(&["Business", "Team", "Team Plus"]),
            identifiers: vec![
                identifier("member number", "MB-?[0-9]{8}"),
                identifier("seal", r"\bq[0-9]{3}\b"),
            ],
        }
    }

    #[track_caller]
    fn names(text: &str, expected: &[(&str, &str)]) {
        let terms = Terms::new(&glossary()).unwrap();
        let text = Text::new(text);
        let mut found = Vec::new();
        terms.find(&text, &mut found);
        let shown: Vec<(&str, &str)> = found
            .iter()
            .map(|found| (text.raw_of(found.span), found.normalised.as_deref().unwrap_or_default()))
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn finds_products_and_plans() {
        names(
            "my flexform and the SHIFT PLANNER crash",
            &[("flexform", "Flexform"), ("SHIFT PLANNER", "Shift Planner")],
        );
        names("flexforms", &[]);
        names("die grosse 5 fehlt", &[]);
        names("die größe 5 fehlt", &[("größe 5", "Größe 5")]);
        names("we have the Business since May", &[("Business", "Business")]);
        names("our business has a team", &[]);
        names("is the team plus plan cheaper?", &[("team plus", "Team Plus")]);
        names("team", &[("team", "Team")]);
    }

    #[track_caller]
    fn redacts(before: &[&str], text: &str, expected: &str) {
        let terms = Terms::new(&glossary()).unwrap();
        let turns: Vec<(Role, &str)> = before.iter().map(|&text| (Role::Customer, text)).collect();
        let context = testing::context(&turns);
        let redacted = terms.redact(text, Role::Customer, &context).into_owned();
        assert_eq!(redacted, expected);
        assert_eq!(terms.redact(&redacted, Role::Customer, &context), expected, "twice");
    }

    #[test]
    fn identifiers_go_before_anything_is_stored() {
        redacts(
            &[],
            "I am mb-10220041, card 4242424242424242",
            "I am [member number ending 0041], card [card ending 4242]",
        );
        redacts(&[], "seal q123 and q12", "seal [seal removed] and q12");
    }

    #[test]
    fn a_card_in_pieces_does_not_get_whole() {
        redacts(&["my card is 4242 4242"], "4242 4242", "[card ending 4242]");
        redacts(&["4242 4242", "4242"], "4242 is the end", "[card ending 4242] is the end");
        redacts(&["4242 4242"], "4242 4241", "4242 4241");
        redacts(&["call me on 4242 4242", "no other number?"], "order 88", "order 88");
    }

    #[test]
    fn says_what_is_wrong_with_a_glossary() {
        let refused = |glossary: Glossary| Terms::new(&glossary).unwrap_err().to_string();
        let identifier = |pattern: &str| Identifier { name: "seal".into(), pattern: pattern.into() };
        let with = |pattern: &str| Glossary { identifiers: vec![identifier(pattern)], ..Glossary::default() };
        assert!(refused(with("[0-9")).starts_with("the pattern of the identifier \"seal\" cannot be used"));
        assert!(refused(with("[0-9]*")).ends_with("it matches nothing at all"));
        assert!(refused(with("\\w{1,500}{1,500}")).contains("seal"));
        let unnamed = Glossary { plans: vec![" ".into()], ..Glossary::default() };
        assert_eq!(refused(unnamed), "the glossary has a plan without a letter or digit");
    }
}
