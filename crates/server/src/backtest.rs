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
    backtest::{Label, Past, Report, Tally, course::walk, proposals::Search},
    ids::{AtMs, ConversationId, CustomerId, OrganisationId},
    organisation::Organisation,
    policy::Policy,
};
use segue_simulator::replay::History as Handoffs;
use segue_store::{ScannedConversation, Store, Visit};

use crate::{
    error::ServerError,
    pipeline,
    rehearsal::{Recorded, Rehearser, UnreadableLine},
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

    /// Decides a history anew. `None` where `progress` broke off.
    ///
    /// # Errors
    /// What in the history cannot be read.
    pub fn run<E: Send>(
        &self,
        history: impl History<Error = E>,
        progress: Progress<'_>,
    ) -> Result<Option<Report>, E> {
        let started = Instant::now();
        let add = |tally: &mut Tally, mut past: Past| {
            let began_at_ms = past.began_at_ms();
            let walk = walk(&mut past, &[&self.a, &self.b, &self.default]);
            tally.add(&past.conversation, began_at_ms, &walk, past.label);
        };
        let counted = count(history, || Tally::new(3), add, Tally::merge, progress)?;
        let runtime_s = started.elapsed().as_secs_f64();
        Ok(counted.map(|tally| Report::of(&tally, &self.a.policy, &self.b.policy, runtime_s)))
    }
}

/// Looks for changes of an organisation's policy that history speaks for. `None` where `progress` broke off.
///
/// # Errors
/// What in the history cannot be read.
pub fn search<E: Send>(
    organisation: &Organisation,
    history: impl History<Error = E>,
    progress: Progress<'_>,
) -> Result<Option<Search>, E> {
    count(history, || Search::new(organisation), Search::add, Search::merge, progress)
}

/// Reads who waited for whom. `None` where `progress` broke off.
///
/// # Errors
/// What in the history cannot be read.
pub fn handoffs<E: Send>(
    history: impl History<Error = E>,
    progress: Progress<'_>,
) -> Result<Option<Handoffs>, E> {
    let add = |handoffs: &mut Handoffs, past: Past| handoffs.add(&past.events);
    count(history, Handoffs::default, add, Handoffs::merge, progress)
}

/// Where the conversations of the past come from: read one after the other, made into past ones on several threads.
pub trait History {
    /// A conversation as it is read.
    type Raw: Send;
    /// Why one cannot be read.
    type Error: Send;

    /// The conversations, and what makes one of them a past one.
    #[allow(clippy::type_complexity, reason = "two closures, each named once")]
    fn open(
        self,
    ) -> (
        impl Iterator<Item = Result<Self::Raw, Self::Error>> + Send,
        impl Fn(Self::Raw) -> Result<Past, Self::Error> + Sync,
    );
}

/// Recordings, one JSON document per line; what was recorded with a reading is not read again.
pub struct Recordings<'a, L> {
    /// The lines, each with its number.
    pub lines: L,
    /// What reads them.
    pub rehearser: &'a Rehearser<'a>,
}

impl<L, E> History for Recordings<'_, L>
where
    L: Iterator<Item = Result<(u64, String), E>> + Send,
    E: Send + From<UnreadableLine>,
{
    type Raw = (u64, String);
    type Error = E;

    fn open(
        self,
    ) -> (impl Iterator<Item = Result<Self::Raw, E>> + Send, impl Fn(Self::Raw) -> Result<Past, E> + Sync)
    {
        let rehearser = self.rehearser;
        (self.lines, move |(number, line): (u64, String)| {
            Ok(rehearser.history(&Recorded::parse(&line, number)?))
        })
    }
}

/// The log of an organisation. Reading it blocks: use it where that may be.
pub struct Log<'a> {
    /// Where it is kept.
    pub store: &'a Store,
    /// Whose.
    pub organisation: &'a OrganisationId,
    /// Conversations that began before are left out, Unix ms.
    pub since_ms: AtMs,
    /// What the store runs on.
    pub runtime: &'a tokio::runtime::Handle,
}

impl History for Log<'_> {
    type Raw = (ScannedConversation, bool);
    type Error = ServerError;

    fn open(
        self,
    ) -> (
        impl Iterator<Item = Result<Self::Raw, ServerError>> + Send,
        impl Fn(Self::Raw) -> Result<Past, ServerError> + Sync,
    ) {
        let visits = self.runtime.block_on(self.store.visits(self.organisation));
        let (back, problem) = match visits {
            Ok(visits) => (came_back(&visits), None),
            Err(error) => (HashSet::new(), Some(Err(error.into()))),
        };
        let since_ms = self.since_ms;
        let scanned = Scanned::begin(self.store.clone(), self.organisation.clone(), self.runtime);
        let recent = scanned.filter(move |scanned| {
            scanned
                .as_ref()
                .map_or(true, |found| found.events.first().is_some_and(|first| first.at_ms >= since_ms))
        });
        let known = recent.map(move |scanned| {
            scanned.map(|found| {
                let came_back = back.contains(&found.conversation);
                (found, came_back)
            })
        });
        (problem.into_iter().chain(known), |(scanned, came_back)| past(scanned, came_back))
    }
}

/// Counts conversations as they come, each on one of several threads with a count of its own. `None` where `progress`
/// broke off.
fn count<H: History, C: Send>(
    history: H,
    begin: impl Fn() -> C + Sync,
    add: impl Fn(&mut C, Past) + Sync,
    merge: impl Fn(&mut C, &C),
    progress: Progress<'_>,
) -> Result<Option<C>, H::Error> {
    let (conversations, past) = history.open();
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(THREADS_MAX);
    let source = Mutex::new(conversations.fuse());
    let (done, broken_off) = (AtomicU64::new(0), AtomicBool::new(false));
    let next = || source.lock().unwrap_or_else(PoisonError::into_inner).next();
    let count = || -> Result<C, H::Error> {
        let mut counts = begin();
        while !broken_off.load(Ordering::Relaxed) {
            let Some(conversation) = next() else { break };
            match conversation.and_then(&past) {
                Ok(past) => add(&mut counts, past),
                Err(error) => {
                    broken_off.store(true, Ordering::Relaxed);
                    return Err(error);
                }
            }
            if progress(done.fetch_add(1, Ordering::Relaxed) + 1).is_break() {
                broken_off.store(true, Ordering::Relaxed);
            }
        }
        Ok(counts)
    };
    let counted: Vec<Result<C, H::Error>> = std::thread::scope(|scope| {
        let lanes: Vec<_> = (0..threads).map(|_| scope.spawn(count)).collect();
        lanes.into_iter().map(|lane| lane.join().expect("counting does not panic")).collect()
    });
    let mut whole = begin();
    for counts in counted {
        merge(&mut whole, &counts?);
    }
    Ok((!broken_off.load(Ordering::Relaxed)).then_some(whole))
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

fn past(scanned: ScannedConversation, came_back: bool) -> Result<Past, ServerError> {
    let events = scanned.events.iter().map(pipeline::read).collect::<Result<Vec<_>, _>>()?;
    let label = Label::of(&events, came_back);
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
