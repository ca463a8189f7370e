use std::{
    cell::Cell,
    path::Path,
    sync::{Mutex, mpsc},
};

use super::*;
use crate::sqlite::connection::{Role, open_writer};

thread_local! {
    static FAIL_COMMIT: Cell<bool> = const { Cell::new(false) };
}

/// Stands where `COMMIT` would report a failed fsync.
pub(super) fn fail_if_asked() -> Result<(), StoreError> {
    const SQLITE_IOERR_FSYNC: i32 = 1034;
    if !FAIL_COMMIT.take() {
        return Ok(());
    }
    Err(rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(SQLITE_IOERR_FSYNC), None).into())
}

fn start(dir: &Path, fatal: FatalHook) -> Arc<Committer> {
    let connection = open_writer(&dir.join("test.db"), Role::Record).unwrap();
    connection
        .execute_batch("CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, body BLOB NOT NULL)")
        .unwrap();
    Arc::new(Committer::start(connection, fatal).unwrap())
}

fn never() -> FatalHook {
    Arc::new(|error| panic!("fatal: {error}"))
}

async fn insert(committer: &Committer, id: i64, size_bytes: Option<usize>) -> Result<(), StoreError> {
    let write = move |writer: &mut Writer<'_>| {
        let body = size_bytes.map(|size| vec![7_u8; size]);
        writer.connection.execute("INSERT INTO t VALUES (?1, ?2)", (id, body))?;
        Ok(())
    };
    committer.write(write).await
}

async fn count(committer: &Committer) -> u64 {
    let count = |writer: &mut Writer<'_>| {
        Ok(writer.connection.query_row("SELECT count(*) FROM t", [], |row| row.get(0))?)
    };
    committer.write(count).await.unwrap()
}

/// Holds the committer until the answer is dropped, so that what is sent meanwhile shares a batch.
async fn hold(committer: &Arc<Committer>) -> mpsc::Sender<()> {
    let (release, held) = mpsc::channel::<()>();
    let (started, has_started) = oneshot::channel();
    let (held, started) = (Mutex::new(held), Mutex::new(Some(started)));
    let committer = Arc::clone(committer);
    tokio::spawn(async move {
        let wait = move |_: &mut Writer<'_>| {
            if let Some(started) = started.lock().unwrap().take() {
                started.send(()).unwrap();
            }
            let _ = held.lock().unwrap().recv();
            Ok(())
        };
        committer.write(wait).await
    });
    has_started.await.unwrap();
    release
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_poisoned_job_fails_alone() {
    let dir = tempfile::tempdir().unwrap();
    let committer = start(dir.path(), never());
    let release = hold(&committer).await;
    let tasks: Vec<_> = (0..20)
        .map(|id| {
            let committer = Arc::clone(&committer);
            // The tenth breaks a constraint that stands for nothing in the domain.
            tokio::spawn(async move { insert(&committer, id, (id != 10).then_some(10)).await })
        })
        .collect();
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    drop(release);
    for (id, task) in tasks.into_iter().enumerate() {
        let result = task.await.unwrap();
        assert_eq!(result.is_err(), id == 10, "{result:?}");
    }
    assert_eq!(count(&committer).await, 19);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_told_to_all_and_passes() {
    let dir = tempfile::tempdir().unwrap();
    let committer = start(dir.path(), never());
    let limit = |pages: i64| {
        move |writer: &mut Writer<'_>| {
            let sql = format!("PRAGMA max_page_count = {pages}");
            Ok(writer.connection.query_row(&sql, [], |_| Ok(()))?)
        }
    };
    committer.write(limit(10)).await.unwrap();
    let release = hold(&committer).await;
    let tasks: Vec<_> = (0..5)
        .map(|id| {
            let committer = Arc::clone(&committer);
            tokio::spawn(async move { insert(&committer, id, Some(100_000)).await })
        })
        .collect();
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    drop(release);
    for task in tasks {
        let result = task.await.unwrap();
        assert!(matches!(result, Err(StoreError::Full)), "{result:?}");
    }
    assert_eq!(count(&committer).await, 0);
    committer.write(limit(1_000_000)).await.unwrap();
    insert(&committer, 1, Some(100_000)).await.unwrap();
    assert_eq!(count(&committer).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_fsync_stops_without_an_acknowledgement() {
    let dir = tempfile::tempdir().unwrap();
    let told = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&told);
    let committer = start(dir.path(), Arc::new(move |_| _ = counter.fetch_add(1, Ordering::SeqCst)));
    insert(&committer, 1, Some(10)).await.unwrap();
    let failing = committer.write(|writer| {
        writer.connection.execute("INSERT INTO t VALUES (2, x'00')", [])?;
        FAIL_COMMIT.set(true);
        Ok(())
    });
    assert!(matches!(failing.await, Err(StoreError::Stopped(_))));
    assert!(matches!(insert(&committer, 3, Some(10)).await, Err(StoreError::Stopped(_))));
    assert_eq!(told.load(Ordering::SeqCst), 1);
    drop(committer);
    let committer = start(dir.path(), never());
    assert_eq!(count(&committer).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_wal_stays_small() {
    let dir = tempfile::tempdir().unwrap();
    let committer = start(dir.path(), never());
    for id in 0..60 {
        insert(&committer, id, Some(1 << 20)).await.unwrap();
    }
    let wal_bytes = std::fs::metadata(dir.path().join("test.db-wal")).unwrap().len();
    assert!(wal_bytes < 2 * u64::from(CHECKPOINT_PAGES) * 4096, "{wal_bytes}");
    drop(committer);
    let wal = std::fs::metadata(dir.path().join("test.db-wal"));
    assert!(wal.is_err() || wal.unwrap().len() == 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_is_fatal_and_acknowledges_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let told = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&told);
    let committer = start(dir.path(), Arc::new(move |_| _ = counter.fetch_add(1, Ordering::SeqCst)));
    let broken = committer.write(|_| -> Result<(), StoreError> { panic!("as intended by the test") });
    assert!(matches!(broken.await, Err(StoreError::Stopped(_))));
    drop(committer);
    assert_eq!(told.load(Ordering::SeqCst), 1);
}
