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

    /// Goes on counting a conversation with events that were read. Where its place was forgotten they are all of them, and
    /// those before the first that is missing were counted. `true` where it has grown on meanwhile.
    fn resume(
        &mut self,
        conversation: &ConversationId,
        known: Option<Digest>,
        events: &[Event],
        lifecycle: &Lifecycle,
    ) -> bool {
        let Some((first, last)) = self.stale.get(conversation).copied() else {
            known.into_iter().for_each(|digest| self.keep(conversation.clone(), digest));
            return false;
        };
        let mut digest = known.unwrap_or_default();
        if digest.seq == 0 {
            let mut elsewhere = Tally::default();
            for event in events.iter().filter(|event| event.seq < first) {
                elsewhere.count(&mut digest, conversation, event, lifecycle);
            }
        }
        self.count(&mut digest, conversation, events, lifecycle);
        let is_behind = digest.seq < last && !events.is_empty();
        self.keep(conversation.clone(), digest);
        if !is_behind {
            self.stale.remove(conversation);
        }
        is_behind
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
        Ok(counting.resume(conversation, known, &events, &policies.lifecycle))
    }
}

#[cfg(test)]
mod tests {
    use segue_core::{
        event::{Body, Content},
        trigger::Action,
    };

    use super::*;

    fn held(seq: u64) -> Event {
        let body = Body::DecisionMade {
            turn: seq as u32,
            action: Action::Hold,
            reason: None,
            confidence: 0.5,
            hold: None,
            triggers: vec![("mood".into(), 0.5)],
            policy: Some(1),
            shadow: None,
            content: Content::Erased,
        };
        Event { seq, at_ms: 0, body }
    }

    fn held_in_all(tallies: &Tallies) -> u64 {
        tallies.counting().tally.triggers(0, 1).first().map_or(0, |(_, counts)| counts.held)
    }

    #[test]
    fn every_event_is_counted_once_however_it_comes() {
        let (tallies, lifecycle) = (Tallies::default(), Lifecycle::default());
        let id = ConversationId::parse("c1").unwrap();
        let log: Vec<Event> = (1..=9).map(held).collect();
        let observe = |events: &[Event]| tallies.observe(&id, events, &lifecycle);
        let resume = |known: Option<Digest>, after: usize| {
            tallies.counting().resume(&id, known, &log[after..], &lifecycle)
        };
        assert!(!observe(&log[..1]), "before the log was read nothing is counted in passing");
        tallies.built.send_replace(true);
        assert!(
            !resume(None, 0) && held_in_all(&tallies) == 9,
            "what was not seen before is read from the log"
        );
        assert!(observe(&log[4..]) && held_in_all(&tallies) == 9, "what was counted stays counted");

        let tallies = Tallies::default();
        tallies.built.send_replace(true);
        let observe = |events: &[Event]| tallies.observe(&id, events, &lifecycle);
        assert!(observe(&log[..2]) && observe(&log[2..4]) && held_in_all(&tallies) == 4);
        assert!(
            !observe(&log[5..6]) && !observe(&log[4..5]),
            "a gap is read from the log, and what comes late"
        );
        let known = tallies.counting().take(&id);
        assert!(!tallies.counting().resume(&id, known, &log[4..6], &lifecycle));
        assert_eq!(held_in_all(&tallies), 6);

        tallies.counting().take(&id);
        assert!(!observe(&log[6..7]), "a place that was forgotten is found again");
        assert!(tallies.counting().resume(&id, None, &log[..6], &lifecycle), "the log did not have it yet");
        let known = tallies.counting().take(&id);
        assert!(!tallies.counting().resume(&id, known, &log[6..], &lifecycle));
        assert_eq!(held_in_all(&tallies), 9, "what was counted before it was forgotten is not counted again");
    }

    #[test]
    fn places_are_bounded_and_those_to_be_read_again_are_kept() {
        let mut counting = Counting::default();
        let id = |n: usize| ConversationId::parse(&format!("c{n}")).unwrap();
        counting.read_again(&id(0), 1, 1);
        (0..5 * DIGESTS_MAX).for_each(|n| counting.keep(id(n), Digest::default()));
        assert!(counting.young.len() + counting.old.len() <= 2 * DIGESTS_MAX);
        assert!(counting.take(&id(0)).is_some() && counting.take(&id(1)).is_none());
    }
}
