//! Days, moments and spans of time as typed.

use regex::Regex;
use segue_core::reading::FactKind;

use super::{Found, Rank};
use crate::lexicon::{Flag, Scan};
use crate::pattern::expression;

const MONTH: &str = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre|janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre|januar|februar|marz|juni|juli|oktober|dezember|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|janeiro|fevereiro|marco|maio|junho|julho|setembro|outubro|dezembro)";
const WEEKDAY: &str = r"(?:mon|tues?|wednes|wed|thurs?|thu|fri|satur|sun)(?:day)?|lunes|martes|miercoles|jueves|viernes|sabado|domingo|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag";

pub(crate) struct DateReader {
    numeric: Regex,
    worded: Vec<Regex>,
    /// Before a "today" that tells no day: "that's all for today", "thanks for your help today".
    pleasantry: Regex,
}

impl DateReader {
    pub fn new() -> Self {
        let build = |pattern: &str| {
            let pattern = pattern.replace("{month}", MONTH).replace("{weekday}", WEEKDAY);
            expression(&pattern)
        };
        Self {
            numeric: build(
                r"\b(?:(?:19|20)[0-9]{2}[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12][0-9]|3[01])(?:[t ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?z?)?|(?:0?[1-9]|[12][0-9]|3[01])[-/.](?:0?[1-9]|[12][0-9]|3[01])[-/.](?:(?:19|20)?[0-9]{2}))\b",
            ),
            worded: [
                r"\b(?:{weekday},? )?(?:the )?[0-9]{1,2}(?:st|nd|rd|th|\.)? (?:of |de |di )?{month}\b(?:,? (?:de |del )?(?:19|20)[0-9]{2}\b)?",
                r"\b(?:{weekday},? )?{month} (?:the )?[0-9]{1,2}(?:st|nd|rd|th)?\b(?:,? (?:19|20)[0-9]{2}\b)?",
                r"\b(?:in |since |early |late |mid[- ]|last |this |next )(?P<month>{month})\b(?: (?:19|20)[0-9]{2}\b)?",
                r"\b(?:(?:last|next|this|on|since|by|until|before|every|el|le|am|nachsten|prochain) )?(?P<day>{weekday})(?: (?:morning|afternoon|evening|night|next week|last week))?\b",
                r"\b(?:the day (?:before|after) )?(?:yesterday|today|tomorrow|tonight)(?: (?:morning|afternoon|evening|night|at [0-9]{1,2}(?::[0-9]{2})?(?: ?[ap]m)?))?\b",
                r"\b(?:this|last|next|past) (?:morning|afternoon|evening|week|weekend|month|year|night)\b",
                r"\b(?:[0-9]{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|a few|a couple of|several) (?:business )?(?:minutes?|hours?|days?|weeks?|months?|years?) (?:ago|back|from now|later)\b",
                r"\b(?:ayer|hoy|anteayer|pasado manana|hier|avant-hier|aujourd'hui|demain|gestern|heute|vorgestern|ieri|oggi|domani|ontem|hoje|amanha|gisteren|vandaag|eergisteren)\b",
            ]
            .map(build)
            .into(),
            pleasantry: build(
                r"\b(?:(?:that'?s|that is|it|all|everything|nothing|no|done|enough)(?: (?:it|all|i need|else|more|then|now))* (?:for )?|(?:help\w*|assist\w*|thank\w*|service|time|are you|how are you|how is your day|doing)(?: (?:me|us|you|so much|very much|a lot|here|out))* )$",
            ),
        }
    }

    pub fn find(&self, scan: &Scan<'_>, found: &mut Vec<Found>) {
        let folded = &scan.text.folded;
        if scan.text.digits >= 4 {
            found.extend(
                self.numeric.find_iter(folded).map(|m| Found::new(FactKind::Date, m.into(), Rank::Shape)),
            );
        }
        if !scan.any(&[Flag::Date]) {
            return;
        }
        for rule in &self.worded {
            for date in rule.captures_iter(folded) {
                let part = date.name("day").or_else(|| date.name("month")).map(|part| part.as_str());
                // Short names of days and months are words as well ("sun", "may", "mar").
                let whole = date.get(0).expect("a match has group 0");
                let bare = part == Some(whole.as_str());
                let word =
                    matches!(whole.as_str(), "sun" | "sat" | "mon" | "wed" | "may" | "mar" | "tu" | "fri");
                let is_word = bare && word && scan.text.words.len() > 1;
                let is_pleasantry =
                    whole.as_str() == "today" && self.pleasantry.is_match(&folded[..whole.start()]);
                if !is_word && !is_pleasantry {
                    found.push(Found::new(FactKind::Date, whole.into(), Rank::Loose));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use segue_core::reading::FactKind::Date;

    use crate::facts::testing::check;

    #[test]
    fn finds_dates() {
        check("I bought it on 2026-03-14 at noon", &[(Date, "2026-03-14")]);
        check("No, I bought it in November.", &[(Date, "in November")]);
        check("it broke 3 days ago", &[(Date, "3 days ago")]);
        check("I fly on Friday", &[(Date, "on Friday")]);
        check("arrived yesterday", &[(Date, "yesterday")]);
        check("my trip starts 12th of May 2027", &[(Date, "12th of May 2027")]);
        check("el vuelo sale hoy", &[(Date, "hoy")]);
        check("I fly today", &[(Date, "today")]);
        check("no, that's all for today", &[]);
        check("thank you for all your help today", &[]);
        check("due 14/03/2026", &[(Date, "14/03/2026")]);
    }
}
