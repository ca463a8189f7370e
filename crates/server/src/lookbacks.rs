//! Long looks back over an organisation's log: backtests of drafts, and the search for proposals. They run on threads of
//! their own, tell how far they are, and can be cancelled.

use std::{
    ops::ControlFlow,
    sync::{Arc, Mutex, PoisonError},
};

use schemars::JsonSchema;
use segue_core::{
    backtest::{Report, proposals::Proposal},
    ids::AtMs,
    organisation::Organisation,
    policy::Policy,
};
use serde::Serialize;

use crate::{
    app::App,
    backtest::{Log, Plan, search},
    error::ServerError,
    job::{Job, Jobs},
    tenant::Tenant,
};

/// How long proposals stand before they are looked for again, ms.
const PROPOSALS_STAND_MS: AtMs = 24 * 3_600_000;
/// How far back proposals are looked for, days.
const PROPOSALS_DAYS: u32 = 90;
const MS_PER_DAY: AtMs = 86_400_000;

/// The looks back of one tenant.
#[derive(Default)]
pub(crate) struct Lookbacks {
    pub backtests: Jobs<Held, Report>,
    proposals: Mutex<Found>,
}

/// A backtest, and what comes of it.
pub(crate) type Backtest = Job<Held, Report>;

/// What is held against what.
pub(crate) struct Held {
    /// What the draft is called.
    pub draft: String,
    /// The version.
    pub against: u32,
    pub days: u32,
}

/// What is to be held against what.
pub(crate) struct Asked {
    pub draft: Policy,
    /// What the draft is called.
    pub named: String,
    pub against: Policy,
    pub days: u32,
}

/// What was proposed last, and for which version.
#[derive(Default)]
struct Found {
    looking: bool,
    last: Option<Proposals>,
}

/// Changes that history speaks for.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "PolicyProposals")]
pub(crate) struct Proposals {
    /// Whether they are being looked for; what stands here is of before.
    pub looking: bool,
    /// The version that they change.
    pub version: u32,
    /// When they were found, Unix ms; null before the first time.
    pub at_ms: Option<AtMs>,
    /// Conversations of which is known when a human was needed.
    pub judged: u64,
    /// The best first.
    pub proposals: Vec<Proposal>,
}

impl App {
    /// Begins a backtest over the tenant's own log.
    pub(crate) async fn begin_backtest(
        &self,
        tenant: &Arc<Tenant>,
        asked: Asked,
    ) -> Result<Arc<Backtest>, ServerError> {
        let now_ms = self.now_ms();
        let since_ms = now_ms - AtMs::from(asked.days) * MS_PER_DAY;
        let visits = self.store.visits(&tenant.id).await?;
        let total = visits.iter().filter(|visit| visit.opened_at_ms >= since_ms).count() as u64;
        let held = Held { draft: asked.named, against: asked.against.version, days: asked.days };
        let backtest = Job::new("b", held, now_ms, total);
        tenant.lookbacks.backtests.keep(backtest.clone());
        let (app, tenant, running) = (self.clone(), tenant.clone(), backtest.clone());
        let plan = Plan::new(&tenant.settings(), asked.against, asked.draft);
        let runtime = tokio::runtime::Handle::current();
        tokio::task::spawn_blocking(move || {
            let log = Log { store: &app.store, organisation: &tenant.id, since_ms, runtime: &runtime };
            let stopping = || app.stop.is_cancelled();
            let ended = plan.run(log, &|done| running.at(done, stopping()));
            let ended = ended.map_err(|error| {
                tracing::warn!(organisation = %tenant.id, error = %error, "a backtest failed");
                "A part of the log could not be read; the server's own log says which.".to_owned()
            });
            running.end(ended);
        });
        Ok(backtest)
    }

    /// The proposals for the live policy, and begins to look for them where there are none or they are old.
    pub(crate) fn policy_proposals(&self, tenant: &Arc<Tenant>) -> Proposals {
        let settings = tenant.settings();
        let (version, now_ms) = (settings.policy.version, self.now_ms());
        let mut found = tenant.lookbacks.proposals.lock().unwrap_or_else(PoisonError::into_inner);
        let stands = |last: &Proposals| {
            last.version == version && last.at_ms.is_some_and(|at_ms| at_ms + PROPOSALS_STAND_MS > now_ms)
        };
        let is_fresh = found.last.as_ref().is_some_and(stands);
        if !is_fresh && !found.looking {
            found.looking = true;
            self.spawn_search(tenant.clone(), Organisation::clone(&settings));
        }
        let last = found.last.clone().filter(|last| last.version == version);
        let none = Proposals { looking: true, version, at_ms: None, judged: 0, proposals: vec![] };
        Proposals { looking: found.looking, ..last.unwrap_or(none) }
    }

    fn spawn_search(&self, tenant: Arc<Tenant>, organisation: Organisation) {
        let (app, runtime) = (self.clone(), tokio::runtime::Handle::current());
        tokio::task::spawn_blocking(move || {
            let now_ms = app.now_ms();
            let log = Log {
                store: &app.store,
                organisation: &tenant.id,
                since_ms: now_ms - AtMs::from(PROPOSALS_DAYS) * MS_PER_DAY,
                runtime: &runtime,
            };
            let stop =
                |_| if app.stop.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
            let searched = search(&organisation, log, &stop);
            let mut found = tenant.lookbacks.proposals.lock().unwrap_or_else(PoisonError::into_inner);
            found.looking = false;
            match searched {
                Ok(Some(searched)) => {
                    found.last = Some(Proposals {
                        looking: false,
                        version: organisation.policy.version,
                        at_ms: Some(now_ms),
                        judged: searched.judged(),
                        proposals: searched.proposals(),
                    });
                }
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(organisation = %tenant.id, error = %error, "nothing could be proposed");
                }
            }
        });
    }
}
