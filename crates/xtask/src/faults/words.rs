//! What our customers say: enough variety that conversations are answered, held and handed off.

use super::{oracle::Sent, random::Random};

const SENTENCES: [&str; 10] = [
    "Where is my parcel?",
    "I still cannot sign in, the page says that my password is wrong.",
    "You charged me twice this month.",
    "That did not help.",
    "Thanks, and how do I change the address?",
    "Does the small plan have the export?",
    "I asked that already!",
    "El pedido llegó roto, ¿qué hago?",
    "OK, I restarted it and the error is the same.",
    "I want to talk to a person.",
];

/// A turn that was not sent yet. Its words are its own, so that a mix-up shows.
pub fn turn(conversation: &str, client_id: String, random: &mut Random) -> Sent {
    let text = format!("{} ({client_id})", random.pick(&SENTENCES));
    Sent { conversation: conversation.to_owned(), client_id, text, ack: None }
}
