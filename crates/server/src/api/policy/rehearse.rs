//! The test box, and a policy's own tests: through the production pipeline, in memory, on a thread of their own.

use axum::{Json as Answer, extract::State, response::IntoResponse};
use schemars::JsonSchema;
use segue_core::{
    command::TEXT_MAX_CHARS,
    organisation::Organisation,
    policy::text,
    trigger::{Decision, Explanation},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{BODY_MAX_BYTES, staff, workbench::Text};
use crate::{
    access::Action,
    api::{Api, assistant::SeenPage},
    app::App,
    error::ApiError,
    extract::{Json, Staff},
    rehearsal::{self, CaseResult, PageSeen, Recorded, RecordedTurn, Rehearser, Speaker},
};

/// The most turns of a conversation in the test box.
const TURNS_MAX: usize = 50;

pub(super) fn routes(api: Api) -> Api {
    api.post(
        "/v1/policy/try",
        staff("Holds a conversation against a policy, turn by turn; at most 50 turns of 8,000 characters.")
            .takes::<Try>()
            .gives::<Tried>()
            .up_to(BODY_MAX_BYTES),
        try_out,
    )
    .post(
        "/v1/policy/test",
        staff("Runs the tests of a policy.").takes::<Text>().gives::<TestRun>().up_to(BODY_MAX_BYTES),
        test,
    )
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TryPolicy")]
struct Try {
    /// TOML.
    text: String,
    #[serde(default)]
    customer: Option<TryCustomer>,
    #[serde(default)]
    channel: Option<String>,
    #[serde(default)]
    page: Option<SeenPage>,
    turns: Vec<TryTurn>,
}

/// Who writes.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct TryCustomer {
    name: Option<String>,
    email: Option<String>,
    company: Option<String>,
    tier: Option<String>,
    verified: bool,
    attributes: Map<String, Value>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TryTurn {
    role: TryRole,
    text: String,
    /// The assistant's own confidence, 0..=1.
    #[serde(default)]
    confidence: Option<f32>,
}

#[derive(Clone, Copy, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum TryRole {
    Customer,
    Assistant,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "TriedPolicy")]
struct Tried {
    turns: Vec<TriedTurn>,
}

/// A turn with what is decided about it; null where a human has the conversation already.
#[derive(Serialize, JsonSchema)]
struct TriedTurn {
    turn: u32,
    role: TryRole,
    text: String,
    decision: Option<Decision>,
    explanation: Option<Explanation>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PolicyTestRun")]
struct TestRun {
    passed: usize,
    failed: usize,
    results: Vec<TestResult>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PolicyTestResult")]
struct TestResult {
    name: String,
    passed: bool,
    /// What came instead.
    why: Option<String>,
    /// Where the test begins, from 1.
    line: usize,
}

impl Try {
    fn check(&self) -> Result<(), ApiError> {
        if self.turns.is_empty() || self.turns.len() > TURNS_MAX {
            return Err(ApiError::invalid(format!("A conversation has 1 to {TURNS_MAX} turns here.")));
        }
        if self.turns.iter().any(|turn| turn.text.chars().count() > TEXT_MAX_CHARS) {
            return Err(ApiError::invalid(format!("A turn has at most {TEXT_MAX_CHARS} characters.")));
        }
        let share = |turn: &TryTurn| turn.confidence.is_none_or(|share| (0.0..=1.0).contains(&share));
        if !self.turns.iter().all(share) {
            return Err(ApiError::invalid("A confidence lies between 0 and 1."));
        }
        Ok(())
    }

    fn recorded(&self) -> Recorded {
        let customer = self.customer.as_ref().map(|known| rehearsal::Profile {
            name: known.name.clone(),
            email: known.email.clone(),
            verified: known.verified,
            tier: known.tier.clone(),
            company: known.company.clone(),
            time_zone: None,
            attributes: known.attributes.clone(),
        });
        let page = self.page.iter().map(|page| PageSeen {
            turn: 0,
            url: page.url.clone(),
            title: page.title.clone(),
            errors: page.errors,
        });
        let turns = self.turns.iter().map(|turn| RecordedTurn {
            role: match turn.role {
                TryRole::Customer => Speaker::Customer,
                TryRole::Assistant => Speaker::Assistant,
            },
            text: turn.text.clone(),
            confidence: turn.confidence,
            ..RecordedTurn::default()
        });
        Recorded {
            id: "try".into(),
            at_ms: None,
            channel: self.channel.clone(),
            customer,
            pages: Some(page.collect()),
            turns: turns.collect(),
        }
    }
}

/// Runs something with the settings and another policy, on a thread of its own.
async fn rehearse<T: Send + 'static>(
    app: &App,
    staff: &Staff,
    text: &str,
    run: impl FnOnce(&Rehearser<'_>) -> Result<T, ApiError> + Send + 'static,
) -> Result<T, ApiError> {
    let settings = staff.tenant.settings();
    let policy = app.check_policy(text, &settings)?;
    let organisation = Organisation { policy, ..settings.as_ref().clone() };
    let _permit = app.rehearsals.acquire().await.map_err(|error| ApiError::internal(&error))?;
    let app = app.clone();
    let rehearsed = tokio::task::spawn_blocking(move || {
        let rehearser = Rehearser::new(&app.reader, organisation)
            .map_err(|error| ApiError::invalid(error.to_string()))?;
        run(&rehearser)
    });
    rehearsed.await.map_err(|error| ApiError::internal(&error))?
}

async fn try_out(
    State(app): State<App>,
    staff: Staff,
    Json(wanted): Json<Try>,
) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Tune)?;
    wanted.check()?;
    let text = wanted.text.clone();
    let tried = rehearse(&app, &staff, &text, move |rehearser| {
        let recorded = wanted.recorded();
        let refused = |error: rehearsal::RehearsalError| ApiError::invalid(error.to_string());
        let mut run = rehearser.begin(&recorded).map_err(refused)?;
        let mut turns = Vec::with_capacity(wanted.turns.len());
        for (index, said) in wanted.turns.into_iter().enumerate() {
            run.turn(index).map_err(refused)?;
            let explanation = run.explanation();
            let decision = explanation.as_ref().map(|explanation| explanation.decision.clone());
            let (turn, role, text) = (index as u32, said.role, said.text);
            turns.push(TriedTurn { turn, role, text, decision, explanation });
        }
        Ok(Tried { turns })
    });
    Ok(Answer(tried.await?))
}

async fn test(
    State(app): State<App>,
    staff: Staff,
    Json(Text { text }): Json<Text>,
) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Tune)?;
    let results = rehearse(&app, &staff, &text, |rehearser| Ok(rehearsal::run_cases(rehearser))).await?;
    let passed = results.iter().filter(|result| result.passed).count();
    let failed = results.len() - passed;
    let lines = text::lines_of_tests(&text).into_iter().chain(std::iter::repeat(1));
    let results = results.into_iter().zip(lines).map(|(result, line)| {
        let CaseResult { name, passed, why } = result;
        TestResult { name, passed, why, line }
    });
    Ok(Answer(TestRun { passed, failed, results: results.collect() }))
}
