//! Takes what must never reach the log out of a text, before it is appended: numbers of payment cards, government
//! numbers, and secrets that follow words such as "password is".
//!
//! Placeholders keep the shape of the sentence: `[card ending 4242]`, `[id ending 6789]`, `[password removed]`.

use std::{borrow::Cow, ops::Range, sync::LazyLock};

use aho_corasick::AhoCorasick;
use regex::Regex;
use segue_core::context::{ContextPackage, Role};

use crate::text::{digit_value, fold, fold_char};

/// Fewest and most digits of a payment card.
const CARD_DIGITS: std::ops::RangeInclusive<usize> = 13..=19;

static SECRET: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)(?-u:\b)
        (?P<what>pass\ ?word|pass\ ?code|pass\ ?phrase|contrasena|clave|mot\ de\ passe|passwort|kennwort|senha|wachtwoord|haslo|sifre
          |(?:my|the|card|atm|sim|account|your)\ pin(?:\ (?:code|number))?|pin(?:\ (?:code|number))
          |cvv2?|cvc2?|security\ code|one[-\ ]time\ (?:code|password|passcode)|otp|verification\ code|2fa\ code
          |api[-\ ]?key|secret(?:\ key)?|access\ token|auth\ token|bearer|recovery\ code)
        (?P<link>\s*(?:(?-u:\b)(?:is|was|es|est|ist|e|to|su|a)(?-u:\b)\s*:?|[:=]|\ (?-u:\b)(?:is|was)\ set\ to(?-u:\b))\s*|\s+(?P<bare>))
        [\x22'`(]?(?P<value>[^\s\x22'`,;)]{3,64})",
    )
    .expect("a constant expression")
});

/// Parts of every word that a secret follows, and of the tokens that give themselves away.
static HINTS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let words = [
        "pass", "pin", "cvv", "cvc", "code", "otp", "key", "secret", "token", "bearer", "contrase", "clave",
        "senha", "wort", "woord", "has", "ifre", "mot de", "ssn", "social", "k_live", "k_test", "gh", "akia",
        "xox", "eyj", "glpat", "aiza",
    ];
    let digits = (b'0'..=b'9').map(|digit| format!("{}-", char::from(digit)));
    let hints = words.into_iter().map(str::to_owned).chain(digits);
    AhoCorasick::builder().ascii_case_insensitive(true).build(hints).expect("a handful of short words")
});

static TOKEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?-u:\b)(?:[srp]k_(?:live|test)_[0-9a-z]{10,}|gh[pousr]_[0-9a-z]{20,}|github_pat_[0-9a-z_]{20,}|akia[0-9a-z]{12,}|xox[abpr]-[0-9a-z-]{10,}|eyj[0-9a-z_-]{10,}\.[0-9a-z_-]{6,}\.[0-9a-z_-]{6,}|glpat-[0-9a-z_-]{16,}|aiza[0-9a-z_-]{30,})",
    )
    .expect("a constant expression")
});

static NATIONAL_ID: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?-u:\b)(?P<ssn>[0-9]{3}-[0-9]{2}-[0-9]{4})(?-u:\b)|(?-u:\b)(?:ssn|social security(?: number)?)(?: (?:is|no|number|#))*\s*[:=]?\s*(?P<bare>[0-9]{9})(?-u:\b)")
        .expect("a constant expression")
});

/// The text without what must not be stored. Borrowed where nothing had to go.
///
/// Applying it twice changes nothing more.
pub fn redact(text: &str) -> Cow<'_, str> {
    let mut cuts: Vec<(Range<usize>, String)> = Vec::new();
    if text.chars().filter(|&c| digit_value(c).is_some()).take(9).count() >= 9 {
        cards(text, &mut cuts);
    }
    if suspicious(text) {
        secrets(text, &mut cuts);
    }
    if cuts.is_empty() {
        return Cow::Borrowed(text);
    }
    cuts.sort_by_key(|(range, _)| range.start);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (range, placeholder) in cuts {
        if range.start < at {
            continue;
        }
        out.push_str(&text[at..range.start]);
        out.push_str(&placeholder);
        at = range.end;
    }
    out.push_str(&text[at..]);
    Cow::Owned(out)
}

/// A cheap look for anything that the expressions could find.
fn suspicious(text: &str) -> bool {
    HINTS.is_match(text)
}

/// Card numbers: runs of digits with single spaces, dashes or dots between them, by prefix, length and Luhn.
fn cards(text: &str, cuts: &mut Vec<(Range<usize>, String)>) {
    let mut digits: Vec<u8> = Vec::new();
    let mut range = 0..0;
    let mut gap = 0;
    let mut previous = ' ';
    let mut glued = false;
    for (at, c) in text.char_indices().chain([(text.len(), '\0')]) {
        if let Some(digit) = digit_value(c) {
            if digits.is_empty() {
                range.start = at;
                glued = previous.is_alphabetic() || previous == '_';
            }
            digits.push(digit);
            range.end = at + c.len_utf8();
            gap = 0;
        } else if !digits.is_empty() {
            gap += 1;
            let joins = is_gap(c) && gap <= 1;
            if !joins {
                let ends_glued = gap == 1 && (c.is_alphabetic() || c == '_');
                if !glued && !ends_glued {
                    cut_card(text, &digits, &range, cuts);
                }
                digits.clear();
                gap = 0;
            }
        }
        previous = c;
    }
}

/// Cuts the cards out of a run of digits: each starts and ends at a separator or at an end of the run.
fn cut_card(text: &str, digits: &[u8], range: &Range<usize>, cuts: &mut Vec<(Range<usize>, String)>) {
    let places: Vec<Range<usize>> = text[range.clone()]
        .char_indices()
        .filter(|&(_, c)| digit_value(c).is_some())
        .map(|(at, c)| range.start + at..range.start + at + c.len_utf8())
        .collect();
    let starts = |at: usize| at == 0 || places[at - 1].end < places[at].start;
    let ends = |at: usize| at == places.len() || places[at - 1].end < places[at].start;
    let mut at = 0;
    while at + CARD_DIGITS.start() <= digits.len() {
        let lengths =
            CARD_DIGITS.rev().filter(|length| starts(at) && at + length <= digits.len() && ends(at + length));
        let Some(length) = lengths.into_iter().find(|length| is_card(&digits[at..at + length])) else {
            at += 1;
            continue;
        };
        let card = &digits[at..at + length];
        let last: String = card[length - 4..].iter().map(|&digit| char::from(b'0' + digit)).collect();
        cuts.push((places[at].start..places[at + length - 1].end, format!("[card ending {last}]")));
        at += length;
    }
}

/// Turns of the customer that may hold the beginning of a card number.
const CARD_TURNS: usize = 4;
/// Turns of both sides that tell that cards are talked about.
const CARD_TALK_TURNS: usize = 8;

/// The text without the end of a card number that the customer began in the turns before, where it begins with one.
pub(crate) fn rest_of_card(text: &str, context: &ContextPackage) -> Option<String> {
    let (mut digits, end) = leading_digits(text);
    if digits.is_empty() || digits.len() >= *CARD_DIGITS.start() {
        return None;
    }
    let last: String = digits.iter().rev().take(4).rev().map(|&digit| char::from(b'0' + digit)).collect();
    let said = context.transcript.iter().rev().filter(|turn| turn.role == Role::Customer);
    for turn in said.take(CARD_TURNS) {
        let mut longer = trailing_digits(&turn.text);
        let is_number = turn.text.chars().all(|c| digit_value(c).is_some() || is_gap(c));
        if longer.is_empty() {
            return None;
        }
        let likely = is_in_fours(&turn.text) || talks_of_cards(context);
        longer.append(&mut digits);
        digits = longer;
        if is_card(&digits) && likely {
            return Some(format!("[card ending {last}]{}", &text[end..]));
        }
        if !is_number {
            return None;
        }
    }
    None
}

/// Whether a text ends with groups of four digits: "4242 4242".
fn is_in_fours(text: &str) -> bool {
    let is_four = |group: &str| group.chars().count() == 4 && group.chars().all(|c| digit_value(c).is_some());
    let mut groups = text.trim_end().rsplit(is_gap);
    groups.next().is_some_and(is_four) && groups.next().is_some_and(is_four)
}

/// Whether anybody has named a card lately.
fn talks_of_cards(context: &ContextPackage) -> bool {
    const CARDS: [&str; 8] = ["card", "karte", "tarjeta", "carte", "cartao", "carta", "kaart", "kart"];
    let mut said = context.transcript.iter().rev().take(CARD_TALK_TURNS);
    said.any(|turn| {
        let folded = fold(&turn.text);
        CARDS.iter().any(|name| folded.contains(name))
    })
}

/// What may stand between the digits of a card.
fn is_gap(c: char) -> bool {
    matches!(fold_char(c), ' ' | '-' | '.' | '\u{200b}' | '\u{00ad}')
}

/// The digits that a text begins with, and where they end.
fn leading_digits(text: &str) -> (Vec<u8>, usize) {
    let (mut digits, mut end) = (Vec::new(), 0);
    for (at, c) in text.char_indices() {
        if let Some(digit) = digit_value(c) {
            digits.push(digit);
            end = at + c.len_utf8();
        } else if !is_gap(c) {
            break;
        }
    }
    (digits, end)
}

/// The digits that a text ends with.
fn trailing_digits(text: &str) -> Vec<u8> {
    let end = text.chars().rev().take_while(|&c| digit_value(c).is_some() || is_gap(c));
    let mut digits: Vec<u8> = end.filter_map(digit_value).collect();
    digits.reverse();
    digits
}

/// Whether digits are a payment card's: issuer prefix, length and check digit.
pub(crate) fn is_card(digits: &[u8]) -> bool {
    let prefix = |count: usize| digits[..count].iter().fold(0_u32, |sum, &digit| sum * 10 + u32::from(digit));
    if !CARD_DIGITS.contains(&digits.len()) {
        return false;
    }
    let issued = matches!(
        (prefix(1), prefix(2), prefix(4), digits.len()),
        (4, _, _, 13 | 16 | 19)
            | (_, 51..=55, _, 16)
            | (_, _, 2221..=2720, 16)
            | (_, 34 | 37, _, 15)
            | (_, 36 | 38 | 39, _, 14..=19)
            | (_, 30, _, 14)
            | (_, _, 6011, 16..=19)
            | (_, 35 | 62 | 64 | 65 | 81, _, 16..=19)
            | (_, 50 | 56..=58 | 60 | 61 | 63 | 66..=69, _, 13..=19)
    );
    issued && luhn(digits)
}

/// The check digit of ISO/IEC 7812.
pub(crate) fn luhn(digits: &[u8]) -> bool {
    let doubled = |(place, &digit): (usize, &u8)| {
        let value = if place % 2 == 1 { digit * 2 } else { digit };
        u32::from(if value > 9 { value - 9 } else { value })
    };
    digits.iter().rev().enumerate().map(doubled).sum::<u32>().is_multiple_of(10)
}

/// Passwords, PINs, tokens and government numbers.
fn secrets(text: &str, cuts: &mut Vec<(Range<usize>, String)>) {
    let folded: String = text.chars().map(fold_char).collect();
    let raw = |range: Range<usize>| -> Range<usize> {
        if text.is_ascii() {
            return range;
        }
        let char_start = folded[..range.start].chars().count();
        let char_end = char_start + folded[range].chars().count();
        let at = |nth: usize| text.char_indices().nth(nth).map_or(text.len(), |(at, _)| at);
        at(char_start)..at(char_end)
    };
    for found in TOKEN.find_iter(&folded) {
        cuts.push((raw(found.range()), "[token removed]".to_owned()));
    }
    for found in NATIONAL_ID.captures_iter(&folded) {
        if let Some(id) = found.name("ssn").or_else(|| found.name("bare")) {
            let last = &id.as_str()[id.as_str().len() - 4..];
            cuts.push((raw(id.range()), format!("[id ending {last}]")));
        }
    }
    for found in SECRET.captures_iter(&folded) {
        let (Some(what), Some(value)) = (found.name("what"), found.name("value")) else { continue };
        let word = value.as_str().trim_end_matches(['.', '!', '?']);
        let linked = found.name("bare").is_none();
        let symbol = found.name("link").is_some_and(|link| link.as_str().contains([':', '=']));
        if word.len() < 3 || word.starts_with('[') || !secret_word(word, linked, symbol) {
            continue;
        }
        let range = value.start()..value.start() + word.len();
        cuts.push((raw(range), format!("[{} removed]", kind(what.as_str()))));
    }
}

/// Whether the word after "password is" is the password rather than the rest of a sentence.
fn secret_word(word: &str, linked: bool, symbol: bool) -> bool {
    let mixed =
        word.bytes().any(|b| b.is_ascii_digit()) || word.bytes().any(|b| b"!@#$%^&*+=_~<>|\\".contains(&b));
    if mixed {
        return true;
    }
    if !linked {
        return false;
    }
    symbol && !PLAIN_WORDS.contains(&word)
        || !PLAIN_WORDS.contains(&word)
            && !word.ends_with("ing")
            && !word.ends_with("ed")
            && !word.ends_with("n't")
}

/// Words that follow "my password is" without being one.
const PLAIN_WORDS: &[&str] = &[
    "not",
    "wrong",
    "incorrect",
    "invalid",
    "correct",
    "right",
    "required",
    "the",
    "too",
    "never",
    "still",
    "always",
    "also",
    "now",
    "gone",
    "lost",
    "weak",
    "strong",
    "short",
    "long",
    "fine",
    "good",
    "bad",
    "broken",
    "secure",
    "safe",
    "unsafe",
    "different",
    "same",
    "reset",
    "being",
    "been",
    "just",
    "only",
    "what",
    "there",
    "here",
    "stuck",
    "old",
    "new",
    "and",
    "but",
    "because",
    "that",
    "this",
    "very",
    "really",
    "unknown",
    "mandatory",
    "optional",
    "needed",
    "empty",
    "blank",
    "case",
    "out",
    "about",
    "something",
    "asked",
    "your",
    "mine",
    "his",
    "her",
    "their",
    "our",
    "for",
    "with",
    "when",
    "after",
    "incorrecta",
    "incorrecto",
    "equivocada",
    "falsch",
    "faux",
    "incorrect.",
    "login",
    "log",
    "access",
    "enter",
    "change",
    "get",
    "update",
    "recover",
    "work",
    "works",
    "link",
    "please",
    "be",
    "see",
    "use",
    "set",
    "have",
    "it",
    "muy",
    "nicht",
    "pas",
    "errada",
    "sbagliata",
    "no",
    "non",
    "nao",
    "niet",
    "email",
    "somewhere",
    "one",
    "apparently",
    "definitely",
];

fn kind(what: &str) -> &'static str {
    match what {
        _ if what.contains("pin") => "pin",
        _ if what.starts_with("cv") || what.contains("security") => "security code",
        _ if what.contains("code") || what.starts_with("otp") || what.starts_with("one") => "code",
        _ if what.contains("key")
            || what.contains("token")
            || what.contains("secret")
            || what == "bearer" =>
        {
            "token"
        }
        _ => "password",
    }
}

#[cfg(test)]
mod tests {
    use super::redact;

    #[track_caller]
    fn check(text: &str, redacted: &str) {
        assert_eq!(redact(text), redacted);
        assert_eq!(redact(redacted), redacted, "twice");
    }

    #[test]
    fn cards_go() {
        check("my card 4242424242424242 fails", "my card [card ending 4242] fails");
        check("4242 4242 4242 4242, 12/29", "[card ending 4242], 12/29");
        check("it's 5555-5555-5555-4444.", "it's [card ending 4444].");
        check("４２４２ ４２４２ ４２４２ ４２４２", "[card ending 4242]");
        check("٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢", "[card ending 4242]");
        check("378282246310005 is my amex", "[card ending 0005] is my amex");
        check("order 12345 4242 4242 4242 4242", "order 12345 [card ending 4242]");
        check("4242 4242 4242 4242 123", "[card ending 4242] 123");
    }

    #[test]
    fn other_numbers_stay() {
        for text in [
            "order 3348917502",
            "tracking 4242424242424241",
            "call (977) 625-2661",
            "serial AB4242424242424242",
            "1234567890123456",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn secrets_go() {
        check("my password is hunter2!", "my password is [password removed]!");
        check("Password: Blue-Horse", "Password: [password removed]");
        check("mi contraseña es gato123", "mi contraseña es [password removed]");
        check("my pin is 4821", "my pin is [pin removed]");
        check("cvv 123", "cvv [security code removed]");
        check("ssn 123-45-6789", "ssn [id ending 6789]");
        check("key sk_live_abcdefghij1234 leaked", "key [token removed] leaked");
    }

    #[test]
    fn talk_about_secrets_stays() {
        for text in [
            "my password is not working",
            "The password is wrong",
            "password reset link never came",
            "my password is expired",
            "I changed my password yesterday",
            "what is the pin code of your area",
        ] {
            check(text, text);
        }
    }
}
