//! Answers to an offer to be connected with a human: "yes please" after it is a request, "no thanks" a refusal.

use regex::Regex;
use segue_core::{
    context::{ContextPackage, Role},
    reading::ActKind,
};

use super::Acts;
use crate::pattern::expression;
use crate::{
    lexicon::Scan,
    text::{Span, fold},
};

/// The longest answer that is taken as one, in words.
const ANSWER_MAX_WORDS: usize = 12;

pub(crate) struct OfferReader {
    offer: Regex,
}

impl OfferReader {
    pub fn new() -> Self {
        let offer = expression(
            r"\b(?:would you like|do you want|shall i|should i|want me to|may i|can i|i can|happy to|let me know if you|if you'd like|if you like|prefer|quiere|desea|souhaitez|mochten sie|vuole|gostaria|deseja|wilt u|wil je)\b[^.!\n]{0,80}\b(?:agent|human|person|colleague|representative|team member|specialist|someone|manager|supervisor|advis[eo]r|agente|persona|conseiller|mitarbeiter|operatore|atendente|medewerker|collega|pessoa|support team|our team|experts?)\b",
        );
        Self { offer }
    }

    pub fn read(&self, scan: &Scan<'_>, context: &ContextPackage, acts: &mut Acts) {
        let agrees = acts.probability(ActKind::Agrees) >= 0.5;
        let refuses = acts.probability(ActKind::Refuses) >= 0.5;
        if agrees == refuses || scan.text.words.len() > ANSWER_MAX_WORDS {
            return;
        }
        let Some(last) = context.transcript.last() else { return };
        if !matches!(last.role, Role::Assistant | Role::System) || !self.offer.is_match(&fold(&last.text)) {
            return;
        }
        let kind = if agrees { ActKind::AsksHuman } else { ActKind::DeclinesHuman };
        acts.add(&scan.text, kind, 0.95, Span::new(0, scan.text.folded.len()));
    }
}

#[cfg(test)]
mod tests {
    use segue_core::{context::Role, reading::ActKind};

    use crate::testing::read_after;

    #[track_caller]
    fn check(offer: &str, answer: &str, kind: Option<ActKind>) {
        let reading = read_after(&[(Role::Assistant, offer)], answer);
        let kinds = [ActKind::AsksHuman, ActKind::DeclinesHuman];
        assert_eq!(kinds.into_iter().find(|&kind| reading.act(kind) >= 0.5), kind, "{:?}", reading.acts);
    }

    #[test]
    fn an_answer_to_an_offer() {
        let offer = "I could not find that. Would you like me to connect you with a human agent?";
        check(offer, "yes please", Some(ActKind::AsksHuman));
        check(offer, "no thanks", Some(ActKind::DeclinesHuman));
        check("Would you like a receipt by e-mail?", "yes please", None);
    }
}
