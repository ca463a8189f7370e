//! What came of trials and of triggers.

use std::collections::HashMap;

use axum::{
    Json as Answer,
    extract::{Path, Query, State},
    response::IntoResponse,
};
use schemars::JsonSchema;
use segue_core::{
    ids::{AtMs, ConversationId},
    policy::{
        lifecycle::{Judged, Rate, Run},
        tally::{Brief, DAYS_MAX, Example, RunTally, TriggerCounts},
    },
    trigger,
};
use serde::{Deserialize, Serialize};

use super::{staff, versions::number};
use crate::{access::Action, api::Api, app::App, error::ApiError, extract::Staff, tenant::Tenant};

/// Days that are counted where nobody says how many.
const DAYS: u32 = 28;

pub(super) fn routes(api: Api) -> Api {
    api.get(
        "/v1/policy/versions/{v}/results",
        staff("What came of the last trial of a version.").gives::<Results>(),
        results,
    )
    .get(
        "/v1/policy/triggers",
        staff("How often each trigger fired, and what agents said of it; ?days=28").gives::<Triggers>(),
        triggers,
    )
}

/// What came of a trial.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PolicyResults")]
struct Results {
    since_ms: AtMs,
    conversations: u64,
    /// Turns about which both versions decided.
    decisions: u64,
    /// Of these, the same way.
    agreed: u64,
    rates: Rates,
    changes: Vec<Changed>,
    /// The newest first.
    examples: Vec<Differing>,
    guard: Option<Judged>,
}

/// Conversations handed off.
#[derive(Serialize, JsonSchema)]
struct Rates {
    live: Rate,
    trial: Rate,
}

#[derive(Serialize, JsonSchema)]
struct Changed {
    live: trigger::Action,
    trial: trigger::Action,
    count: u64,
}

#[derive(Serialize, JsonSchema)]
struct Differing {
    conversation: ConversationId,
    turn: u32,
    /// What the conversation is about.
    title: String,
    live: Brief,
    trial: Brief,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TriggerStatistics")]
struct Triggers {
    days: u32,
    triggers: Vec<Counted>,
}

/// A signal, or `rule:` and a rule's name.
#[derive(Serialize, JsonSchema)]
struct Counted {
    name: String,
    #[serde(flatten)]
    counts: TriggerCounts,
}

#[derive(Deserialize)]
struct Span {
    days: Option<String>,
}

impl Results {
    fn of(run: &Run, tally: &RunTally, examples: Vec<Differing>) -> Self {
        let (live, trial) = tally.handoffs();
        let changes = tally.changes().into_iter();
        Self {
            since_ms: run.since_ms,
            conversations: tally.conversations,
            decisions: tally.decisions,
            agreed: tally.agreed,
            rates: Rates { live, trial },
            changes: changes.map(|(live, trial, count)| Changed { live, trial, count }).collect(),
            examples,
            guard: Some(tally.judge(&run.guard)),
        }
    }
}

async fn results(
    State(app): State<App>,
    staff: Staff,
    Path(version): Path<String>,
) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Read)?;
    let version = number(&version)?;
    let policies = staff.tenant.policies();
    let run = policies.lifecycle.runs().iter().rfind(|run| run.version == version);
    let run = run.ok_or_else(|| ApiError::not_found("trial"))?;
    let tally = staff.tenant.tallies.read(|tally| tally.run(run).cloned()).await?.unwrap_or_default();
    let examples = titled(&app, &staff.tenant, tally.examples()).await;
    Ok(Answer(Results::of(run, &tally, examples)))
}

/// What each is about is read where it is kept, so that it is gone once its customer is erased.
async fn titled(app: &App, tenant: &Tenant, examples: impl Iterator<Item = &Example>) -> Vec<Differing> {
    let mut titles: HashMap<&ConversationId, Option<String>> = HashMap::new();
    let mut titled = vec![];
    for example in examples {
        if !titles.contains_key(&example.conversation) {
            let conversation = app.conversation(tenant, &example.conversation).await;
            titles
                .insert(&example.conversation, conversation.ok().map(|found| segue_core::row::title(&found)));
        }
        let Some(Some(title)) = titles.get(&example.conversation) else { continue };
        let Example { conversation, turn, live, trial } = example.clone();
        titled.push(Differing { conversation, turn, title: title.clone(), live, trial });
    }
    titled
}

async fn triggers(
    State(app): State<App>,
    staff: Staff,
    Query(Span { days }): Query<Span>,
) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Read)?;
    let days = days.map_or(Ok(DAYS), |days| days.parse());
    let days = days.ok().filter(|days| (1..=DAYS_MAX as u32).contains(days));
    let days = days.ok_or_else(|| ApiError::invalid(format!("`days` is 1 to {DAYS_MAX}.")))?;
    let now_ms = app.config.clock.now_ms();
    let counted = staff.tenant.tallies.read(|tally| tally.triggers(now_ms, days)).await?;
    let triggers = counted.into_iter().map(|(name, counts)| Counted { name: name.to_string(), counts });
    Ok(Answer(Triggers { days, triggers: triggers.collect() }))
}
