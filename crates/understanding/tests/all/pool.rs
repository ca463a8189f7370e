//! The pool: who gets a vector, who is refused, who is late, and that nobody waits.

#![allow(clippy::unwrap_used, reason = "a test says what went wrong by panicking")]

use std::{
    sync::{
        Arc,
        mpsc::{self, Sender},
    },
    task::{Context, Poll, Wake, Waker},
    thread,
    time::{Duration, Instant},
};

use segue_understanding::encoder::{Encoder, EncoderPool, PoolCounts, PoolLimits};

use crate::tiny_model::{self, Stored};

/// A pool whose model is loaded only when something is sent or the sender is dropped.
fn held_back(limits: PoolLimits) -> (EncoderPool, Sender<()>) {
    let (release, released) = mpsc::channel::<()>();
    let load = move || {
        released.recv().ok();
        let folder = tempfile::tempdir().unwrap();
        tiny_model::write(folder.path(), "", Stored::F32);
        Encoder::load(folder.path())
    };
    (EncoderPool::with_loader(load, limits), release)
}

fn at_once(limits: PoolLimits) -> EncoderPool {
    held_back(limits).0
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(30)
}

fn wait_until(done: impl Fn() -> bool) {
    let until = soon();
    while !done() {
        assert!(Instant::now() < until, "it never happened");
        thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_text_gets_the_vector_of_the_encoder_and_is_remembered() {
    let pool = at_once(PoolLimits::default());
    assert!(pool.encoder().is_none(), "nothing is loaded before the first text");
    let vector = pool.try_encode("hello world", soon()).unwrap().wait().unwrap();
    let encoder = pool.encoder().unwrap();
    assert_eq!(*vector, *encoder.encode("hello world"));
    // A remembered one is there at once, even for a caller who cannot wait at all.
    let again = pool.try_encode(" hello world\n", Instant::now()).unwrap().wait().unwrap();
    assert!(Arc::ptr_eq(&vector, &again));
    assert_eq!(pool.counts(), PoolCounts { asked: 2, answered: 2, refused: 0, late: 0 });
}

#[test]
fn a_full_queue_refuses_at_once_and_gives_what_it_took() {
    let (pool, release) = held_back(PoolLimits { queue_max: 2, ..PoolLimits::default() });
    let taken = [pool.try_encode("hello", soon()).unwrap(), pool.try_encode("world", soon()).unwrap()];
    let started = Instant::now();
    assert!(pool.try_encode("parcel", soon()).is_none());
    assert!(started.elapsed() < Duration::from_secs(1));
    drop(release);
    assert!(taken.into_iter().all(|pending| pending.wait().is_some()));
    assert_eq!(pool.counts(), PoolCounts { asked: 3, answered: 2, refused: 1, late: 0 });
}

#[test]
fn nobody_waits_longer_than_they_said() {
    let (pool, release) = held_back(PoolLimits::default());
    let started = Instant::now();
    let pending = pool.try_encode("hello", started + Duration::from_millis(30)).unwrap();
    assert!(pending.wait().is_none());
    let waited = started.elapsed();
    assert!(waited >= Duration::from_millis(30) && waited < Duration::from_secs(5), "{waited:?}");
    assert!(pool.try_encode("world", started).is_none(), "a deadline that has passed");
    drop(release);
    wait_until(|| pool.counts().late == 2);
    assert_eq!(pool.counts(), PoolCounts { asked: 2, answered: 0, refused: 0, late: 2 });
}

#[test]
fn a_text_that_nobody_wants_any_more_is_not_encoded() {
    let (pool, release) = held_back(PoolLimits::default());
    drop(pool.try_encode("hello", soon()).unwrap());
    let wanted = pool.try_encode("world", soon()).unwrap();
    drop(release);
    assert!(wanted.wait().is_some());
    assert_eq!(pool.counts(), PoolCounts { asked: 2, answered: 1, refused: 0, late: 1 });
}

#[test]
fn without_a_model_every_text_is_refused_and_the_reason_kept() {
    let pool = EncoderPool::new("no/such/folder".into(), PoolLimits::default());
    // Asked before anybody knows, the first is accepted and gets nothing.
    assert!(pool.try_encode("hello", soon()).is_none_or(|pending| pending.wait().is_none()));
    wait_until(|| pool.problem().is_some());
    assert!(pool.try_encode("world", soon()).is_none());
    assert!(pool.problem().unwrap().to_string().contains("config.json"));
    wait_until(|| pool.counts().refused == 2);
    assert!(pool.encoder().is_none() && !pool.start());
}

#[test]
fn memory_is_bounded() {
    let pool = at_once(PoolLimits { remembered_max: 2, ..PoolLimits::default() });
    for text in ["hello", "world", "parcel"] {
        pool.try_encode(text, soon()).unwrap().wait().unwrap();
    }
    assert!(pool.try_encode("hello", Instant::now()).is_none(), "the oldest one is forgotten");
    assert!(pool.try_encode("parcel", Instant::now()).is_some());
}

#[test]
fn a_pool_that_ends_tells_those_who_wait() {
    let (pool, release) = held_back(PoolLimits::default());
    let pending = pool.try_encode("hello", soon()).unwrap();
    let waits = thread::spawn(move || pending.wait());
    let ends = thread::spawn(move || drop(pool));
    assert!(waits.join().unwrap().is_none());
    drop(release);
    ends.join().unwrap();
}

#[test]
fn a_task_is_woken() {
    struct Woken(Sender<()>);
    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.send(()).ok();
        }
    }
    let (pool, release) = held_back(PoolLimits::default());
    let mut pending = Box::pin(pool.try_encode("hello", soon()).unwrap());
    let (woken, wakes) = mpsc::channel();
    let waker = Waker::from(Arc::new(Woken(woken)));
    let mut context = Context::from_waker(&waker);
    assert!(pending.as_mut().poll(&mut context).is_pending());
    drop(release);
    wakes.recv_timeout(Duration::from_secs(30)).unwrap();
    let Poll::Ready(Some(vector)) = pending.as_mut().poll(&mut context) else { panic!("woken for nothing") };
    assert_eq!(vector.len(), tiny_model::WIDTH);
}

#[test]
fn many_callers_on_many_threads_are_all_accounted_for() {
    let pool = at_once(PoolLimits { threads: 3, queue_max: 8, remembered_max: 16 });
    thread::scope(|scope| {
        for caller in 0..8 {
            let pool = &pool;
            scope.spawn(move || {
                for n in 0..200 {
                    let text = "hello world is late ".repeat((caller * 7 + n) % 40);
                    if let Some(pending) = pool.try_encode(&text, soon()) {
                        let vector = pending.wait().unwrap();
                        assert_eq!(*vector, *pool.encoder().unwrap().encode(&text));
                    }
                }
            });
        }
    });
    let counts = pool.counts();
    assert_eq!(counts.asked, 1_600);
    assert_eq!(counts.answered + counts.refused, 1_600, "{counts:?}");
}
