//! Encoding beside the conversation: threads of their own, a bounded queue, and nobody who waits longer than they
//! said.
//!
//! The model is loaded by the first thread that needs it. Callers are tasks or threads; neither is ever held up by
//! a full queue, a slow model or a missing one.

use std::{
    collections::VecDeque,
    num::NonZeroUsize,
    path::PathBuf,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    thread::{self, JoinHandle},
    time::Instant,
};

use lru::LruCache;
use sha2::{Digest, Sha256};

use super::{
    Encoder, EncoderError,
    pending::{Answer, Pending, Vector},
    tokens,
};

/// How much a pool may use.
#[derive(Clone, Copy, Debug)]
pub struct PoolLimits {
    /// Threads that encode, at least 1. Each encodes some 250 short texts a second.
    pub threads: usize,
    /// Texts that may wait; the next one is refused.
    pub queue_max: usize,
    /// Vectors of recent texts that are kept, 1.5 kB each for 384 dimensions.
    pub remembered_max: usize,
}

impl Default for PoolLimits {
    /// One thread; 64 texts, which is a quarter of a second of its work; 1,024 vectors.
    fn default() -> Self {
        Self { threads: 1, queue_max: 64, remembered_max: 1_024 }
    }
}

/// What became of the texts so far. `asked` is the sum of the others and of those under way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PoolCounts {
    /// Texts that came.
    pub asked: u64,
    /// Encoded before their deadline.
    pub answered: u64,
    /// Turned away: the queue was full, or there is no model.
    pub refused: u64,
    /// Not encoded before their deadline, or no longer wanted.
    pub late: u64,
}

/// Encodes texts on threads of its own, which start with the first text and end with the pool.
pub struct EncoderPool {
    shared: Arc<Shared>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    limits: PoolLimits,
}

type Load = Box<dyn FnOnce() -> Result<Encoder, EncoderError> + Send>;

struct Shared {
    load: Mutex<Option<Load>>,
    model: OnceLock<Result<Arc<Encoder>, Arc<EncoderError>>>,
    queue: Mutex<Queue>,
    arrived: Condvar,
    remembered: Option<Mutex<LruCache<Key, Vector>>>,
    asked: AtomicU64,
    answered: AtomicU64,
    refused: AtomicU64,
    late: AtomicU64,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    closed: bool,
}

struct Job {
    text: String,
    key: Key,
    deadline: Instant,
    /// Tells whoever waits that nothing will come, where the job is dropped without an answer.
    answer: Answer,
}

/// Stands for a text, so that words of customers are not kept longer than they take to encode.
type Key = [u8; 16];

impl EncoderPool {
    /// A pool for the model in `folder`; nothing is read before the first text.
    pub fn new(folder: PathBuf, limits: PoolLimits) -> Self {
        Self::with_loader(move || Encoder::load(&folder), limits)
    }

    /// A pool for the model that `load` gives; it runs once, on a thread of the pool.
    pub fn with_loader(
        load: impl FnOnce() -> Result<Encoder, EncoderError> + Send + 'static,
        limits: PoolLimits,
    ) -> Self {
        let remembered = NonZeroUsize::new(limits.remembered_max).map(|most| Mutex::new(LruCache::new(most)));
        let shared = Shared {
            load: Mutex::new(Some(Box::new(load))),
            model: OnceLock::new(),
            queue: Mutex::default(),
            arrived: Condvar::new(),
            remembered,
            asked: AtomicU64::new(0),
            answered: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            late: AtomicU64::new(0),
        };
        Self { shared: Arc::new(shared), threads: Mutex::default(), limits }
    }

    /// Asks for a text's vector until `deadline`; absent where it cannot be had: the queue is full, the model cannot
    /// be loaded, or the deadline has passed. Never waits.
    pub fn try_encode(&self, text: &str, deadline: Instant) -> Option<Pending> {
        let shared = &self.shared;
        shared.asked.fetch_add(1, Relaxed);
        let text = tokens::cut(text);
        let key = key(text);
        if let Some(vector) = shared.recall(&key) {
            shared.answered.fetch_add(1, Relaxed);
            return Some(Pending::ready(vector));
        }
        if deadline <= Instant::now() {
            shared.late.fetch_add(1, Relaxed);
            return None;
        }
        let (answer, pending) = Answer::and_pending(deadline);
        let accepted = self.start() && {
            let mut queue = locked(&shared.queue);
            let room = queue.jobs.len() < self.limits.queue_max;
            if room {
                queue.jobs.push_back(Job { text: text.to_owned(), key, deadline, answer });
            }
            room
        };
        if !accepted {
            shared.refused.fetch_add(1, Relaxed);
            return None;
        }
        shared.arrived.notify_one();
        Some(pending)
    }

    /// Begins to load the model where that has not happened yet, without waiting for it; false where there is none
    /// to be had.
    pub fn start(&self) -> bool {
        if matches!(self.shared.model.get(), Some(Err(_))) {
            return false;
        }
        let mut threads = locked(&self.threads);
        while threads.len() < self.limits.threads.max(1) {
            let shared = Arc::clone(&self.shared);
            match thread::Builder::new().name("segue-encoder".into()).spawn(move || shared.work()) {
                Ok(thread) => threads.push(thread),
                Err(_) => break,
            }
        }
        !threads.is_empty()
    }

    /// The model, once it is loaded: for its id, or to encode many texts on a thread of one's own.
    pub fn encoder(&self) -> Option<Arc<Encoder>> {
        self.shared.model.get()?.as_ref().ok().cloned()
    }

    /// Why there is no model, where loading it failed; the pool refuses every text then.
    pub fn problem(&self) -> Option<Arc<EncoderError>> {
        self.shared.model.get()?.as_ref().err().cloned()
    }

    /// What became of the texts so far.
    pub fn counts(&self) -> PoolCounts {
        let Shared { asked, answered, refused, late, .. } = &*self.shared;
        let [answered, refused, late] = [answered, refused, late].map(|count| count.load(Relaxed));
        PoolCounts { asked: asked.load(Relaxed), answered, refused, late }
    }
}

impl Drop for EncoderPool {
    /// Waits for the texts under way, which takes one text or one loading; those in the queue get nothing.
    fn drop(&mut self) {
        {
            let mut queue = locked(&self.shared.queue);
            queue.closed = true;
            queue.jobs.clear();
        }
        self.shared.arrived.notify_all();
        for thread in locked(&self.threads).drain(..) {
            // It has told of its panic already.
            thread.join().ok();
        }
    }
}

impl Shared {
    fn work(&self) {
        let model = self.model.get_or_init(|| {
            let load = locked(&self.load).take().expect("the model is loaded once");
            load().map(Arc::new).map_err(Arc::new)
        });
        while let Some(job) = self.next_job() {
            match model {
                Ok(encoder) => self.answer(encoder, job),
                Err(_) => _ = self.refused.fetch_add(1, Relaxed),
            }
        }
    }

    fn next_job(&self) -> Option<Job> {
        let mut queue = locked(&self.queue);
        loop {
            if queue.closed {
                return None;
            }
            if let Some(job) = queue.jobs.pop_front() {
                return Some(job);
            }
            queue = self.arrived.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn answer(&self, encoder: &Encoder, job: Job) {
        let wanted = job.deadline > Instant::now() && job.answer.is_wanted();
        let vector: Option<Vector> = wanted.then(|| encoder.encode(&job.text).into());
        if let (Some(vector), Some(remembered)) = (&vector, &self.remembered) {
            locked(remembered).put(job.key, Arc::clone(vector));
        }
        let in_time = vector.is_some() && Instant::now() <= job.deadline;
        // Counted first: whoever has the answer finds it counted.
        if in_time { &self.answered } else { &self.late }.fetch_add(1, Relaxed);
        if let Some(vector) = vector {
            job.answer.give(vector);
        }
    }

    fn recall(&self, key: &Key) -> Option<Vector> {
        locked(self.remembered.as_ref()?).get(key).cloned()
    }
}

fn key(text: &str) -> Key {
    let hash = Sha256::digest(text);
    std::array::from_fn(|at| hash[at])
}

/// A panic elsewhere leaves nothing half done behind these locks.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
