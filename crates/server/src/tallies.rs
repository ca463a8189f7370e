//! What came of an organisation's decisions, counted while it runs. The log is the truth: the counts are built from it
//! once after a start, and whatever cannot be counted in passing is read from it again.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use segue_core::{
    event::Event,
    ids::ConversationId,
    policy::{
        lifecycle::Lifecycle,
        tally::{Digest, Tally},
    },
};
use tokio::sync::watch;

use crate::{
    app::App,
    error::{ApiError, ServerError},
    pipeline::read,
    tenant::Tenant,
};

/// Conversations whose place is remembered; the two generations together hold at most twice that.
const DIGESTS_MAX: usize = 20_000;
/// Conversations that wait to be read again. Where there are more, all are.
const STALE_MAX: usize = 10_000;
/// How long somebody who asks for counts waits until the log is read.
const BUILT_WITHIN: Duration = Duration::from_secs(20);

/// See the module.
pub struct Tallies {
    counting: Mutex<Counting>,
    built: watch::Sender<bool>,
}

#[derive(Default)]
struct Counting {
    tally: Tally,
    young: HashMap<ConversationId, Digest>,
    old: HashMap<ConversationId, Digest>,
    /// Conversations to be read again, each with the first and the last event that are not counted.
    stale: HashMap<ConversationId, (u64, u64)>,
}

impl Default for Tallies {
    fn default() -> Self {
        Self { counting: Mutex::default(), built: watch::Sender::new(false) }
    }
}

impl Tallies {
    /// Counts events that were committed. `false` where the log must be read for it, which is for the worker to do.
    pub(crate) fn observe(
        &self,
        conversation: &ConversationId,
        events: &[Event],
        lifecycle: &Lifecycle,
    ) -> bool {
        let (Some(first), Some(last)) = (events.first(), events.last()) else { return true };
        let (first, last) = (first.seq, last.seq);
        let mut counting = self.counting();
        if !*self.built.borrow() || counting.stale.contains_key(conversation) {
            counting.read_again(conversation, first, last);
            return false;
        }
        let known = counting.take(conversation).or_else(|| (first == 1).then(Digest::default));
        let mut digest = match known {
            Some(digest) if digest.seq + 1 >= first => digest,
            known => {
                if let Some(digest) = known {
                    counting.keep(conversation.clone(), digest);
                }
                counting.read_again(conversation, first, last);
                return false;
            }
        };
        counting.count(&mut digest, conversation, events, lifecycle);
        counting.keep(conversation.clone(), digest);
        true
    }

    /// Reads what was counted, once the log has been read.
    pub(crate) async fn read<T>(&self, look: impl FnOnce(&Tally) -> T) -> Result<T, ApiError> {
        let mut built = self.built.subscribe();
        match tokio::time::timeout(BUILT_WITHIN, built.wait_for(|built| *built)).await {
            Ok(Ok(_)) => {}
            _ => return Err(ApiError::unavailable("The log is still being read. Try again.")),
        }
        Ok(look(&self.counting().tally))
    }

    fn counting(&self) -> MutexGuard<'_, Counting> {
        self.counting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counting {
    fn count(&mut self, digest: &mut Digest, id: &ConversationId, events: &[Event], lifecycle: &Lifecycle) {
        for event in events {
            self.tally.count(digest, id, event, lifecycle);
        }
    }

    fn read_again(&mut self, conversation: &ConversationId, first: u64, last: u64) {
        let missing = self.stale.entry(conversation.clone()).or_insert((first, last));
        *missing = (first.min(missing.0), last.max(missing.1));
    }

    fn take(&mut self, conversation: &ConversationId) -> Option<Digest> {
        self.young.remove(conversation).or_else(|| self.old.remove(conversation))
    }

    /// Remembers a place. When the young generation is full it becomes the old one, and what was not looked at since is
    /// forgotten, unless it is to be read again.
    fn keep(&mut self, conversation: ConversationId, digest: Digest) {
        if self.young.len() >= DIGESTS_MAX {
            let mut forgotten = std::mem::replace(&mut self.old, std::mem::take(&mut self.young));
            forgotten.retain(|id, _| self.stale.contains_key(id));
            self.young = forgotten;
        }
        self.young.insert(conversation, digest);
    }
}

impl App {
    /// Reads what is still to be counted: the whole log after a start, then conversations that grew unseen.
    pub(crate) async fn catch_up(&self, tenant: &Tenant) -> Result<(), ServerError> {
        let tallies = &tenant.tallies;
        let lost = tallies.counting().stale.len() > STALE_MAX;
        if lost {
            tallies.built.send_replace(false);
        }
        if !*tallies.built.borrow() {
            if let Err(error) = self.count_all(tenant).await {
                *tallies.counting() = Counting::default();
                return Err(error);
            }
            tallies.built.send_replace(true);
        }
        let stale: Vec<ConversationId> = tallies.counting().stale.keys().cloned().collect();
        for conversation in stale {
            while self.count_again(tenant, &conversation).await? {}
        }
        Ok(())
    }

    async fn count_all(&self, tenant: &Tenant) -> Result<(), ServerError> {
        {
            let mut counting = tenant.tallies.counting();
            *counting = Counting { stale: std::mem::take(&mut counting.stale), ..Counting::default() };
        }
        let mut scan = self.store.scan(&tenant.id);
        while let Some(scanned) = scan.next().await? {
            if self.stop.is_cancelled() {
                return Ok(());
            }
            let events = scanned.events.iter().map(read).collect::<Result<Vec<_>, _>>()?;
            let policies = tenant.policies();
            let mut counting = tenant.tallies.counting();
            let mut digest = Digest::default();
            counting.count(&mut digest, &scanned.conversation, &events, &policies.lifecycle);
            counting.keep(scanned.conversation, digest);
        }
        Ok(())
    }

    /// Counts a conversation from where it was left. One whose place was forgotten is counted from the first event that
    /// was seen and not counted: all before it were. `true` where it has grown on meanwhile.
    async fn count_again(&self, tenant: &Tenant, conversation: &ConversationId) -> Result<bool, ServerError> {
        let known = tenant.tallies.counting().take(conversation);
        let after = known.as_ref().map_or(0, |digest| digest.seq);
        let stored = self.store.events(&tenant.id, conversation, after, u32::MAX).await;
        let events = stored.map_err(ServerError::from).and_then(|stored| stored.iter().map(read).collect());
        let policies = tenant.policies();
        let mut counting = tenant.tallies.counting();
        let events: Vec<Event> = match events {
            Ok(events) => events,
            Err(error) => {
                known.into_iter().for_each(|digest| counting.keep(conversation.clone(), digest));
                return Err(error);
            }
        };
        let Some((first, last)) = counting.stale.get(conversation).copied() else { return Ok(false) };
        let mut digest = known.unwrap_or_default();
        if digest.seq == 0 {
            let mut elsewhere = Tally::default();
            for event in events.iter().filter(|event| event.seq < first) {
                elsewhere.count(&mut digest, conversation, event, &policies.lifecycle);
            }
        }
        counting.count(&mut digest, conversation, &events, &policies.lifecycle);
        let is_behind = digest.seq < last && !events.is_empty();
        counting.keep(conversation.clone(), digest);
        if !is_behind {
            counting.stale.remove(conversation);
        }
        Ok(is_behind)
    }
}
