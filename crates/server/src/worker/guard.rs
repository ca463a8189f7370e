//! Counts what came of decisions, and ends roll-outs that make things worse than their guard allows.

use std::{sync::Arc, time::Duration};

use segue_core::policy::lifecycle::{Judged, TrialStage, Verdict};

use crate::{
    app::App,
    error::ApiError,
    policies::{Act, SEGUE},
    tenant::Tenant,
};

/// How often it looks even where nothing seems to have happened.
const EVERY: Duration = Duration::from_secs(60);

pub(super) async fn run(app: App) {
    let mut every = tokio::time::interval(EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = app.stop.cancelled() => return,
            () = app.to_count.notified() => {}
            _ = every.tick() => {}
        }
        for tenant in app.tenants() {
            if let Err(error) = app.catch_up(&tenant).await {
                tracing::warn!(organisation = %tenant.id, error = %error, "what came of decisions is not counted yet");
                continue;
            }
            if let Err(error) = look(&app, &tenant).await {
                tracing::warn!(organisation = %tenant.id, error = %error.detail, "a roll-out could not be ended");
            }
        }
    }
}

/// Ends the roll-out of an organisation if its guard is broken.
async fn look(app: &App, tenant: &Arc<Tenant>) -> Result<(), ApiError> {
    let policies = tenant.policies();
    let runs = policies.lifecycle.runs().last();
    let Some(run) = runs.filter(|run| run.until_ms.is_none() && run.stage == TrialStage::Rollout) else {
        return Ok(());
    };
    let judged: Option<Judged> = tenant.tallies.read(|tally| Some(tally.run(run)?.judge(&run.guard))).await?;
    let Some(broken) = judged.filter(|judged| judged.verdict == Verdict::Broken) else { return Ok(()) };
    tracing::warn!(organisation = %tenant.id, version = run.version, "a roll-out is rolled back by its guard");
    let act = Act { actor: SEGUE, why: Some(broken.words()), seen: Some(policies.revision) };
    match app.roll_back_policy(tenant, act).await {
        // Somebody has just decided otherwise: what they left is looked at next time.
        Err(error) if error.code == "policy_changed" => Ok(()),
        other => other,
    }
}
