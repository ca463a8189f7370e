//! Values that the text itself names: "Order ID: 3348917502", "invoice NW-20931", "refund RF-2210".

use regex::Regex;
use segue_core::reading::FactKind;

use super::{Found, Rank};
use crate::pattern::expression;
use crate::{
    language::is_function_word,
    lexicon::{Flag, Scan},
    text::Span,
};

/// Labels over folded text, by kind. The first alternative that fits a place wins.
const LABELS: &[(FactKind, &str)] = &[
    (
        FactKind::OrderNumber,
        r"orders?|purchase(?: order)?|pedidos?|commande|bestellung|bestellnummer|auftrags?(?:nummer)?|ordine|encomenda|bestelling|bestelnummer|ordernummer|zamowieni[ea]|siparis|注文番号|订单号|订单编号|訂單編號",
    ),
    (
        FactKind::InvoiceNumber,
        r"invoices?|inv|bill|facturas?|facture|rechnung|rechnungsnummer|fattura|fatura|factuur|factuurnummer|faktur[ay]",
    ),
    (
        FactKind::BookingReference,
        r"(?:flight |hotel |booking |reservation )?con(?:firm|form)ation|bookings?|reservations?|pnr|itinerary|reserva|buchung|buchungsnummer|prenotazione|boeking",
    ),
    (FactKind::ClaimNumber, r"claims?|siniestro|sinistre|schadens?(?:nummer)?"),
    (
        FactKind::PolicyNumber,
        r"polic(?:y|ies)|contracts?|poliza|contrato|contrat|vertrags?(?:nummer)?|contratto",
    ),
    (FactKind::TrackingNumber, r"tracking|parcel|shipment|awb|suivi|sendung|sendungsnummer|spedizione"),
    (
        FactKind::Reference,
        r"references?|ref|cases?|(?:support )?tickets?|refunds?|cancellations?|returns?|rma|incidents?|requests?|referencia|dossier|vorgangs?(?:nummer)?|complaint|transaction",
    ),
    (
        FactKind::AccountNumber,
        r"accounts?|acct?|acc|customer|client|member(?:ship)?|loyalty|iban|cuenta|cliente|compte|kundennummer|kontonummer|conto|conta|klantnummer",
    ),
    (FactKind::ProductCode, r"serial|sku|item|product|model|part"),
    (FactKind::PostalCode, r"zip(?: ?code)?|post ?codes?|postal code|plz|codigo postal|code postal|cep"),
    (FactKind::NationalId, r"ssn|social security|social"),
    (
        FactKind::ErrorCode,
        r"error(?: code| message| number)?|err|fehler(?:code)?|erreur|errore|codigo de error",
    ),
];

/// A value with at least one digit.
const VALUE: &str = r"#?(?P<value>[a-z0-9]*[0-9][a-z0-9]*(?:[-_/.][a-z0-9]+)*|[a-z]{1,6}(?:[-_/][a-z0-9]+)*[-_/][a-z0-9]*[0-9][a-z0-9]*(?:[-_/][a-z0-9]+)*|[a-z]{2,4} [0-9]{3,})";

/// Reads labelled values.
pub(crate) struct LabelledReader {
    rules: Vec<(FactKind, Regex)>,
    more: Regex,
    username: Regex,
    phrase: Regex,
    letters: Regex,
}

impl LabelledReader {
    pub fn new() -> Self {
        let build = expression;
        let rule = |label: &str| {
            build(&format!(
                r"(?:{label})(?P<number>[ -]?(?:numbers?|numb?|no\.?|nr\.?|nos\.?|#|ids?|codes?|reference|ref|nummer|numero|num\.?)\b\.?)*(?P<link>\s*(?:(?:is|was|it's|are|es|est|ist|e|lautet|called)\b|[:=#]|->|-|\(|\.\.+)\s*)*\s*(?:the |number |no\.? |nr\.? )?{VALUE}"
            ))
        };
        Self {
            rules: LABELS.iter().map(|&(kind, label)| (kind, rule(label))).collect(),
            more: build(
                r"^(?:\s*(?:,|and|&|or|/|\+|y|et|und|e|en)\s*)+(?:also )?#?(?P<value>[a-z]{0,4}-?[0-9][a-z0-9-]{3,})\b",
            ),
            username: build(
                r"\b(?:user ?-?name|user ?id|login(?: name| id)?|handle|user|usuario|nom d'utilisateur|utilisateur|benutzername|nome utente|utente|gebruikersnaam)(?:\s*(?:is|was|es|est|ist|e|:|=|-)\s*)+(?P<value>[a-z0-9][a-z0-9._-]{1,40})",
            ),
            phrase: build(
                r"^(?:not|wrong|correct|the|a|an|in|on|my|your|being|blocked|locked|still|invalid|required|missing|taken)$",
            ),
            letters: build(
                r"\b(?:(?:booking|reservation|confirmation)(?: number| code| reference| ref| id| no)*|pnr|locator)(?:\s*(?:is|:|=)\s*)+(?P<value>[A-Z]{5,8})\b",
            ),
        }
    }

    pub fn find(&self, scan: &Scan<'_>, found: &mut Vec<Found>) {
        if !scan.any(&[Flag::Label]) {
            return;
        }
        let text = &scan.text;
        if text.digits > 0 {
            for (kind, rule) in &self.rules {
                for captures in rule.captures_iter(&text.folded) {
                    self.take(scan, *kind, &captures, found);
                }
            }
        }
        for captures in self.username.captures_iter(&text.folded) {
            if let Some(value) = captures.name("value")
                && !self.phrase.is_match(value.as_str())
            {
                let end = value.start() + value.as_str().trim_end_matches(['.', '-', '_']).len();
                found.push(Found::new(FactKind::Username, Span::new(value.start(), end), Rank::Label));
            }
        }
        if text.raw.is_ascii() {
            for captures in self.letters.captures_iter(text.raw) {
                if let Some(value) = captures.name("value") {
                    found.push(Found::new(FactKind::BookingReference, Span::from(value), Rank::Label));
                }
            }
        }
    }

    /// One labelled value and those listed after it.
    fn take(&self, scan: &Scan<'_>, kind: FactKind, captures: &regex::Captures<'_>, found: &mut Vec<Found>) {
        let text = &scan.text;
        let (Some(all), Some(value)) = (captures.get(0), captures.name("value")) else { return };
        let starts_word =
            all.start() == 0 || !text.folded.as_bytes()[all.start() - 1].is_ascii_alphanumeric();
        let ends_word =
            !text.folded[value.end()..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '@');
        let explicit = captures.name("number").is_some()
            || captures.name("link").is_some_and(|link| !link.as_str().trim().is_empty())
            || text.of(Span::from(all)).contains('#');
        let end = value.start() + value.as_str().trim_end_matches(['.', '-', '/', '_']).len();
        let span = Span::new(value.start(), end);
        if !starts_word
            || !ends_word
            || !plausible(kind, text.of(span), explicit, &text.folded[value.end()..])
        {
            return;
        }
        found.push(Found::new(kind, span, Rank::Label));
        let mut at = value.end();
        while let Some(next) = self.more.captures(&text.folded[at..]).and_then(|more| more.name("value")) {
            let span = Span::new(at + next.start(), at + next.end());
            if !plausible(kind, text.of(span), explicit, &text.folded[span.end..]) {
                break;
            }
            found.push(Found::new(kind, span, Rank::Label));
            at = span.end;
        }
    }
}

/// Whether a value looks like what its label says; a mere mention needs a longer one.
fn plausible(kind: FactKind, value: &str, explicit: bool, after: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    let counted = [
        "st", "nd", "rd", "th", "am", "pm", "x", "gb", "mb", "kg", "k", "cm", "mm", "ml", "h", "min", "days",
    ];
    let unit = counted.iter().any(|unit| value.trim_start_matches(|c: char| c.is_ascii_digit()) == *unit);
    let dated = value.contains('/') && letters == 0;
    let money = after.trim_start().starts_with(['€', '$', '£', '%'])
        || [
            "euro", "eur", "usd", "dollar", "pound", "gbp", "days", "weeks", "hours", "months", "years",
            "minutes", "times", "items", "people",
        ]
        .iter()
        .any(|unit| after.trim_start().starts_with(unit));
    let phrase = value.split_once(' ').is_some_and(|(first, _)| !explicit || is_function_word(first));
    if unit || dated || money || phrase || year_like(value) && !explicit {
        return false;
    }
    match kind {
        FactKind::ErrorCode => digits >= 1 && (explicit || digits >= 2 || letters >= 2),
        FactKind::PostalCode | FactKind::NationalId => digits >= 3,
        _ if explicit => digits >= 2 || letters >= 2 && digits >= 1,
        FactKind::ProductCode => digits >= 3 && letters >= 1 || digits >= 5,
        _ => digits >= 4 || digits >= 2 && letters >= 1 && value.len() >= 5,
    }
}

fn year_like(value: &str) -> bool {
    value.len() == 4
        && value.bytes().all(|b| b.is_ascii_digit())
        && (value.starts_with("19") || value.starts_with("20"))
}

#[cfg(test)]
mod tests {
    use segue_core::reading::FactKind::*;

    use crate::facts::testing::check;

    #[test]
    fn finds_labelled_values() {
        check("Order ID: 3348917502", &[(OrderNumber, "3348917502")]);
        check("my order 58213377 is late", &[(OrderNumber, "58213377")]);
        check("Invoice NW-20931.", &[(InvoiceNumber, "NW-20931")]);
        check("Reference CN-7781", &[(Reference, "CN-7781")]);
        check("My refund RF-2210 is still not here", &[(Reference, "RF-2210")]);
        check("Username: cminh730", &[(Username, "cminh730")]);
        check("orders 120345 and 120346", &[(OrderNumber, "120345"), (OrderNumber, "120346")]);
        check("my order number is #A-1042-B", &[(OrderNumber, "A-1042-B")]);
        check("policy number PVX 752197", &[(PolicyNumber, "PVX 752197")]);
        check("mi pedido 889123 no llega", &[(OrderNumber, "889123")]);
        check("Meine Bestellnummer lautet 4711-220", &[(OrderNumber, "4711-220")]);
        check("booking reference is QXPLTR", &[(BookingReference, "QXPLTR")]);
        check("it says error 0x80070005", &[(ErrorCode, "0x80070005")]);
        check("ERR-42 again", &[(ErrorCode, "ERR-42")]);
    }

    #[test]
    fn a_mention_is_no_label() {
        check("I want to order 3 shirts", &[]);
        check("I placed the order 2 days before", &[]);
        check("my account is locked", &[]);
    }
}
