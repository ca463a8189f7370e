//! What a lead needs while writing: problems at their places, forms written into the text, differences, templates.

use axum::{Json as Answer, response::IntoResponse};
use schemars::JsonSchema;
use segue_core::policy::{
    Policy,
    diff::{Change, diff},
    template::TEMPLATES,
    text::{self, Problem},
};
use serde::{Deserialize, Serialize};

use super::{BODY_MAX_BYTES, staff};
use crate::{
    access::Action,
    api::Api,
    error::ApiError,
    extract::{Json, Staff},
};

pub(super) fn routes(api: Api) -> Api {
    api.post(
        "/v1/policy/check",
        staff("What is wrong with a policy, each at its place.")
            .takes::<Text>()
            .gives::<Checked>()
            .up_to(BODY_MAX_BYTES),
        check,
    )
    .post(
        "/v1/policy/edit",
        staff("Writes a policy into the text it came from; comments and order are kept.")
            .takes::<Edit>()
            .gives::<Text>()
            .up_to(BODY_MAX_BYTES),
        edit,
    )
    .post(
        "/v1/policy/diff",
        staff("What differs between two policies, in words.")
            .takes::<Texts>()
            .gives::<Differences>()
            .up_to(BODY_MAX_BYTES),
        differences,
    )
    .get("/v1/policy/templates", staff("Policies to begin with.").gives::<Vec<Template>>(), templates)
}

/// A policy in TOML.
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PolicyText")]
pub(super) struct Text {
    pub text: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PolicyChecked")]
struct Checked {
    problems: Vec<Problem>,
    policy: Option<Policy>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "EditPolicy")]
struct Edit {
    text: String,
    policy: Policy,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PolicyTexts")]
struct Texts {
    from: String,
    to: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PolicyDifferences")]
struct Differences {
    changes: Vec<Change>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "PolicyTemplate")]
struct Template {
    name: &'static str,
    title: &'static str,
    about: &'static str,
    text: &'static str,
}

async fn check(staff: Staff, Json(Text { text }): Json<Text>) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Tune)?;
    let checked = text::check(&text, Some(&staff.tenant.settings()));
    Ok(Answer(Checked { problems: checked.problems, policy: checked.policy }))
}

async fn edit(staff: Staff, Json(Edit { text, policy }): Json<Edit>) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Tune)?;
    // The number is the server's to give.
    let version = text::check(&text, None).policy.map_or(0, |before| before.version);
    let edited = text::edit(&text, &Policy { version, ..policy });
    let text = edited.map_err(|error| ApiError::invalid(crate::error::capitalised(&error.to_string())))?;
    Ok(Answer(Text { text }))
}

async fn differences(
    staff: Staff,
    Json(Texts { from, to }): Json<Texts>,
) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Tune)?;
    let read = |text: &str, which: &str| {
        let checked = text::check(text, None);
        checked.policy.ok_or_else(|| {
            let problem = checked.problems.first();
            let place = problem.map_or_else(String::new, |at| format!("line {}: {}", at.line, at.message));
            ApiError::invalid(format!("`{which}` is no policy; {place}."))
        })
    };
    let changes = diff(&read(&from, "from")?, &read(&to, "to")?);
    Ok(Answer(Differences { changes }))
}

async fn templates(staff: Staff) -> Result<impl IntoResponse, ApiError> {
    staff.may(Action::Read)?;
    let templates = TEMPLATES.iter().map(|template| Template {
        name: template.name,
        title: template.title,
        about: template.about,
        text: template.text,
    });
    Ok(Answer(templates.collect::<Vec<_>>()))
}
