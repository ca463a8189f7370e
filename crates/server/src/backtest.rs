//! Backtests over recorded conversations and over the log: reads, counts on several threads, reports.

use std::{
    collections::{HashMap, HashSet},
    ops::ControlFlow,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::{Receiver, sync_channel},
    },
    time::Instant,
};

use segue_core::{
    backtest::{Label, Past, Report, Tally, course::walk},
    ids::{AtMs, ConversationId, CustomerId, OrganisationId},
    organisation::Organisation,
    policy::Policy,
};
use segue_store::{ScannedConversation, Store, Visit};

use crate::{
    error::ServerError,
    pipeline,
    rehearsal::{Recorded, Rehearser},
};

/// Conversations between the one who reads them and those who count.
const AHEAD: usize = 256;
/// A customer who writes again within this time came back with the same, ms.
const CAME_BACK_WITHIN_MS: AtMs = 72 * 3_600_000;
/// More threads than this only wait for the reader.
const THREADS_MAX: usize = 8;

/// Two policies of one organisation, to be held against each other.
#[derive(Clone, Debug)]
pub struct Plan {
    a: Organisation,
    b: Organisation,
    default: Organisation,
}

/// How far a backtest is: conversations that were counted. Breaking off ends it.
pub type Progress<'a> = &'a (dyn Fn(u64) -> ControlFlow<()> + Sync);

impl Plan {
    /// For an organisation; its own policy is left aside.
    pub fn new(organisation: &Organisation, a: Policy, b: Policy) -> Self {
        let with = |policy| Organisation { policy, ..organisation.clone() };
        Self { a: with(a), b: with(b), default: with(Policy::default()) }
    }

    /// Counts conversations as they come. Each is made into a past one, decided anew and counted on one of several threads.
    /// `None` where `progress` broke off.
    ///
    /// # Errors
    /// The first conversation that cannot be read.
    pub fn count<T: Send, E: Send>(
        &self,
        conversations: impl Iterator<Item = Result<T, E>> + Send,
        past: impl Fn(T) -> Result<Past, E> + Sync,
        progress: Progress<'_>,
    ) -> Result<Option<Report>, E> {
        let started = Instant::now();
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(THREADS_MAX);
        let source = Mutex::new(conversations.fuse());
        let (done, broken_off) = (AtomicU64::new(0), AtomicBool::new(false));
        let next = || source.lock().unwrap_or_else(PoisonError::into_inner).next();
        let count = || -> Result<Tally, E> {
            let mut tally = Tally::new(3);
            while !broken_off.load(Ordering::Relaxed) {
                let Some(conversation) = next() else { break };
                let counted = conversation.and_then(&past).map(|past| self.add(past, &mut tally));
                if let Err(error) = counted {
                    broken_off.store(true, Ordering::Relaxed);
                    return Err(error);
                }
                if progress(done.fetch_add(1, Ordering::Relaxed) + 1).is_break() {
                    broken_off.store(true, Ordering::Relaxed);
                }
            }
            Ok(tally)
        };
        let tallies: Vec<Result<Tally, E>> = std::thread::scope(|scope| {
            let lanes: Vec<_> = (0..threads).map(|_| scope.spawn(count)).collect();
            lanes.into_iter().map(|lane| lane.join().expect("counting does not panic")).collect()
        });
        let mut whole = Tally::new(3);
        for tally in tallies {
            whole.merge(&tally?);
        }
        let runtime_s = started.elapsed().as_secs_f64();
        let report = || Report::of(&whole, &self.a.policy, &self.b.policy, runtime_s);
        Ok((!broken_off.load(Ordering::Relaxed)).then(report))
    }

    /// Decides one conversation anew and counts it.
    fn add(&self, mut past: Past, tally: &mut Tally) {
        let began_at_ms = past.began_at_ms();
        let walk = walk(&mut past, &[&self.a, &self.b, &self.default]);
        tally.add(&past.conversation, began_at_ms, &walk, past.label);
    }

    /// Over recordings, one JSON document per line; what was recorded with a reading is not read again.
    ///
    /// # Errors
    /// The first line that is no conversation.
    pub fn over_recordings<E: Send + From<crate::rehearsal::UnreadableLine>>(
        &self,
        lines: impl Iterator<Item = Result<(u64, String), E>> + Send,
        rehearser: &Rehearser<'_>,
        progress: Progress<'_>,
    ) -> Result<Option<Report>, E> {
        let past = |(number, line): (u64, String)| Ok(rehearser.history(&Recorded::parse(&line, number)?));
        self.count(lines, past, progress)
    }

    /// Over the log of an organisation, as far back as `since_ms`. Blocks: call it where that may be.
    ///
    /// # Errors
    /// What in the log cannot be read.
    pub fn over_log(
        &self,
        store: &Store,
        since_ms: AtMs,
        runtime: &tokio::runtime::Handle,
        progress: Progress<'_>,
    ) -> Result<Option<Report>, ServerError> {
        let organisation = &self.a.id;
        let back = came_back(&runtime.block_on(store.visits(organisation))?);
        let scanned = Scanned::begin(store.clone(), organisation.clone(), runtime);
        let past = |scanned: ScannedConversation| past(scanned, &back);
        let recent = scanned.filter(|scanned| {
            scanned
                .as_ref()
                .map_or(true, |found| found.events.first().is_some_and(|first| first.at_ms >= since_ms))
        });
        self.count(recent, past, progress)
    }
}

/// Conversations after which the customer soon wrote again.
fn came_back(visits: &[Visit]) -> HashSet<ConversationId> {
    let mut by_customer: HashMap<&CustomerId, Vec<&Visit>> = HashMap::new();
    for visit in visits {
        by_customer.entry(&visit.customer).or_default().push(visit);
    }
    let mut back = HashSet::new();
    for mut visits in by_customer.into_values().filter(|visits| visits.len() > 1) {
        visits.sort_by_key(|visit| visit.opened_at_ms);
        for pair in visits.windows(2) {
            if pair[1].opened_at_ms <= pair[0].updated_at_ms + CAME_BACK_WITHIN_MS {
                back.insert(pair[0].conversation.clone());
            }
        }
    }
    back
}

fn past(scanned: ScannedConversation, back: &HashSet<ConversationId>) -> Result<Past, ServerError> {
    let events = scanned.events.iter().map(pipeline::read).collect::<Result<Vec<_>, _>>()?;
    let label = Label::of(&events, back.contains(&scanned.conversation));
    Ok(Past { organisation: scanned.organisation, conversation: scanned.conversation, events, label })
}

/// The log, read ahead by a task of its own.
struct Scanned(Receiver<Result<ScannedConversation, ServerError>>);

impl Scanned {
    fn begin(store: Store, organisation: OrganisationId, runtime: &tokio::runtime::Handle) -> Self {
        let (give, take) = sync_channel(AHEAD);
        let runtime_of_reader = runtime.clone();
        runtime.spawn_blocking(move || {
            let mut scan = store.scan(&organisation);
            while let Some(found) = runtime_of_reader.block_on(scan.next()).transpose() {
                let ended = found.is_err();
                // Whoever counted has ended: so does the reading.
                if give.send(found.map_err(ServerError::from)).is_err() || ended {
                    break;
                }
            }
        });
        Self(take)
    }
}

impl Iterator for Scanned {
    type Item = Result<ScannedConversation, ServerError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.recv().ok()
    }
}
