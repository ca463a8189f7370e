//! Values that their form gives away: e-mail addresses, web addresses, telephone numbers, cards, tracking numbers
//! and error codes.

use regex::Regex;
use segue_core::reading::FactKind;

use super::{Found, Rank};
use crate::pattern::expression;
use crate::{
    lexicon::{Flag, Scan},
    redact::is_card,
    text::Span,
};

pub(crate) struct ShapeReader {
    email: Regex,
    url: Regex,
    phone: Regex,
    card: Regex,
    digits: Regex,
    tracking: Regex,
    error: Regex,
    code_word: Regex,
    reference: Regex,
}

impl ShapeReader {
    pub fn new() -> Self {
        let build = expression;
        Self {
            email: build(
                r"\b[a-z0-9](?:[a-z0-9._%+-]*[a-z0-9_+-])?@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+",
            ),
            url: build(
                r#"(?:https?://|www\.)[^\s<>"']+|\b(?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|app|co|de|fr|es|it|nl|uk|eu|example|shop|store)/[^\s<>"']*"#,
            ),
            phone: build(
                r"(?:\+[0-9]{1,3}[ .-]?)?(?:\([0-9]{1,5}\)[ .-]?)?[0-9]{1,5}(?:[ .-][0-9]{2,8}){1,5}\b|\+[0-9]{8,15}\b|\([0-9]{2,5}\) ?[0-9]{5,8}\b",
            ),
            card: build(
                r"\[(card ending ([0-9]{4}))\]|card (?:number )?(?:ending|ends|finishing)(?: in| with| on)? ([0-9]{4})\b",
            ),
            digits: build(r"\b[0-9](?:[ -]?[0-9]){12,18}\b"),
            tracking: build(
                r"\b(?:1z[0-9a-z]{16}|[a-z]{2}[0-9]{9}[a-z]{2}|jjd[0-9]{12,20}|jd[0-9]{16,18}|tba[0-9]{12})\b",
            ),
            error: build(
                r"\b(?:0x[0-9a-f]{4,16}|err(?:or)?[-_][a-z0-9_-]+|e[-_]?[0-9]{3,5}|(?:http |status |code )(?:4[0-9]{2}|5[0-9]{2}))\b|\b(?:4[0-9]{2}|5[0-9]{2}) (?:error|not found|bad gateway|forbidden|unauthori[sz]ed|internal server error)",
            ),
            code_word: build(r"\b[a-z]+(?:_[a-z0-9]+)+\b"),
            reference: build(r"\b[a-z]{2,4}-[0-9]{3,10}\b"),
        }
    }

    pub fn find(&self, scan: &Scan<'_>, found: &mut Vec<Found>) {
        let text = &scan.text;
        let folded = &text.folded;
        if folded.contains('@') {
            found.extend(
                self.email.find_iter(folded).map(|m| Found::new(FactKind::Email, m.into(), Rank::Form)),
            );
        }
        if folded.contains('/') || folded.contains("www.") {
            for url in self.url.find_iter(folded) {
                let end = url.start()
                    + url.as_str().trim_end_matches(['.', ',', ')', ']', '!', '?', ';', ':']).len();
                found.push(Found::new(FactKind::Url, Span::new(url.start(), end), Rank::Form));
            }
        }
        if folded.contains("card ") {
            for card in self.card.captures_iter(folded) {
                let last = card.get(2).or_else(|| card.get(3));
                if let (Some(words), Some(last)) = (card.get(1).or(last), last) {
                    let claim = Found::new(FactKind::PaymentCard, words.into(), Rank::Form);
                    found.push(claim.normalised(last.as_str().to_owned()));
                }
            }
        }
        if text.digits >= 7 {
            self.numbers(scan, found);
        }
        if scan.any(&[Flag::Error]) {
            self.errors(scan, found);
        }
        if text.digits >= 3 && folded.contains('-') {
            let claims = self.reference.find_iter(folded);
            found.extend(claims.map(|m| Found::new(FactKind::Reference, m.into(), Rank::Loose)));
        }
    }

    /// Cards, tracking numbers and formatted telephone numbers.
    fn numbers(&self, scan: &Scan<'_>, found: &mut Vec<Found>) {
        let folded = &scan.text.folded;
        for number in self.digits.find_iter(folded) {
            let digits: Vec<u8> =
                number.as_str().bytes().filter(u8::is_ascii_digit).map(|b| b - b'0').collect();
            if is_card(&digits) {
                found.push(Found::new(FactKind::PaymentCard, number.into(), Rank::Shape));
            }
        }
        for number in self.tracking.find_iter(folded) {
            found.push(Found::new(FactKind::TrackingNumber, number.into(), Rank::Form));
        }
        for number in self.phone.find_iter(folded) {
            let glued = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '#' | '$' | '.' | ',');
            let before = folded[..number.start()].chars().next_back();
            let after = &folded[number.end()..];
            if before.is_some_and(|c| glued(c) && !matches!(c, '.' | ',' | '-'))
                || after.starts_with(['/', '-', '@', '%', ','])
                    && after[1..].starts_with(|c: char| c.is_ascii_digit())
            {
                continue;
            }
            if is_phone(number.as_str()) {
                found.push(Found::new(FactKind::Phone, number.into(), Rank::Shape));
            }
        }
    }

    /// Codes that the product showed.
    fn errors(&self, scan: &Scan<'_>, found: &mut Vec<Found>) {
        let folded = &scan.text.folded;
        for code in self.error.find_iter(folded) {
            let rest = code.as_str();
            let lead = ["http ", "status ", "code "]
                .iter()
                .find(|lead| rest.starts_with(**lead))
                .map_or(0, |lead| lead.len());
            let tail =
                if rest.as_bytes()[0].is_ascii_digit() && !rest.starts_with("0x") { 3 } else { rest.len() };
            found.push(Found::new(
                FactKind::ErrorCode,
                Span::new(code.start() + lead, code.start() + tail),
                Rank::Label,
            ));
        }
        for code in self.code_word.find_iter(folded) {
            if !folded[code.end()..].starts_with('@') {
                found.push(Found::new(FactKind::ErrorCode, code.into(), Rank::Loose));
            }
        }
    }
}

/// Whether a run of digits is grouped like a telephone number rather than like a date, a card or an amount.
fn is_phone(number: &str) -> bool {
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let marked = number.starts_with('+') || number.starts_with('(');
    let groups: Vec<usize> =
        number.split(|c: char| !c.is_ascii_digit()).map(str::len).filter(|&len| len > 0).collect();
    let iso_date = groups == [4, 2, 2] || groups == [2, 2, 4] || groups == [1, 2, 4] || groups == [2, 1, 4];
    if !(7..=15).contains(&digits) || iso_date && !marked {
        return false;
    }
    // 3-4 is a local number; 4-4-4-4 a card; anything else needs three groups or a mark.
    let card = groups.iter().all(|&len| len == 4) && groups.len() >= 3;
    let dotted_once = number.contains('.') && groups.len() == 2;
    marked || !card && !dotted_once && (groups.len() >= 3 || groups == [3, 4])
}

#[cfg(test)]
mod tests {
    use segue_core::reading::FactKind::*;

    use crate::facts::testing::check;

    #[test]
    fn finds_forms() {
        check("write to Ann.Lee+shop@mail.example.org, please", &[(Email, "Ann.Lee+shop@mail.example.org")]);
        check("see https://app.northwind.example/x?y=1.", &[(Url, "https://app.northwind.example/x?y=1")]);
        check("(977) 625-2661", &[(Phone, "(977) 625-2661")]);
        check("call +49 30 1234567 please", &[(Phone, "+49 30 1234567")]);
        check("I am on 415-721-0392.", &[(Phone, "415-721-0392")]);
        check("paid with [card ending 4242]", &[(PaymentCard, "card ending 4242")]);
        check("parcel 1Z999AA10123456784", &[(TrackingNumber, "1Z999AA10123456784")]);
        check("New card, same error: do_not_honor.", &[(ErrorCode, "do_not_honor")]);
        check("I get HTTP 502 all the time, an error", &[(ErrorCode, "502")]);
    }
}
