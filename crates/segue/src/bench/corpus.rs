//! What customers and assistants say in the measurements: everyday matters that need no human.

/// Turns of one conversation.
pub const TURNS: usize = 10;

/// Questions with their answers, each about something of its own. `{n}` becomes a number that differs between
/// conversations.
pub const EXCHANGES: [(&str, &str); 24] = [
    (
        "Hi, where can I see when order {n} will arrive?",
        "Under Orders, choose {n}. The courier's window is shown there from the evening before.",
    ),
    (
        "Can I change the delivery address to 12 Mill Lane, Leeds LS1 4AP?",
        "Yes, under Profile, Addresses, as long as the parcel has not left.",
    ),
    (
        "Which sizes do you have for the Harbour jacket in green?",
        "It comes in XS to XXL; green is in stock from S to XL.",
    ),
    (
        "My e-mail is now mara.lind{n}@post.example, how do I update it?",
        "Open Profile, Contact, type the new address and confirm the link in the message.",
    ),
    (
        "Do you ship to Norway, and what does it cost?",
        "We do. Parcels up to 5 kg cost 14.90 euro and take three to five days.",
    ),
    (
        "What is the difference between the Plus and the Team plan?",
        "Team adds shared folders and roles; Plus is for one person with more space.",
    ),
    (
        "How do I download invoice INV-{n} as a PDF?",
        "Under Billing, Invoices, press the arrow next to INV-{n}.",
    ),
    (
        "Can I pay with a bank transfer from Spain?",
        "Yes, choose SEPA at the checkout. The order is packed once the money is here.",
    ),
    ("How long is the warranty for the desk lamp?", "Two years from the day of delivery; keep the receipt."),
    (
        "Is there a student discount?",
        "There is: 15 percent with a valid student card, under Account, Discounts.",
    ),
    (
        "How do I add my colleague Jonas to the workspace?",
        "Settings, People, Invite. Jonas gets a message with a link.",
    ),
    (
        "Can I export my contacts into a spreadsheet?",
        "Contacts, Export gives you a CSV file with every field.",
    ),
    (
        "What time does the store in Utrecht close on Saturdays?",
        "At 18:00 on Saturdays, and at 17:00 on Sundays.",
    ),
    (
        "I would like to know how to turn off the weekly newsletter.",
        "Each newsletter has a link at its foot; or Profile, Messages, Newsletter off.",
    ),
    (
        "Does the app work offline on a Pixel 8?",
        "Lists and notes do. Changes are sent when the phone is online.",
    ),
    ("Where do I enter the voucher SPRING{n}?", "On the last page of the checkout, under Voucher."),
    (
        "How can I move my booking BK-{n} to 14 May?",
        "Open the booking, press Change date, and pick a free day. It costs nothing until two days before.",
    ),
    ("Which file formats can I upload?", "PDF, PNG, JPEG and DOCX, each up to 25 MB."),
    ("How do I switch the language to Portuguese?", "Profile, Language. The page changes at once."),
    (
        "What does the blue light on the router mean?",
        "Blue means that it is online. White means that it is starting.",
    ),
    ("Can two people use one subscription at the same time?", "Yes, two devices at once are included."),
    (
        "How do I connect the calendar with my phone?",
        "Settings, Calendar, Subscribe, then open the link on the phone.",
    ),
    ("Do the boots run large?", "They run true to size; between two sizes most people take the larger one."),
    (
        "How do I book a table for four on Friday at 19:00?",
        "Under Reservations pick Friday, four people and 19:00, then confirm.",
    ),
];

/// The words of a turn: even turns are the customer's, odd ones the assistant's.
pub fn text(conversation: u64, turn: usize) -> String {
    let at = (conversation as usize * 7 + turn / 2) % EXCHANGES.len();
    let (question, answer) = EXCHANGES[at];
    let words = if is_customer(turn) { question } else { answer };
    words.replace("{n}", &format!("{:06}", 480_000 + conversation % 100_000))
}

/// Whether a turn is the customer's.
pub fn is_customer(turn: usize) -> bool {
    turn.is_multiple_of(2)
}

#[cfg(test)]
mod tests {
    use segue_core::{ids::OrganisationId, organisation::Organisation, trigger::Action};
    use segue_server::rehearsal::{Recorded, Rehearser};
    use segue_understanding::Reader;
    use serde_json::json;

    use super::*;

    /// After a handoff the server refuses the assistant's turns, and errors would be measured.
    #[test]
    fn nothing_in_it_needs_a_human() {
        let organisation = Organisation::new(OrganisationId::parse("bench").unwrap(), "Bench");
        let reader = Reader::new();
        let replayer = Rehearser::new(&reader, organisation).unwrap();
        let mut facts = 0;
        for conversation in 0..EXCHANGES.len() as u64 {
            let turns: Vec<_> = (0..TURNS)
                .map(|turn| {
                    let role = if is_customer(turn) { "customer" } else { "assistant" };
                    json!({ "role": role, "text": text(conversation, turn) })
                })
                .collect();
            let line = json!({ "id": conversation, "turns": turns }).to_string();
            let replayed = replayer.replay(&Recorded::parse(&line, 1).unwrap()).unwrap();
            for turn in &replayed.turns {
                assert_ne!(turn.decision.action, Action::HandOff, "{conversation}: {:?}", turn.decision);
            }
            facts += replayed.package.facts.len();
        }
        assert!(facts > EXCHANGES.len(), "customers tell facts: {facts}");
    }
}
