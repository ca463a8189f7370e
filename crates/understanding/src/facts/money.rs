//! Sums of money in many notations.

use regex::Regex;
use segue_core::reading::FactKind;

use super::{Found, Rank};
use crate::pattern::expression;
use crate::text::{Span, Text};

/// ISO codes by what people write.
const CURRENCIES: &[(&str, &str)] = &[
    ("€", "EUR"),
    ("eur", "EUR"),
    ("euro", "EUR"),
    ("euros", "EUR"),
    ("us$", "USD"),
    ("$", "USD"),
    ("usd", "USD"),
    ("dollar", "USD"),
    ("dollars", "USD"),
    ("bucks", "USD"),
    ("dolares", "USD"),
    ("dolar", "USD"),
    ("£", "GBP"),
    ("gbp", "GBP"),
    ("pound", "GBP"),
    ("pounds", "GBP"),
    ("quid", "GBP"),
    ("libras", "GBP"),
    ("¥", "JPY"),
    ("jpy", "JPY"),
    ("yen", "JPY"),
    ("円", "JPY"),
    ("cny", "CNY"),
    ("rmb", "CNY"),
    ("yuan", "CNY"),
    ("元", "CNY"),
    ("₹", "INR"),
    ("rs", "INR"),
    ("rs.", "INR"),
    ("inr", "INR"),
    ("rupees", "INR"),
    ("rupee", "INR"),
    ("chf", "CHF"),
    ("fr.", "CHF"),
    ("franken", "CHF"),
    ("sek", "SEK"),
    ("nok", "NOK"),
    ("dkk", "DKK"),
    ("kr", "SEK"),
    ("pln", "PLN"),
    ("zl", "PLN"),
    ("zloty", "PLN"),
    ("zlotych", "PLN"),
    ("tl", "TRY"),
    ("₺", "TRY"),
    ("lira", "TRY"),
    ("r$", "BRL"),
    ("brl", "BRL"),
    ("reais", "BRL"),
    ("mxn", "MXN"),
    ("pesos", "MXN"),
    ("₽", "RUB"),
    ("rub", "RUB"),
    ("cad", "CAD"),
    ("c$", "CAD"),
    ("aud", "AUD"),
    ("a$", "AUD"),
    ("₪", "ILS"),
    ("ils", "ILS"),
    ("nis", "ILS"),
    ("shekels", "ILS"),
    ("₩", "KRW"),
    ("krw", "KRW"),
    ("원", "KRW"),
    ("aed", "AED"),
    ("huf", "HUF"),
    ("czk", "CZK"),
];

/// Reads sums of money.
pub(crate) struct MoneyReader {
    before: Regex,
    after: Regex,
}

impl MoneyReader {
    pub fn new() -> Self {
        let words = |before: bool| {
            let mut words: Vec<&str> = CURRENCIES
                .iter()
                .map(|&(word, _)| word)
                .filter(|word| !before || !matches!(*word, "kr" | "lira" | "pound" | "pounds" | "euros"))
                .collect();
            words.sort_by_key(|word| std::cmp::Reverse(word.len()));
            words.iter().map(|word| regex::escape(word)).collect::<Vec<_>>().join("|")
        };
        let number = r"[0-9]{1,3}(?:[ ,.'][0-9]{3})+(?:[.,][0-9]{1,2})?|[0-9]+(?:[.,][0-9]{1,2})?";
        let build = |pattern: String| expression(&pattern);
        Self {
            before: build(format!(
                r"(?P<unit>{})\s?(?P<number>(?:{number})(?:\s?(?:k|m|mio)\b)?)",
                words(true)
            )),
            after: build(format!(
                r"(?P<number>(?:{number})(?:\s?(?:k|m|mio))?)\s?(?P<unit>{})",
                words(false)
            )),
        }
    }

    /// The sums within a part of the text. The value holds number and currency, as typed.
    pub fn find(&self, text: &Text<'_>, within: Span) -> Vec<Found> {
        let part = text.of(within);
        let mut found = Vec::new();
        if !part.bytes().any(|b| b.is_ascii_digit()) {
            return found;
        }
        for rule in [&self.before, &self.after] {
            for sum in rule.captures_iter(part) {
                let (Some(all), Some(number), Some(unit)) =
                    (sum.get(0), sum.name("number"), sum.name("unit"))
                else {
                    continue;
                };
                if glued(part, all.start(), all.end()) {
                    continue;
                }
                let code =
                    CURRENCIES.iter().find(|(word, _)| *word == unit.as_str()).map_or("", |&(_, code)| code);
                let span = Span::new(within.start + all.start(), within.start + all.end());
                let claim = Found::new(FactKind::Amount, span, Rank::Shape);
                found.push(match value(number.as_str()) {
                    Some(value) => claim.normalised(format!("{value:.2} {code}")),
                    None => claim,
                });
            }
        }
        found
    }
}

/// Whether letters or digits continue the sum on either side.
fn glued(part: &str, start: usize, end: usize) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let first = part[start..].chars().next().is_some_and(word);
    let last = part[..end].chars().next_back().is_some_and(word);
    let before = part[..start].chars().next_back();
    first && before.is_some_and(|c| word(c) || matches!(c, '.' | '-' | '/' | '#'))
        || last && part[end..].starts_with(word)
}

/// The number, whatever its separators: the last one before one or two digits is the decimal one.
fn value(number: &str) -> Option<f64> {
    let trimmed = number.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == ' ');
    let factor = match number[trimmed.len()..].trim() {
        "k" => 1e3,
        "m" | "mio" => 1e6,
        _ => 1.0,
    };
    let decimals = trimmed.rfind(['.', ',']).filter(|&at| trimmed.len() - at <= 3);
    let digits = |part: &str| part.chars().filter(char::is_ascii_digit).collect::<String>();
    let plain = match decimals {
        Some(at) => format!("{}.{}", digits(&trimmed[..at]), digits(&trimmed[at..])),
        None => digits(trimmed),
    };
    plain.parse::<f64>().ok().map(|value| value * factor)
}

#[cfg(test)]
mod tests {
    use segue_core::reading::FactKind::Amount;

    use crate::{facts::testing::check, testing::read};

    #[test]
    fn finds_sums() {
        check("It's a 1,450 euro camera", &[(Amount, "1,450 euro")]);
        check("I paid €14.50 for it", &[(Amount, "€14.50")]);
        check("the jeans were $94", &[(Amount, "$94")]);
        check("send 200 USD", &[(Amount, "200 USD")]);
        check("cobraron 1.299,00 €", &[(Amount, "1.299,00 €")]);
        check("about $2k", &[(Amount, "$2k")]);
        check("300.13€ are gone", &[(Amount, "300.13€")]);
        check("12 people tried", &[]);
    }

    #[test]
    fn sums_compare() {
        let plain = |text: &str| read(text).facts[0].normalised.clone().unwrap();
        assert_eq!(plain("1,450 euro"), "1450.00 EUR");
        assert_eq!(plain("1.299,00 €"), "1299.00 EUR");
        assert_eq!(plain("$2k"), "2000.00 USD");
    }
}
