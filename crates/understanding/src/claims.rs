//! Whether a sentence that somebody else wrote says no more than the texts it cites.
//!
//! Not a proof: it refuses what can be seen to be wrong. Numbers, codes, addresses and names must stand in the sources;
//! most content words must; and a negation must not come or go.

use std::collections::HashSet;

use crate::{
    language::is_function_word,
    text::{Text, fold, stem, words},
};

/// The share of a claim's content words that its sources must have.
const SHARED_MIN: f32 = 0.5;
/// The share from which a source sentence says what the claim says, so that both must deny or neither.
const ALIKE: f32 = 0.6;

/// The share from which a source sentence that denies may be what a claim denies.
const NEAR: f32 = 1.0 / 3.0;

/// Words with which one tells what others said; they need no source.
const TELLING: &[&str] = &[
    "customer",
    "agent",
    "assistant",
    "client",
    "visitor",
    "user",
    "say",
    "said",
    "ask",
    "asked",
    "want",
    "report",
    "explain",
    "mention",
    "tell",
    "told",
    "state",
    "claim",
    "suggest",
    "suggested",
    "propose",
    "proposed",
    "offer",
    "offered",
    "promise",
    "promised",
    "try",
    "tried",
    "complain",
    "request",
    "respond",
    "reply",
    "replied",
    "answer",
    "confirm",
    "provide",
    "give",
    "gave",
    "given",
    "need",
    "require",
    "describe",
    "add",
    "now",
    "also",
    "previously",
];

/// Words that deny, folded.
const DENIALS: &[&str] = &[
    "not", "no", "never", "cannot", "without", "none", "nothing", "nobody", "neither", "nor", "unable",
    "fails", "failed", "refuses", "refused", "nicht", "kein", "keine", "keinen", "nie", "ohne", "pas",
    "jamais", "aucun", "sans", "sin", "nunca", "ningun", "nada", "nao", "sem", "non", "mai", "senza", "niet",
    "geen", "zonder", "nooit", "bez",
];

/// Whether `sources` support a claim: see the module.
pub fn is_supported(claim: &str, sources: &[&str]) -> bool {
    let sources: Vec<Text<'_>> = sources.iter().map(|source| Text::new(source)).collect();
    let claim = Text::new(claim);
    let known: HashSet<String> = sources.iter().flat_map(|source| exact(&source.folded)).collect();
    if exact(&claim.folded).iter().any(|code| !known.contains(code)) {
        return false;
    }
    let spoken: HashSet<&str> = sources.iter().flat_map(|source| stems(&source.folded)).collect();
    let is_said =
        |name: &str| sources.iter().any(|source| source.words.iter().any(|&word| source.of(word) == name));
    if names(&claim).iter().any(|name| !is_said(name) && !TELLING.contains(&name.as_str())) {
        return false;
    }
    let content: Vec<&str> = stems(&claim.folded).filter(|word| !is_telling(word)).collect();
    let shared = |spoken: &HashSet<&str>| {
        content.iter().filter(|word| spoken.contains(*word)).count() as f32 / content.len().max(1) as f32
    };
    if content.is_empty() || shared(&spoken) < SHARED_MIN {
        return false;
    }
    let denies = denies(&claim.folded);
    let sentences = || sources.iter().flat_map(|source| source.sentences.iter().map(|&at| source.of(at)));
    let alike: Vec<&str> =
        sentences().filter(|sentence| shared(&stems(sentence).collect()) >= ALIKE).collect();
    match alike.is_empty() {
        true => {
            !denies
                || sentences()
                    .any(|sentence| self::denies(sentence) && shared(&stems(sentence).collect()) >= NEAR)
        }
        false => alike.iter().any(|sentence| self::denies(sentence) == denies),
    }
}

/// Numbers, codes and addresses, without what only shapes them.
fn exact(folded: &str) -> Vec<String> {
    let is_exact = |word: &&str| word.contains('@') || word.bytes().any(|byte| byte.is_ascii_digit());
    let plain = |word: &str| word.chars().filter(|c| c.is_alphanumeric() || *c == '@').collect::<String>();
    let unit = |code: String| {
        // "2nd" and "5x" are numbers with something after them.
        let digits = code.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 && code.len() - digits <= 2 { code[..digits].to_owned() } else { code }
    };
    folded
        .split(|c: char| c.is_whitespace() || "/()[]\"".contains(c))
        .filter(is_exact)
        .map(plain)
        .map(unit)
        .collect()
}

/// Stems of the content words.
fn stems(folded: &str) -> impl Iterator<Item = &str> {
    let spans = words(folded).into_iter().map(|span| &folded[span.start..span.end]);
    spans.filter(|word| word.len() > 2 && !is_function_word(word)).map(stem)
}

fn is_telling(word: &str) -> bool {
    TELLING.iter().any(|telling| stem(telling) == word)
}

/// Words with a capital within a sentence, folded.
fn names(text: &Text<'_>) -> Vec<String> {
    let starts: HashSet<usize> = text.sentences.iter().map(|sentence| sentence.start).collect();
    let named = text.words.iter().filter(|word| !starts.contains(&word.start));
    let named = named
        .map(|&word| text.raw_of(word))
        .filter(|word| word.chars().count() > 1 && word.chars().next().is_some_and(char::is_uppercase));
    named.map(|word| fold(word).into_owned()).filter(|word| !is_function_word(word)).collect()
}

fn denies(folded: &str) -> bool {
    let mut said = words(folded).into_iter().map(|span| &folded[span.start..span.end]);
    said.any(|word| word.ends_with("n't") || DENIALS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::is_supported;

    const SOURCES: &[&str] = &[
        "My order LF-48213 arrived in size 54 instead of 58. I paid 1,299.00 euro on 12 March.",
        "The exchange page does not work, it says EX-17. Ines",
        "I have asked the courier to collect it, you get an e-mail at ines@mail.example.",
    ];

    #[track_caller]
    fn check(claim: &str, supported: bool) {
        assert_eq!(is_supported(claim, SOURCES), supported, "{claim}");
    }

    #[test]
    fn what_the_sources_say_is_supported() {
        check("Order LF-48213 arrived in size 54 instead of 58.", true);
        check("Ines paid 1299.00 for the order on 12 March.", true);
        check("The exchange page does not work and says EX-17.", true);
        check("The assistant asked the courier to collect the order.", true);
    }

    #[test]
    fn what_they_do_not_say_is_not() {
        check("Order LF-48214 arrived in size 54.", false);
        check("The customer paid 1,399.00 euro.", false);
        check("The exchange page works and says EX-17.", false);
        check("The courier did not collect the order that arrived.", false);
        check("Order LF-48213 belongs to Robert in Lisbon.", false);
        check("The customer threatens to sue for damages over broken brakes.", false);
        check("An e-mail goes to ines@mail.test.", false);
        check("", false);
    }
}
