//! How much of a person's judgement a turn needs.

use segue_core::reading::{FactKind, Reading};

use crate::text::Text;

/// 0..=1 out of the subjects, the references to the customer's own things, the questions and the length.
///
/// One plain question is below 0.2; several subjects with own references and a story around them above 0.6.
pub(crate) fn read(text: &Text<'_>, reading: &Reading) -> f32 {
    let own = reading.facts.iter().filter(|fact| own_thing(fact.kind)).count();
    let parts = [
        (reading.topics.len().saturating_sub(1), 0.12, 0.36),
        (own, 0.10, 0.25),
        (reading.questions.len().saturating_sub(1), 0.10, 0.20),
        (text.sentences.len().saturating_sub(2), 0.04, 0.16),
        (text.words.len().saturating_sub(20), 0.006, 0.30),
    ];
    let sum: f32 = parts.iter().map(|&(count, each, most)| (count as f32 * each).min(most)).sum();
    sum.min(1.0)
}

fn own_thing(kind: FactKind) -> bool {
    use FactKind::{
        AccountNumber, Amount, BookingReference, ClaimNumber, ErrorCode, InvoiceNumber, OrderNumber,
        PolicyNumber, Reference, TrackingNumber,
    };
    matches!(
        kind,
        AccountNumber
            | Amount
            | BookingReference
            | ClaimNumber
            | ErrorCode
            | InvoiceNumber
            | OrderNumber
            | PolicyNumber
            | Reference
            | TrackingNumber
    )
}

#[cfg(test)]
mod tests {
    use crate::testing::read;

    #[test]
    fn grows_with_what_is_told() {
        let plain = read("Where can I change my address?").complexity;
        let tangled = read(
            "My order 58213377 was charged twice, the refund RF-2210 never came, and now the courier says the parcel was \
             returned. Why was I billed? Can you cancel the second invoice NW-20931 and send a replacement?",
        );
        assert!(plain < 0.2, "{plain}");
        assert!(tangled.complexity > 0.6, "{}", tangled.complexity);
    }
}
