//! "What if": an organisation's last weeks at the virtual desk, with its people and rules as they are and as they might be.

use std::{
    ops::ControlFlow,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
};

use segue_core::ids::AtMs;
use segue_simulator::replay::{Change, Lived, Replay, Report, Trial};

use crate::{
    app::App,
    backtest::{Log, Progress, handoffs},
    error::ServerError,
    job::{Job, Jobs},
    tenant::Tenant,
};

/// Conversations may have begun so long before the first of the handoffs that are replayed, ms.
const BEGAN_BEFORE_MS: AtMs = 3 * MS_PER_DAY;
const MS_PER_DAY: AtMs = 86_400_000;

/// A what-if, and what comes of it.
pub(crate) type WhatIf = Job<Asked, Report>;

/// What is tried, and on how many days.
pub(crate) struct Asked {
    pub change: Change,
    pub days: u32,
}

/// The what-ifs of one tenant. They take the whole machine for a while, so one goes after the other.
#[derive(Default)]
pub(crate) struct WhatIfs {
    pub jobs: Jobs<Asked, Report>,
    one_at_a_time: Mutex<()>,
}

/// Reads the log of an organisation for the handoffs of the last days until `now_ms`. `None` where `progress` broke off. Blocks:
/// use it where that may be.
///
/// # Errors
/// What in the log cannot be read.
pub fn replay(
    app: &App,
    tenant: &Tenant,
    days: u32,
    runtime: &tokio::runtime::Handle,
    progress: Progress<'_>,
) -> Result<Option<Replay>, ServerError> {
    let until_ms = app.now_ms();
    let from_ms = until_ms - AtMs::from(days) * MS_PER_DAY;
    let since_ms = from_ms - BEGAN_BEFORE_MS;
    let log = Log { store: app.store(), organisation: &tenant.id, since_ms, runtime };
    let Some(history) = handoffs(log, progress)? else { return Ok(None) };
    let mut staff: Vec<_> = tenant.agents().values().map(|agent| agent.as_ref().clone()).collect();
    staff.sort_by(|a, b| a.id.cmp(&b.id));
    let organisation = tenant.settings().as_ref().clone();
    Ok(Some(Replay::new(organisation, staff, &history, (from_ms, until_ms))))
}

/// Makes all runs of a trial on so many threads. `None` where `progress`, which is told the runs that are done, broke off.
pub fn run(trial: &Trial<'_>, threads: usize, progress: Progress<'_>) -> Option<Report> {
    let (next, done, broken_off) = (AtomicU64::new(0), AtomicU64::new(0), AtomicBool::new(false));
    let lane = || {
        let mut lived: Vec<Lived> = vec![];
        while !broken_off.load(Ordering::Relaxed) {
            let run = next.fetch_add(1, Ordering::Relaxed);
            if run >= Trial::RUNS {
                break;
            }
            lived.push(trial.live(run));
            if progress(done.fetch_add(1, Ordering::Relaxed) + 1).is_break() {
                broken_off.store(true, Ordering::Relaxed);
            }
        }
        lived
    };
    let lived = thread::scope(|scope| {
        let lanes: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(lane)).collect();
        lanes.into_iter().flat_map(|lane| lane.join().expect("a run does not panic")).collect()
    });
    (!broken_off.load(Ordering::Relaxed)).then(|| trial.report(lived))
}

impl App {
    /// Begins to try a change on the tenant's own last days.
    pub(crate) fn begin_what_if(&self, tenant: &Arc<Tenant>, asked: Asked) -> Arc<WhatIf> {
        let job = Job::new("w", asked, self.now_ms(), Trial::RUNS);
        tenant.what_ifs.jobs.keep(job.clone());
        let (app, tenant, running) = (self.clone(), tenant.clone(), job.clone());
        let runtime = tokio::runtime::Handle::current();
        tokio::task::spawn_blocking(move || {
            let _alone = tenant.what_ifs.one_at_a_time.lock().unwrap_or_else(PoisonError::into_inner);
            let ended = app.try_change(&tenant, &running, &runtime).map_err(|error| {
                tracing::warn!(organisation = %tenant.id, error = %error, "a what-if failed");
                "A part of the log could not be read; the server's own log says which.".to_owned()
            });
            running.end(ended);
        });
        job
    }

    fn try_change(
        &self,
        tenant: &Tenant,
        job: &WhatIf,
        runtime: &tokio::runtime::Handle,
    ) -> Result<Option<Report>, ServerError> {
        let at = |done| job.at(done, self.stop.is_cancelled());
        // Nothing is done until the log is read.
        let Some(replay) = replay(self, tenant, job.asked.days, runtime, &|_| at(0))? else {
            return Ok(None);
        };
        if at(0) == ControlFlow::Break(()) {
            return Ok(None);
        }
        // Conversations of now come first.
        let threads = thread::available_parallelism().map_or(1, usize::from).div_ceil(2);
        Ok(run(&replay.trial(&job.asked.change), threads, &at))
    }
}
