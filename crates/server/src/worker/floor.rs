//! The floor of one organisation: makes offers, and takes conversations back from agents who are gone.

use std::{sync::Arc, time::Duration};

use segue_core::command::Command;

use crate::{app::App, observe, pipeline::Submit, tenant::Tenant};

/// The longest time between two looks.
const EVERY: Duration = Duration::from_secs(5);
/// Pause after an offer that could not be made, so that two floors do not race each other.
const AFTER_FAILURE: Duration = Duration::from_millis(200);

impl App {
    /// Starts the floor of a tenant.
    pub(crate) fn spawn_floor(&self, tenant: Arc<Tenant>) {
        self.tasks.spawn(run(self.clone(), tenant));
    }
}

async fn run(app: App, tenant: Arc<Tenant>) {
    loop {
        look(&app, &tenant).await;
        let now_ms = app.config.clock.now_ms();
        let next = tenant.desk.next_look_ms().map(|at| Duration::from_millis((at - now_ms).max(10) as u64));
        let pause = next.unwrap_or(EVERY).min(EVERY);
        tokio::select! {
            () = app.stop.cancelled() => return,
            () = tenant.desk.wake.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn look(app: &App, tenant: &Arc<Tenant>) {
    let now_ms = app.config.clock.now_ms();
    for agent in tenant.desk.gone(now_ms) {
        app.remember_presence(tenant, &agent, false).await;
        for id in tenant.desk.held_by(&agent) {
            let command = |_: &_| Command::AgentGone { agent: agent.clone() };
            if let Err(error) = app.submit(tenant, &id, Submit::default(), command).await {
                tracing::warn!(conversation = %id, error = %error.detail, "an agent is gone and still holds it");
            }
        }
    }
    for (id, epoch) in tenant.desk.refused_by_all() {
        let command = |_: &_| Command::NobodyTakes { epoch };
        if let Err(error) = app.submit(tenant, &id, Submit::default(), command).await {
            tracing::warn!(conversation = %id, error = %error.detail, "nobody takes it, and nobody is told");
        }
    }
    for offer in tenant.desk.decide(now_ms) {
        let command = |_: &_| Command::Offer {
            agent: offer.agent.clone(),
            epoch: offer.epoch,
            why: offer.why.clone(),
            limit: offer.limit,
        };
        match app.submit(tenant, &offer.conversation, Submit::default(), command).await {
            Ok(_) => observe::offer(),
            Err(error) => {
                tracing::debug!(conversation = %offer.conversation, code = error.code, "an offer was not made");
                tokio::time::sleep(AFTER_FAILURE).await;
                if let Ok(now) = app.conversation(tenant, &offer.conversation).await {
                    tenant.desk.observe(now_ms, &now);
                }
            }
        }
    }
}
