//! What the other side is asked for. Used to understand bare answers ("7916676427") and to notice that something
//! already given is asked for again.

use regex::Regex;
use segue_core::{
    context::Role,
    reading::{FactKind, Question},
};

use crate::pattern::expression;
use crate::text::{Span, Text, fold};

/// Things that can be asked for, most specific first, as expressions over folded text.
const ASKED: &[(FactKind, &str)] = &[
    (
        FactKind::Username,
        r"user ?-?names?|user ids?|login (?:name|id)|nombre de usuario|nom d'utilisateur|benutzernamen?|nome utente|nome de usuario|gebruikersnaam",
    ),
    (
        FactKind::Email,
        r"e-?mails?(?: ?(?:address(?:es)?|id))?|correo(?: electronico)?|courriel|adresse mail|mailadresse|indirizzo (?:e-?mail|mail)",
    ),
    (
        FactKind::Phone,
        r"(?:tele)?phone(?: numbers?)?|mobile(?: numbers?)?|cell(?: ?phone)?(?: number)?|contact number|number (?:to (?:call|reach)|we can (?:call|reach))|numero de telefono|telefono|numero de telephone|telefonnummer|handynummer|numero di telefono|telefone|telefoonnummer",
    ),
    (
        FactKind::OrderNumber,
        r"order (?:ids?|numbers?|no|#|reference|code|details)|orders? ?id|id of (?:the|your) order|number of (?:the|your) order|purchase (?:id|number)|which order|numero de pedido|numero de commande|bestellnummer|auftragsnummer|numero (?:d'ordine|ordine|dell'ordine)|numero do pedido|bestelnummer|ordernummer",
    ),
    (
        FactKind::InvoiceNumber,
        r"invoice (?:ids?|numbers?|no|#)|bill number|which invoice|numero de factura|numero de facture|rechnungsnummer|numero (?:di )?fattura|factuurnummer",
    ),
    (
        FactKind::BookingReference,
        r"(?:booking|reservation|confirmation|pnr|flight confirmation)(?: confirmation)? ?(?:ids?|numbers?|no|#|code|reference)|confirmation (?:code|number)|pnr|numero de reserva|numero de reservation|buchungsnummer|numero di prenotazione|boekingsnummer",
    ),
    (FactKind::ClaimNumber, r"claim (?:ids?|numbers?|no|#|reference)|numero de siniestro|schadennummer"),
    (
        FactKind::PolicyNumber,
        r"(?:policy|contract) (?:ids?|numbers?|no|#)|numero de (?:poliza|contrato)|vertragsnummer|numero de contrat|polisnummer",
    ),
    (
        FactKind::TrackingNumber,
        r"tracking (?:ids?|numbers?|no|#|code)|shipment number|numero de (?:seguimiento|suivi)|sendungsnummer|track(?: and |-en-)?trace",
    ),
    (
        FactKind::MembershipLevel,
        r"(?:membership|member|loyalty|account) (?:level|tier|status|type)|what (?:level|tier)|level of membership",
    ),
    (
        FactKind::AccountNumber,
        r"(?:account|customer|client|member(?:ship)?|loyalty) ?(?:ids?|numbers?|no|#)|numero de (?:cuenta|cliente|client|compte)|kundennummer|kontonummer|numero (?:cliente|conto)|klantnummer|rekeningnummer",
    ),
    (
        FactKind::Reference,
        r"(?:reference|case|ticket|refund|cancellation|return|rma|incident|request) (?:ids?|numbers?|no|#|code)|numero de (?:referencia|caso|dossier)|vorgangsnummer|ticketnummer",
    ),
    (
        FactKind::PostalCode,
        r"zip ?codes?|post(?:al)? ?codes?|pin ?code of|codigo postal|code postal|postleitzahl|plz|cap|cep",
    ),
    (
        FactKind::PostalAddress,
        r"(?:street |home |shipping |delivery |billing |mailing |postal |current |new |full |physical )?address(?:es)?|direccion|adresse|anschrift|indirizzo|endereco|adres",
    ),
    (
        FactKind::Organisation,
        r"(?:company|business|organi[sz]ation|firm)(?:'s)?(?: name)?|name of (?:the|your) (?:company|business|organi[sz]ation)|empresa|entreprise|firma|azienda|bedrijf",
    ),
    (
        FactKind::ErrorCode,
        r"error (?:code|message|number|text)s?|what (?:is the )?error|which error|codigo de error|message d'erreur|fehlermeldung|messaggio di errore|foutmelding",
    ),
    (
        FactKind::Device,
        r"(?:which|what|your) (?:device|browser|phone model|operating system|os|model|version|platform)(?: and (?:version|browser|os))?|browser version|app version|que (?:dispositivo|navegador)|quel (?:appareil|navigateur)|welche[ns]? (?:gerat|browser)",
    ),
    (
        FactKind::ProductCode,
        r"(?:product|item|serial|model|sku) ?(?:codes?|numbers?|ids?|no|#)|which product|seriennummer|numero de serie",
    ),
    (
        FactKind::NationalId,
        r"ssn|social security(?: number)?|national id(?: number)?|last (?:four|4)(?: digits)? of your (?:ssn|social)",
    ),
    (
        FactKind::PaymentCard,
        r"card number|last (?:four|4)(?: digits)?(?: of (?:your|the) card)?|credit card number|numero de (?:tarjeta|carte)|kartennummer",
    ),
    (
        FactKind::Secret,
        r"password|passcode|pin|security code|verification code|one[- ]time (?:code|password)",
    ),
    (
        FactKind::Date,
        r"(?:what|which|on what) (?:day|date|time)|(?:start|end|purchase|travel|departure|return|departing|returning) (?:date|day)s?|date of (?:birth|purchase|the \w+)|when (?:did|was|were|do|would|will) (?:you|it|the|this)|que (?:dia|fecha)|quelle date|welche[sm]? (?:datum|tag)",
    ),
    (
        FactKind::Amount,
        r"how much (?:was|were|is|did|do|would)|(?:what|which) amount|what(?: is| was)? the (?:amount|total|price|cost)|cuanto|combien|wie viel|quanto",
    ),
    (
        FactKind::PersonName,
        r"(?:full |first |last |sur|family |complete |customer |account holder'?s? )?names?|who am i (?:speaking|talking|chatting) (?:to|with)|nombre(?: completo)?|(?:votre )?nom|(?:ihr(?:en)? )?namen?|nome(?: completo)?|naam",
    ),
    (FactKind::Url, r"(?:page|website) (?:url|address|link)|which (?:page|url|site)"),
];

/// Reads questions, and for an assistant or agent what they ask for.
pub(crate) struct QuestionReader {
    asking: Regex,
    things: Regex,
    kinds: Vec<(FactKind, Regex)>,
    sharing: Regex,
}

impl QuestionReader {
    pub fn new() -> Self {
        let build = expression;
        let all: Vec<&str> = ASKED.iter().map(|&(_, pattern)| pattern).collect();
        Self {
            asking: build(
                r"\b(?:may i|can i|could i|can you|could you|would you|will you|please (?:provide|share|give|enter|type|send|confirm|tell|let|verify|state|write)|i(?:'d| would)?(?: just| also| still)? need|i'll need|i will need|we(?:'d| would)? need|what(?:'s| is| are| was)|which|what|tell me|give me|provide(?: me)?(?: with)?|share|let me have|let me know|confirm|verify|kindly|who am i|how much|when|your .* please|puede|podria|cual|indique|me da|digame|necesito|pouvez|pourriez|quel|quelle|donnez|konnen sie|konnten sie|nennen|wie lautet|wie ist|welche|ich brauche|puo|potrebbe|qual|mi (?:da|dica)|pode|poderia|informe|kunt u|kun je|wat is|mag ik)\b",
            ),
            things: build(&format!(r"\b(?:{})\b", all.join("|"))),
            kinds: ASKED
                .iter()
                .map(|&(kind, pattern)| (kind, build(&format!(r"\b(?:{pattern})\b"))))
                .collect(),
            sharing: build(
                r"\b(?:i (?:have|found|see)|here is|here are|was sent to|sent to your|we sent|i sent|emailed|under your|in your|on your|to your|from your|will be sent|reset your|change your|update your|check your|have been entered|has been pulled)\b",
            ),
        }
    }

    /// The questions of a turn. `asks_for` is told for assistants and agents; several things in one sentence give
    /// one question each.
    pub fn read(&self, text: &Text<'_>, role: Role) -> Vec<Question> {
        let mut questions = Vec::new();
        for &sentence in &text.sentences {
            let words = text.of(sentence);
            if !words.chars().any(char::is_alphanumeric) {
                continue;
            }
            let marked = words.ends_with('?') || words.ends_with('？');
            let (start, end) = text.chars(sentence);
            let question =
                |asks_for| Question { text: text.raw_of(sentence).to_owned(), asks_for, start, end };
            if role == Role::Customer {
                if marked {
                    questions.push(question(None));
                }
                continue;
            }
            let kinds = self.asked(words);
            if kinds.is_empty() && marked {
                questions.push(question(None));
            }
            questions.extend(kinds.into_iter().map(|kind| question(Some(kind))));
        }
        questions
    }

    /// The kinds that an assistant's or agent's earlier turn asks for, in the order of asking.
    pub fn asked_in(&self, turn: &str) -> Vec<FactKind> {
        let folded = fold(turn);
        let mut kinds = Vec::new();
        if self.things.is_match(&folded) {
            for sentence in folded.split_inclusive(['?', '\n', '!']).flat_map(|part| part.split(". ")) {
                for kind in self.asked(sentence) {
                    if !kinds.contains(&kind) {
                        kinds.push(kind);
                    }
                }
            }
        }
        kinds
    }

    /// The kinds that one folded sentence asks for, in the order in which they stand.
    fn asked(&self, sentence: &str) -> Vec<FactKind> {
        let mut found: Vec<(Span, FactKind)> = Vec::new();
        if !self.things.is_match(sentence) || !self.asks(sentence) {
            return Vec::new();
        }
        for (kind, rule) in &self.kinds {
            for thing in rule.find_iter(sentence) {
                let span = Span::from(thing);
                if !found.iter().any(|(other, _)| other.overlaps(span))
                    && !found.iter().any(|(_, known)| known == kind)
                {
                    found.push((span, *kind));
                }
            }
        }
        found.sort_by_key(|(span, _)| span.start);
        found.into_iter().map(|(_, kind)| kind).collect()
    }

    /// Whether a sentence that names a thing asks for it rather than talks about it.
    fn asks(&self, sentence: &str) -> bool {
        let marked = sentence.trim_end().ends_with(['?', '？']);
        if marked || self.asking.is_match(sentence) {
            return marked || !self.sharing.is_match(sentence);
        }
        // "Order ID please", "your e-mail:"
        sentence.len() <= 50 && (sentence.contains("please") || sentence.trim_end().ends_with(':'))
    }
}

#[cfg(test)]
mod tests {
    use segue_core::reading::FactKind::{self, *};

    use crate::testing::read_assistant;

    #[track_caller]
    fn check(text: &str, kinds: &[FactKind]) {
        let reading = read_assistant(&[], text);
        let asked: Vec<FactKind> =
            reading.questions.iter().filter_map(|question| question.asks_for).collect();
        assert_eq!(asked, kinds, "{text}");
    }

    #[test]
    fn tells_what_is_asked_for() {
        check(
            "ok, may I have your username, email address and order ID please?",
            &[Username, Email, OrderNumber],
        );
        check("I'd just need your phone number.", &[Phone]);
        check("sure, would you give me your full name or account ID", &[PersonName, AccountNumber]);
        check("What is your membership level, Ann?", &[MembershipLevel]);
        check("What is the name of your company?", &[Organisation]);
        check("Which browser and version do you use?", &[Device]);
        check("¿Me da su número de pedido?", &[OrderNumber]);
        check("Wie lautet Ihre Bestellnummer?", &[OrderNumber]);
        check("I have sent the receipt to your email address.", &[]);
        check("Is there anything else?", &[]);
    }
}
