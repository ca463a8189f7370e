//! Where rules and tagger both speak.
//!
//! A form that nothing else has and the answer to a question stand. A claim of a kind that the tagger has learnt is
//! one that it has weighed, so it may overrule it where it is sure; a sure claim of another kind stands.

use segue_core::reading::{FactKind, Stage};

use super::{
    rules::{Found, Rank},
    tagger::Tagged,
};
use crate::text::{Span, Text};

/// The least probability with which the tagger is heard: half the F1 that it reaches, which is where one more span
/// begins to lower it.
const LEAST: f32 = 0.45;
/// The same where the other side is known to have asked for something else, or for nothing. The public set holds only
/// the customer's turns, most of them answers, so the tagger thinks too well of values that nobody asked for.
const LEAST_UNASKED: f32 = 0.75;
/// The least with which it overrules a label or a shape of another kind that it knows.
const OVERRULES: f32 = 0.8;
/// The least with which it overrules a loose claim, or a guess of a kind that it does not know.
const OVERRULES_LOOSE: f32 = 0.6;
/// What is left of the probability of a loose claim that the tagger could have seen and did not.
const UNSEEN: f32 = 0.5;

/// What decides between the two.
pub(super) struct Merge<'a> {
    /// Kinds that the tagger has learnt.
    pub known: &'a [FactKind],
    /// What the other side asks for.
    pub asked: &'a [FactKind],
    /// Whether it is known what the other side asked: it has spoken, or nobody has.
    pub overheard: bool,
}

impl Merge<'_> {
    /// The facts of both, in the order of the text.
    pub fn merge(&self, text: &Text<'_>, rules: Vec<Found>, tagged: &[Tagged]) -> Vec<Found> {
        let mut kept = rules;
        for claim in kept.iter_mut().filter(|claim| claim.rank >= Rank::Loose && self.knows(claim.kind)) {
            claim.probability *= UNSEEN;
        }
        for seen in tagged.iter().filter(|seen| self.is_heard(text, seen)) {
            let mut stands = false;
            for claim in kept.iter_mut().filter(|claim| claim.span.overlaps(seen.span)) {
                if self.stands(text, claim, seen) {
                    stands = true;
                    if claim.kind == seen.kind && claim.rank != Rank::Form {
                        claim.probability = seen.probability;
                    }
                }
            }
            if !stands {
                kept.retain(|claim| !claim.span.overlaps(seen.span));
                let claim = Found::new(seen.kind, seen.span, Rank::Loose);
                kept.push(Found { probability: seen.probability, stage: Stage::Linear, ..claim });
            }
        }
        kept.sort_by_key(|claim| claim.span.start);
        kept
    }

    fn knows(&self, kind: FactKind) -> bool {
        self.known.contains(&kind)
    }

    fn is_heard(&self, text: &Text<'_>, seen: &Tagged) -> bool {
        let unasked = self.overheard && !self.asked.contains(&seen.kind);
        let least = if unasked { LEAST_UNASKED } else { LEAST };
        let share = text.folded[seen.span.end..].starts_with('%');
        let time = seen.kind != FactKind::Date && is_time(text.of(seen.span));
        seen.probability >= least && !share && !time
    }

    /// Whether a claim of the rules is kept against what the tagger sees in the same words.
    fn stands(&self, text: &Text<'_>, claim: &Found, seen: &Tagged) -> bool {
        let same = claim.kind == seen.kind;
        let covers = claim.span.start <= seen.span.start && claim.span.end >= seen.span.end;
        match claim.rank {
            Rank::Form | Rank::Answer => true,
            Rank::Shape if same => covers,
            // Of "March 5th" the tagger may see the number alone.
            Rank::Loose if same && claim.kind == FactKind::Date => covers,
            _ if same => covers && only_marks(text, claim.span, seen.span),
            Rank::Label | Rank::Shape => !self.knows(claim.kind) || seen.probability < OVERRULES,
            Rank::Loose => seen.probability < OVERRULES_LOOSE,
            Rank::Guess => !self.knows(claim.kind) && seen.probability < OVERRULES_LOOSE,
        }
    }
}

/// Whether a span adds nothing but marks to one within.
fn only_marks(text: &Text<'_>, outer: Span, inner: Span) -> bool {
    let plain = |part: &str| !part.chars().any(char::is_alphanumeric);
    plain(text.of(Span::new(outer.start, inner.start))) && plain(text.of(Span::new(inner.end, outer.end)))
}

/// "16:00"
fn is_time(value: &str) -> bool {
    let number = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    value.split_once(':').is_some_and(|(hour, minute)| number(hour) && number(minute))
}

#[cfg(test)]
mod tests {
    use segue_core::reading::FactKind::{self, *};

    use super::*;

    const KNOWN: &[FactKind] = &[PersonName, PaymentCard, Date, Amount, Phone];

    /// The kinds and values kept of one claim and one tagged span of `text`.
    #[track_caller]
    fn check(
        text: &str,
        claim: Option<(FactKind, &str, Rank)>,
        seen: (FactKind, &str, f32),
        kept: &[(FactKind, &str)],
    ) {
        let text = Text::new(text);
        let place = |value: &str| {
            let start = text.folded.find(&value.to_lowercase()).unwrap();
            Span::new(start, start + value.len())
        };
        let claims = claim.into_iter().map(|(kind, value, rank)| Found::new(kind, place(value), rank));
        let seen = Tagged { kind: seen.0, span: place(seen.1), probability: seen.2 };
        let merge = Merge { known: KNOWN, asked: &[Phone], overheard: true };
        let merged = merge.merge(&text, claims.collect(), &[seen]);
        let found: Vec<(FactKind, &str)> =
            merged.iter().map(|found| (found.kind, text.raw_of(found.span))).collect();
        assert_eq!(found, kept);
    }

    #[test]
    fn the_tagger_adds_what_it_is_sure_of() {
        check("Ana here", None, (PersonName, "Ana", 0.8), &[(PersonName, "Ana")]);
        check("Ana here", None, (PersonName, "Ana", 0.6), &[]);
        check("0170 555 here", None, (Phone, "0170 555", 0.6), &[(Phone, "0170 555")]);
        check("at 16:00 then", None, (Amount, "16:00", 0.9), &[]);
        check("by 16% then", None, (Amount, "16", 0.9), &[]);
    }

    #[test]
    fn sure_claims_stand() {
        let order = Some((OrderNumber, "58213377", Rank::Label));
        check("order 58213377", order, (Phone, "58213377", 0.99), &[(OrderNumber, "58213377")]);
        let date = Some((Date, "March 5th", Rank::Loose));
        check("on March 5th", date, (Date, "5th", 0.9), &[(Date, "March 5th")]);
        let sum = Some((Amount, "$40", Rank::Shape));
        check("it was $40", sum, (Amount, "40", 0.99), &[(Amount, "$40")]);
        let answer = Some((AccountNumber, "4412", Rank::Answer));
        check("it's 4412", answer, (PaymentCard, "4412", 0.99), &[(AccountNumber, "4412")]);
    }

    #[test]
    fn the_tagger_overrules_what_it_has_weighed() {
        let name = Some((PersonName, "dan brown and", Rank::Loose));
        check("i am dan brown and", name, (PersonName, "dan brown", 0.9), &[(PersonName, "dan brown")]);
        let phone = Some((Phone, "4111 1111", Rank::Shape));
        check("card 4111 1111", phone, (PaymentCard, "4111 1111", 0.7), &[(Phone, "4111 1111")]);
        check("card 4111 1111", phone, (PaymentCard, "4111 1111", 0.9), &[(PaymentCard, "4111 1111")]);
    }
}
