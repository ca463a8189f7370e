//! Leaving as a customer: cancelling the contract, the subscription or the account. Cancelling an order or an
//! appointment is business as usual and no such act.

use regex::Regex;
use segue_core::reading::ActKind;

use super::{Acts, negation::Negation};
use crate::lexicon::{Flag, Scan};
use crate::pattern::expression;

/// Things whose end is the end of being a customer.
const CONTRACT: &str = r"(?:subscriptions?|accounts?|plans?|memberships?|contracts?|polic(?:y|ies)|services?|licen[cs]es?|trial|renewal|auto[- ]?renew\w*|everything|workspace|abo|insurance|coverage|profile|mobile plan|package)";

/// Things that come and go.
const PASSING: &str = r"\b(?:orders?|bookings?|reservations?|appointments?|meetings?|transfers?|payments?|transactions?|flights?|trips?|tickets?|rides?|cabs?|tables?|deliver(?:y|ies)|cards?|cheques?|checks?|direct debits?|standing orders?|purchases?|items?|events?|seats?|hotels?|rooms?|requests?|shipments?|alarms?|classes|class|invoices?|returns?|refunds?|loans?|withdrawals?|top[- ]?ups?|slots?|visits?|installation|exports?|uploads?|downloads?)\b";

pub(crate) struct LeavingReader {
    contract: Regex,
    plain: Regex,
    passing: Regex,
    leaving: Regex,
    thinking: Regex,
    abroad: Regex,
    negation: Negation,
}

impl LeavingReader {
    pub fn new() -> Self {
        let build = |pattern: &str| {
            let pattern = pattern.replace("{contract}", CONTRACT);
            expression(&pattern)
        };
        Self {
            contract: build(
                r"\b(?:cancel+(?:l?ing)?|close|closing|terminat(?:e|ing)|end|ending|stop|delete|deleting|quit|discontinue|get rid of|not renew|unsubscribe from|deactivate|get out of)(?: (?:my|our|the|this|your|whole|entire|paid|annual|monthly|yearly|premium|pro|business|enterprise|company|current|bank|savings|user|all))* {contract}\b",
            ),
            plain: build(
                r"\b(?:about to|going to|want to|wanna|gonna|will|i'll|i'd like to|would like to|need to|ready to|have to|must|please|might|thinking (?:of|about)|consider(?:ing)?|how (?:do|can) i|decided to|just) (?:just )?(?:cancel(?:l?ing)?|unsubscribe)\b",
            ),
            passing: build(PASSING),
            leaving: build(
                r"\b(?:(?:i am|i'm|im|we are|we're|about to|going to|will|i'll|we'll|want to|thinking (?:of|about)|consider(?:ing)?|ready to|might|may) (?:be )?(?:leave|leaving|switch|switching|mov(?:e|ing)|go|going|tak(?:e|ing) (?:my|our) (?:business|money|custom))(?: (?:you|you guys|this (?:company|bank|provider|service)|your (?:company|service|bank|product)|to (?:a |an |another |your |the )?(?:competit\w+|another|different|other|rival|alternative)(?: \w+)?|elsewhere|somewhere else|over to|business elsewhere)))\b|\b(?:won't|will not|not going to|not) (?:be )?renew(?:ing)?\b|\bif (?:i|we) (?:leave|cancel|quit|close my account)\b|\btak(?:e|ing) (?:my|our) (?:business|money|custom) elsewhere\b|\blos(?:e|ing) (?:me|us) as a customer\b",
            ),
            thinking: build(
                r"\b(?:already|was|were|been|have|has|had|i|it|you|they)(?: \w+)? cancell?ed\b|\bcancell?ed in\b",
            ),
            abroad: build(
                r"(?:\b(?:dar(?:me)? de baja|cancelar (?:mi|la|el) (?:suscripcion|cuenta|contrato|plan|assinatura|conta|servicio)|cerrar mi cuenta|resilier|resiliation|fermer mon compte|annuler mon abonnement|kundige\w*|kundigung|kuendig\w*|kundigen|disdire|disdetta|annullare (?:l'|il mio |la mia )?(?:abbonamento|contratto|account)|chiudere (?:il mio )?(?:conto|account)|encerrar (?:a )?minha conta|cancelar (?:a )?minha (?:assinatura|conta)|abonnement opzeggen|opzeggen|opzegging|rezygn\w+|wypowiedz\w+ umow\w+|aboneli\w+ iptal\w*|hesab\w+ (?:kapat|sil)\w*)|解約|取消订阅|注销|退订|отменить подписку|לבטל את (?:המינוי|החשבון)|إلغاء (?:الاشتراك|اشتراكي|حسابي)|구독 ?(?:취소|해지)|해지)",
            ),
            negation: Negation::new(),
        }
    }

    pub fn read(&self, scan: &Scan<'_>, acts: &mut Acts) {
        if !scan.any(&[Flag::Cancel]) {
            return;
        }
        let text = &scan.text;
        let folded = &text.folded;
        for found in self.contract.find_iter(folded) {
            if !self.negation.before(text, found.start()) {
                acts.add(text, ActKind::WantsToCancel, 0.95, found.into());
            }
        }
        if let Some(found) = self.plain.find(folded)
            && !self.negation.before(text, found.start())
            && !self.passing.is_match(text.of(text.sentence_at(found.start())))
        {
            acts.add(text, ActKind::WantsToCancel, 0.85, found.into());
        }
        if let Some(found) = self.leaving.find(folded)
            && !self.thinking.is_match(found.as_str())
        {
            let question = found.as_str().starts_with("if ");
            acts.add(text, ActKind::WantsToCancel, if question { 0.6 } else { 0.9 }, found.into());
        }
        if let Some(found) = self.abroad.find(folded) {
            acts.add(text, ActKind::WantsToCancel, 0.9, found.into());
        }
        if acts.probability(ActKind::WantsToCancel) >= 0.85 && folded.contains("about to") {
            let span = crate::text::Span::new(0, folded.len());
            acts.add(text, ActKind::Threatens, 0.7, span);
        }
    }
}

#[cfg(test)]
mod tests {
    use segue_core::reading::ActKind;

    use crate::testing::read;

    #[track_caller]
    fn check(leaves: bool, texts: &[&str]) {
        for text in texts {
            let reading = read(text);
            assert_eq!(reading.act(ActKind::WantsToCancel) >= 0.5, leaves, "{text}: {:?}", reading.acts);
        }
    }

    #[test]
    fn tells_leaving_from_cancelling_a_thing() {
        check(
            true,
            &[
                "I'm about to cancel",
                "please cancel my subscription",
                "How do I close my account?",
                "we will not renew",
                "I'm switching to a competitor",
                "What happens to my files if I leave?",
                "quiero darme de baja",
                "Ich kündige",
                "je veux résilier",
            ],
        );
        check(
            false,
            &[
                "I want to cancel my order",
                "can you cancel the booking for Friday",
                "I need to cancel an appointment",
                "You charged me after I cancelled in March.",
                "I don't want to cancel my plan",
                "I leave for Rome on Monday",
                "the cancel button is grey",
            ],
        );
    }
}
