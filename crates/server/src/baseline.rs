//! What is usual: how often this customer writes, and how many conversations begin in a product area. Measured once the
//! customer has written, beside the turn; the next decision knows it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use segue_core::{
    command::Command,
    context::{Baseline, Role, Usual},
    conversation::Conversation,
    ids::AtMs,
};

use crate::{app::App, pipeline::Submit, tenant::Tenant};

const MS_PER_HOUR: AtMs = 3_600_000;
/// The time that is held against what is usual: of a customer a day, of an area an hour.
const CUSTOMER_HOURS: u32 = 24;
const AREA_HOURS: u32 = 1;
/// What is usual of a customer is taken from so many days before, and at most so many conversations.
const CUSTOMER_DAYS: i64 = 90;
const CUSTOMER_MOST: u32 = 200;
/// What is usual of an area is taken from so many hours before; with fewer nothing is said.
const AREA_BEFORE_HOURS: usize = 7 * 24;
const AREA_LEAST_HOURS: usize = 24;
/// The most areas that are counted: a site map has no more.
const AREAS_MAX: usize = 200;

/// Conversations by product area and hour, of the last week.
#[derive(Default)]
pub(crate) struct Areas(Mutex<HashMap<String, Hours>>);

/// Counts by hour, the newest last.
#[derive(Default)]
struct Hours {
    first: AtMs,
    counts: Vec<u32>,
}

impl Areas {
    /// Counts a conversation, and says how many are usual.
    fn count(&self, area: &str, at_ms: AtMs) -> Option<Usual> {
        let mut areas = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if areas.len() >= AREAS_MAX && !areas.contains_key(area) {
            return None;
        }
        areas.entry(area.to_owned()).or_default().count(at_ms / MS_PER_HOUR)
    }
}

impl Hours {
    fn count(&mut self, hour: AtMs) -> Option<Usual> {
        if self.counts.is_empty() {
            self.first = hour;
        }
        let at = usize::try_from(hour - self.first).ok()?;
        if at >= self.counts.len() {
            // A long silence is a week of nothing, not a list of its length.
            let silent = (at + 1 - self.counts.len()).min(AREA_BEFORE_HOURS + 1);
            self.counts.resize(self.counts.len() + silent, 0);
            let surplus = self.counts.len().saturating_sub(AREA_BEFORE_HOURS + 1);
            self.counts.drain(..surplus);
            self.first = hour + 1 - self.counts.len() as AtMs;
        }
        let (now, before) = self.counts.split_last_mut()?;
        *now += 1;
        let expected = before.iter().sum::<u32>() as f32 / before.len().max(1) as f32;
        (before.len() >= AREA_LEAST_HOURS && expected > 0.0).then_some(Usual {
            recent: *now,
            expected,
            hours: AREA_HOURS,
        })
    }
}

impl App {
    /// Begins to measure what is usual, after the customer's first turn.
    pub(crate) fn spawn_baseline(&self, tenant: &Arc<Tenant>, conversation: &Arc<Conversation>) {
        let customer_turns =
            conversation.package.transcript.iter().filter(|said| said.role == Role::Customer);
        if customer_turns.count() != 1 || conversation.package.baseline.is_some() {
            return;
        }
        let area = conversation.package.page.as_ref().and_then(|page| page.area.clone());
        let usual = area.and_then(|area| Some((area.clone(), tenant.areas.count(&area, self.now_ms())?)));
        let (app, tenant, conversation) = (self.clone(), tenant.clone(), conversation.clone());
        self.spawn(async move {
            let Some(customer) = app.usual_of(&tenant, &conversation).await else { return };
            let baseline = Baseline { customer, area: usual };
            // Most customers write once: what says nothing is not worth an event.
            if baseline.customer.recent < 2 && baseline.area.is_none() {
                return;
            }
            let command = |_: &Conversation| Command::Measure { baseline: baseline.clone() };
            if let Err(error) = app.submit(&tenant, conversation.id(), Submit::default(), command).await {
                tracing::warn!(conversation = %conversation.id(), error = %error.detail, "what is usual was not kept");
            }
        });
    }

    async fn usual_of(&self, tenant: &Tenant, conversation: &Conversation) -> Option<Usual> {
        let customer = conversation.customer.as_ref()?;
        let rows = self.store.of_customer(&tenant.id, customer, CUSTOMER_MOST).await.ok()?;
        let opened: Vec<AtMs> = rows.iter().map(|row| row.opened_at_ms).collect();
        Some(usual(&opened, self.now_ms()))
    }
}

/// A customer's conversations of the last day against those of the three months before.
fn usual(opened_ms: &[AtMs], now_ms: AtMs) -> Usual {
    let day_ms = AtMs::from(CUSTOMER_HOURS) * MS_PER_HOUR;
    let recent = opened_ms.iter().filter(|at| now_ms - **at <= day_ms).count() as u32;
    let earlier =
        opened_ms.iter().filter(|at| (day_ms + 1..=CUSTOMER_DAYS * day_ms).contains(&(now_ms - **at)));
    // Half a conversation more than were counted: somebody who never wrote before may write today.
    let expected = (earlier.count() as f32 + 0.5) / (CUSTOMER_DAYS - 1) as f32;
    Usual { recent, expected, hours: CUSTOMER_HOURS }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_is_held_against_its_own_week() {
        let areas = Areas::default();
        let at = |hour: i64| hour * MS_PER_HOUR;
        for hour in 0..24 {
            assert_eq!(areas.count("checkout", at(hour)), None, "hour {hour}: nothing is usual yet");
        }
        assert_eq!(areas.count("checkout", at(24)), Some(Usual { recent: 1, expected: 1.0, hours: 1 }));
        assert_eq!(areas.count("checkout", at(24)).map(|usual| usual.recent), Some(2));
        // After a month of silence nothing is usual.
        assert_eq!(areas.count("checkout", at(24 + 720)), None);
    }

    #[test]
    fn a_customer_is_held_against_their_own_quarter() {
        let now_ms = 1_800_000_000_000;
        let hours_ago = |hours: i64| now_ms - hours * MS_PER_HOUR;
        let found = usual(&[hours_ago(1), hours_ago(5), hours_ago(48), hours_ago(24 * 200)], now_ms);
        assert_eq!(found.recent, 2);
        assert!((found.expected - 1.5 / 89.0).abs() < 1e-6, "{found:?}");
    }
}
