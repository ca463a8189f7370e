//! Texts as vectors of a sentence encoder, many at once.

use std::{
    ops::ControlFlow,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    thread,
};

use crate::encoder::Encoder;

/// Texts that one thread takes at a time: some tens of milliseconds.
const TOGETHER: usize = 16;

/// The vectors of texts, in their order, all by one encoder.
#[derive(Clone, Debug)]
pub struct SentenceVectors {
    pub(super) encoder: String,
    pub(super) values: Vec<Vec<f32>>,
}

impl SentenceVectors {
    /// Encodes texts on so many threads. `progress` hears how many are done; `None` where it ended the work.
    ///
    /// A vector does not depend on the number of threads or on the other texts.
    pub fn encode(
        encoder: &Encoder,
        texts: &[&str],
        threads: usize,
        progress: &(dyn Fn(usize) -> ControlFlow<()> + Sync),
    ) -> Option<Self> {
        // The longest first, so that no thread is left with a long one at the end.
        let mut order: Vec<usize> = (0..texts.len()).collect();
        order.sort_by_key(|&at| std::cmp::Reverse(texts[at].len()));
        let chunks: Vec<&[usize]> = order.chunks(TOGETHER).collect();
        let (next, done, ended) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicBool::new(false));
        let work = || {
            let mut found = Vec::new();
            while let Some(chunk) = chunks.get(next.fetch_add(1, Relaxed)).filter(|_| !ended.load(Relaxed)) {
                let together: Vec<&str> = chunk.iter().map(|&at| texts[at]).collect();
                found.extend(chunk.iter().copied().zip(encoder.encode_batch(&together)));
                let done = done.fetch_add(chunk.len(), Relaxed) + chunk.len();
                if progress(done).is_break() {
                    ended.store(true, Relaxed);
                }
            }
            found
        };
        let parts: Vec<Vec<(usize, Vec<f32>)>> = thread::scope(|scope| {
            let threads: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(work)).collect();
            threads.into_iter().map(|thread| thread.join().expect("encoding does not panic")).collect()
        });
        if ended.into_inner() {
            return None;
        }
        let mut values = vec![Vec::new(); texts.len()];
        parts.into_iter().flatten().for_each(|(at, vector)| values[at] = vector);
        Some(Self { encoder: encoder.id().to_owned(), values })
    }
}
