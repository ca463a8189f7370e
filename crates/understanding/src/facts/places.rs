//! Postal addresses and codes.

use regex::Regex;
use segue_core::reading::FactKind;

use super::{Found, Rank};
use crate::pattern::expression;
use crate::{
    lexicon::{Flag, Scan},
    text::Span,
};

pub(crate) struct PlaceReader {
    number_first: Regex,
    name_first: Regex,
    uk: Regex,
    state: Regex,
}

impl PlaceReader {
    pub fn new() -> Self {
        let build = |pattern: &str| expression(pattern);
        Self {
            // 6821 1st Ave, San Mateo, NY 75227
            number_first: build(
                r"\b[0-9]{1,6}[a-z]?,? (?:(?:north|south|east|west|n|s|e|w|ne|nw|se|sw)\.? )?(?:(?:[a-z0-9'.-]+ ){1,4}?(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|court|ct|place|pl|square|sq|terrace|highway|hwy|parkway|pkwy|way|circle|cir|crescent|close|grove|gardens)|(?:rue|avenue|boulevard|place|allee|chemin|quai|cours) [a-z' -]{2,30})\b\.?(?:,? (?:apt|apartment|suite|unit|flat|#) ?#?[a-z0-9-]{1,6})?(?:,? +[a-z][a-z' -]{1,28}?,? +[a-z]{2} +[0-9]{5}(?:-[0-9]{4})?\b|,? +[a-z][a-z'-]{1,20}(?: [a-z'-]{2,20})?,? +[a-z]{1,2}[0-9][0-9a-z]? ?[0-9][a-z]{2}\b|, +[a-z][a-z' -]{2,28}\b)?",
            ),
            // Hauptstrasse 5, 10115 Berlin
            name_first: build(
                r"\b(?:(?:calle|avenida|avda\.?|plaza|paseo|rue|via|viale|piazza|corso|rua|travessa|ul\.|ulica) (?:[a-z'.-]+ ){0,4}?[a-z'.-]+,? (?:n\.? ?)?[0-9]{1,5}[a-z]?|[a-z-]{2,30}(?:strasse|strase|str\.|weg|platz|gasse|allee|straat|laan|plein) [0-9]{1,4}[a-z]?)\b(?:,? [0-9]{4,5}(?: ?[a-z]{2})? [a-z][a-z -]{1,28}\b)?",
            ),
            uk: build(
                r"\b(?:[a-z]{1,2}[0-9][0-9a-z]? [0-9][abd-hjlnp-uw-z]{2}|[abceghj-nprstvxy][0-9][a-z] [0-9][a-z][0-9])\b",
            ),
            state: build(r"\b[A-Z]{2} (?P<zip>[0-9]{5}(?:-[0-9]{4})?)\b"),
        }
    }

    pub fn find(&self, scan: &Scan<'_>, found: &mut Vec<Found>) {
        let text = &scan.text;
        if text.digits == 0 {
            return;
        }
        let glued = ["strase", "strasse", "straat", "weg ", "platz ", "laan "];
        if scan.any(&[Flag::Street]) || glued.iter().any(|part| text.folded.contains(part)) {
            for rule in [&self.number_first, &self.name_first] {
                for address in rule.find_iter(&text.folded) {
                    let kept = address.as_str().trim_end_matches(['.', ',', ' ']).len();
                    let span = Span::new(address.start(), address.start() + kept);
                    if !counted(address.as_str()) {
                        found.push(Found::new(FactKind::PostalAddress, span, Rank::Shape));
                    }
                }
            }
        }
        if text.digits >= 2 {
            let code = |m: regex::Match<'_>| Found::new(FactKind::PostalCode, m.into(), Rank::Loose);
            found.extend(self.uk.find_iter(&text.folded).map(code));
        }
        if text.digits >= 5 && text.raw.is_ascii() {
            let codes = self.state.captures_iter(text.raw).filter_map(|code| code.name("zip"));
            found.extend(codes.map(|m| Found::new(FactKind::PostalCode, m.into(), Rank::Loose)));
        }
    }
}

/// Whether the number before counts something rather than numbers a house ("2 days on the way").
fn counted(address: &str) -> bool {
    let second = address.split(' ').nth(1).unwrap_or("");
    matches!(
        second,
        "day"
            | "days"
            | "week"
            | "weeks"
            | "hours"
            | "hour"
            | "minutes"
            | "months"
            | "years"
            | "times"
            | "people"
            | "items"
            | "euro"
            | "dollars"
            | "is"
            | "in"
            | "on"
            | "by"
            | "a"
            | "the"
            | "and"
            | "was"
            | "am"
            | "pm"
            | "of"
    )
}

#[cfg(test)]
mod tests {
    use segue_core::reading::FactKind::*;

    use crate::facts::testing::check;

    #[test]
    fn finds_places() {
        check("ship it to 6821 1st Ave please", &[(PostalAddress, "6821 1st Ave")]);
        check("12 Baker Street, London", &[(PostalAddress, "12 Baker Street, London")]);
        check("ich wohne Hauptstraße 5, 10115 Berlin", &[(PostalAddress, "Hauptstraße 5, 10115 Berlin")]);
        check("my postcode is SW1A 1AA", &[(PostalCode, "SW1A 1AA")]);
        check("it has been 2 days on the way", &[]);
    }
}
