//! Bare answers: values without a label, understood by what the other side asked for last.

use regex::Regex;
use segue_core::{
    context::{ContextPackage, GivenFact, Role},
    reading::FactKind,
};

use super::{Found, Rank, names};
use crate::pattern::expression;
use crate::{
    lexicon::Scan,
    questions::QuestionReader,
    text::{Span, Text, fold},
};

/// Turns looked back for questions that are still open.
const LOOK_BACK: usize = 10;
/// Turns of the other side that are read for questions.
const ASKING_TURNS: usize = 5;
/// The last facts that a correction can be about.
const CORRECTABLE: usize = 5;
/// The longest turn that is read as an answer, in words.
const ANSWER_MAX_WORDS: usize = 14;

pub(crate) struct AnswerReader {
    lead: Regex,
    tail: Regex,
    correction: Regex,
    number: Regex,
    level: Regex,
}

impl AnswerReader {
    pub fn new() -> Self {
        let build = expression;
        Self {
            lead: build(
                r"^(?:(?:sure|yes|yeah|yep|ok|okay|of course|alright|certainly|here(?: it is| you go| you are|'s| is)?|it'?s|it is|that'?s|that is|this is|this|the|my|mine is|i think|is|i'm|i am|an?|well|hi|hello|so|username|user name|name|email|e-?mail|address|phone|number|id|order|account|zip|full name|company|si|claro|es|mi|oui|c'est|mon|ja|ist|meine?|es ist|sim|e|meu|minha|het is|mijn|number is|for|from|thanks|please|and|no problem|level|membership|under)(?:[\s,.:;=!-]+|$))+",
            ),
            tail: build(
                r"(?:[\s,.!?;]+(?:please|thanks|thank you|thx|is my (?:name|order|number|order id|email|username|phone)|por favor|gracias|merci|danke|bitte|if that helps|i think|i guess|sir|madam))*[\s.!?,;]*$",
            ),
            correction: build(
                r"^\s*(?:(?:(?:oh|oops|ups|ah|sorry|wait|hold on|no|nope|actually|apologies|my mistake|my bad|typo|correction|nein|non|nao|nee|nie|perdon|perdona|disculpe|lo siento|pardon|desole|entschuldigung|scusa|scusi|desculpe|pardonnez(?:-moi)?|przepraszam)\b|i (?:meant|mistyped|misspoke)|(?:i )?should have (?:been|said)|(?:that|it|this) (?:should be|was a typo|was wrong)|should be|quise decir|(?:ich )?meinte|je voulais dire|volevo dire|quis dizer|ik bedoelde)(?:[\s,.:;!-]+|$))+",
            ),
            number: build(r"#?(?P<value>[a-z]{0,6}[-/]?[0-9](?:[a-z0-9]|[-/. ]?[a-z0-9])*)"),
            level: build(
                r"^(?:bronze|silver|gold|platinum|diamond|elite|vip|premium|guest|enterprise|business|pro|basic|plus|starter|team|free|none)(?: (?:member|level|tier|plan|status))?$",
            ),
        }
    }

    /// `asked`: what the other side asks for, as [`asked`] tells.
    pub fn find(
        &self,
        scan: &Scan<'_>,
        asked: &[FactKind],
        context: &ContextPackage,
        found: &mut Vec<Found>,
    ) {
        let text = &scan.text;
        if !is_short(text) {
            if text.digits >= 6 {
                self.loose_numbers(text, context, found);
            }
            return;
        }
        if text.folded.contains('?') && text.digits == 0 {
            return;
        }
        let core = self.core(text, 0);
        if core.start < core.end && !asked.is_empty() {
            let mut given: Vec<FactKind> = Vec::new();
            for part in parts(text, core) {
                let open = asked.iter().copied().filter(|kind| !given.contains(kind));
                if let Some(kind) = open.into_iter().find(|&kind| self.fits(text, part, kind)) {
                    given.push(kind);
                    let kind = settled_kind(kind, text.of(part));
                    found.push(Found::new(kind, part, Rank::Answer));
                }
            }
        }
        self.correct(text, context, found);
        self.loose_numbers(text, context, found);
    }

    /// "No, it's 4412": the value that stands in for the last one given that could look like it.
    fn correct(&self, text: &Text<'_>, context: &ContextPackage, found: &mut Vec<Found>) {
        let Some(sorry) = self.correction.find(&text.folded) else { return };
        let core = self.core(text, sorry.end());
        // "4412, not 4421", "4412 instead of 4421"
        let rest = text.of(core);
        let end = [", not ", " not ", " instead of ", " rather than "]
            .iter()
            .filter_map(|mark| rest.find(mark))
            .min();
        let end = end.map_or(core.end, |end| core.start + end);
        let value = Span::new(core.start, core.start + text.folded[core.start..end].trim_end().len());
        let recent = context.facts.iter().rev().take(CORRECTABLE).filter(|fact| fact.by == Role::Customer);
        let kind = recent.map(|fact| fact.kind).find(|&kind| self.fits(text, value, kind));
        let plain = text.of(value);
        if let Some(kind) = kind.filter(|_| plain.contains('@') || plain.bytes().any(|b| b.is_ascii_digit()))
        {
            found.push(Found::new(kind, value, Rank::Answer));
        }
    }

    /// The text from a byte on, without the words around an answer.
    fn core(&self, text: &Text<'_>, from: usize) -> Span {
        let folded = &text.folded;
        let lead = folded.len() - folded[from..].trim_start().len();
        let start = lead + self.lead.find(&folded[lead..]).map_or(0, |found| found.end());
        let end =
            start + self.tail.find(&folded[start..]).map_or(folded.len() - start, |found| found.start());
        let part = &folded[start..end];
        let from = start
            + (part.len()
                - part.trim_start_matches(|c: char| c.is_whitespace() || "\"'#(".contains(c)).len());
        // A bracket that opens a telephone number belongs to it.
        let from = if from > start && folded.as_bytes()[from - 1] == b'(' { from - 1 } else { from };
        let trimmed = folded[from..end.max(from)]
            .trim_end_matches(|c: char| c.is_whitespace() || "\"'.,!;".contains(c));
        Span::new(from, from + trimmed.len())
    }

    /// Whether a part of the answer looks like what was asked for.
    fn fits(&self, text: &Text<'_>, part: Span, kind: FactKind) -> bool {
        use FactKind::{
            AccountNumber, Amount, BookingReference, ClaimNumber, Date, Device, Email, ErrorCode,
            InvoiceNumber, MembershipLevel, NationalId, OrderNumber, Organisation, PaymentCard, PersonName,
            Phone, PolicyNumber, PostalAddress, PostalCode, ProductCode, Reference, Secret, TrackingNumber,
            Url, Username,
        };
        let value = text.of(part);
        let digits = value.bytes().filter(u8::is_ascii_digit).count();
        let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
        let spaces = value.matches(' ').count();
        let one_word = spaces == 0 && !value.contains('@') && value.chars().count() >= 2;
        match kind {
            OrderNumber | InvoiceNumber | BookingReference | ClaimNumber | PolicyNumber | TrackingNumber
            | Reference | AccountNumber => {
                let mixed = digits >= 2 && digits + letters >= 4 && spaces <= 2 && letters <= digits.max(8);
                let code = kind == BookingReference
                    && one_word
                    && (5..=8).contains(&letters)
                    && text.raw_of(part).chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
                !value.contains('@')
                    && (mixed && (spaces == 0 || letters <= 6) || code || digits >= 3 && one_word)
            }
            Phone => (6..=15).contains(&digits) && letters == 0,
            PostalCode => {
                (3..=9).contains(&digits) && letters == 0 && spaces <= 1
                    || (5..=8).contains(&value.len()) && digits >= 2 && letters >= 2 && spaces <= 1
            }
            NationalId | PaymentCard => digits >= 4 && letters == 0,
            Username => {
                one_word
                    && value.chars().all(|c| c.is_alphanumeric() || "._-".contains(c))
                    && !names::not_a_name(value)
            }
            Email => value.contains('@') && spaces == 0,
            PersonName => names::is_name(text, part),
            Organisation => names::is_name(text, part) || digits > 0 && letters >= 3 && spaces <= 4,
            MembershipLevel => self.level.is_match(value),
            PostalAddress => digits >= 1 && letters >= 4 && spaces >= 2,
            ProductCode | Device | ErrorCode => {
                digits >= 1 && value.chars().count() <= 40 && spaces <= 3
                    || kind == ErrorCode && value.contains('_')
            }
            Amount => digits >= 1 && letters == 0,
            Date | Url => false,
            Secret => one_word && digits >= 3,
        }
    }

    /// Numbers that nothing explains: what they are known as, else a telephone number or a reference by their look.
    fn loose_numbers(&self, text: &Text<'_>, context: &ContextPackage, found: &mut Vec<Found>) {
        for number in self.number.captures_iter(&text.folded).filter_map(|found| found.name("value")) {
            let value = number.as_str();
            let plain = !value.contains([' ', '.', '/']);
            let digits = value.bytes().filter(u8::is_ascii_digit).count();
            let before = text.folded[..number.start()].chars().next_back();
            let glued = before.is_some_and(|c| c.is_ascii_alphanumeric() || "@._/-$€£+".contains(c))
                || text.folded[number.end()..].starts_with(['@', '%', '€', '$', '£', '_']);
            if !plain || glued || digits < 6 && !known(context, value) {
                continue;
            }
            let known =
                context.facts.iter().rev().find(|fact| fold(&fact.value) == value).map(|fact| fact.kind);
            let all_digits = digits == value.len();
            let phone = all_digits
                && (digits == 10 && !value.starts_with(['0', '1'])
                    || digits == 11 && value.starts_with(['0', '1']));
            let kind = known.unwrap_or(if phone && text.words.len() <= 2 {
                FactKind::Phone
            } else {
                FactKind::Reference
            });
            found.push(Found::new(kind, number.into(), Rank::Guess));
        }
    }
}

fn known(context: &ContextPackage, value: &str) -> bool {
    value.len() >= 4 && context.facts.iter().any(|fact| fold(&fact.value) == value)
}

/// "cminh730" given for an account id is a name to sign in with.
fn settled_kind(kind: FactKind, value: &str) -> FactKind {
    let letters = value.bytes().take_while(u8::is_ascii_alphabetic).count();
    let rest = &value[letters..];
    let handle = letters >= 4 && rest.len() <= 5 && rest.bytes().all(|b| b.is_ascii_digit());
    if kind == FactKind::AccountNumber && handle { FactKind::Username } else { kind }
}

/// An answer to several questions at once: its parts between commas, lines and "and"; otherwise the whole.
fn parts(text: &Text<'_>, core: Span) -> Vec<Span> {
    let value = text.of(core);
    let mut spans = Vec::new();
    let mut at = core.start;
    for piece in value.split([',', '\n', ';', '|']).flat_map(|piece| piece.split(" and ")) {
        let start = core.start + (piece.as_ptr() as usize - value.as_ptr() as usize);
        at = at.max(start);
        let from = start + (piece.len() - piece.trim_start().len());
        let to = from + piece.trim().trim_end_matches(|c: char| c == '.' || c.is_whitespace()).len();
        if from < to {
            spans.push(Span::new(from, to));
        }
    }
    if spans.len() > 1 {
        spans.push(core);
    }
    spans
}

/// Whether a turn is short enough to be an answer.
fn is_short(text: &Text<'_>) -> bool {
    !text.words.is_empty() && text.words.len() <= ANSWER_MAX_WORDS
}

/// What was asked for and not answered since, the latest question first; nothing for a turn that is too long to be an
/// answer.
pub(crate) fn asked(text: &Text<'_>, questions: &QuestionReader, context: &ContextPackage) -> Vec<FactKind> {
    let mut kinds = Vec::new();
    if !is_short(text) {
        return kinds;
    }
    let mut read = 0;
    let mut answers_since = 0;
    for turn in context.transcript.iter().rev().take(LOOK_BACK) {
        match turn.role {
            Role::Customer => answers_since += 1,
            Role::Assistant | Role::Agent if read < ASKING_TURNS && answers_since <= 4 => {
                read += 1;
                for kind in questions.asked_in(&turn.text) {
                    let answers = |fact: &GivenFact| {
                        fact.kind == kind && fact.by == Role::Customer && fact.turn > turn.turn
                    };
                    let answered = context.facts.iter().rev().any(answers);
                    if !answered && !kinds.contains(&kind) {
                        kinds.push(kind);
                    }
                }
            }
            _ => {}
        }
    }
    kinds
}

#[cfg(test)]
mod tests {
    use segue_core::{
        context::Role::{Assistant, Customer},
        reading::FactKind::{self, *},
    };

    use crate::testing::read_after;

    #[track_caller]
    fn check(question: &str, answers: &[&str], facts: &[(FactKind, &str)]) {
        let mut turns = vec![(Assistant, question)];
        let mut found = Vec::new();
        for answer in answers {
            let reading = read_after(&turns, answer);
            found.extend(reading.facts.into_iter().map(|fact| (fact.kind, fact.value)));
            turns.push((Customer, answer));
        }
        let found: Vec<(FactKind, &str)> =
            found.iter().map(|(kind, value)| (*kind, value.as_str())).collect();
        assert_eq!(found, facts, "{question} {answers:?}");
    }

    #[test]
    fn a_correction_is_of_the_kind_that_it_corrects() {
        let asked = "May I have your order ID?";
        check(asked, &["4421", "no, it's 4412"], &[(OrderNumber, "4421"), (OrderNumber, "4412")]);
        // The old number is known, and so is read where it is named again.
        check(
            asked,
            &["4421", "sorry, I meant 4412, not 4421"],
            &[(OrderNumber, "4421"), (OrderNumber, "4412"), (OrderNumber, "4421")],
        );
        check(asked, &["4421", "perdón, es 4412"], &[(OrderNumber, "4421"), (OrderNumber, "4412")]);
        check(asked, &["4421", "Entschuldigung, 4412"], &[(OrderNumber, "4421"), (OrderNumber, "4412")]);
        check(asked, &["4421", "no, still broken"], &[(OrderNumber, "4421")]);
        check(
            "What is your email?",
            &["ana@mail.example", "oops, should be anna@mail.example"],
            &[(Email, "ana@mail.example"), (Email, "anna@mail.example")],
        );
    }

    #[test]
    fn understands_bare_answers() {
        check("May I have your order ID?", &["7916676427"], &[(OrderNumber, "7916676427")]);
        check("What is your phone number?", &["it's 7916676427, thanks"], &[(Phone, "7916676427")]);
        check("may I have your name please?", &["Ana Prado"], &[(PersonName, "Ana Prado")]);
        check("may I have your name please?", &["no worries"], &[]);
        check("May I have your order ID?", &["it's 4412, no, 4413  ..."], &[(OrderNumber, "4412")]);
        check(
            "may I have your username, email address and order ID please?",
            &["aprado11", "aprado11@mail.example", "5512309"],
            &[(Username, "aprado11"), (Email, "aprado11@mail.example"), (OrderNumber, "5512309")],
        );
        check(
            "may I have your username, email address and order ID please?",
            &["aprado11, aprado11@mail.example, 5512309"],
            &[(Username, "aprado11"), (Email, "aprado11@mail.example"), (OrderNumber, "5512309")],
        );
        check("What is your full name or account ID", &["aprado11"], &[(Username, "aprado11")]);
        check("Your membership level?", &["gold"], &[(MembershipLevel, "gold")]);
        check("What is your zip code?", &["94110"], &[(PostalCode, "94110")]);
        check("How can I help?", &["great"], &[]);
    }
}
