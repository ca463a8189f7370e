//! What happens when a squad opens or closes, and when its hours change: those who wait get an answer, callbacks move,
//! the floor looks again. Deadlines say the same of hours that were known before; this sees the others too.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use segue_core::{
    command::Command,
    ids::{ConversationId, OrganisationId, SquadId},
};

use crate::{app::App, error::ApiError, pipeline::Submit, tenant::Tenant};

/// How late a squad's opening or closing may be noticed.
const EVERY: Duration = Duration::from_secs(5);

pub(super) async fn run(app: App) {
    let mut every = tokio::time::interval(EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut closed: HashMap<OrganisationId, HashSet<SquadId>> = HashMap::new();
    loop {
        tokio::select! {
            () = app.stop.cancelled() => return,
            _ = every.tick() => {}
        }
        for tenant in app.tenants() {
            let now = closed_squads(&app, &tenant);
            let before = closed.insert(tenant.id.clone(), now.clone());
            if before.as_ref() == Some(&now) {
                continue;
            }
            tenant.desk.wake.notify_one();
            let closes = before.is_none_or(|before| !now.is_subset(&before));
            if closes && let Err(error) = app.check_waits(&tenant).await {
                tracing::warn!(organisation = %tenant.id, error = %error.detail, "a queue that closed was not emptied");
                closed.remove(&tenant.id);
            }
        }
    }
}

/// Squads that have closed, whatever the channel.
fn closed_squads(app: &App, tenant: &Tenant) -> HashSet<SquadId> {
    let (settings, now_ms) = (tenant.settings(), app.config.clock.now_ms());
    let channels = settings.squads.iter().flat_map(|squad| squad.channel_hours.keys().map(String::as_str));
    let channels: HashSet<Option<&str>> = channels.map(Some).chain([None, Some("chat")]).collect();
    let has_closed = |squad: &&segue_core::organisation::Squad| {
        channels.iter().any(|channel| settings.has_closed(squad, *channel, now_ms))
    };
    settings.squads.iter().filter(has_closed).map(|squad| squad.id.clone()).collect()
}

impl App {
    /// Looks whether those who wait may still wait where they do.
    pub(crate) async fn check_waits(&self, tenant: &Arc<Tenant>) -> Result<(), ApiError> {
        let waiting = self.store.waiting(&tenant.id).await?;
        self.check_each(tenant, waiting.into_iter().map(|row| row.conversation)).await;
        Ok(())
    }

    /// After hours have changed: those who wait, and every callback.
    pub(crate) fn spawn_check_of_hours(&self, tenant: Arc<Tenant>) {
        let app = self.clone();
        self.tasks.spawn(async move {
            let booked: Vec<ConversationId> = tenant.calls.book().bookings.conversations().cloned().collect();
            app.check_each(&tenant, booked.into_iter()).await;
            if let Err(error) = app.check_waits(&tenant).await {
                tracing::warn!(organisation = %tenant.id, error = %error.detail, "waits were not checked");
            }
            tenant.desk.wake.notify_one();
        });
    }

    async fn check_each(&self, tenant: &Arc<Tenant>, conversations: impl Iterator<Item = ConversationId>) {
        for id in conversations {
            let submit = Submit { books: true, ..Submit::default() };
            if let Err(error) = self.submit(tenant, &id, submit, |_| Command::CheckHours).await {
                tracing::warn!(conversation = %id, error = %error.detail, "hours could not be enforced");
            }
        }
    }
}
