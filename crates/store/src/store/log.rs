//! Reading the log.

use std::collections::VecDeque;

use segue_core::ids::{ConversationId, OrganisationId};

use super::{Opener, Store};
use crate::{
    StoreError,
    engine::{Found, Sealed, on_engine},
    model::log::{Loaded, ScannedConversation, StoredEvent},
    seal::Binding,
};

/// How many conversations a scan looks up at once.
const SCAN_PAGE: u32 = 256;

impl Store {
    /// A conversation's snapshot and the events after it; `None` when there is no such conversation.
    ///
    /// # Errors
    /// [`StoreError::Tampered`] when a part does not open, and what the disk gives.
    pub async fn load(
        &self,
        organisation: &OrganisationId,
        conversation: &ConversationId,
    ) -> Result<Option<Loaded>, StoreError> {
        let ids = (organisation.clone(), conversation.clone());
        let loaded = on_engine!(self.engine(), engine => engine.load(ids.0, ids.1).await)?;
        let Some(Sealed(mut loaded)) = loaded else { return Ok(None) };
        let mut binding = Binding::conversation(organisation, conversation);
        let mut opener = self.opener();
        if let Some((seq, sealed)) = loaded.snapshot.take() {
            let plain = opener.open(binding.snapshot(seq), sealed, "a snapshot").await?;
            match plain {
                Some(plain) => loaded.snapshot = Some((seq, plain)),
                // Sealed before an erasure and committed after it: fold from the start.
                None => return self.load_all(organisation, conversation, loaded).await.map(Some),
            }
        }
        open_events(&mut opener, &mut binding, &mut loaded.tail).await?;
        Ok(Some(loaded))
    }

    async fn load_all(
        &self,
        organisation: &OrganisationId,
        conversation: &ConversationId,
        mut loaded: Loaded,
    ) -> Result<Loaded, StoreError> {
        loaded.tail = self.events(organisation, conversation, 0, u32::MAX).await?;
        loaded.seq = loaded.tail.last().map_or(loaded.seq, |event| event.seq);
        Ok(loaded)
    }

    /// At most `limit` events after a sequence, in order; empty when there is no such conversation.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub async fn events(
        &self,
        organisation: &OrganisationId,
        conversation: &ConversationId,
        after_seq: u64,
        limit: u32,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        let ids = (organisation.clone(), conversation.clone());
        let events = on_engine!(self.engine(), engine => engine.events(ids.0, ids.1, after_seq, limit).await);
        let Sealed(mut events) = events?;
        let mut binding = Binding::conversation(organisation, conversation);
        open_events(&mut self.opener(), &mut binding, &mut events).await?;
        Ok(events)
    }

    /// Every organisation that has settings or ever committed, in the order of their ids.
    ///
    /// # Errors
    /// What the disk gives.
    pub async fn organisations(&self) -> Result<Vec<OrganisationId>, StoreError> {
        on_engine!(self.engine(), engine => engine.organisations().await)
    }

    /// Walks every conversation of an organisation in the order of their ids: for rebuilding and backtests.
    /// It holds no transaction, so it blocks nobody; a conversation that starts meanwhile may be missed.
    pub fn scan(&self, organisation: &OrganisationId) -> Scan {
        Scan {
            store: self.clone(),
            organisation: organisation.clone(),
            page: VecDeque::new(),
            after: None,
            end: false,
        }
    }

    /// SHA-256 over the log of one organisation or of all, to compare a restored copy with its source. Ids,
    /// sequences, times, kinds, versions, open parts and sealed content enter, so an erasure does not change it.
    ///
    /// # Errors
    /// What the disk gives.
    pub async fn state_hash(&self, organisation: Option<&OrganisationId>) -> Result<[u8; 32], StoreError> {
        let organisation = organisation.cloned();
        on_engine!(self.engine(), engine => engine.state_hash(organisation).await)
    }
}

/// A walk over all conversations of an organisation.
pub struct Scan {
    store: Store,
    organisation: OrganisationId,
    page: VecDeque<Found>,
    after: Option<ConversationId>,
    end: bool,
}

impl Scan {
    /// The next conversation with all its events; `None` at the end.
    ///
    /// # Errors
    /// As [`Store::load`].
    pub async fn next(&mut self) -> Result<Option<ScannedConversation>, StoreError> {
        let engine = self.store.engine();
        if self.page.is_empty() && !self.end {
            let (organisation, after) = (self.organisation.clone(), self.after.clone());
            let page = on_engine!(engine, e => e.conversations_after(organisation, after, SCAN_PAGE).await)?;
            self.end = page.len() < SCAN_PAGE as usize;
            self.after = page.last().map(|found| found.conversation.clone());
            self.page = page.into();
        }
        let Some(Found { key, conversation, customer }) = self.page.pop_front() else { return Ok(None) };
        let Sealed(mut events) = on_engine!(engine, engine => engine.events_of(key).await)?;
        let mut binding = Binding::conversation(&self.organisation, &conversation);
        open_events(&mut self.store.opener(), &mut binding, &mut events).await?;
        Ok(Some(ScannedConversation {
            organisation: self.organisation.clone(),
            conversation,
            customer,
            events,
        }))
    }
}

async fn open_events(
    opener: &mut Opener<'_>,
    binding: &mut Binding,
    events: &mut [StoredEvent],
) -> Result<(), StoreError> {
    for event in events {
        event.content = match event.content.take() {
            // Never had any.
            None => Some(Vec::new()),
            Some(sealed) => opener.open(binding.event(event.seq, &event.kind), sealed, "an event").await?,
        };
    }
    Ok(())
}
