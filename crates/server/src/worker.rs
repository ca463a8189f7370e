//! Tasks beside the requests: each has an owner, a bound and an end.

mod answer;
mod floor;
mod guard;
mod hours;
mod summary;
mod sweeper;

use std::time::Duration;

use crate::{app::App, outcomes};

/// How often what is old is thrown away.
const TIDY_EVERY: Duration = Duration::from_secs(600);

impl App {
    /// Starts the tasks that serve all tenants.
    pub(crate) fn spawn_workers(&self) {
        self.tasks.spawn(sweeper::run(self.clone()));
        self.tasks.spawn(answer::run(self.clone()));
        self.tasks.spawn(outcomes::run(self.clone()));
        self.tasks.spawn(guard::run(self.clone()));
        self.tasks.spawn(hours::run(self.clone()));
        self.tasks.spawn(tidy(self.clone()));
    }
}

async fn tidy(app: App) {
    let mut every = tokio::time::interval(TIDY_EVERY);
    loop {
        tokio::select! {
            () = app.stop.cancelled() => return,
            _ = every.tick() => {}
        }
        app.limits.shrink();
        if let Err(error) = app.store.expire_records(app.config.clock.now_ms()).await {
            tracing::warn!(error = %error, "old sessions were not removed");
        }
    }
}
