//! Forms of values that compare.

use segue_core::reading::FactKind;

/// A form that compares, for the kinds that have one.
pub(super) fn normalise(kind: FactKind, value: &str) -> Option<String> {
    use FactKind::{
        AccountNumber, BookingReference, ClaimNumber, Email, InvoiceNumber, MembershipLevel, OrderNumber,
        PersonName, Phone, PolicyNumber, PostalCode, Reference, TrackingNumber, Username,
    };
    match kind {
        Email | Username | MembershipLevel | PersonName => Some(crate::text::fold(value).into_owned()),
        Phone => Some(phone(value)),
        OrderNumber | InvoiceNumber | BookingReference | ClaimNumber | PolicyNumber | TrackingNumber
        | Reference | AccountNumber | PostalCode => {
            let plain = value.chars().map(crate::text::fold_char).filter(|c| c.is_alphanumeric());
            Some(plain.map(|c| c.to_ascii_uppercase()).collect())
        }
        _ => None,
    }
}

/// The digits of a telephone number, with its plus.
fn phone(value: &str) -> String {
    value.chars().map(crate::text::fold_char).filter(|c| c.is_ascii_digit() || *c == '+').collect()
}
