//! The policy in the studio: its versions and their life, the workbench, results, explanations.

mod backtests;
mod decisions;
mod rehearse;
mod results;
mod versions;
mod vocabulary;
mod workbench;

use schemars::JsonSchema;
use segue_core::policy::lifecycle::Stage;
use serde::Serialize;

use super::{Access, Api, Doc};
use crate::{
    policies::{Kept, SEGUE},
    tenant::Tenant,
};

/// The largest body of a request with texts of policies, bytes: two texts of the greatest length, escaped.
const BODY_MAX_BYTES: usize = 3 * 1024 * 1024;

pub(super) fn routes(api: Api) -> Api {
    let parts: [fn(Api) -> Api; 7] = [
        versions::routes,
        workbench::routes,
        vocabulary::routes,
        rehearse::routes,
        results::routes,
        decisions::routes,
        backtests::routes,
    ];
    parts.into_iter().fold(api, |api, part| part(api))
}

fn staff(summary: &'static str) -> Doc {
    Doc::new(Access::Staff, summary)
}

/// A version without its text.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PolicyVersion")]
struct Version {
    version: u32,
    name: String,
    stage: Stage,
    made_by: String,
    made_at_ms: i64,
    note: String,
    /// How many rules it has.
    rules: usize,
    /// How many tests.
    tests: usize,
}

impl Version {
    fn of(tenant: &Tenant, version: u32, kept: &Kept, stage: Stage) -> Self {
        Self {
            version,
            name: kept.name.clone(),
            stage,
            made_by: who(tenant, &kept.made_by),
            made_at_ms: kept.made_at_ms,
            note: kept.note.clone(),
            rules: kept.rules,
            tests: kept.tests,
        }
    }
}

/// An actor as people know them.
fn who(tenant: &Tenant, actor: &str) -> String {
    if actor == SEGUE {
        return "Segue".into();
    }
    let agents = tenant.agents();
    agents.get(actor).map_or_else(|| actor.to_owned(), |profile| profile.name.clone())
}
