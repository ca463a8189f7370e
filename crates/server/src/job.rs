//! Long work that somebody has asked for. It tells how far it is, can be cancelled, and what comes of it is kept for a while.

use std::{
    collections::VecDeque,
    ops::ControlFlow,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use schemars::JsonSchema;
use segue_core::ids::AtMs;
use serde::Serialize;

/// Jobs that are kept, the oldest goes first.
const KEPT: usize = 20;

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "JobState")]
pub(crate) enum State {
    Running,
    Done,
    Failed,
    Cancelled,
}

/// What was asked for, and what has come of it.
pub(crate) struct Job<A, R> {
    pub id: String,
    pub asked: A,
    pub started_at_ms: AtMs,
    total: u64,
    done: AtomicU64,
    cancelled: AtomicBool,
    ended: Mutex<Option<Result<Option<R>, String>>>,
}

/// How far a job is.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Progress<R> {
    state: State,
    started_at_ms: AtMs,
    /// Parts of the work that are done: conversations of a backtest, runs of a what-if.
    done: u64,
    /// All of them.
    total: u64,
    /// Seconds that it probably still takes; null while nobody can say.
    eta_s: Option<u32>,
    /// What went wrong, where it failed.
    problem: Option<String>,
    /// Null until it is done.
    report: Option<R>,
}

impl<R> Progress<R> {
    /// Without the report, for lists.
    pub fn in_short(self) -> Self {
        Self { report: None, ..self }
    }
}

impl<A, R: Clone> Job<A, R> {
    /// Work of so many parts. `prefix` tells what kind of job it is.
    pub fn new(prefix: &str, asked: A, started_at_ms: AtMs, total: u64) -> Arc<Self> {
        Arc::new(Self {
            id: format!("{prefix}_{}", uuid::Uuid::now_v7().simple()),
            asked,
            started_at_ms,
            total,
            done: AtomicU64::new(0),
            cancelled: AtomicBool::new(false),
            ended: Mutex::default(),
        })
    }

    /// How far it is.
    pub fn progress(&self, now_ms: AtMs) -> Progress<R> {
        let (state, problem, report) = match self.ended().clone() {
            None => (State::Running, None, None),
            Some(Ok(Some(report))) => (State::Done, None, Some(report)),
            Some(Ok(None)) => (State::Cancelled, None, None),
            Some(Err(problem)) => (State::Failed, Some(problem), None),
        };
        let done = self.done.load(Ordering::Relaxed);
        let spent_ms = (now_ms - self.started_at_ms).max(0) as f64;
        let left = self.total.saturating_sub(done) as f64;
        let eta_s =
            (state == State::Running && done > 0).then(|| (spent_ms / done as f64 * left / 1000.0) as u32);
        let started_at_ms = self.started_at_ms;
        Progress { state, started_at_ms, done, total: self.total.max(done), eta_s, problem, report }
    }

    /// Ends it; what was done is dropped.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Takes down how far it is, and says whether to go on.
    pub fn at(&self, done: u64, stopping: bool) -> ControlFlow<()> {
        self.done.store(done, Ordering::Relaxed);
        let ends = stopping || self.cancelled.load(Ordering::Relaxed);
        if ends { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// Takes down what has come of it: nothing where it was broken off.
    pub fn end(&self, ended: Result<Option<R>, String>) {
        *self.ended() = Some(ended);
    }

    fn ended(&self) -> MutexGuard<'_, Option<Result<Option<R>, String>>> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The jobs of one kind, the newest first.
pub(crate) struct Jobs<A, R>(Mutex<VecDeque<Arc<Job<A, R>>>>);

impl<A, R> Default for Jobs<A, R> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<A, R: Clone> Jobs<A, R> {
    /// Keeps a job; one that falls out at the other end is cancelled.
    pub fn keep(&self, job: Arc<Job<A, R>>) {
        let mut kept = self.kept();
        kept.push_front(job);
        if let Some(oldest) = kept.get(KEPT) {
            oldest.cancel();
        }
        kept.truncate(KEPT);
    }

    /// A job by its id.
    pub fn find(&self, id: &str) -> Option<Arc<Job<A, R>>> {
        self.kept().iter().find(|job| job.id == id).cloned()
    }

    /// All that are kept.
    pub fn all(&self) -> Vec<Arc<Job<A, R>>> {
        self.kept().iter().cloned().collect()
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<Arc<Job<A, R>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
