//! Enforces deadlines. They are persisted with the conversation, so a crash only makes them late.

use std::time::Duration;

use segue_core::{command::Command, handoff::State};

use crate::{app::App, observe, pipeline::Submit};

/// How late a deadline may be noticed.
const EVERY: Duration = Duration::from_millis(250);
/// Deadlines enforced in one look.
const BATCH: u32 = 200;

pub(super) async fn run(app: App) {
    let mut every = tokio::time::interval(EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = app.stop.cancelled() => return,
            _ = every.tick() => {}
        }
        sweep(&app).await;
    }
}

async fn sweep(app: &App) {
    let due = match app.store.deadlines_before(app.config.clock.now_ms(), BATCH).await {
        Ok(due) => due,
        Err(error) => {
            tracing::warn!(error = %error, "deadlines could not be read");
            return;
        }
    };
    for overdue in due {
        let Ok(tenant) = app.tenant(&overdue.organisation) else { continue };
        let Ok(before) = app.conversation(&tenant, &overdue.conversation).await else { continue };
        let Some(deadline) = before.deadline else { continue };
        let books = matches!(deadline.state, State::Callback | State::Human);
        let submit = Submit { books, ..Submit::default() };
        let command = |_: &_| Command::DeadlinePassed { deadline };
        match app.submit(&tenant, &overdue.conversation, submit, command).await {
            Ok(done) => {
                observe::deadline(deadline.state.name());
                let missed = deadline.state == State::Offered && done.conversation.state == State::Queued;
                if let Some(agent) = before.agent().filter(|_| missed) {
                    tenant.desk.missed(agent);
                }
            }
            Err(error) => tracing::warn!(
                conversation = %overdue.conversation,
                state = deadline.state.name(),
                error = %error.detail,
                "a deadline could not be enforced"
            ),
        }
    }
}
