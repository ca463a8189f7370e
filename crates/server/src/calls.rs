//! Callbacks that an organisation has booked: a projection in memory, rebuilt from the record at every start.

use std::{collections::BTreeMap, sync::Arc};

use arc_swap::ArcSwap;
use segue_core::{
    callback::{Bookings, Slot},
    conversation::Conversation,
    handoff::State,
    ids::{ConversationId, CustomerId},
};
use tokio::sync::{Mutex, MutexGuard};

/// See the module.
#[derive(Default)]
pub struct Calls {
    book: ArcSwap<Book>,
    /// Held while a time is chosen and committed, so that two customers cannot take the last place of a slot.
    booking: Mutex<()>,
}

/// Who has which slot.
#[derive(Clone, Default)]
pub struct Book {
    /// By conversation.
    pub bookings: Bookings,
    customers: BTreeMap<ConversationId, (CustomerId, Slot)>,
}

impl Calls {
    /// The book now.
    pub fn book(&self) -> Arc<Book> {
        self.book.load_full()
    }

    /// Waits until nobody else books.
    pub async fn booking(&self) -> MutexGuard<'_, ()> {
        self.booking.lock().await
    }

    /// Takes over what a commit changed.
    pub fn observe(&self, conversation: &Conversation) {
        let id = conversation.id();
        let handoff = conversation.handoff.as_ref().filter(|_| conversation.state == State::Callback);
        let booked = handoff.and_then(|handoff| {
            let slot = handoff.callback.as_ref()?.slot;
            Some((handoff.needs.squad.clone(), conversation.customer.clone()?, slot))
        });
        match booked {
            Some((squad, customer, slot)) => {
                self.book.rcu(|book| {
                    let mut book = Book::clone(book);
                    book.bookings.put(id.clone(), squad.clone(), slot);
                    book.customers.insert(id.clone(), (customer.clone(), slot));
                    book
                });
            }
            None if self.book.load().customers.contains_key(id) => {
                self.book.rcu(|book| {
                    let mut book = Book::clone(book);
                    book.bookings.remove(id);
                    book.customers.remove(id);
                    book
                });
            }
            None => {}
        }
    }
}

impl Book {
    /// The callback that the customer of a conversation has in another one.
    pub fn elsewhere(&self, conversation: &Conversation) -> Option<(&ConversationId, Slot)> {
        let customer = conversation.customer.as_ref()?;
        let of = self.customers.iter().filter(|(id, (of, _))| of == customer && *id != conversation.id());
        of.map(|(id, (_, slot))| (id, *slot)).min_by_key(|(_, slot)| *slot)
    }
}
